"""HEARTBEAT: a centre is alive, how well it knows the time, and what it holds of the other side. Never logged.

It is signed by the message key as an envelope is, and verified before it is parsed. On the wire it is 32 bytes of the
signing key, 64 bytes of signature, and the payload: the JSON of `Heartbeat`. The answer to a heartbeat, and to a batch
of envelopes, is a heartbeat too, so that whoever speaks learns at once what is held.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from wellclear.errors import MalformedInput, VerificationFailed
from wellclear.protocol.admissible import MAX_NUMBER
from wellclear.protocol.envelope import MAX_NAME, PROTOCOL_VERSION, Held
from wellclear.protocol.spoken import KeyOf, sign_spoken, verified_payload
from wellclear.protocol.witnessing import MAX_SHOWN, Note
from wellclear.trust.signing import SigningKey

MAX_HEARTBEAT_BYTES: Final = 65_536
"""Bytes of one heartbeat: the notes of 64 logs, each with a signature and a cosignature, fit."""

MAX_OFF_MS: Final = 60_000
"""How far the time of a heartbeat may be from the receiver's clock, their errors included: what a step of an agreement
allows for, and a bound on how long a recorded heartbeat could be played again to a centre that was just started."""

COUNTER_WINDOW: Final = 1_024
"""How many counters below the newest are still told apart: answers on several connections overtake each other."""

_TYPE: Final = "application/vnd.wellclear.heartbeat.v1+json"


class Heartbeat(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one centre tells another about itself, now.

    Attributes:
        version: of this form.
        party: that speaks.
        recipient: party that is spoken to.
        epoch: of the speaker's log.
        index: number of entries in that epoch that are on disk.
        at_ms: when, by the speaker's clock.
        error_ms: the largest error that the speaker claims for its clock.
        counter: greater with each heartbeat to this recipient; it begins at the time at which the speaker started.
        holds: what the speaker holds of the recipient without a gap.
        backlog: envelopes to the recipient that it has not acknowledged, as far as the speaker knows.
        assessed: number of the newest assessment that the speaker sent, in its ordinary lane; 0 for none. Who holds
            less without a gap does not know what the speaker finds now.
        checkpoint: the speaker's newest checkpoint, as a signed note; empty while there is none.
        shown: the newest checkpoint that the speaker co-signed of each log, the recipient's own included, as notes.
    """

    version: int = PROTOCOL_VERSION
    party: str
    recipient: str
    epoch: int
    index: int
    at_ms: int
    error_ms: int
    counter: int
    holds: Held
    backlog: int
    checkpoint: Note = ""
    shown: Annotated[tuple[Note, ...], msgspec.Meta(max_length=MAX_SHOWN)] = ()
    assessed: int = 0


_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(Heartbeat)


def print_heartbeat(heartbeat: Heartbeat, signer: SigningKey) -> bytes:
    """Exact bytes of a heartbeat, signed.

    Args:
        heartbeat: what is said.
        signer: the speaker's message key.

    Raises:
        MalformedInput: it is too large.
    """
    raw = sign_spoken(_TYPE, _ENCODER.encode(heartbeat), signer)
    _verify_size(raw)
    return raw


def open_heartbeat(raw: bytes, recipient: str, key_of: KeyOf) -> Heartbeat:
    """Verify a heartbeat, then parse it.

    Args:
        raw: bytes from outside.
        recipient: party to which it must be addressed.
        key_of: the party and key of a public key that is enrolled; raises `VerificationFailed` for others.

    Raises:
        MalformedInput: not the form of a heartbeat.
        VerificationFailed: not signed by an enrolled key of the party that it names, or to another party.
    """
    _verify_size(raw)
    party, payload = verified_payload(_TYPE, raw, key_of, "heartbeat-form")
    heartbeat = _parse(payload)
    if heartbeat.party != party:
        raise VerificationFailed(f"{party} signed for {heartbeat.party!r}", code="heartbeat-party")
    if heartbeat.recipient != recipient:
        raise VerificationFailed(f"a heartbeat to {heartbeat.recipient!r}", code="heartbeat-recipient")
    return heartbeat


class Heartbeats:
    """Which heartbeats of one party were heard: each counts once, and only near its time."""

    def __init__(self) -> None:
        self._newest = 0
        self._seen = 0

    def admit(self, heartbeat: Heartbeat, now_ms: int, error_ms: int) -> None:
        """Count a heartbeat that was opened.

        Args:
            heartbeat: what was heard.
            now_ms: by the own clock.
            error_ms: largest error of the own clock.

        Raises:
            VerificationFailed: `heartbeat-time`: it is not of now, or the clocks differ; `heartbeat-replayed`: it was
                heard before, or is too old to tell.
        """
        off_ms = heartbeat.at_ms - now_ms
        if abs(off_ms) > MAX_OFF_MS + error_ms:
            raise VerificationFailed(
                f"a heartbeat {abs(off_ms) / 1_000:,.0f} s {'ahead of' if off_ms > 0 else 'behind'} the own clock",
                code="heartbeat-time",
                wanted=f"at most {MAX_OFF_MS // 1_000} s",
            )
        ahead = heartbeat.counter - self._newest
        if ahead > 0:
            self._seen = (self._seen << min(ahead, COUNTER_WINDOW) | 1) & ((1 << COUNTER_WINDOW) - 1)
            self._newest = heartbeat.counter
            return
        if -ahead >= COUNTER_WINDOW or self._seen >> -ahead & 1:
            raise VerificationFailed("the heartbeat was heard before", code="heartbeat-replayed")
        self._seen |= 1 << -ahead


def _verify_size(raw: bytes) -> None:
    if len(raw) > MAX_HEARTBEAT_BYTES:
        raise MalformedInput(
            f"a heartbeat of {len(raw):,} bytes", code="heartbeat-size", wanted=f"at most {MAX_HEARTBEAT_BYTES:,} bytes"
        )


def _parse(payload: bytes) -> Heartbeat:
    """The heartbeat of a verified payload; only the one form that its fields print as is taken."""
    try:
        heartbeat = _DECODER.decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise MalformedInput(f"not a heartbeat: {problem}", code="heartbeat-form") from problem
    if heartbeat.version != PROTOCOL_VERSION:
        raise MalformedInput(
            f"protocol version {heartbeat.version}", code="protocol-version", wanted=str(PROTOCOL_VERSION)
        )
    held = heartbeat.holds
    numbers = (
        heartbeat.epoch,
        heartbeat.index,
        heartbeat.at_ms,
        heartbeat.error_ms,
        heartbeat.backlog,
        heartbeat.assessed,
    )
    largest = max(*numbers, held.epoch, held.safety, held.ordinary, heartbeat.counter)
    if min(*numbers, held.epoch, held.safety, held.ordinary) < 0 or heartbeat.counter < 1 or largest > MAX_NUMBER:
        raise MalformedInput("the heartbeat's numbers are out of range", code="heartbeat-numbers")
    if max(len(heartbeat.party), len(heartbeat.recipient)) > MAX_NAME:
        raise MalformedInput("a name is too long", code="heartbeat-name", wanted=f"at most {MAX_NAME} characters")
    if _ENCODER.encode(heartbeat) != payload:
        raise MalformedInput("the heartbeat is not in its one form", code="heartbeat-form", wanted="canonical JSON")
    return heartbeat
