"""Messages between two centres that are not numbered and not logged: signed bytes, verified before they are parsed.

On the wire each is 32 bytes of the signing key, 64 bytes of signature, and the payload: JSON in its one form. The type
under which it is signed says what it is, so that none can be shown as another.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, Protocol, TypeVar

import msgspec

from wellclear.errors import MalformedInput, VerificationFailed
from wellclear.protocol.envelope import PROTOCOL_VERSION
from wellclear.trust.signing import SigningKey, VerifyingKey
from wellclear.trust.typed import Signed, sign_typed, verify_typed

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64

KeyOf = Callable[[bytes], tuple[str, VerifyingKey]]
"""The party and key of a public key that is enrolled; raises `VerificationFailed` for others."""


class _Addressed(Protocol):
    """What every such message says of itself."""

    @property
    def version(self) -> int: ...
    @property
    def party(self) -> str: ...
    @property
    def recipient(self) -> str: ...


Message = TypeVar("Message", bound=_Addressed)


def sign_spoken(kind: str, payload: bytes, signer: SigningKey) -> bytes:
    """Exact bytes of a message.

    Args:
        kind: type under which it is signed.
        payload: what is said.
        signer: the speaker's message key.
    """
    signed = sign_typed(kind, payload, signer)
    return signer.verifier.public + signed.signature + signed.payload


def verified_payload(kind: str, raw: bytes, key_of: KeyOf, code: str) -> tuple[str, bytes]:
    """Who signed a message, and its payload.

    Args:
        kind: type under which it must be signed.
        raw: bytes from outside.
        key_of: whose key it is.
        code: of the refusal where it is too short.

    Raises:
        MalformedInput: too short.
        VerificationFailed: not signed by an enrolled key.
    """
    start = KEY_BYTES + SIGNATURE_BYTES
    if len(raw) <= start:
        raise MalformedInput("too short for a signed message", code=code)
    party, verifier = key_of(raw[:KEY_BYTES])
    verify_typed(Signed(kind, raw[start:], raw[KEY_BYTES:start]), verifier)
    return party, raw[start:]


class Form(Generic[Message]):
    """One kind of message.

    Args:
        kind: type under which it is signed.
        struct: what it holds.
        most_bytes: limit of its size.
    """

    def __init__(self, kind: str, struct: type[Message], most_bytes: int) -> None:
        self._kind, self._most_bytes = kind, most_bytes
        self._encoder = msgspec.json.Encoder()
        self._decoder = msgspec.json.Decoder(struct)

    def print(self, message: Message, signer: SigningKey) -> bytes:
        """Exact bytes of a message, signed.

        Raises:
            MalformedInput: it is too large.
        """
        raw = sign_spoken(self._kind, self._encoder.encode(message), signer)
        self._verify_size(raw)
        return raw

    def open(self, raw: bytes, recipient: str, key_of: KeyOf) -> Message:
        """Verify a message, then parse it.

        Args:
            raw: bytes from outside.
            recipient: party to which it must be addressed.
            key_of: whose key it is.

        Raises:
            MalformedInput: not of its form.
            VerificationFailed: not signed by an enrolled key of the party that it names, or to another party.
        """
        self._verify_size(raw)
        party, payload = verified_payload(self._kind, raw, key_of, "spoken-form")
        message = self._parsed(payload)
        if message.party != party:
            raise VerificationFailed(f"{party} signed for {message.party!r}", code="spoken-party")
        if message.recipient != recipient:
            raise VerificationFailed(f"a message to {message.recipient!r}", code="spoken-recipient")
        return message

    def _parsed(self, payload: bytes) -> Message:
        try:
            message = self._decoder.decode(payload)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
            raise MalformedInput(f"not such a message: {problem}", code="spoken-form") from problem
        if message.version != PROTOCOL_VERSION:
            raise MalformedInput(
                f"protocol version {message.version}", code="protocol-version", wanted=str(PROTOCOL_VERSION)
            )
        if self._encoder.encode(message) != payload:
            raise MalformedInput("the message is not in its one form", code="spoken-form", wanted="canonical JSON")
        return message

    def _verify_size(self, raw: bytes) -> None:
        if len(raw) > self._most_bytes:
            raise MalformedInput(
                f"a message of {len(raw):,} bytes", code="spoken-size", wanted=f"at most {self._most_bytes:,} bytes"
            )
