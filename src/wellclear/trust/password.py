"""Passwords: keys derived from them, and hashes by which they are known again.

Argon2id with the memory and passes of the second recommended choice of RFC 9106, section 4: 64 MiB, three passes; but
one lane, not four: OpenSSL gives lanes to threads that all derivations of a process share, so that two officers who
log in at once with four lanes each wait for the other for ever. What a guess costs is the same. The parameters are
fixed for version 1 of what is written with them, so that no file can ask for more memory than that. Salts come as
arguments.
"""

from __future__ import annotations

import hmac
from typing import Final
from unicodedata import normalize

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from wellclear.errors import MalformedInput, RuleViolated, VerificationFailed
from wellclear.trust.canonical import parse_octets, print_octets

PASSWORD_SALT_BYTES: Final = 16
"""Random bytes that make one password's hash differ from another's: what RFC 9106, section 3.1, recommends."""

MIN_PASSWORD_CHARACTERS: Final = 12
"""What guessing at the speed of a stolen file takes years for, if it is not a known phrase."""

MAX_PASSWORD_CHARACTERS: Final = 1_000
"""More than anyone types, and a bound on what is hashed for a stranger."""

_KEY_BYTES: Final = 32
_PASSES, _LANES, _MEMORY_KIB = 3, 1, 65_536
_HASH: Final = "argon2id/1"


def verify_password_strength(password: str) -> None:
    """Hold only if a new password is long enough to be taken.

    Raises:
        RuleViolated: `password-short`, or `password-long`.
    """
    if len(password) < MIN_PASSWORD_CHARACTERS:
        raise RuleViolated(
            "the password is too short", code="password-short", wanted=f"at least {MIN_PASSWORD_CHARACTERS} characters"
        )
    _verify_length(password)


def password_key(password: str, salt: bytes) -> bytes:
    """A key that only the password gives; the same whichever way its accents were typed (Unicode NFC).

    Args:
        password: as it was typed.
        salt: 16 random bytes, used once.

    Returns:
        32 bytes, after some 0.2 s and 64 MiB.

    Raises:
        MalformedInput: the salt has another length.
        RuleViolated: `password-long`.
    """
    _verify_length(password)
    if len(salt) != PASSWORD_SALT_BYTES:
        raise MalformedInput(f"{len(salt)} bytes are no salt", code="salt-length", wanted="16 random bytes")
    typed = normalize("NFC", password).encode("utf-8", "surrogatepass")
    derivation = Argon2id(salt=salt, length=_KEY_BYTES, iterations=_PASSES, lanes=_LANES, memory_cost=_MEMORY_KIB)
    return derivation.derive(typed)


def hash_password(password: str, salt: bytes) -> str:
    """What is kept of a password: ``argon2id/1 SALT HASH``; errors as `password_key`."""
    return f"{_HASH} {print_octets(salt)} {print_octets(password_key(password, salt))}"


def verify_password(password: str, hashed: str) -> None:
    """Hold only if a password is the one that was hashed. It takes as long for a wrong one as for a right one.

    Args:
        password: as it was typed.
        hashed: what `hash_password` gave.

    Raises:
        VerificationFailed: `password-wrong`.
        MalformedInput: what was kept is no hash.
        RuleViolated: `password-long`.
    """
    salt, expected = _parse_hash(hashed)
    if not hmac.compare_digest(password_key(password, salt), expected):
        raise VerificationFailed("the password is wrong", code="password-wrong")


def verify_password_hash(hashed: str) -> None:
    """Hold only if a text is what `hash_password` gives.

    Raises:
        MalformedInput: `password-hash` or `octets-malformed`.
    """
    _parse_hash(hashed)


def _parse_hash(hashed: str) -> tuple[bytes, bytes]:
    words = hashed.split(" ")
    parts = [parse_octets(word) for word in words[1:]]
    if words[0] != _HASH or [len(part) for part in parts] != [PASSWORD_SALT_BYTES, _KEY_BYTES]:
        raise MalformedInput("this is no hash of a password", code="password-hash", wanted=f"{_HASH} SALT HASH")
    return parts[0], parts[1]


def _verify_length(password: str) -> None:
    if len(password) > MAX_PASSWORD_CHARACTERS:
        raise RuleViolated(
            "the password is too long", code="password-long", wanted=f"at most {MAX_PASSWORD_CHARACTERS:,} characters"
        )
