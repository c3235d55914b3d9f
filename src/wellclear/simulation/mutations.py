"""What each mutant replaces, and by what; see `wellclear.simulation.mutants`."""

# ruff: noqa: SLF001 - a mutant reaches inside on purpose

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from immutables import Map

from wellclear.centre import judging, settlement, writer
from wellclear.centre.apply import entry as applying
from wellclear.centre.apply import took as taking
from wellclear.centre.comparing import Compared, Pair
from wellclear.centre.decide import arriving, filing, noticing, ticking, verdicts
from wellclear.centre.decide import decide as deciding
from wellclear.centre.decide.draft import Draft
from wellclear.centre.entries.link import Took
from wellclear.centre.inputs import Act, Arrived, Input
from wellclear.centre.log.comparing import Views
from wellclear.centre.means import Means
from wellclear.centre.ports.store import Batch, Reader
from wellclear.centre.snapshot import Log
from wellclear.centre.state.operations import Delivery, OwnOperation
from wellclear.centre.state.state import State
from wellclear.centre.writer import Outcome, Writer
from wellclear.errors import RuleViolated, WellclearError
from wellclear.protocol.bodies import Receipt, parse_body
from wellclear.protocol.envelope import Opened, parse_own
from wellclear.protocol.verdict import Clash, Finding
from wellclear.simulation import engine, node, witnesses
from wellclear.simulation.disk import Disk, PowerLost
from wellclear.simulation.inbox import Inbox
from wellclear.trust.key_statement import Place


@dataclass(frozen=True, slots=True)
class Seam:
    """A function or port, where it is looked up, and what stands there instead.

    Attributes:
        place: a module or class, or a table of functions.
        name: attribute, or key of the table.
        replacement: the mutated one.
    """

    place: Any
    name: Any
    replacement: Any

    def read(self) -> Any:  # noqa: ANN401 - whatever stands there
        """What stands there."""
        return self.place[self.name] if isinstance(self.place, dict) else vars(self.place)[self.name]

    def write(self, value: Any) -> None:  # noqa: ANN401 - whatever stood there
        """Put something there."""
        if isinstance(self.place, dict):
            self.place[self.name] = value
        else:
            setattr(self.place, self.name, value)


def accepted_before_disk() -> tuple[Seam, ...]:
    """Batches without an arrival stay in memory until the next write."""
    return _late_disk(lambda batch: not any(b'"entry":"took"' in record.content for record in batch.records))


def receipt_before_disk() -> tuple[Seam, ...]:
    """Batches with an arrival stay in memory until the next write."""
    return _late_disk(lambda batch: any(b'"entry":"took"' in record.content for record in batch.records))


def _late_disk(waits: Callable[[Batch], bool]) -> tuple[Seam, ...]:
    """A disk that says that it has what it has not."""
    honest_write, honest_lead = Disk.write, Disk.lead
    waiting: dict[int, list[Batch]] = {}

    def write(disk: Disk, term: int, batch: Batch) -> None:
        late = waiting.setdefault(id(disk), [])
        if disk.cut is not None:
            late.clear()
            disk.cut = None
            raise PowerLost
        if not batch.records:
            honest_write(disk, term, batch)
            return
        if waits(batch):
            late.append(batch)
            return
        for each in (*late, batch):
            honest_write(disk, term, each)
        late.clear()

    def lead(disk: Disk) -> int:
        waiting.pop(id(disk), None)
        return honest_lead(disk)

    return Seam(Disk, "write", write), Seam(Disk, "lead", lead)


def old_state_in_batch() -> tuple[Seam, ...]:
    """The writer decides each input over the state before the batch, and keeps all entries."""

    def take(own: Writer, inputs: Sequence[Input], means: Callable[[], Means]) -> list[Outcome]:
        before = own.log.state
        decided = [_decided(before, taken, means()) for taken in inputs]
        made = [entry for outcome in decided for entry in outcome.entries]
        if made:
            own.append(made, means().random)
        return decided

    return (Seam(writer.Writer, "take", take),)


def _decided(state: State, taken: Input, means: Means) -> Outcome:
    place = Place(state.epoch, state.index)
    try:
        return Outcome(deciding.decide(state, taken, means).entries, place)
    except WellclearError as refused:
        return Outcome((), place, refused)


