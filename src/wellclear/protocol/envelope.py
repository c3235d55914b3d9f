"""What one centre says to another: exact bytes, signed as a message of a kind, verified before they are parsed.

On the wire and in the log an envelope is: 32 bytes of the signing key, 64 bytes of signature, one byte for the length
of the kind, the kind, and the payload: the JSON of `Envelope`. The signature is over kind and payload (DSSE).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final

import msgspec

from wellclear.errors import MalformedInput, VerificationFailed
from wellclear.trust.signing import SigningKey, VerifyingKey
from wellclear.trust.typed import Signed, sign_typed, verify_typed

PROTOCOL_VERSION: Final = 1
"""Version of the envelope's form."""

MAX_ENVELOPE_BYTES: Final = 1_048_576
"""Bytes of one envelope: an operation of 10,000 points fits five times."""

MAX_NAME: Final = 80
"""Characters of a party's, officer's or operation's name: what fits a line and is said in one breath."""

_KEY_BYTES: Final = 32
_SIGNATURE_BYTES: Final = 64
_TYPE: Final = "application/vnd.wellclear.envelope.v1+json;kind="


class Lane(StrEnum):
    """The two separately numbered streams between two centres."""

    SAFETY = "safety"
    ORDINARY = "ordinary"


class Kind(StrEnum):
    """What an envelope says."""

    NOTICE = "NOTICE"
    AMEND = "AMEND"
    WITHDRAW = "WITHDRAW"
    RECEIPT = "RECEIPT"
    ASSESSMENT = "ASSESSMENT"
    READ_BACK = "READ-BACK"
    ACCEPT = "ACCEPT"
    OBJECT = "OBJECT"
    RESOLVE = "RESOLVE"
    AGREE = "AGREE"
    HAZARD = "HAZARD"
    ALL_CLEAR = "ALL-CLEAR"
    STOP = "STOP"
    EMERGENCY = "EMERGENCY"
    PHRASE = "PHRASE"
    TEST = "TEST"
    REFUSE = "REFUSE"
    AGREEMENT = "AGREEMENT"
    KEY = "KEY"

    @property
    def lane(self) -> Lane:
        """The lane in which it goes: STOP, EMERGENCY, HAZARD and ALL-CLEAR in the safety lane."""
        return Lane.SAFETY if self in _SAFETY else Lane.ORDINARY

    @property
    def asks_receipt(self) -> bool:
        """Whether it asks for a RECEIPT."""
        return self in _ASKS_RECEIPT

    @property
    def survives_suspension(self) -> bool:
        """Whether it goes on as before while an agreement is suspended and after it ended."""
        return self.lane is Lane.SAFETY or self in _SURVIVES


_SAFETY: Final = frozenset({Kind.STOP, Kind.EMERGENCY, Kind.HAZARD, Kind.ALL_CLEAR})
_ASKS_RECEIPT: Final = _SAFETY | {Kind.NOTICE, Kind.AMEND, Kind.WITHDRAW, Kind.ASSESSMENT, Kind.RESOLVE}
_SURVIVES: Final = frozenset({Kind.TEST, Kind.PHRASE, Kind.RECEIPT, Kind.READ_BACK, Kind.AGREEMENT, Kind.KEY})


