"""What each centre's log says, read a second way: by plain lists of facts, without the core's state.

Rules that ask whether something may count compare the core's answer with this one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from wellclear.centre.entries.agreements import Governed
from wellclear.centre.entries.entry import Entry
from wellclear.centre.entries.link import (
    READ_BACK_WRONG,
    Began,
    ClockDoubted,
    Condition,
    Equivocated,
    ForkProven,
    Judged,
    Linked,
    Said,
    Took,
)
from wellclear.centre.entries.operations import Expired, Filed, Readdressed, Withdrawn
from wellclear.centre.entries.text import parse_entry
from wellclear.protocol.bodies import Agree, Answer, Assessment, Notice, ReadBack, Receipt, Refuse, Resolve
from wellclear.protocol.bodies import Withdraw as WithdrawBody
from wellclear.protocol.envelope import Kind
from wellclear.protocol.verdict import Verdict
from wellclear.simulation.node import Centre
from wellclear.simulation.rules.rule import Watch, read_body, read_envelope
from wellclear.simulation.world import Step, World


@dataclass(slots=True)
class Told:
    """What one addressee was told of the newest version, and what it answered.

    Attributes:
        notice: digest of the envelope that told the newest version.
        receipted: whether a receipt covers exactly that.
        verdicts: by epoch of the peer's log, and number.
        answers: ``accepted`` and ``objected``, in order.
        misread: whether the newest read-back was wrong.
        refused: whether it refused.
    """

    notice: bytes = b""
    receipted: bool = False
    verdicts: dict[tuple[int, int], Verdict] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)
    misread: bool = False
    refused: bool = False


@dataclass(slots=True)
class Version:
    """The newest version of an own operation.

    Attributes:
        filed: as an officer filed it.
        addressees: who is told now.
        told: by addressee.
        verdict: the own one.
        live: whether it is neither withdrawn nor over.
    """

    filed: Filed
    addressees: tuple[str, ...]
    told: dict[str, Told] = field(default_factory=dict)
    verdict: Verdict | None = None
    live: bool = True


@dataclass(slots=True)
class Facts:
    """All of one centre.

    Attributes:
        own: by identifier.
        notices: newest version of each peer's operation, by party and identifier; None once it is over.
        links: condition by peer.
        clock_doubted: whether the own clock was doubted last.
        settling: identifiers of agreements that settle, by counterparty.
        lied: peers that signed two messages with one number, or two histories.
        proposed: RESOLVE envelopes by digest, with who signed them.
        agreed: digests of RESOLVEs, and who signed the AGREE.
        unreceipted: ASSESSMENTs said and not receipted: digest to the operations that they name.
        new_epoch: whether the log began anew.
    """

    own: dict[str, Version] = field(default_factory=dict)
    notices: dict[tuple[str, str], Notice | None] = field(default_factory=dict)
    links: dict[str, Condition] = field(default_factory=dict)
    clock_doubted: bool = False
    settling: dict[str, set[str]] = field(default_factory=dict)
    lied: set[str] = field(default_factory=set)
    proposed: dict[bytes, tuple[str, Resolve]] = field(default_factory=dict)
    agreed: dict[bytes, set[str]] = field(default_factory=dict)
    unreceipted: dict[bytes, frozenset[str]] = field(default_factory=dict)
    new_epoch: bool = False


class Ledger(Watch):
    """Reads every entry as it is written; what others watch by.

    Attributes:
        facts: by party.
        filed: every version that an honest centre filed, by its digest: the truth that no peer may see.
    """

    def __init__(self) -> None:
        super().__init__()
        self.facts: dict[str, Facts] = {}
        self.filed: dict[bytes, Filed] = {}

    def stepped(self, world: World, step: Step) -> None:
        """Read what was written."""
        del world
        if step.centre.party not in self.facts:
            self._read_disk(step.centre)
            return
        self._read(step.centre.party, (entry for outcome in step.outcomes for entry in outcome.entries))

    def started(self, world: World, centre: Centre, *, restored: bool) -> None:
        """Read everything anew."""
        del world, restored
        self._read_disk(centre)

    def shares(self, party: str, other: str) -> bool:
        """Whether an agreement between two settles, by the first one's log."""
        return bool(self.facts[party].settling.get(other))

    def _read_disk(self, centre: Centre) -> None:
        self.facts[centre.party] = Facts()
        for _, records in sorted(centre.disk.kept.epochs.items()):
            self._read(centre.party, (parse_entry(record.content) for record in records))

    def _read(self, party: str, entries: Iterable[Entry]) -> None:
        facts = self.facts[party]
        for entry in entries:
            if isinstance(entry, Said):
                _said(facts, entry)
            elif isinstance(entry, Took):
                _took(facts, party, entry)
            else:
                _own(facts, party, entry)
            if isinstance(entry, Filed):
                self.filed[entry.whole] = entry