def applied_twice() -> tuple[Seam, ...]:
    """What is held already is taken once more."""
    honest = arriving.decide_arrived

    def decide_arrived(draft: Draft, arrived: Arrived) -> None:
        opened = arrived.opened
        peer = draft.state.peers.get(opened.envelope.sender)
        if peer is not None and opened.digest in peer.into[opened.envelope.lane].digests.values():
            body = parse_body(opened.envelope)
            arriving._TAKEN[type(body)](draft, opened, body)
            return
        honest(draft, arrived)

    return (Seam(deciding, "decide_arrived", decide_arrived),)


def objection_ignored() -> tuple[Seam, ...]:
    """Answers are not looked at."""
    return (_deliveries(lambda _own, delivery: replace(delivery, answer="")),)


def misread_ignored() -> tuple[Seam, ...]:
    """Read-backs are not looked at."""
    return (_deliveries(lambda _own, delivery: replace(delivery, read_back="")),)


def receipt_of_another_version() -> tuple[Seam, ...]:
    """Any receipt for the operation counts, and its verdict."""
    honest = taking._CHANGES[Receipt]

    def receipt(state: State, opened: Opened, body: Receipt, entry: Took) -> State:
        awaited = state.awaited.get(body.covers.hex())
        after = honest(state, opened, body, entry)
        own = after.own.get(awaited.subject) if awaited is not None else None
        delivery = own.deliveries.get(opened.envelope.sender) if own is not None else None
        if own is None or delivery is None or awaited is None or not body.whole:
            return after
        place = (opened.envelope.epoch, opened.envelope.index)
        verdict = body.verdict or delivery.verdict
        now = replace(delivery, received=own.filed.whole, verdict=verdict, key=opened.key, place=place)
        own = replace(own, deliveries=own.deliveries.set(opened.envelope.sender, now))
        return replace(after, own=after.own.set(awaited.subject, own))

    return (Seam(taking._CHANGES, Receipt, receipt),)


def _deliveries(change: Callable[[OwnOperation, Delivery], Delivery]) -> Seam:
    """Settlement over deliveries that are not as they are."""
    honest = settlement._of_delivery

    def of_delivery(state: State, own: OwnOperation, peer: Any, delivery: Delivery) -> Any:  # noqa: ANN401 - as it is
        return honest(state, own, peer, change(own, delivery))

    return Seam(settlement, "_of_delivery", of_delivery)


def stale_link_settles() -> tuple[Seam, ...]:
    """The condition of a link is not looked at."""
    return (_without(settlement, "_of_addressees", "link-stale"),)


def doubted_clock_settles() -> tuple[Seam, ...]:
    """The own clock is not looked at."""
    return (_without(settlement, "_of_centre", "clock"),)


def _without(place: Any, name: str, code: str) -> Seam:  # noqa: ANN401 - a module
    """A part of settlement that leaves one thing out."""
    honest = vars(place)[name]

    def part(*given: Any) -> Any:  # noqa: ANN401 - as it is
        return (each for each in honest(*given) if each.code != code)

    return Seam(place, name, part)


def resolution_outlives_amendment() -> tuple[Seam, ...]:
    """Both sides' versions may be others than those that were resolved."""

    def resolved(state: State, own: OwnOperation, party: str, clash: Clash) -> bool:
        del clash
        return any(
            each.agreed and each.settles == "procedure"
            for each in state.resolutions.values()
            if each.party == party and each.own_identifier == own.filed.identifier
        )

    return (Seam(settlement, "resolved", resolved),)


def proposal_counts() -> tuple[Seam, ...]:
    """A proposal is as good as an agreement."""
    honest = settlement.resolved

    def resolved(state: State, own: OwnOperation, party: str, clash: Clash) -> bool:
        agreed = Map({name: replace(each, agreed=True) for name, each in state.resolutions.items()})
        return honest(replace(state, resolutions=agreed), own, party, clash)

    return (Seam(settlement, "resolved", resolved),)


def number_reused() -> tuple[Seam, ...]:
    """The mark outside the store is not compared."""
    return (Seam(engine.Engine, "_behind", staticmethod(lambda centre: centre is None)),)


def alarm_lost() -> tuple[Seam, ...]:
    """A replay leaves the alarms out."""
    honest = vars(node)["replay"]

    def replay(reader: Reader) -> Log:
        log: Log = honest(reader)
        return replace(log, state=replace(log.state, alarms=Map()))

    return (Seam(node, "replay", replay),)


def stale_clear_kept() -> tuple[Seam, ...]:
    """Own verdicts stay as they were when a notice comes."""
    return (Seam(noticing, "judge_own_near", lambda *_given: None),)


