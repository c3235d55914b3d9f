"""Tokens that this USS shows to others: from an authority, made with a key of ours, or read from a file."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final, Protocol
from uuid import uuid4

import httpx
import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from wellclear.errors import MalformedInput, PeerUnavailable

AHEAD_S: Final = 30.0
"""A token is renewed so long before it expires: longer than a request may take."""

LIFE_S: Final = 3_600
"""How long a token made here holds: the most that the standard allows."""

ANSWER_S: Final = 5.0
"""How long the authority may take."""

MAX_TOKEN_BYTES: Final = 16_384
"""Bytes of a token, as of a request's head."""

MAX_TOKENS: Final = 1_000
"""Tokens that are kept: one for each host and scope that was spoken to."""


class Credentials(Protocol):
    """Where tokens come from."""

    def token(self, audience: str, scope: str) -> str:
        """A token for a host and a scope.

        Raises:
            PeerUnavailable: `token-unavailable`.
        """


class NoCredentials:
    """No tokens: this USS is asked, and asks nobody."""

    def token(self, audience: str, scope: str) -> str:
        """As in `Credentials`.

        Raises:
            PeerUnavailable: `token-unavailable`, always.
        """
        raise _unavailable(f"no source of tokens is set, and {audience} wants one for {scope}")


@dataclass(frozen=True, slots=True)
class TokenFile:
    """One token in a file, read anew each time: who renews it writes the file again.

    Attributes:
        path: of the file.
    """

    path: Path

    def token(self, audience: str, scope: str) -> str:
        """As in `Credentials`; the file must hold a token for every audience and scope that is asked for.

        Raises:
            PeerUnavailable: `token-unavailable`: it cannot be read.
        """
        del audience, scope
        try:
            with self.path.open("rb") as file:
                return file.read(MAX_TOKEN_BYTES).decode("ascii").strip()
        except (OSError, ValueError) as error:
            raise _unavailable(f"the file of the token cannot be read: {type(error).__name__}") from None


class OwnKey:
    """Tokens signed with a private key whose public half the others take: an authority of one's own, for trials.

    Args:
        pem: the private RSA key.
        issuer: of the tokens.
        subject: who we are.
        now_s: the time.

    Raises:
        MalformedInput: `token-key`: it is no RSA key.
    """

    def __init__(self, pem: bytes, issuer: str, subject: str, now_s: Callable[[], float] = time.time) -> None:
        try:
            self._key = RSAKey.import_key(pem)
            private = self._key.is_private
        except (JoseError, ValueError, TypeError):
            private = False
        if not private:
            raise MalformedInput("this is no private RSA key", code="token-key", wanted="a key in PEM")
        self._issuer, self._subject, self._now_s = issuer, subject, now_s

    def token(self, audience: str, scope: str) -> str:
        """As in `Credentials`."""
        now_s = int(self._now_s())
        claims = {
            "iss": self._issuer,
            "sub": self._subject,
            "aud": audience,
            "scope": scope,
            "iat": now_s,
            "exp": now_s + LIFE_S,
            "jti": str(uuid4()),
        }
        return jwt.encode({"alg": "RS256", "typ": "JWT"}, claims, self._key, algorithms=["RS256"])


class _Granted(msgspec.Struct, frozen=True):
    access_token: str
    expires_in: float = LIFE_S


_GRANTED: Final = msgspec.json.Decoder(_Granted)


class Authority:
    """Tokens of an authority, by the grant of client credentials of RFC 6749.

    Args:
        url: of its token endpoint.
        client: name and secret; without, nothing but the question is sent, as to a test authority.
        now_s: a clock that only goes forward.
        transport: another way than the network, for tests.
    """

    def __init__(
        self,
        url: str,
        client: tuple[str, str] | None = None,
        now_s: Callable[[], float] = time.monotonic,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._url, self._now_s = url, now_s
        self._http = httpx.Client(auth=client, timeout=ANSWER_S, trust_env=False, transport=transport)
        self._kept: dict[tuple[str, str], tuple[str, float]] = {}
        self._lock = Lock()

    def token(self, audience: str, scope: str) -> str:
        """As in `Credentials`; a token that holds long enough is used again.

        Raises:
            PeerUnavailable: `token-unavailable`.
        """
        with self._lock:
            kept, until_s = self._kept.get((audience, scope), ("", 0.0))
            if kept and self._now_s() < until_s - AHEAD_S:
                return kept
        granted = self._granted(audience, scope)
        with self._lock:
            if len(self._kept) >= MAX_TOKENS:
                self._kept.clear()
            self._kept[audience, scope] = granted.access_token, self._now_s() + granted.expires_in
        return granted.access_token

    def _granted(self, audience: str, scope: str) -> _Granted:
        asked = {"grant_type": "client_credentials", "scope": scope, "audience": audience, "resource": audience}
        try:
            with self._http.stream("POST", self._url, data=asked) as answer:
                content = b"".join(_at_most(answer))
        except httpx.HTTPError as error:
            raise _unavailable(f"the authority does not answer: {type(error).__name__}") from None
        if answer.status_code != httpx.codes.OK:
            raise _unavailable(f"the authority answers HTTP {answer.status_code}")
        try:
            return _GRANTED.decode(content)
        except msgspec.MsgspecError:
            raise _unavailable("the authority's answer holds no token") from None


def _at_most(answer: httpx.Response) -> list[bytes]:
    pieces, size = [], 0
    for piece in answer.iter_bytes():
        size += len(piece)
        if size > MAX_TOKEN_BYTES:
            raise _unavailable("the authority's answer is too large")
        pieces.append(piece)
    return pieces


def _unavailable(message: str) -> PeerUnavailable:
    return PeerUnavailable(message, code="token-unavailable", wanted="an authority that grants this USS tokens")
