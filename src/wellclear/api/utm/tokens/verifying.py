"""A caller's token, verified: an RS256 JWT of the authority, for this host, that has not expired."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError

from wellclear.api.utm.tokens.keys import TokenKeys
from wellclear.errors import MalformedInput, VerificationFailed
from wellclear.formats.json_text import load

ALGORITHMS: Final = ("RS256",)
"""The one that the interface names; no other is ever accepted, whatever a token's header says."""

MAX_TOKEN_CHARACTERS: Final = 8_192
"""Characters of a token: what HTTP servers take in one header."""

MAX_CALLER_CHARACTERS: Final = 256
"""Characters of a caller's name."""

MAX_VERIFIED_TOKENS: Final = 4_096
"""Verified tokens that are remembered until they expire: some for each USS of a continent."""

NOT_BEFORE_LEEWAY_MS: Final = 60_000
"""How far the authority's clock may be ahead of ours; an expiry has no such leeway."""

MAX_CLAIM_S: Final = 253_402_300_800
"""The year 10000: a claim of a time is before it."""

_BEARER: Final = "bearer "


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls.

    Attributes:
        name: `sub` of the token: who manages what this caller creates.
        scopes: that were granted.
    """

    name: str
    scopes: frozenset[str]


class TokenVerifier:
    """Verifies tokens. For one thread.

    Args:
        keys: of the authority.
        audiences: host names, without port, under which this service is reached.

    Raises:
        MalformedInput: `token-audience`: none is named.
    """

    def __init__(self, keys: TokenKeys, audiences: Collection[str]) -> None:
        if not audiences or not all(audiences):
            raise MalformedInput(
                "no audience is named", code="token-audience", wanted="the host name of this service, without port"
            )
        self._keys, self._audiences = keys, frozenset(audiences)
        self._verified: OrderedDict[str, tuple[Caller, float]] = OrderedDict()

    def renew(self, keys: TokenKeys) -> None:
        """Take other keys; what was verified with the former ones counts no longer."""
        self._keys = keys
        self._verified.clear()

    def verified(self, authorization: str, now_ms: int) -> Caller:
        """The caller that a request's header ``authorization`` proves.

        Args:
            authorization: ``Bearer TOKEN``; empty where the request has none.
            now_ms: the time, UTC.

        Raises:
            VerificationFailed: `token-missing`, `token-malformed`, `token-signature`, `token-audience`,
                `token-expired`, `token-early` or `token-claims`.
        """
        if not authorization[: len(_BEARER)].lower() == _BEARER:
            raise VerificationFailed("the request has no token", code="token-missing", wanted="Bearer TOKEN")
        token = authorization[len(_BEARER) :].strip()
        known = self._verified.get(token)
        if known is None:
            known = self._looked_at(token, now_ms)
            self._verified[token] = known
            if len(self._verified) > MAX_VERIFIED_TOKENS:
                self._verified.popitem(last=False)
        caller, until_ms = known
        if now_ms >= until_ms:
            self._verified.pop(token, None)
            raise VerificationFailed("the token has expired", code="token-expired", wanted="a new token")
        return caller

    def _looked_at(self, token: str, now_ms: int) -> tuple[Caller, float]:
        """Caller and expiry of a token that is right but for its expiry."""
        claims = _signed_claims(token, self._keys)
        audience = claims.get("aud")
        named = audience if isinstance(audience, list) else [audience]
        if not any(isinstance(one, str) and one in self._audiences for one in named):
            raise VerificationFailed(
                "the token is for another audience",
                code="token-audience",
                wanted=" or ".join(sorted(self._audiences)),
            )
        until_ms, from_ms = _moment_ms(claims, "exp"), _moment_ms({"nbf": 0, **claims}, "nbf")
        if from_ms > now_ms + NOT_BEFORE_LEEWAY_MS:
            raise VerificationFailed("the token does not hold yet", code="token-early")
        name, scope = claims.get("sub"), claims.get("scope", "")
        if not isinstance(name, str) or not is_caller_name(name) or not isinstance(scope, str):
            raise VerificationFailed(
                "the token does not say who calls and what for", code="token-claims", wanted="texts sub and scope"
            )
        return Caller(name, frozenset(scope.split())), until_ms


def is_caller_name(name: str) -> bool:
    """Whether a text may name a USS: stores and logs take no control characters and no halves of characters."""
    return 0 < len(name) <= MAX_CALLER_CHARACTERS and name.isprintable() and not name.isspace()


def _signed_claims(token: str, keys: TokenKeys) -> dict[str, Any]:
    """The claims of a token, once a key has verified its signature."""
    if len(token) > MAX_TOKEN_CHARACTERS:
        raise _malformed("it is too long")
    try:
        content = token.encode("ascii")
        header = jws.extract_compact(content).headers()
    except (JoseError, ValueError, TypeError, AttributeError) as error:
        raise _malformed(str(error)) from None
    name = header.get("kid", "")
    if header.get("alg") not in ALGORITHMS or not isinstance(name, str):
        raise VerificationFailed("the token is not signed as it must be", code="token-signature", wanted="RS256")
    for key in keys.candidates(name):
        try:
            signed = jws.deserialize_compact(content, key, algorithms=list(ALGORITHMS))
        except (JoseError, ValueError, TypeError):
            continue
        return _claims(signed.payload)
    raise VerificationFailed(
        "the token's signature does not hold", code="token-signature", wanted="a token of the authority configured here"
    )


def _claims(payload: bytes) -> dict[str, Any]:
    try:
        claims = load(payload)
    except MalformedInput as error:
        raise _malformed(str(error)) from None
    if not isinstance(claims, dict):
        raise _malformed("its claims are no object")
    return claims


def _moment_ms(claims: dict[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < MAX_CLAIM_S:
        raise VerificationFailed(f"the token's {name} is no time", code="token-claims", wanted="seconds since 1970")
    return value * 1_000.0


def _malformed(found: str) -> VerificationFailed:
    return VerificationFailed(f"the token cannot be read: {found}", code="token-malformed", wanted="a signed JWT")
