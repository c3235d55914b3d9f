"""The bytes of files that hold secret keys: a centre's own in PKCS #8, the root's sealed by a passphrase.

A centre must start by itself at night, so that its own keys are guarded by the permissions of their files alone. The
root key is used a few times a year, by a person: without the passphrase its file says nothing.
"""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from wellclear.errors import MalformedInput, VerificationFailed
from wellclear.trust.canonical import parse_octets, print_octets, verify_name
from wellclear.trust.ed25519 import Signer
from wellclear.trust.password import password_key, verify_password_strength

MAX_KEY_FILE_BYTES: Final = 16_384
"""Bytes of a file with one key; those written here have below 500."""

_LINES: Final = ("wellclear-root-key/v1", "party", "public", "salt", "sealed")
_NONCE: Final = bytes(12)
"""The key is derived from a salt that is used once, so that no nonce is needed beside it."""


def print_secret_key(signer: Signer) -> bytes:
    """A secret key as PEM of PKCS #8 (RFC 8410), not encrypted; ``openssl pkey`` reads it."""
    secret = Ed25519PrivateKey.from_private_bytes(signer.seed)
    return secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def parse_secret_key(content: bytes) -> Signer:
    """A secret key from what `print_secret_key` wrote.

    Raises:
        MalformedInput: `key-file`: it is no such key, or it is encrypted.
    """
    _verify_size(content)
    try:
        secret = load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        secret = None
    if not isinstance(secret, Ed25519PrivateKey):
        raise MalformedInput("this is no secret key", code="key-file", wanted="Ed25519 in PKCS #8, PEM")
    return Signer(secret.private_bytes_raw())


def seal_root_key(party: str, root: Signer, passphrase: str, salt: bytes) -> bytes:
    """A root key as it is kept: five lines of text, of which the last can be opened with the passphrase alone.

    ``wellclear-root-key/v1``, ``party NAME``, ``public HEX``, ``salt OCTETS``, ``sealed OCTETS``. The seed is sealed
    with ChaCha20-Poly1305 (RFC 8439) under the key that `password_key` gives, the lines above being authenticated.

    Args:
        party: whose root it is.
        root: the key.
        passphrase: what will open it.
        salt: 16 random bytes, used once.

    Raises:
        MalformedInput: the party's name is none, or the salt has another length.
        RuleViolated: the passphrase is too short or too long.
    """
    verify_name(party)
    verify_password_strength(passphrase)
    head = _print_head(party, root.verifier.public, salt)
    sealed = ChaCha20Poly1305(password_key(passphrase, salt)).encrypt(_NONCE, root.seed, head)
    return head + f"{_LINES[4]} {print_octets(sealed)}\n".encode()


def open_root_key(content: bytes, party: str, passphrase: str) -> Signer:
    """A root key from its sealed file.

    Args:
        content: the file.
        party: whose root is expected.
        passphrase: what opens it.

    Raises:
        MalformedInput: `root-key-file`: it is not what `seal_root_key` writes.
        VerificationFailed: `root-key-party`: it is another party's; `root-key-sealed`: the passphrase is wrong, or the
            file was changed.
        RuleViolated: the passphrase is too long.
    """
    _verify_size(content)
    lines = content.decode("utf-8", "replace").split("\n")
    words = [line.split(" ") for line in lines[:-1]]
    if tuple(word[0] for word in words) != _LINES or [len(word) for word in words] != [1, 2, 2, 2, 2] or lines[-1]:
        raise MalformedInput("this is no root key", code="root-key-file", wanted="the file as it was made")
    owner, public_hex, salt_text, sealed_text = (word[1] for word in words[1:])
    if owner != party:
        raise VerificationFailed(f"this is the root key of {owner}", code="root-key-party", wanted=f"that of {party}")
    salt, sealed = parse_octets(salt_text), parse_octets(sealed_text)
    head = "".join(f"{line}\n" for line in lines[:4]).encode()
    try:
        root = Signer(ChaCha20Poly1305(password_key(passphrase, salt)).decrypt(_NONCE, sealed, head))
    except InvalidTag:
        raise VerificationFailed(
            "the root key does not open", code="root-key-sealed", wanted="its passphrase, and the file as it was"
        ) from None
    if root.verifier.public.hex() != public_hex:
        raise VerificationFailed("the sealed key is not the one named above it", code="root-key-sealed")
    return root


def _print_head(party: str, public: bytes, salt: bytes) -> bytes:
    return f"{_LINES[0]}\nparty {party}\npublic {public.hex()}\nsalt {print_octets(salt)}\n".encode()


def _verify_size(content: bytes) -> None:
    if len(content) > MAX_KEY_FILE_BYTES:
        raise MalformedInput(
            f"a key file of {len(content):,} bytes", code="key-file", wanted=f"at most {MAX_KEY_FILE_BYTES:,} bytes"
        )
