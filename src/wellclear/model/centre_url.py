"""Addresses at which centres reach each other: https, and plain http on this machine alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from wellclear.errors import MalformedInput, RuleViolated

MAX_URL_CHARACTERS: Final = 300
"""More than a scheme, the longest name of DNS and a port need."""

_WANTED: Final = "such as https://north.example:8443"
_URL: Final = re.compile(r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(?P<port>[1-9][0-9]{0,4}))?")
_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class CentreUrl:
    """Where a centre is reached: scheme, host and port, and nothing else.

    Attributes:
        text: as it is written.
        secured: whether it is https.
        host: a name, or an address without brackets.
        port_number: 443 or 80 where none is written.
    """

    text: str
    secured: bool
    host: str
    port_number: int


def parse_url(text: str) -> CentreUrl:
    """An address from its one form: lower case, no path, no slash at the end, no user.

    Raises:
        MalformedInput: `url-malformed`.
        RuleViolated: `url-plain`: http to another machine. ``localhost`` counts as another: what it means is up to a
            file that others may change.
    """
    parts = _URL.fullmatch(text) if len(text) <= MAX_URL_CHARACTERS else None
    if parts is None or int(parts["port"] or 1) > 65_535 or not _is_host(parts["host"]):
        raise MalformedInput("this is no address of a centre", code="url-malformed", wanted=_WANTED)
    host = parts["host"].strip("[]")
    secured = parts["scheme"] == "https"
    if not secured and not is_loopback(host):
        raise RuleViolated(
            "plain http leaves this machine", code="url-plain", wanted="https, or http to 127.0.0.1 or [::1]"
        )
    return CentreUrl(text, secured, host, int(parts["port"] or (443 if secured else 80)))


def verify_url(text: str) -> None:
    """Hold only if a text is an address at which a centre may be reached; errors as `parse_url`."""
    parse_url(text)


def is_loopback(host: str) -> bool:
    """Whether a host is an address of this machine alone; never for a name."""
    address = _address(host)
    return address is not None and address.is_loopback


def _is_host(host: str) -> bool:
    if host.startswith("["):
        return isinstance(_address(host.strip("[]")), IPv6Address)
    if re.fullmatch(r"[0-9.]+", host):
        return isinstance(_address(host), IPv4Address)
    return len(host) <= 253 and all(_LABEL.fullmatch(label) for label in host.split("."))


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
