"""A USS from its settings: where it keeps what it knows, which DSS it uses, and where its tokens come from."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from litestar import Router

from wellclear.api.utm.dss.service import Dss as Service
from wellclear.api.utm.uss.changing import Identity
from wellclear.api.utm.uss.credentials import Authority, Credentials, NoCredentials, OwnKey, TokenFile
from wellclear.api.utm.uss.desk import Rules
from wellclear.api.utm.uss.far_dss import FarDss
from wellclear.api.utm.uss.own_dss import OwnDss
from wellclear.api.utm.uss.reaching import Reach, reach_of, reach_of_peers, verify_reachable
from wellclear.api.utm.uss.routes.peers import uss_routes
from wellclear.api.utm.uss.routes.planners import planner_routes, version_routes
from wellclear.api.utm.uss.service import SYSTEM, Uss, UssParts
from wellclear.api.utm.uss.sql_keeping import open_keeping
from wellclear.errors import NotFound, RuleViolated
from wellclear.model.centre_url import is_loopback

SECRET_VARIABLE: Final = "WELLCLEAR_UTM_SECRET"  # noqa: S105 - the name of a variable, not what it holds
"""Environment variable that holds the secret for the authority's token endpoint."""

_SQLITE: Final = "sqlite:///"
_MEMORY: Final = "memory:"


@dataclass(frozen=True, slots=True)
class TokenSettings:
    """Where the tokens come from that this USS shows to others; at most one of the three.

    Attributes:
        url: token endpoint of the authority; empty for none.
        client: name at that endpoint, and secret.
        file: holds one token.
        key: private RSA key with which tokens are made.
        issuer: of those.
    """

    url: str = ""
    client: tuple[str, str] | None = None
    file: Path | None = None
    key: Path | None = None
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class UssSettings:
    """How a USS is run.

    Attributes:
        name: who it is: the `sub` of its tokens.
        url: base URL at which peers reach it.
        store: address of the registry of the DSS; what the USS knows is kept in the same PostgreSQL database, or
            beside the same SQLite file, which its DSS has for itself.
        dss: base URL of the DSS that it uses; empty for that of this process.
        tokens: that it shows.
        rules: what the authority leaves open.
        systems: identities for `/versions`, beside our own.
        authorities: PEM file of certificates that others' are held against; None for the system's.
        peers_here: hosts on this machine, or hosts with ports, at which peers may be.
    """

    name: str
    url: str
    store: str
    dss: str = ""
    tokens: TokenSettings = field(default_factory=TokenSettings)
    rules: Rules = field(default_factory=Rules)
    systems: Collection[str] = ()
    authorities: Path | None = None
    peers_here: Collection[str] = ()


def make_uss(
    settings: UssSettings, service: Service, loop: asyncio.AbstractEventLoop, now_ms: Callable[[], int]
) -> Uss:
    """A USS that has not started.

    Args:
        settings: how it is run.
        service: the DSS of this process.
        loop: in which that is served.
        now_ms: the time.

    Raises:
        RuleViolated: `url-refused`: peers could not be told the URL; `token-sources`: several sources of tokens.
        NotFound: `token-key-file`: there is no such file.
        MalformedInput: `token-key`: it holds no private key; `peer-here`: that names no host.
        OSError: storage failed.
    """
    verify_own_urls(settings)
    own = OwnDss(service.turns, loop, settings.name, service.settings)
    return Uss(
        UssParts(
            Identity(settings.name, settings.url.rstrip("/")),
            credentials_of(settings),
            lambda asking: FarDss(settings.dss, asking) if settings.dss else own,
            open_keeping(keeping_address(settings.store)),
            now_ms,
            settings.rules,
            _authorities(settings.authorities),
            reach_of_peers(settings.peers_here),
            reach_of(settings.dss) if settings.dss else Reach(),
        )
    )


def verify_own_urls(settings: UssSettings) -> None:
    """Hold only if the URLs of the settings are https, or http at this machine.

    Raises:
        RuleViolated: `url-refused`.
    """
    for url in (settings.url, settings.dss) if settings.dss else (settings.url,):
        verify_reachable(url, reach_of(url))
        host = urlsplit(url).hostname or ""
        if url.startswith("http:") and not (is_loopback(host) or host == "localhost"):
            raise RuleViolated(
                f"{url[:100]!r} is plain http to another machine",
                code="url-refused",
                wanted="https, or http at 127.0.0.1",
            )


def routes_of(uss: Uss, service: Service, systems: Collection[str]) -> list[Router]:
    """What a USS serves."""
    return [
        uss_routes(uss, service.admission),
        planner_routes(uss, service.admission),
        version_routes(service.admission, {SYSTEM, *systems}),
    ]


def keeping_address(store: str) -> str:
    """Where a USS keeps what it knows, from the address of its DSS's registry."""
    if store == _MEMORY:
        return ":memory:"
    if not store.startswith(_SQLITE):
        return store
    path = Path(store.removeprefix(_SQLITE))
    return str(path.with_name(f"{path.stem}-uss{path.suffix}"))


def credentials_of(settings: UssSettings) -> Credentials:
    """Where the tokens come from.

    Raises:
        RuleViolated: `token-sources`: more than one place is named.
        NotFound: `token-key-file`: there is no such file.
        MalformedInput: `token-key`: it holds no private key.
    """
    tokens = settings.tokens
    if sum(map(bool, (tokens.url, tokens.file, tokens.key))) > 1:
        raise RuleViolated("several sources of tokens", code="token-sources", wanted="one of them")
    if tokens.url:
        return Authority(tokens.url, tokens.client)
    if tokens.file is not None:
        return TokenFile(tokens.file)
    if tokens.key is None:
        return NoCredentials()
    try:
        pem = tokens.key.read_bytes()
    except OSError:
        raise NotFound("there is no such key", code="token-key-file", at=str(tokens.key)) from None
    return OwnKey(pem, tokens.issuer or settings.url, settings.name)


def _authorities(file: Path | None) -> Any:  # noqa: ANN401 - what httpx takes: a context or True
    return True if file is None else ssl.create_default_context(cafile=str(file))
