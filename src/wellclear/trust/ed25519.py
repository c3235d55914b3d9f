"""Ed25519 signatures that count: by an enrolled key, and accepted by two libraries that share no code.

OpenSSL (through `cryptography`) and libsodium (through `PyNaCl`) agree on signatures made as RFC 8032 says, and differ
on some that were made to make them differ. What only one accepts is no evidence: someone could show it to a party whose
software accepts it, and deny it to another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import nacl.bindings
import nacl.exceptions
import nacl.signing
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from wellclear.errors import MalformedInput, VerificationFailed
from wellclear.trust.curve import verify_prime_order

SEED_BYTES: Final = 32
"""Random bytes that a secret key is made from."""

SIGNATURE_BYTES: Final = 64
"""Bytes of one signature."""

MAX_KEYS_REMEMBERED: Final = 1_024
"""Keys whose fitness is remembered; more than a centre has counterparties, and a bound on memory."""


@lru_cache(maxsize=MAX_KEYS_REMEMBERED)
def verify_enrolment(public: bytes) -> None:
    """Hold only if a public key may be enrolled: the canonical form of a point of prime order, by both judgements.

    Judged by own arithmetic, which says what is wrong, and by libsodium, which must agree. It takes milliseconds, so
    the newest keys that passed are remembered.

    Args:
        public: the key, 32 bytes.

    Raises:
        MalformedInput: it may not; the code says why.
    """
    verify_prime_order(public)
    if not nacl.bindings.crypto_core_ed25519_is_valid_point(public):
        raise MalformedInput("libsodium does not take the key for a point of prime order", code="key-disputed")


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key that was enrolled. Who holds one holds a good one.

    Attributes:
        public: the key, 32 bytes.

    Raises:
        MalformedInput: the key may not be enrolled.
    """

    public: bytes
    _openssl: Ed25519PublicKey = field(init=False, repr=False, compare=False)
    _sodium: nacl.signing.VerifyKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        verify_enrolment(self.public)
        object.__setattr__(self, "_openssl", Ed25519PublicKey.from_public_bytes(self.public))
        object.__setattr__(self, "_sodium", nacl.signing.VerifyKey(self.public))

    def verify(self, message: bytes, signature: bytes) -> None:
        """Hold only if both libraries accept the signature over the message.

        Args:
            message: the exact bytes that were signed.
            signature: 64 bytes.

        Raises:
            VerificationFailed: `signature-length`, `signature-refused` (by both) or `signature-disputed` (by one).
        """
        if len(signature) != SIGNATURE_BYTES:
            raise VerificationFailed(f"{len(signature)} bytes are no signature", code="signature-length")
        verify_both(self._openssl_accepts(message, signature), self._sodium_accepts(message, signature))

    def _openssl_accepts(self, message: bytes, signature: bytes) -> bool:
        try:
            self._openssl.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def _sodium_accepts(self, message: bytes, signature: bytes) -> bool:
        try:
            self._sodium.verify(message, signature)
        except nacl.exceptions.BadSignatureError:
            return False
        return True


def verify_both(*accepted: bool) -> None:
    """Hold only if every library accepted a signature.

    Args:
        accepted: the verdict of each.

    Raises:
        VerificationFailed: `signature-refused` by all, or `signature-disputed`.
    """
    if not any(accepted):
        raise VerificationFailed("the signature does not hold", code="signature-refused")
    if not all(accepted):
        raise VerificationFailed("the signature holds for one library and not for the other", code="signature-disputed")


@dataclass(frozen=True, slots=True)
class Signer:
    """A secret key. It shows itself only by its public half.

    Attributes:
        verifier: the public half.

    Raises:
        MalformedInput: the seed is not 32 bytes.
    """

    seed: bytes = field(repr=False)
    verifier: Verifier = field(init=False)
    _secret: Ed25519PrivateKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.seed) != SEED_BYTES:
            raise MalformedInput(f"{len(self.seed)} bytes are no seed", code="seed-length", wanted="32 random bytes")
        secret = Ed25519PrivateKey.from_private_bytes(self.seed)
        object.__setattr__(self, "_secret", secret)
        object.__setattr__(self, "verifier", Verifier(secret.public_key().public_bytes_raw()))

    def sign(self, message: bytes) -> bytes:
        """Signature over a message, 64 bytes, which both libraries accept before it is returned.

        A fault of the machine while signing can give the secret away with the faulty signature; none such leaves.

        Raises:
            VerificationFailed: what was made does not hold.
        """
        signature = self._secret.sign(message)
        self.verifier.verify(message, signature)
        return signature
