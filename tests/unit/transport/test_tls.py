"""Real sockets on loopback: a server in a thread, and clients that know it by its pin, or do not."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from wellclear.errors import MalformedInput, RuleViolated
from wellclear.transport.tls import client_context, server_context
from wellclear.trust.certificate import CERTIFICATE_CHANCE_BYTES, TlsIdentity, make_certificate

NOW_MS = 1_800_000_000_000
LONG_AGO_MS = 100_000_000_000
"""In 1973: the certificate ended ten years later."""

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
PATIENCE_S = 20
Ask = Callable[[int, ssl.SSLContext], bytes]


def identity(number: int, now_ms: int = NOW_MS, host: str = "elsewhere.example") -> TlsIdentity:
    return make_certificate((host,), bytes((number,)) * CERTIFICATE_CHANCE_BYTES, now_ms)


NORTH, STRANGER, EXPIRED = identity(1), identity(2), identity(3, LONG_AGO_MS)


def kept(directory: Path, shown: TlsIdentity) -> tuple[Path, Path]:
    certificate, secret = directory / "tls.crt", directory / "tls.key"
    certificate.write_bytes(shown.certificate)
    secret.write_bytes(shown.secret)
    return certificate, secret


class Served:
    """What one connection to a server came to."""

    def __init__(self, listening: socket.socket, context: ssl.SSLContext) -> None:
        self.port = listening.getsockname()[1]
        self.received = b""
        self._listening, self._context = listening, context

    def serve_one(self) -> None:
        raw, _ = self._listening.accept()
        raw.settimeout(PATIENCE_S)
        with raw, suppress(OSError), self._context.wrap_socket(raw, server_side=True) as connection:
            while b"\r\n\r\n" not in self.received:
                came = connection.recv(4_096)
                if not came:
                    return
                self.received += came
            connection.sendall(ANSWER)


@contextmanager
def serving(context: ssl.SSLContext) -> Iterator[Served]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(PATIENCE_S)
        served = Served(listening, context)
        thread = threading.Thread(target=served.serve_one)
        thread.start()
        try:
            yield served
        finally:
            thread.join(PATIENCE_S)
            assert not thread.is_alive()


def ask_by_socket(port: int, context: ssl.SSLContext) -> bytes:
    with (
        socket.create_connection(("127.0.0.1", port), PATIENCE_S) as raw,
        context.wrap_socket(raw, server_hostname="127.0.0.1") as connection,
    ):
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        return connection.recv(4_096)


def ask_by_asyncio(port: int, context: ssl.SSLContext) -> bytes:
    async def ask() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
        writer.write(b"GET / HTTP/1.1\r\n\r\n")
        answer = await reader.read()
        writer.close()
        with suppress(ssl.SSLError):
            await writer.wait_closed()
        return answer

    return asyncio.run(ask())


def ask_by_httpx(port: int, context: ssl.SSLContext) -> bytes:
    with httpx.Client(verify=context, trust_env=False, timeout=PATIENCE_S) as client:
        return client.get(f"https://127.0.0.1:{port}/").content


def ask_by_async_httpx(port: int, context: ssl.SSLContext) -> bytes:
    async def ask() -> bytes:
        async with httpx.AsyncClient(verify=context, trust_env=False, timeout=PATIENCE_S) as client:
            return (await client.get(f"https://127.0.0.1:{port}/")).content

    return asyncio.run(ask())


WAYS = [ask_by_socket, ask_by_asyncio, ask_by_httpx, ask_by_async_httpx]
Refused = (ssl.SSLCertVerificationError, httpx.ConnectError)


@pytest.mark.parametrize("ask", WAYS)
@pytest.mark.parametrize("pins", [(NORTH.pin,), (STRANGER.pin, NORTH.pin)])
def test_the_pinned_key_is_taken_whatever_its_name(tmp_path: Path, ask: Ask, pins: tuple[bytes, ...]):
    with serving(server_context(*kept(tmp_path, NORTH))) as served:
        assert ask(served.port, client_context(pins)).endswith(b"hello")
    assert served.received.startswith(b"GET / ")


@pytest.mark.parametrize("ask", WAYS)
def test_another_key_is_refused_before_anything_is_said(tmp_path: Path, ask: Ask):
    with serving(server_context(*kept(tmp_path, STRANGER))) as served, pytest.raises(Refused):
        ask(served.port, client_context((NORTH.pin,)))
    assert served.received == b""


def test_a_certificate_by_the_same_name_with_another_key_is_refused(tmp_path: Path):
    twin = identity(9, host="elsewhere.example")
    with serving(server_context(*kept(tmp_path, twin))) as served, pytest.raises(Refused):
        ask_by_socket(served.port, client_context((NORTH.pin,)))


def test_a_date_that_has_passed_cuts_no_line(tmp_path: Path):
    with serving(server_context(*kept(tmp_path, EXPIRED))) as served:
        assert ask_by_socket(served.port, client_context((EXPIRED.pin,))).endswith(b"hello")


def test_a_certificate_without_its_key_serves_nothing(tmp_path: Path):
    certificate, _ = kept(tmp_path, NORTH)
    other = tmp_path / "other.key"
    other.write_bytes(STRANGER.secret)
    with pytest.raises(MalformedInput) as refused:
        server_context(certificate, other)
    assert refused.value.code == "tls-certificate"
    other.write_bytes(b"hello")
    with pytest.raises(MalformedInput):
        server_context(certificate, other)


def test_older_versions_are_refused_by_the_client(tmp_path: Path):
    older = server_context(*kept(tmp_path, NORTH))
    older.minimum_version = ssl.TLSVersion.TLSv1_2
    older.maximum_version = ssl.TLSVersion.TLSv1_2
    with serving(older) as served, pytest.raises(ssl.SSLError):
        ask_by_socket(served.port, client_context((NORTH.pin,)))
    assert served.received == b""


def test_older_versions_are_refused_by_the_server(tmp_path: Path):
    older = client_context((NORTH.pin,))
    older.minimum_version = ssl.TLSVersion.TLSv1_2
    older.maximum_version = ssl.TLSVersion.TLSv1_2
    with serving(server_context(*kept(tmp_path, NORTH))) as served, pytest.raises(ssl.SSLError):
        ask_by_socket(served.port, older)
    assert served.received == b""


def test_no_handshake_is_left_to_happen_by_itself():
    context = client_context((NORTH.pin,))
    with socket.socket() as raw:
        for options in ({"do_handshake_on_connect": False}, {"do_handshake_on_connect": 0}):
            with pytest.raises(RuleViolated) as refused:
                context.wrap_socket(raw, **options)
            assert refused.value.code == "tls-late-handshake"
        with pytest.raises(RuleViolated):
            context.wrap_socket(raw, False, False)


def test_where_every_key_has_ended_no_server_is_taken(tmp_path: Path):
    with serving(server_context(*kept(tmp_path, NORTH))) as served, pytest.raises(Refused):
        ask_by_socket(served.port, client_context(()))
    assert served.received == b""


@pytest.mark.parametrize("pins", [(b"",), (NORTH.pin, NORTH.pin[1:])])
def test_a_pin_has_its_length(pins: tuple[bytes, ...]):
    with pytest.raises(MalformedInput) as refused:
        client_context(pins)
    assert refused.value.code == "tls-pins"
