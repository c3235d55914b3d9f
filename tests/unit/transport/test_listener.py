"""Where a centre listens: what a stranger may make it wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from litestar import Litestar, Request, get, post

from wellclear.transport import listener
from wellclear.transport.listener import MAX_HEAD_BYTES, Listener

HOST = "127.0.0.1"


@get("/here", sync_to_thread=False)
def here() -> str:
    return "here"


@post("/length")
async def length(request: Request[Any, Any, Any]) -> str:
    return str(len(await request.body()))


def served(script: Callable[[int], Awaitable[None]]) -> None:
    """Run a script against a listener's port."""

    async def run() -> None:
        one = Listener(Litestar([here, length]), HOST, 0, None)
        await one.start()
        try:
            async with asyncio.timeout(20):
                await script(one.port)
        finally:
            await one.stop()

    asyncio.run(run())


async def answer(port: int, sent: bytes) -> bytes:
    """All that comes for some bytes until the other side is done."""
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(sent)
    try:
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


def request(*headers: bytes, body: bytes = b"", path: bytes = b"GET /here") -> bytes:
    lines = [path + b" HTTP/1.1", b"host: x", b"connection: close", *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def test_a_head_beyond_its_limit_is_refused_however_it_comes() -> None:
    async def script(port: int) -> None:
        assert (await answer(port, request(b"a: " + b"x" * 8_000))).startswith(b"HTTP/1.1 200")
        for headers in ([b"a: " + b"x" * (MAX_HEAD_BYTES + 8_192)], [b"a%d: x" % number for number in range(3_000)]):
            assert b"HTTP/1.1 200" not in await answer(port, request(*headers))

    served(script)


def test_a_body_that_comes_with_its_head_is_whole() -> None:
    async def script(port: int) -> None:
        for size in (0, 1, 4_000, 4_096, 9_000, 300_000):
            body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
            head = (b"content-length: %d" % size, b"content-type: application/octet-stream")
            assert (await answer(port, request(*head, body=body, path=b"POST /length"))).endswith(b"\r\n\r\n%d" % size)

    served(script)


def test_requests_that_come_at_once_are_answered_in_turn() -> None:
    async def script(port: int) -> None:
        kept = b"GET /here HTTP/1.1\r\nhost: x\r\n\r\n"
        assert (await answer(port, kept * 500 + request())).count(b"HTTP/1.1 200") == 501

    served(script)


def test_one_address_has_only_its_share_of_connections_but_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "MAX_ADDRESS_CONNECTIONS", 2)

    async def opened(port: int) -> int:
        """How many of five connections are served."""
        pairs = [await asyncio.open_connection(HOST, port) for _ in range(5)]
        count = 0
        for reader, writer in pairs:
            writer.write(b"GET /here HTTP/1.1\r\nhost: x\r\n\r\n")
            try:
                count += (await reader.readline()).startswith(b"HTTP/1.1 200")
            except ConnectionError:
                continue
        for _, writer in pairs:
            writer.close()
        return count

    async def script(port: int) -> None:
        assert await opened(port) == 5
        monkeypatch.setattr(listener, "is_loopback", lambda _host: False)
        assert await opened(port) == 2

    served(script)
