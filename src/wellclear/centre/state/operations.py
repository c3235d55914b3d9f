"""Own operations and how far they got, and the notices of others."""

from __future__ import annotations

from dataclasses import dataclass, field

from immutables import Map

from wellclear.centre.entries.operations import Filed
from wellclear.protocol.bodies import Notice, Resolve
from wellclear.protocol.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far the newest version of an operation got with one addressee.

    Attributes:
        notice: digest of the envelope that told it; empty while it was not told.
        told: version that the envelope told.
        received: version that its newest receipt covers; empty for none.
        received_ms: when the receipt came.
        epoch: of its log, when it made its newest assessment of this version: in a new epoch numbers begin again.
        number: of its newest assessment of this version; 0 for none.
        verdict: its newest assessment.
        late_ms: by how much the lead time was missed, by the receipt.
        read_back: ``correct``, ``wrong``, or empty.
        answer: ``accepted``, ``objected``, or empty.
        reason: what the answer gave as a reason.
        refused: why the peer refused the notice; empty if it did not.
        key: key that signed the newest receipt; empty for none.
        place: epoch and index of the envelope that brought it, in the peer's log.
        marks: what the receipt says the peer marked.
        covered: epoch and index at which the receipt says that the notice stands in the peer's log.
    """

    notice: bytes = b""
    told: bytes = b""
    received: bytes = b""
    received_ms: int = 0
    number: int = 0
    verdict: Verdict | None = None
    late_ms: int = 0
    read_back: str = ""
    answer: str = ""
    reason: str = ""
    refused: str = ""
    key: bytes = b""
    place: tuple[int, int] = (0, 0)
    epoch: int = 0
    marks: tuple[str, ...] = ()
    covered: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class OwnOperation:
    """An operation of the own party: its newest version, and each addressee's part.

    Attributes:
        filed: the newest version.
        addressees: who is told now.
        withheld: addressees that are told only once their notice conflicts.
        agreements: digests under which it stands.
        deliveries: by addressee.
        number: of the own assessment; 0 for none.
        verdict: the own assessment.
        ended: ``withdrawn`` or ``expired``; empty while it is live.
        changed: place in the log (index) of the newest change of the version.
    """

    filed: Filed
    addressees: tuple[str, ...]
    withheld: tuple[str, ...]
    agreements: tuple[bytes, ...]
    deliveries: Map[str, Delivery] = field(default_factory=Map)
    number: int = 0
    verdict: Verdict | None = None
    ended: str = ""
    changed: int = 0


@dataclass(frozen=True, slots=True)
class HeldNotice:
    """The newest version of a peer's operation, as it was told.

    Attributes:
        party: whose.
        notice: what was told.
        envelope: digest of the envelope.
        agreement: digest of the agreement's text that it names; empty outside every agreement.
        took_ms: when.
        place: epoch and index of the entry that took it.
        late_ms: by how much late.
        marks: ``LATE``, ``UNBOUNDED``, ``IMPRECISE``, ``SHORT NOTICE``, ``OUTSIDE AGREEMENT``, ``CLOCK``.
        number: of the own assessment; 0 for none.
        verdict: the own assessment.
        read_back: whether an officer sent the read-back.
        answer: what the own officer answered: ``accepted``, ``objected``, or empty.
        ended: ``withdrawn`` or ``expired``; empty while it is live.
        changed: place in the log (index) of the newest change.
        before: exact bytes of the version before, as it was told; empty for none, or for a place name alone.
        read_by: officer who looked at it first; empty while nobody did.
        read_ms: when.
    """

    party: str
    notice: Notice
    envelope: bytes
    agreement: bytes
    took_ms: int
    place: tuple[int, int] = (0, 0)
    late_ms: int = 0
    marks: tuple[str, ...] = ()
    number: int = 0
    verdict: Verdict | None = None
    read_back: bool = False
    answer: str = ""
    ended: str = ""
    changed: int = 0
    before: bytes = b""
    read_by: str = ""
    read_ms: int = 0


@dataclass(frozen=True, slots=True)
class Owed:
    """A read-back or an answer that an officer has not given, of the own side or of a counterparty.

    Attributes:
        deadline: ``read-back`` or ``answer``.
        party: who owes it.
        to: to whom.
        identifier: of the operation, which is the creditor's.
        whole: its version.
        due_ms: when it is overdue.
    """

    deadline: str
    party: str
    to: str
    identifier: str
    whole: bytes
    due_ms: int


@dataclass(frozen=True, slots=True)
class Lateness:
    """How often a counterparty told late.

    Attributes:
        versions: notices and amendments taken from it.
        late: how many of them missed the lead time.
        total_ms: by how much together.
        most_ms: by how much the worst.
    """

    versions: int = 0
    late: int = 0
    total_ms: int = 0
    most_ms: int = 0


@dataclass(frozen=True, slots=True)
class Resolution:
    """A settlement of a conflict between two versions; it holds only while both are the newest.

    Attributes:
        envelope: digest of the RESOLVE.
        party: the counterparty.
        proposed_by: party that proposed it.
        own: own version.
        own_identifier: own operation.
        other: the counterparty's version.
        other_identifier: its operation.
        settles: ``move`` or ``procedure``.
        mover: who moves.
        text: what is to be done.
        agreed: whether both signed it.
    """

    envelope: bytes
    party: str
    proposed_by: str
    own: bytes
    own_identifier: str
    other: bytes
    other_identifier: str
    settles: str
    mover: str
    text: str
    agreed: bool = False


def proposed_by_peer(envelope: bytes, party: str, body: Resolve) -> Resolution:
    """What a counterparty's RESOLVE proposes, seen from the own side: its own version is the other one here."""
    return Resolution(
        envelope=envelope,
        party=party,
        proposed_by=party,
        own=body.other,
        own_identifier=body.other_identifier,
        other=body.own,
        other_identifier=body.own_identifier,
        settles=body.settles,
        mover=body.mover,
        text=body.text,
    )


@dataclass(frozen=True, slots=True)
class Awaited:
    """An envelope said that asks for a RECEIPT which has not come.

    Attributes:
        kind: of the envelope.
        party: that owes the receipt.
        said_ms: when it was said.
        subject: operation, hazard or call that it is about.
        whole: version that it is about; empty for none.
        operations: own operations that an ASSESSMENT's old or new verdict names.
        overdue: whether its deadline passed.
    """

    kind: str
    party: str
    said_ms: int
    subject: str
    whole: bytes = b""
    operations: tuple[str, ...] = ()
    overdue: bool = False
