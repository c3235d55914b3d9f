from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from joserfc.jwk import RSAKey

from wellclear.api.utm.tokens.keys import parse_pem
from wellclear.api.utm.tokens.verifying import Caller, TokenVerifier
from wellclear.api.utm.uss.asking import Asking, Exchange
from wellclear.api.utm.uss.assembling import TokenSettings, UssSettings, credentials_of, keeping_address
from wellclear.api.utm.uss.credentials import MAX_TOKEN_BYTES, Authority, NoCredentials, OwnKey, TokenFile
from wellclear.api.utm.uss.journal import record_of
from wellclear.errors import MalformedInput, NotFound, PeerUnavailable, RuleViolated

KEY = RSAKey.generate_key(2048)
NOW_MS = 1_800_000_000_000
SCOPE = "utm.strategic_coordination"


class Server:
    """An authority: WSGI in this process."""

    def __init__(self, answer: bytes, status: str = "200 OK") -> None:
        self.answer, self.status, self.asked = answer, status, list[dict[str, list[str]]]()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        self.asked.append(parse_qs(environ["wsgi.input"].read().decode()))
        start(self.status, [("content-type", "application/json")])
        return [self.answer]


def authority(server: Server, now_s: Callable[[], float] = lambda: 0.0) -> Authority:
    url = "https://auth.example/token"
    return Authority(url, ("uss1", "secret"), now_s, httpx.WSGITransport(server))  # type: ignore[arg-type] # WSGI


def test_a_token_made_here_holds_for_one_host_and_scope() -> None:
    made = OwnKey(KEY.as_pem(private=True), "https://uss1.example", "uss1", lambda: NOW_MS / 1_000)
    verifier = TokenVerifier(parse_pem(KEY.as_pem(private=False), "key.pem"), ["uss2.example"])
    found = verifier.verified(f"Bearer {made.token('uss2.example', SCOPE)}", NOW_MS)
    assert found == Caller("uss1", frozenset({SCOPE}))
    with pytest.raises(Exception, match="another audience"):
        verifier.verified(f"Bearer {made.token('uss3.example', SCOPE)}", NOW_MS)


@pytest.mark.parametrize("pem", [b"", b"no key", KEY.as_pem(private=False)])
def test_only_a_private_key_makes_tokens(pem: bytes) -> None:
    with pytest.raises(MalformedInput):
        OwnKey(pem, "https://uss1.example", "uss1")


def test_an_authoritys_token_is_used_until_it_is_nearly_over() -> None:
    server, now_s = Server(json.dumps({"access_token": "abc", "expires_in": 100}).encode()), [0.0]
    granted = authority(server, lambda: now_s[0])
    assert granted.token("dss.example", SCOPE) == "abc"
    granted.token("dss.example", SCOPE)
    assert len(server.asked) == 1
    assert server.asked[0]["audience"] == ["dss.example"]
    assert server.asked[0]["scope"] == [SCOPE]
    granted.token("uss2.example", SCOPE)
    now_s[0] = 71.0
    granted.token("dss.example", SCOPE)
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    "server",
    [
        Server(b"", "401 Unauthorized"),
        Server(b"", "500 Internal Server Error"),
        Server(b"{}"),
        Server(b"["),
        Server(b" " * (MAX_TOKEN_BYTES + 1)),
    ],
)
def test_an_authority_that_grants_nothing_is_away(server: Server) -> None:
    with pytest.raises(PeerUnavailable):
        authority(server).token("dss.example", SCOPE)


def test_a_token_in_a_file_is_read_anew(tmp_path: Path) -> None:
    file = TokenFile(tmp_path / "token")
    with pytest.raises(PeerUnavailable):
        file.token("dss.example", SCOPE)
    for text in ("one", "two"):
        (tmp_path / "token").write_text(text + "\n", encoding="ascii")
        assert file.token("dss.example", SCOPE) == text
    with pytest.raises(PeerUnavailable):
        NoCredentials().token("dss.example", SCOPE)


def test_one_source_of_tokens_is_named(tmp_path: Path) -> None:
    def settings(**tokens: Any) -> UssSettings:  # noqa: ANN401 - as the settings take them
        return UssSettings("uss1", "https://uss1.example", "memory:", tokens=TokenSettings(**tokens))

    assert isinstance(credentials_of(settings()), NoCredentials)
    assert isinstance(credentials_of(settings(url="https://auth.example/token")), Authority)
    assert isinstance(credentials_of(settings(file=tmp_path / "token")), TokenFile)
    with pytest.raises(RuleViolated):
        credentials_of(settings(url="https://auth.example/token", file=tmp_path / "token"))
    with pytest.raises(NotFound):
        credentials_of(settings(key=tmp_path / "none.pem"))


def test_every_exchange_is_on_record_before_its_answer_is_looked_at() -> None:
    records: list[Exchange] = []
    key = OwnKey(KEY.as_pem(private=True), "https://uss1.example", "uss1")
    transport = httpx.WSGITransport(Server(b"no json", "418 Teapot"))  # type: ignore[arg-type] # WSGI
    asking = Asking(key, records.append, lambda: NOW_MS, transport=transport)
    found = asking.ask("POST", "https://uss2.example/uss/v1/reports", SCOPE, {"a": 1})
    assert (found.status, found.answer) == (418, b"no json")
    asking.close()
    assert records == [found]
    record = record_of(found, "Client")
    assert record.response_code == 418
    assert record.headers is not None
    assert found.token.rpartition(".")[2] not in record.headers[0]


@pytest.mark.parametrize(
    ("store", "address"),
    [
        ("memory:", ":memory:"),
        ("sqlite:///utm.sqlite", "utm-uss.sqlite"),
        ("sqlite:////srv/utm.sqlite", "/srv/utm-uss.sqlite"),
        ("postgresql://utm@db/utm", "postgresql://utm@db/utm"),
    ],
)
def test_where_a_uss_keeps_what_it_knows(store: str, address: str) -> None:
    assert keeping_address(store) == address