def stale_prejudgement() -> tuple[Seam, ...]:
    """What changed after an input was prejudged is left out when its turn comes."""
    honest, since = vars(writer)["decide"], list[int]()

    def decide(state: State, taken: Input, means: Means) -> deciding.Decision:
        prejudged = taken.prejudged if isinstance(taken, Arrived | Act) else None
        since[:] = [] if prejudged is None else [prejudged.total]
        decision: deciding.Decision = honest(state, taken, means)
        return decision

    def known_then(near: Callable[..., tuple[str, ...]], held: str) -> Callable[..., tuple[str, ...]]:
        def near_then(state: State, side: Compared) -> tuple[str, ...]:
            names = near(state, side)
            return tuple(name for name in names if not since or getattr(state, held)[name].changed < since[0])

        return near_then

    near_then = (
        ("own_near", known_then(judging.own_near, "own")),
        ("notices_near", known_then(judging.notices_near, "notices")),
    )
    places = [Seam(place, name, near) for place in (judging, verdicts) for name, near in near_then]
    return (Seam(writer, "decide", decide), *places)


def doubt_shown_as_clear() -> tuple[Seam, ...]:
    """Doubt is no clash."""
    honest = vars(judging)["too_close"]

    def too_close(pair: Pair) -> Clash | None:
        found: Clash | None = honest(pair)
        return None if found is not None and found.finding is Finding.NOT_ASSESSED else found

    return (Seam(judging, "too_close", too_close),)


def unverified_key() -> tuple[Seam, ...]:
    """An envelope is parsed and not verified."""
    return (Seam(node.Centre, "opened", lambda _centre, raw: parse_own(raw)),)


def compromised_key_counts() -> tuple[Seam, ...]:
    """Every key counts everywhere."""
    return Seam(arriving, "counts", _always), Seam(settlement, "counts", _always)


def _always(*_given: object) -> bool:
    return True


def future_unmarked() -> tuple[Seam, ...]:
    """Times are not compared."""
    return (Seam(noticing, "clock_gap_ms", lambda _draft, _envelope: 0),)


def refused_body_counts() -> tuple[Seam, ...]:
    """What was refused is applied."""
    honest = taking.apply_took

    def apply_took(state: State, entry: Took) -> State:
        changed = Took(at_ms=entry.at_ms, raw=entry.raw, late_ms=entry.late_ms, marks=entry.marks)
        return honest(state, changed)

    return (Seam(applying._APPLIED, Took, apply_took),)


def refusal_unsaid() -> tuple[Seam, ...]:
    """The refusal stands in the own log alone."""

    def refuse(draft: Draft, opened: Opened, refusal: Any) -> None:  # noqa: ANN401 - any error
        draft.add(Took(at_ms=draft.now_ms, raw=opened.raw, refused=refusal.code))

    return (Seam(arriving, "_refuse", refuse),)


def stop_queued() -> tuple[Seam, ...]:
    """There is one lane."""
    honest = Inbox.put

    def put(inbox: Inbox, source: str, taken: Input, *, safety: bool) -> None:
        del safety
        honest(inbox, source, taken, safety=False)

    return (Seam(Inbox, "put", put),)


def exact_volume_told() -> tuple[Seam, ...]:
    """Notices are made of the operation itself."""
    return (Seam(filing, "seen_by", _exactly),)


def exact_volume_compared() -> tuple[Seam, ...]:
    """Verdicts are made of the operation itself."""
    return (Seam(judging, "seen_by", _exactly),)


def _exactly(_state: State, own: OwnOperation, _party: str) -> Compared:
    return Compared(own.filed.content, own.filed.hazard_tail_ms)


def split_view_unseen() -> tuple[Seam, ...]:
    """Notes of other witnesses are not looked at."""
    return (Seam(engine, "compare", lambda *_given: None), Seam(Views, "hold", lambda *_given: None))


def cosigning_forgotten() -> tuple[Seam, ...]:
    """Offers are not answered."""
    return (Seam(witnesses, "_cosign", lambda *_given: None),)


def receipt_forgotten() -> tuple[Seam, ...]:
    """Notices are taken without a word."""
    return (Seam(noticing, "receipt", lambda *_given, **_named: None),)


def silence_unseen() -> tuple[Seam, ...]:
    """Ticks look at no link."""
    return (Seam(ticking, "_link", lambda *_given: None),)


def no_way_out() -> tuple[Seam, ...]:
    """Withdrawals are refused.

    Raises:
        RuleViolated: by what is put there, always.
    """

    def decide_withdraw(*_given: object) -> None:
        raise RuleViolated("not now", code="mutated")

    place = deciding._COMMANDED
    return tuple(Seam(place, kind, decide_withdraw) for kind in place if kind.__name__ == "Withdraw")
