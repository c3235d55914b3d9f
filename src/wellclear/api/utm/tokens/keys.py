"""The public keys of the authority, from PEM texts or a JSON Web Key Set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from wellclear.errors import MalformedInput
from wellclear.formats.json_text import load

MIN_TOKEN_KEY_BITS: Final = 2_048
"""Least length of an RSA key (RFC 7518, section 3.3)."""

MAX_TOKEN_KEYS: Final = 100
"""Keys of one set: each may be tried for a token that names none."""

MAX_KEY_SET_BYTES: Final = 2**18
"""Bytes of a key file or key set: a hundred of the largest keys."""


@dataclass(frozen=True, slots=True)
class TokenKeys:
    """The keys that a token may be signed with.

    Attributes:
        keys: each with its name, which is empty where it has none.
    """

    keys: tuple[tuple[str, RSAKey], ...]

    def candidates(self, name: str) -> Sequence[RSAKey]:
        """Keys that may have signed a token whose header names one.

        Args:
            name: the header's `kid`; empty where it names none, which may be any key's.
        """
        named = [key for known, key in self.keys if known == name]
        return named or [key for known, key in self.keys if not name or not known]


def token_keys(sets: Iterable[TokenKeys]) -> TokenKeys:
    """All keys of some sets.

    Raises:
        MalformedInput: `token-keys`: none at all, or too many.
    """
    keys = tuple(key for each in sets for key in each.keys)
    if not 0 < len(keys) <= MAX_TOKEN_KEYS:
        raise MalformedInput(
            f"{len(keys)} keys to verify tokens with", code="token-keys", wanted=f"one to {MAX_TOKEN_KEYS}"
        )
    return TokenKeys(keys)


def parse_pem(content: bytes, at: str) -> TokenKeys:
    """One public key in PEM; it has no name.

    Raises:
        MalformedInput: `token-key`: no RSA public key of at least 2048 bits.
    """
    if len(content) > MAX_KEY_SET_BYTES:
        raise _no_key("the file is too large", at)
    return TokenKeys((("", _checked(content, at)),))


def parse_key_set(content: bytes, at: str) -> TokenKeys:
    """A JSON Web Key Set (RFC 7517). Keys of other kinds, or for other uses, are passed over.

    Raises:
        MalformedInput: `token-key`: no set, or a key in it that is none; or not strict JSON.
    """
    if len(content) > MAX_KEY_SET_BYTES:
        raise _no_key("the set is too large", at)
    members = load(content)
    found = members.get("keys") if isinstance(members, dict) else None
    if not isinstance(found, list):
        raise _no_key('there is no list "keys"', at)
    return TokenKeys(tuple(_named(one, f"{at}, key {number}") for number, one in enumerate(found, 1) if _is_ours(one)))


def _is_ours(member: Any) -> bool:  # noqa: ANN401 - any JSON value
    return (
        isinstance(member, dict)
        and member.get("kty") == "RSA"
        and member.get("use", "sig") == "sig"
        and member.get("alg", "RS256") == "RS256"
    )


def _named(member: dict[str, Any], at: str) -> tuple[str, RSAKey]:
    name = member.get("kid", "")
    if not isinstance(name, str):
        raise _no_key("its kid is no text", at)
    return name, _checked({part: member[part] for part in ("kty", "n", "e") if part in member}, at)


def _checked(given: bytes | dict[str, Any], at: str) -> RSAKey:
    try:
        key = RSAKey.import_key(given)
        bits = key.raw_value.key_size
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise _no_key(str(error), at) from None
    if key.is_private:
        raise _no_key("this is a private key", at)
    if bits < MIN_TOKEN_KEY_BITS:
        raise _no_key(f"a key of {bits} bits", at)
    return key


def _no_key(found: str, at: str) -> MalformedInput:
    return MalformedInput(
        f"no key to verify tokens with: {found}",
        code="token-key",
        at=at,
        wanted=f"an RSA public key of at least {MIN_TOKEN_KEY_BITS} bits",
    )
