"""Addresses that peers give lead to other machines, and to this one only where the settings say so."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from threading import Thread

import httpx
import pytest

from wellclear.api.utm.uss.asking import Asking, Exchange
from wellclear.api.utm.uss.assembling import UssSettings, verify_own_urls
from wellclear.api.utm.uss.credentials import Credentials
from wellclear.api.utm.uss.reaching import (
    Address,
    GuardedTransport,
    Reach,
    is_elsewhere,
    is_own,
    reach_of,
    reach_of_peers,
    verify_reachable,
)
from wellclear.errors import MalformedInput, PeerUnavailable, RuleViolated

NOWHERE = Reach()


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://uss.example", "uss.example"),
        ("https://uss.example:8443/a", "uss.example"),
        ("https://10.1.2.3", "10.1.2.3"),
        ("https://192.168.7.1:8443", "192.168.7.1"),
        ("https://[fd00::7]", "fd00::7"),
        ("https://203.0.113.9", "203.0.113.9"),
    ],
)
def test_where_requests_go(url: str, host: str) -> None:
    assert verify_reachable(url, NOWHERE) == host


@pytest.mark.parametrize(
    "url",
    [
        "http://uss.example",
        "ftp://uss.example",
        "https://",
        "",
        "https://a@uss.example",
        "https://uss:x",
        "file:///etc",
        "http://127.0.0.1:8082",
        "https://127.0.0.1",
        "https://127.8.9.10:5432",
        "http://[::1]:8082",
        "https://[::1]",
        "https://[::ffff:127.0.0.1]",
        "https://[64:ff9b::7f00:1]",
        "https://[2002:7f00:1::]",
        "https://localhost:8082",
        "https://LOCALHOST.",
        "https://a.localhost",
        "https://0.0.0.0",
        "https://[::]",
        "https://169.254.169.254/latest",
        "https://[fe80::1]",
        "https://255.255.255.255",
        "https://224.0.0.1",
    ],
)
def test_where_requests_never_go(url: str) -> None:
    with pytest.raises(RuleViolated) as refused:
        verify_reachable(url, NOWHERE)
    assert refused.value.code == "url-refused"


def test_what_the_settings_name_is_reached_and_no_more() -> None:
    port = reach_of_peers(["127.0.0.1:8093", "[::1]:8093"])
    for url in ("http://127.0.0.1:8093/utm", "https://127.0.0.1:8093", "http://[::1]:8093"):
        verify_reachable(url, port)
    for url in ("http://127.0.0.1:8094", "http://127.0.0.1", "http://127.0.0.2:8093", "http://localhost:8093"):
        with pytest.raises(RuleViolated):
            verify_reachable(url, port)
    verify_reachable("http://localhost:1", reach_of_peers(["LocalHost"]))
    dss = reach_of("https://dss.example/a")
    verify_reachable("https://dss.example/a/dss/v1", dss)
    with pytest.raises(RuleViolated):
        verify_reachable("http://dss.example:443/a", dss)
    verify_reachable("http://127.0.0.1:8092/dss/v1", reach_of("http://127.0.0.1:8092"))
    for text in ("", "a b", "http://127.0.0.1", "127.0.0.1:0", "127.0.0.1:70000", "[x]"):
        with pytest.raises(MalformedInput):
            reach_of_peers([text])


@pytest.mark.parametrize(
    ("address", "elsewhere"),
    [
        ("203.0.113.9", True),
        ("10.0.0.1", True),
        ("172.16.0.1", True),
        ("100.64.0.1", True),
        ("2001:db8::1", True),
        ("fd12::1", True),
        ("64:ff9b::cb00:7109", True),
        ("127.0.0.1", False),
        ("127.255.255.254", False),
        ("0.1.2.3", False),
        ("169.254.0.1", False),
        ("::ffff:169.254.0.1", False),
        ("2001:0:0:0:0:0:80ff:fffe", False),
        ("fe80::1%1", False),
        ("ff02::1", False),
        ("240.0.0.1", False),
    ],
)
def test_which_addresses_are_of_other_machines(address: str, *, elsewhere: bool) -> None:
    assert is_elsewhere(ip_address(address)) == elsewhere


class Names:
    """What names stand for, which may change with each look."""

    def __init__(self, **stands_for: list[str]) -> None:
        self.stands_for, self.looked = stands_for, 0

    def __call__(self, host: str, port: int) -> list[Address]:
        assert port
        self.looked += 1
        found = self.stands_for.get(host.partition(".")[0])
        if found is None:
            raise socket.gaierror("no such name")
        return [ip_address(found.pop(0) if len(found) > 1 else found[0])]


class Anyones(Credentials):
    """Tokens for everybody."""

    def token(self, audience: str, scope: str) -> str:
        return f"{audience} {scope}"


@contextmanager
def listening(host: str = "127.0.0.1") -> Iterator[tuple[int, list[bytes]]]:
    """A service of this machine: its port, and what it was sent."""
    heard: list[bytes] = []
    with socket.create_server((host, 0)) as server:

        def serve() -> None:
            try:
                while True:
                    stream, _ = server.accept()
                    with stream:
                        heard.append(stream.recv(65_536))
                        stream.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi")
            except OSError:
                return

        thread = Thread(target=serve)
        thread.start()
        yield server.getsockname()[1], heard
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def asking(reach: Reach, names: Names, records: list[Exchange]) -> Asking:
    return Asking(Anyones(), records.append, lambda: 0, transport=GuardedTransport(reach, resolve=names), reach=reach)


@pytest.mark.parametrize("address", ["127.0.0.1", "::ffff:127.0.0.1", "0.0.0.0", "127.1.2.3"])  # noqa: S104 - refused
def test_a_name_of_a_peer_that_means_this_machine_is_not_followed(address: str) -> None:
    records: list[Exchange] = []
    with listening() as (port, heard):
        asks = asking(NOWHERE, Names(peer=[address]), records)
        with pytest.raises(PeerUnavailable, match="where nothing is sent to"):
            asks.ask("GET", f"https://peer.example:{port}/a", "scope")
        asks.close()
    assert heard == []
    assert [(record.status, "where nothing is sent to" in record.problem) for record in records] == [(0, True)]


def test_a_name_is_looked_up_once_and_what_was_judged_is_what_is_reached() -> None:
    with listening() as (port, heard):
        names = Names(peer=["127.0.0.1", "127.0.0.2"])
        asks = asking(reach_of_peers(["peer.example"]), names, [])
        assert asks.ask("GET", f"http://peer.example:{port}/a", "scope").status == 200
        asks.close()
    assert (names.looked, len(heard)) == (1, 1)


def test_a_name_that_the_settings_place_here_is_reached_by_http_and_only_here() -> None:
    with listening() as (port, heard):
        reach = reach_of_peers([f"peer.example:{port}"])
        asks = asking(reach, Names(peer=["127.0.0.1", "192.0.2.1"]), [])
        assert asks.ask("GET", f"http://peer.example:{port}/a?b", "scope").answer == b"hi"
        with pytest.raises(PeerUnavailable, match="where nothing is sent to"):
            asks.ask("GET", f"http://peer.example:{port}/a", "scope")
        with pytest.raises(RuleViolated):
            asks.ask("GET", f"http://other.example:{port}/a", "scope")
        asks.close()
    assert [each.partition(b"\r\n")[0] for each in heard] == [b"GET /a?b HTTP/1.1"]
    assert f"host: peer.example:{port}".encode() in heard[0].lower()


def test_what_peers_may_not_reach_the_dss_of_the_settings_may() -> None:
    with listening() as (port, heard):
        url = f"http://127.0.0.1:{port}"
        dss = asking(reach_of(url), Names(**{"127": ["127.0.0.1"]}), [])
        assert dss.ask("GET", f"{url}/dss/v1", "scope").status == 200
        dss.close()
        peers = asking(NOWHERE, Names(**{"127": ["127.0.0.1"]}), [])
        with pytest.raises(RuleViolated):
            peers.ask("GET", f"{url}/uss/v1", "scope")
        peers.close()
    assert len(heard) == 1


def test_an_address_of_this_machine_in_its_network_is_its_own() -> None:
    assert is_own(ip_address("127.0.0.1"), 443)
    assert not is_own(ip_address("192.0.2.1"), 443)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unsent:
        try:
            unsent.connect(("192.0.2.1", 443))
        except OSError:
            pytest.skip("this machine is in no network")
        address = unsent.getsockname()[0]
    with listening(address) as (port, heard):
        asks = asking(NOWHERE, Names(peer=[address]), [])
        with pytest.raises(PeerUnavailable, match="where nothing is sent to"):
            asks.ask("GET", f"https://peer.example:{port}/a", "scope")
        asks.close()
    assert heard == []


@pytest.mark.parametrize(
    ("url", "dss"),
    [
        ("http://uss.example", ""),
        ("", ""),
        ("https://uss.example", "http://dss.example"),
        ("https://uss.example", "http://10.0.0.1:8092"),
        ("https://uss.example", "ftp://127.0.0.1"),
    ],
)
def test_our_own_addresses_are_https_or_of_this_machine(url: str, dss: str) -> None:
    with pytest.raises(RuleViolated) as refused:
        verify_own_urls(UssSettings("uss1", url, "memory:", dss))
    assert refused.value.code == "url-refused"
    for fine in (
        "https://uss.example",
        "https://localhost",
        "http://127.0.0.1:8092",
        "http://localhost:1",
        "http://[::1]:1",
    ):
        verify_own_urls(UssSettings("uss1", fine, "memory:", fine))


def test_failures_have_the_names_of_httpx() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    transport = GuardedTransport(reach_of_peers(["127.0.0.1"]))
    with httpx.Client(transport=transport) as client, pytest.raises(httpx.ConnectError):
        client.get(f"http://127.0.0.1:{port}")
    lost = GuardedTransport(NOWHERE, resolve=Names())
    with httpx.Client(transport=lost) as client, pytest.raises(httpx.ConnectError):
        client.get("https://nobody.example")


def test_an_answer_that_breaks_off_is_a_failure_of_the_exchange() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            stream, _ = server.accept()
            with stream:
                stream.recv(65_536)
                stream.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhi")

        thread = Thread(target=serve)
        thread.start()
        asks = Asking(Anyones(), lambda _: None, lambda: 0, reach=reach_of_peers(["127.0.0.1"]))
        with pytest.raises(PeerUnavailable, match="RemoteProtocolError"):
            asks.ask("GET", f"http://127.0.0.1:{server.getsockname()[1]}", "scope")
        asks.close()
        thread.join()
