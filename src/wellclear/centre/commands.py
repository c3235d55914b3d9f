"""What an officer may command; each becomes entries or is refused with a reason."""

from __future__ import annotations

import msgspec

from wellclear.model.agreement.ladder import Urgency
from wellclear.model.agreement.steps import StepKind
from wellclear.protocol.bodies import Settles, SignedStatement


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="command"):
    """What every command has in common: nothing but its strictness."""


class EnrolParty(Order, frozen=True, tag="enrol"):
    """Enrol a counterparty whose card's check words were compared by voice."""

    party: str
    root: bytes
    card: bytes
    statements: tuple[SignedStatement, ...]


class StateKeys(Order, frozen=True, tag="keys"):
    """Tell all counterparties what the own root states of the own keys, in order."""

    statements: tuple[SignedStatement, ...]


class DraftAgreement(Order, frozen=True, tag="agreement-draft"):
    """Keep an agreement's exact text, checked."""

    text: bytes


class StepAgreement(Order, frozen=True, tag="agreement-step"):
    """Take a step of an agreement; `effective_ms` 0 is at once."""

    step: StepKind
    digest: bytes
    effective_ms: int = 0


class File(Order, frozen=True, tag="file"):
    """File an operation, or amend it: a new version of the same identifier.

    Attributes:
        content: exact bytes of the operation.
        name_alone: whether `place_name` is all that is told; the volumes then give times alone.
        amends: version that this one replaces; empty for a first one. Another than the newest is refused.
    """

    content: bytes
    amends: bytes = b""
    place_name: str = ""
    name_alone: bool = False
    urgency: Urgency = Urgency.ROUTINE
    remarks: str = ""


class Withdraw(Order, frozen=True, tag="withdraw"):
    """Withdraw an own operation."""

    identifier: str
    reason: str


class ReadBackNotice(Order, frozen=True, tag="read-back"):
    """Send the safety fields of a peer's notice as the officer entered them again."""

    party: str
    identifier: str
    whole: bytes
    fields: tuple[tuple[str, str], ...]


class AnswerNotice(Order, frozen=True, tag="answer"):
    """Accept a version of a peer's operation, or object to it with a reason."""

    party: str
    identifier: str
    whole: bytes
    accept: bool
    reason: str = ""


class ProposeResolution(Order, frozen=True, tag="resolve"):
    """Propose to settle a conflict between an own and a counterparty's version."""

    party: str
    own_identifier: str
    other_identifier: str
    settles: Settles
    text: str
    mover: str = ""


class AgreeResolution(Order, frozen=True, tag="agree"):
    """Agree to a RESOLVE of a counterparty, named by the digest of its envelope."""

    resolve: bytes


class SayStop(Order, frozen=True, tag="stop"):
    """Say STOP to parties about an operation of theirs, or about everything; or relay a peer's."""

    to: tuple[str, ...]
    text: str
    about: str = ""
    relays: bytes = b""


class SayEmergency(Order, frozen=True, tag="emergency"):
    """Say EMERGENCY to all counterparties."""

    text: str
    lon_e7: int | None = None
    lat_e7: int | None = None


class DeclareHazard(Order, frozen=True, tag="hazard"):
    """Declare a hazard to all counterparties, or relay a peer's envelope about it.

    Who causes it is named only with `consent`: how that party consented to it.
    """

    identifier: str
    content: bytes
    cause: str
    responsible: str = ""
    relays: bytes = b""
    consent: str = ""


class EndHazard(Order, frozen=True, tag="all-clear"):
    """Declare an own hazard over."""

    identifier: str
    reason: str


class CallTest(Order, frozen=True, tag="test-call"):
    """Make a test call."""

    to: tuple[str, ...]
    text: str = ""


class CheckRadio(Order, frozen=True, tag="radio-check"):
    """Record that a frequency of an agreement was tried with a counterparty, and whether it was heard."""

    party: str
    frequency: str
    heard: bool
    remark: str = ""


class AcknowledgeAlarm(Order, frozen=True, tag="acknowledge"):
    """Acknowledge an alarm."""

    alarm: str
    remark: str = ""


class ReadNotice(Order, frozen=True, tag="read"):
    """Record that an officer looks at a peer's notice."""

    party: str
    identifier: str


class ExportEvidence(Order, frozen=True, tag="evidence"):
    """Show what the log holds about an incident to whoever gets the file; that it was done goes on the record.

    Attributes:
        about: operation, notice, hazard, call, alarm or agreement; empty for a length of time.
        from_ms: its start.
        until_ms: its end, excluded; 0 where no time is asked for.
    """

    about: str = ""
    from_ms: int = 0
    until_ms: int = 0


Command = (
    EnrolParty
    | StateKeys
    | DraftAgreement
    | StepAgreement
    | File
    | Withdraw
    | ReadBackNotice
    | AnswerNotice
    | ProposeResolution
    | AgreeResolution
    | SayStop
    | SayEmergency
    | DeclareHazard
    | EndHazard
    | CallTest
    | CheckRadio
    | AcknowledgeAlarm
    | ReadNotice
    | ExportEvidence
)
"""Every command."""
