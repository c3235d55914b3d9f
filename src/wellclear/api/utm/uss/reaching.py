"""Where requests go: addresses that peers give lead to other machines, and to this one only where the settings say so.

A peer's word is followed with a token in hand. So what a name stands for is looked up once, when the connection is
made, and the connection goes to an address that was judged: a name that means another machine now and this one later
gains nothing.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any, Final
from urllib.parse import urlsplit

import httpcore
import httpx

from wellclear.errors import MalformedInput, RuleViolated

MAX_CONNECTIONS: Final = 64
"""Connections at a time to all others."""

MAX_ADDRESSES: Final = 4
"""Addresses of one name that are tried: two of each family."""

IDLE_S: Final = 30.0
"""How long a connection that nobody uses is kept."""

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], list[Address]]

_HERE: Final = re.compile(r"(?P<host>[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(?P<port>[1-9][0-9]{0,4}))?")
_THIS_NETWORK: Final = IPv4Network("0.0.0.0/8")
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")
"""IPv4 addresses as a network without IPv4 writes them (RFC 6052)."""

_FAILURES: Final = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    httpcore.ProxyError,
)


@dataclass(frozen=True, slots=True)
class Reach:
    """What requests may reach beside other machines by https.

    Attributes:
        here: hosts, or hosts with ports, on this machine alone; by http too.
        trusted: hosts with ports, wherever they are, by https alone.
    """

    here: frozenset[str] = frozenset()
    trusted: frozenset[str] = frozenset()

    def is_here(self, host: str, port: int) -> bool:
        """Whether a host and port are named as being on this machine."""
        return not self.here.isdisjoint((host, f"{host}:{port}"))

    def is_trusted(self, host: str, port: int) -> bool:
        """Whether a host and port are named as those that may be anywhere."""
        return f"{host}:{port}" in self.trusted


def reach_of_peers(here: Collection[str]) -> Reach:
    """What addresses that peers give may reach.

    Args:
        here: hosts of this machine at which peers are, such as ``127.0.0.1:8093``; without a port it is every one.

    Raises:
        MalformedInput: `peer-here`: this names no host.
    """
    found = set[str]()
    for text in here:
        parts = _HERE.fullmatch(text.lower())
        if parts is None or int(parts["port"] or 1) > 65_535:
            raise MalformedInput(
                "this names no host of this machine", code="peer-here", at=text[:100], wanted="such as 127.0.0.1:8093"
            )
        found.add(parts["host"].strip("[]") + (f":{parts['port']}" if parts["port"] else ""))
    return Reach(here=frozenset(found))


def reach_of(url: str) -> Reach:
    """What a base URL of our own settings may reach: by http this machine, by https whatever it names."""
    scheme, host, port = _parts(url)
    named = frozenset({f"{host}:{port}"})
    return Reach(here=named) if scheme == "http" else Reach(trusted=named)


def verify_reachable(url: str, reach: Reach) -> str:
    """The host of a URL that requests may be sent to, as far as it tells without looking its name up.

    Raises:
        RuleViolated: `url-refused`.
    """
    scheme, host, port = _parts(url)
    named = reach.is_here(host, port) or (scheme == "https" and reach.is_trusted(host, port))
    if not host or not (named or (scheme == "https" and not _names_this_machine(host))):
        raise RuleViolated(
            f"nothing is sent to {url[:100]!r}",
            code="url-refused",
            wanted="https to another machine, or a place of this one that the settings name",
        )
    return host


def is_elsewhere(address: Address) -> bool:
    """Whether an address may be another machine's.

    Private networks are: peers are reached over them too, and each must show its certificate. Loopback, link-local,
    multicast and reserved addresses are not, however they are written.
    """
    meant = _meant(address)
    if isinstance(meant, IPv4Address) and meant in _THIS_NETWORK:
        return False
    return not (
        meant.is_loopback or meant.is_link_local or meant.is_multicast or meant.is_reserved or meant.is_unspecified
    )


def is_own(address: Address, port: int) -> bool:
    """Whether an address is this machine's: loopback, or one that its own traffic to it begins at. Nothing is sent."""
    if _meant(address).is_loopback:
        return True
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as unsent:
            unsent.connect((str(address), port))
            return ip_address(unsent.getsockname()[0]) == address
    except OSError:  # there is no way to it, as the connection will find too
        return False


def resolved(host: str, port: int) -> list[Address]:
    """The addresses that a name stands for now.

    Raises:
        OSError: it stands for none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ip_address(str(place[0])) for *_, place in found))


class GuardedTransport(httpx.BaseTransport):
    """HTTP over connections that go where they may.

    Args:
        reach: what may be reached.
        verify: certificates of authorities, as httpx takes them.
        resolve: looks names up.
    """

    def __init__(
        self,
        reach: Reach,
        *,
        verify: Any = True,  # noqa: ANN401 - what httpx takes: a context or True
        resolve: Resolve = resolved,
    ) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(verify=verify, trust_env=False),
            max_connections=MAX_CONNECTIONS,
            keepalive_expiry=IDLE_S,
            network_backend=_Dialling(reach, resolve),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Make a request.

        Raises:
            RuleViolated: `url-refused`: its host is where nothing is sent to.
            TransportError: no answer came; of httpx.
        """
        url = request.url
        asked = httpcore.Request(
            request.method,
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        try:
            answer = self._pool.handle_request(asked)
        except _FAILURES as failure:
            raise _as_httpx(failure) from failure
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Answer(answer), extensions=answer.extensions
        )

    def close(self) -> None:
        """Give the connections up."""
        self._pool.close()


class _Answer(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._answer.iter_stream()
        except _FAILURES as failure:
            raise _as_httpx(failure) from failure

    def close(self) -> None:
        self._answer.close()


class _Dialling(httpcore.SyncBackend):
    """Connects to addresses that were judged."""

    def __init__(self, reach: Reach, resolve: Resolve) -> None:
        self._reach, self._resolve = reach, resolve

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = self._resolve(host, port)
        except (OSError, ValueError) as error:
            raise httpcore.ConnectError(str(error)) from error
        allowed = [address for address in found if self._may_be(host, port, address)][:MAX_ADDRESSES]
        if not allowed:
            raise RuleViolated(
                f"{host} is at {', '.join(map(str, found[:MAX_ADDRESSES])) or 'no address'}, where nothing is sent to",
                code="url-refused",
                wanted="another machine, or a place of this one that the settings name",
            )
        failure: Exception = httpcore.ConnectError(host)
        for address in allowed:
            try:
                return super().connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def _may_be(self, host: str, port: int, address: Address) -> bool:
        if self._reach.is_here(host, port):
            return is_own(address, port)
        return self._reach.is_trusted(host, port) or (is_elsewhere(address) and not is_own(address, port))


def _as_httpx(failure: Exception) -> httpx.TransportError:
    """The failure under the name that it has in httpx, which is the same."""
    form = getattr(httpx, type(failure).__name__, httpx.TransportError)
    found: httpx.TransportError = form(str(failure))
    return found


def _parts(url: str) -> tuple[str, str, int]:
    """Scheme, host and port; all empty where it is no URL that requests are made to."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "", "", 0
    if parts.scheme not in {"https", "http"} or parts.username is not None:
        return "", "", 0
    return parts.scheme, host, (443 if parts.scheme == "https" else 80) if port is None else port


def _names_this_machine(host: str) -> bool:
    if host.rstrip(".") == "localhost" or host.rstrip(".").endswith(".localhost"):
        return True
    try:
        return not is_elsewhere(ip_address(host))
    except ValueError:
        return False


def _meant(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for; else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    tunnelled = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or tunnelled or address
