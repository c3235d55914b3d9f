"""The bodies of envelopes, one for each kind. Strict: unknown fields are refused, and each value has one form.

Digests are 32 bytes. `whole` is the salted digest of a version of an operation: the name of that version everywhere.
Bytes travel in base64. Operations travel as the exact bytes of `wellclear.model.operation_text`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, TypeVar

import msgspec

from wellclear.errors import MalformedInput
from wellclear.model.agreement.ladder import Urgency
from wellclear.model.agreement.steps import StepKind
from wellclear.protocol.envelope import MAX_NAME, Envelope, Kind
from wellclear.protocol.verdict import Verdict

MAX_REMARK: Final = 500
"""Characters of a remark, reason or procedure: what is read out on the telephone."""

MAX_ADDRESSEES: Final = 64
"""Parties that one notice names: more have no common telephone list either."""


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an envelope's body has in common: nothing but its strictness."""


class Notice(Body, frozen=True):
    """NOTICE and AMEND: one version of an operation, as told to one counterparty.

    Attributes:
        identifier: what the sender calls the operation.
        number: of the version; NOTICE has 1, AMEND more.
        whole: salted digest of the version.
        supersedes: digest of the version before; empty for the first.
        disclosed: ``full``, ``coarse`` or ``on-conflict``.
        operation: exact bytes of the operation as disclosed; empty for a place name alone.
        place_name: a name of the place, which fits the geometry or stands alone (UNBOUNDED).
        urgency: how soon an answer is needed.
        addressees: all parties that are told, in order.
        hazard_tail_ms: how long its danger outlives it.
        starts_ms: its first start, which lead time is counted to, as far as it is disclosed.
        ends_ms: its last end with the hazard tail: until then it counts.
        remarks: free text; carries no safety.
        category: kind of use.
        name_alone: whether a name of the place is all that is told: UNBOUNDED, the whole area of the agreement.
    """

    identifier: str
    number: int
    whole: bytes
    supersedes: bytes
    disclosed: str
    operation: bytes
    place_name: str
    urgency: Urgency
    addressees: tuple[str, ...]
    hazard_tail_ms: int
    starts_ms: int
    ends_ms: int
    remarks: str
    category: str
    name_alone: bool


class Withdraw(Body, frozen=True):
    """WITHDRAW: the operation will not be flown, or has ended."""

    identifier: str
    whole: bytes
    reason: str


class Receipt(Body, frozen=True):
    """RECEIPT: I hold exactly the bytes with this digest, at this place of my log; my assessment number 1 of a notice.

    Attributes:
        covers: digest of the envelope.
        whole: version that was assessed; empty where none is.
        epoch: of the receiver's log.
        index: of the entry that holds the bytes.
        number: of the assessment; 0 where none is made.
        verdict: the assessment; nothing where none is made.
        late_ms: by how much the lead time was missed; 0 for in time.
        marks: what else the receiver marked: ``OUTSIDE AGREEMENT``, ``UNBOUNDED``, ``LATE``.
    """

    covers: bytes
    whole: bytes
    epoch: int
    index: int
    number: int
    verdict: Verdict | None
    late_ms: int = 0
    marks: tuple[str, ...] = ()


class Assessment(Body, frozen=True):
    """ASSESSMENT: the sender's verdict on a version that the recipient filed has changed."""

    identifier: str
    whole: bytes
    number: int
    verdict: Verdict


class ReadBack(Body, frozen=True):
    """READ-BACK: the safety fields as the receiver entered them again, name and text of each."""

    identifier: str
    whole: bytes
    fields: tuple[tuple[str, str], ...]


class Answer(Body, frozen=True):
    """ACCEPT and OBJECT: the answer of a receiver's officer to a version."""

    identifier: str
    whole: bytes
    reason: str


class Settles(StrEnum):
    """How a resolution settles a conflict."""

    MOVE = "move"
    PROCEDURE = "procedure"


class Resolve(Body, frozen=True):
    """RESOLVE: a settlement of a conflict between two named versions. It dies with either.

    Attributes:
        own: version of the proposer's operation.
        own_identifier: that operation.
        other: version of the recipient's operation.
        other_identifier: that operation.
        settles: ``move`` settles nothing by itself, the AMEND that carries it out does; ``procedure`` settles.
        mover: party that moves; empty for a procedure.
        text: how far, in time, height or place; or the stated procedure.
    """

    own: bytes
    own_identifier: str
    other: bytes
    other_identifier: str
    settles: Settles
    mover: str
    text: str


class Agree(Body, frozen=True):
    """AGREE: yes to the RESOLVE whose envelope has this digest; both versions again."""

    resolve: bytes
    own: bytes
    other: bytes


class Hazard(Body, frozen=True, omit_defaults=True):
    """HAZARD: airspace that is dangerous, whoever causes it, until its ALL-CLEAR.

    Attributes:
        identifier: what the sponsor calls it.
        volumes: exact bytes of an operation that holds its volumes.
        cause: what is dangerous, in words.
        responsible: who causes it, where that is known and consented.
        relayed: exact bytes of the envelope that is relayed; empty where the sender says it itself.
        consent: how who causes it consented to being named; empty where nobody is named.
    """

    identifier: str
    volumes: bytes
    cause: str
    responsible: str
    relayed: bytes
    consent: str = ""


