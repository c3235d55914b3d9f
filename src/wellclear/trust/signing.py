"""What signing and verifying need of a key, so that a simulation may use keys that cost nothing.

`Signer` and `Verifier` of `wellclear.trust.ed25519` are the keys that count; nothing else is evidence.
"""

from __future__ import annotations

from typing import Protocol


class VerifyingKey(Protocol):
    """A public key."""

    @property
    def public(self) -> bytes:
        """Its 32 bytes."""

    def verify(self, message: bytes, signature: bytes) -> None:
        """Hold only if the signature is this key's over the message; raise `VerificationFailed` otherwise."""


class SigningKey(Protocol):
    """A secret key."""

    @property
    def verifier(self) -> VerifyingKey:
        """Its public half."""

    def sign(self, message: bytes) -> bytes:
        """Signature over a message, 64 bytes, which its public half accepts."""