def _own(facts: Facts, party: str, entry: Entry) -> None:
    """What an officer did, or time."""
    if isinstance(entry, Filed):
        facts.own[entry.identifier] = Version(entry, entry.addressees)
    elif isinstance(entry, Readdressed):
        facts.own[entry.identifier].addressees = entry.addressees
    elif isinstance(entry, Withdrawn):
        facts.own[entry.identifier].live = False
    elif isinstance(entry, Expired):
        _over(facts, entry)
    elif isinstance(entry, Judged) and entry.party == party:
        facts.own[entry.identifier].verdict = entry.verdict
    elif isinstance(entry, Linked):
        facts.links[entry.party] = entry.condition
    elif isinstance(entry, ClockDoubted):
        facts.clock_doubted = entry.doubted
    elif isinstance(entry, Governed):
        settling = facts.settling.setdefault(entry.party, set())
        (settling.add if entry.settles else settling.discard)(entry.identifier)
    elif isinstance(entry, Equivocated | ForkProven):
        facts.lied.add(entry.party)
    elif isinstance(entry, Began):
        facts.new_epoch = entry.epoch > 0


def _over(facts: Facts, entry: Expired) -> None:
    if entry.what == "operation":
        facts.own[entry.identifier].live = False
    elif entry.what == "notice":
        facts.notices[entry.party, entry.identifier] = None


def _said(facts: Facts, entry: Said) -> None:
    opened, body = read_envelope(entry.raw), read_body(entry.raw)
    envelope = opened.envelope
    if isinstance(body, Notice):
        version = facts.own[body.identifier]
        if body.whole == version.filed.whole:
            version.told[envelope.recipient] = Told(opened.digest)
    elif isinstance(body, Resolve):
        facts.proposed[opened.digest] = (envelope.sender, body)
    elif isinstance(body, Agree):
        facts.agreed.setdefault(body.resolve, set()).add(envelope.sender)
    elif isinstance(body, Assessment):
        named = frozenset(clash.identifier for clash in body.verdict.clashes if clash.party == envelope.sender)
        facts.unreceipted[opened.digest] = named


def _took(facts: Facts, party: str, entry: Took) -> None:
    if entry.refused:
        return
    opened, body = read_envelope(entry.raw), read_body(entry.raw)
    sender = opened.envelope.sender
    if isinstance(body, Notice):
        facts.notices[sender, body.identifier] = body
    elif isinstance(body, WithdrawBody):
        facts.notices[sender, body.identifier] = None
    elif isinstance(body, Resolve):
        facts.proposed[opened.digest] = (sender, body)
    elif isinstance(body, Agree):
        facts.agreed.setdefault(body.resolve, set()).add(sender)
    elif isinstance(body, Receipt | Refuse):
        facts.unreceipted.pop(body.covers, None)
        for version in facts.own.values():
            told = version.told.get(sender)
            if told is not None and told.notice == body.covers:
                _answered(told, body, opened.envelope.epoch)
    elif isinstance(body, Assessment | ReadBack | Answer):
        _said_of(facts, sender, body, entry, opened.envelope.kind)
    del party


def _answered(told: Told, body: Receipt | Refuse, epoch: int) -> None:
    if isinstance(body, Refuse):
        told.refused = True
        return
    told.receipted = True
    if body.verdict is not None:
        told.verdicts[epoch, body.number] = body.verdict


def _said_of(facts: Facts, sender: str, body: Assessment | ReadBack | Answer, entry: Took, kind: Kind) -> None:
    """What a peer says of an own version that it was told."""
    version = facts.own.get(body.identifier)
    if version is None or version.filed.whole != body.whole or sender not in version.told:
        return
    told = version.told[sender]
    if isinstance(body, Assessment):
        told.verdicts[read_envelope(entry.raw).envelope.epoch, body.number] = body.verdict
    elif isinstance(body, ReadBack):
        told.misread = READ_BACK_WRONG in entry.marks
    else:
        told.answers.append("accepted" if kind is Kind.ACCEPT else "objected")