class AllClear(Body, frozen=True):
    """ALL-CLEAR: a hazard of the sender is over."""

    identifier: str
    reason: str


class Stop(Body, frozen=True):
    """STOP: cease. `about` is an operation of the recipient; empty for all that it does in the area."""

    identifier: str
    about: str
    text: str
    relayed: bytes


class Emergency(Body, frozen=True):
    """EMERGENCY: aircraft in distress, search and rescue; the position where it is known."""

    identifier: str
    lon_e7: int | None
    lat_e7: int | None
    text: str
    relayed: bytes


class Test(Body, frozen=True):
    """TEST: a test call, or its answer, which names the call in the envelope's `answers`."""

    identifier: str
    text: str


class Refuse(Body, frozen=True):
    """REFUSE: what the sender will not take, and why. The refused envelope keeps its number."""

    covers: bytes
    code: str
    field: str
    value: str
    wanted: str


class AgreementStep(Body, frozen=True):
    """AGREEMENT: a step of an agreement, with the time from which it holds.

    Attributes:
        step: which.
        number: how many steps with this version the sender took before.
        digest: SHA-256 of the agreement's exact text.
        text: the exact text, with PROPOSE; empty otherwise.
        signature: the sender's signature over the exact text as an agreement, 64 bytes, with SIGN; empty otherwise.
        effective_ms: from when it holds.
    """

    step: StepKind
    number: int
    digest: bytes
    text: bytes
    signature: bytes
    effective_ms: int


class SignedStatement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A statement of a root key about one key: payload and signature."""

    payload: bytes
    signature: bytes


class Key(Body, frozen=True):
    """KEY: all statements of the sender's root, in order."""

    statements: tuple[SignedStatement, ...]


class Phrase(Body, frozen=True):
    """PHRASE: an entry of the phrase book with its fields; a stop-gap of free text has the entry ``text``."""

    entry: str
    fields: tuple[tuple[str, str], ...]


FORMS: Final[dict[Kind, type[Body]]] = {
    Kind.NOTICE: Notice,
    Kind.AMEND: Notice,
    Kind.WITHDRAW: Withdraw,
    Kind.RECEIPT: Receipt,
    Kind.ASSESSMENT: Assessment,
    Kind.READ_BACK: ReadBack,
    Kind.ACCEPT: Answer,
    Kind.OBJECT: Answer,
    Kind.RESOLVE: Resolve,
    Kind.AGREE: Agree,
    Kind.HAZARD: Hazard,
    Kind.ALL_CLEAR: AllClear,
    Kind.STOP: Stop,
    Kind.EMERGENCY: Emergency,
    Kind.PHRASE: Phrase,
    Kind.TEST: Test,
    Kind.REFUSE: Refuse,
    Kind.AGREEMENT: AgreementStep,
    Kind.KEY: Key,
}
"""Which body each kind has."""

_ENCODER: Final = msgspec.json.Encoder()
_DECODERS: Final = {kind: msgspec.json.Decoder(form) for kind, form in FORMS.items()}
_LONG_TEXT: Final = frozenset({"text", "reason", "remark", "remarks", "cause", "field", "value", "wanted", "consent"})
_B = TypeVar("_B", bound=Body)


def print_body(body: Body) -> msgspec.Raw:
    """The one JSON form of a body."""
    return msgspec.Raw(_ENCODER.encode(body))


def parse_body(envelope: Envelope) -> Body:
    """The body of an envelope that was opened.

    Raises:
        MalformedInput: not the body of its kind, not in its one form, or beyond a limit.
    """
    raw = bytes(envelope.body)
    try:
        body = _DECODERS[envelope.kind].decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise MalformedInput(f"not a body of {envelope.kind}: {problem}", code="body-form") from problem
    if _ENCODER.encode(body) != raw:
        raise MalformedInput("the body is not in its one form", code="body-form", wanted="canonical JSON")
    _check_limits(body)
    return body


def body_of(envelope: Envelope, form: type[_B]) -> _B:
    """The body of an envelope whose kind has this form.

    Raises:
        MalformedInput: as `parse_body`, or the kind has another form.
    """
    body = parse_body(envelope)
    if not isinstance(body, form):
        raise MalformedInput(f"{envelope.kind} has another body", code="body-form", wanted=form.__name__)
    return body


def verify_text(name: str, text: str) -> None:
    """Hold only if a text is no longer than a field of this name may be in any body.

    Args:
        name: of the field.
        text: what it shall say.

    Raises:
        MalformedInput: `body-text`.
    """
    most = MAX_REMARK if name in _LONG_TEXT else MAX_NAME
    if len(text) > most:
        raise MalformedInput(
            f"a text of {len(text):,} characters", code="body-text", at=name, wanted=f"at most {most} characters"
        )


def _check_limits(body: Body) -> None:
    """Refuse digests of another length, and texts that are too long."""
    for name in body.__struct_fields__:
        value = getattr(body, name)
        if isinstance(value, str):
            verify_text(name, value)
        elif name in {"whole", "covers", "own", "other", "resolve", "digest"} and len(value) not in {0, 32}:
            raise MalformedInput("not a digest", code="body-digest", at=name, wanted="32 bytes")
        elif name == "addressees" and len(value) > MAX_ADDRESSEES:
            raise MalformedInput("too many addressees", code="body-addressees", wanted=f"at most {MAX_ADDRESSEES}")