class Held(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The highest numbers held without a gap, of what the other side sent in an epoch of its log."""

    epoch: int = 0
    safety: int = 0
    ordinary: int = 0

    def of(self, lane: Lane) -> int:
        """The highest number held without a gap in a lane; 0 for none."""
        return self.safety if lane is Lane.SAFETY else self.ordinary


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an envelope holds besides the signature.

    Attributes:
        version: of this form.
        kind: what the body is.
        sender: party that speaks.
        epoch: of the sender's log.
        recipient: party that is spoken to.
        lane: of the kind.
        sequence: number within (sender, epoch, recipient, lane); the first is 1.
        previous: digest of the sender's previous envelope in that lane; zeros for the first.
        other_lane: newest number that the sender sent in the other lane.
        holds: what the sender holds of the recipient.
        answers: digest of the envelope that is answered; empty for none.
        agreement: digest of the agreement's text under which it is said; empty outside every agreement.
        role: what the officer acted as; empty for what the centre says by itself.
        at_ms: when, by the sender's clock.
        error_ms: the largest error that the sender claims for its clock.
        index: place of the entry in the sender's log.
        checkpoints: newest checkpoints that the sender holds of every log which both witness, as signed notes.
        body: JSON of the body; see `wellclear.protocol.bodies`.
    """

    version: int = PROTOCOL_VERSION
    kind: Kind
    sender: str
    epoch: int
    recipient: str
    lane: Lane
    sequence: int
    previous: bytes
    other_lane: int
    holds: Held
    answers: bytes = b""
    agreement: bytes = b""
    role: str = ""
    at_ms: int
    error_ms: int
    index: int
    checkpoints: tuple[str, ...] = ()
    body: msgspec.Raw


@dataclass(frozen=True, slots=True)
class Opened:
    """An envelope whose signature held. Only `open_envelope` makes one.

    Attributes:
        envelope: what it says.
        raw: its exact bytes.
        digest: SHA-256 of the exact bytes: the envelope's name everywhere.
        key: public key that signed it, 32 bytes.
    """

    envelope: Envelope
    raw: bytes
    digest: bytes
    key: bytes


_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(Envelope)


def print_envelope(envelope: Envelope, signer: SigningKey) -> bytes:
    """Exact bytes of an envelope, signed.

    Args:
        envelope: what is said.
        signer: the sender's message key.

    Raises:
        MalformedInput: it is too large.
    """
    payload = _ENCODER.encode(envelope)
    signed = sign_typed(_TYPE + envelope.kind, payload, signer)
    kind = envelope.kind.encode()
    raw = signer.verifier.public + signed.signature + bytes([len(kind)]) + kind + payload
    if len(raw) > MAX_ENVELOPE_BYTES:
        raise MalformedInput(
            f"an envelope of {len(raw):,} bytes", code="envelope-size", wanted=f"at most {MAX_ENVELOPE_BYTES:,} bytes"
        )
    return raw


def open_envelope(raw: bytes, key_of: Callable[[bytes], tuple[str, VerifyingKey]]) -> Opened:
    """Verify an envelope, then parse it.

    Args:
        raw: bytes from outside.
        key_of: the party and key of a public key that is enrolled; raises `VerificationFailed` for others.

    Raises:
        MalformedInput: not the form of an envelope.
        VerificationFailed: not signed by an enrolled key of its sender.
    """
    key, signature, kind, payload = _pieces(raw)
    party, verifier = key_of(key)
    verify_typed(Signed(_TYPE + kind, payload, signature), verifier)
    envelope = _parse(payload)
    if envelope.sender != party:
        raise VerificationFailed(f"{party} signed for {envelope.sender!r}", code="envelope-sender")
    if envelope.kind != kind:
        raise VerificationFailed("the kind signed is another than the kind said", code="envelope-kind")
    return Opened(envelope, raw, envelope_digest(raw), key)


def parse_own(raw: bytes) -> Opened:
    """Parse an envelope that stands in the own log, where it came verified; the writer's replay uses it.

    Raises:
        MalformedInput: not the form of an envelope.
    """
    key, _, _, payload = _pieces(raw)
    return Opened(_parse(payload), raw, envelope_digest(raw), key)


def envelope_digest(raw: bytes) -> bytes:
    """SHA-256 of an envelope's exact bytes, signature included."""
    return sha256(raw).digest()


def _pieces(raw: bytes) -> tuple[bytes, bytes, str, bytes]:
    """Key, signature, kind and payload."""
    if len(raw) > MAX_ENVELOPE_BYTES:
        raise MalformedInput(
            f"an envelope of {len(raw):,} bytes", code="envelope-size", wanted=f"at most {MAX_ENVELOPE_BYTES:,} bytes"
        )
    start = _KEY_BYTES + _SIGNATURE_BYTES
    if len(raw) <= start or len(raw) <= start + 1 + raw[start]:
        raise MalformedInput("too short for an envelope", code="envelope-form")
    end = start + 1 + raw[start]
    try:
        kind = Kind(raw[start + 1 : end].decode("ascii"))
    except ValueError as problem:
        raise MalformedInput("an unknown kind of envelope", code="envelope-kind-unknown") from problem
    return raw[:_KEY_BYTES], raw[_KEY_BYTES:start], kind.value, raw[end:]


def _parse(payload: bytes) -> Envelope:
    """The envelope of a verified payload; only the one form that its fields print as is taken."""
    try:
        envelope = _DECODER.decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise MalformedInput(f"not an envelope: {problem}", code="envelope-form") from problem
    if envelope.version != PROTOCOL_VERSION:
        raise MalformedInput(
            f"protocol version {envelope.version}", code="protocol-version", wanted=str(PROTOCOL_VERSION)
        )
    if envelope.lane is not envelope.kind.lane or envelope.sequence < 1 or envelope.epoch < 0 or envelope.index < 0:
        raise MalformedInput("the envelope's numbers are out of range", code="envelope-numbers")
    if len(envelope.sender) > MAX_NAME or len(envelope.recipient) > MAX_NAME:
        raise MalformedInput("a name is too long", code="envelope-name", wanted=f"at most {MAX_NAME} characters")
    if _ENCODER.encode(envelope) != payload:
        raise MalformedInput("the envelope is not in its one form", code="envelope-form", wanted="canonical JSON")
    return envelope
