"""What the officers of the three agencies do, told as it happens; all of it over their centres' HTTP interfaces."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from wellclear.centre.commands import (
    AcknowledgeAlarm,
    AgreeResolution,
    AnswerNotice,
    CallTest,
    File,
    ProposeResolution,
    ReadBackNotice,
    SayStop,
)
from wellclear.cli.demonstration import flights
from wellclear.cli.demonstration.contract import (
    await_all,
    await_force,
    enrol_all,
    print_covered,
    propose_and_sign,
    text_of,
)
from wellclear.cli.demonstration.records import record_of, shared_count
from wellclear.cli.mechanism.answering_commands import print_notice
from wellclear.cli.mechanism.conflict_commands import print_conflict
from wellclear.cli.mechanism.hotline_commands import acknowledged, print_call
from wellclear.cli.mechanism.operations_command import told
from wellclear.cli.mechanism.printed import late_words, print_operation_summary, print_time
from wellclear.cli.screen import DANGER, counted, print_labelled, print_line
from wellclear.cli.visible import visible
from wellclear.model.agreement.ladder import Urgency
from wellclear.model.operation_text import parse_operation, print_operation
from wellclear.protocol.bodies import Settles
from wellclear.protocol.readback.entered import readback_form

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from wellclear.api.routes.commands import DoneView
    from wellclear.api.views.notices import ConflictView, NoticeView
    from wellclear.cli.demonstration.agency import Agency
    from wellclear.cli.mechanism.desk import Desk
    from wellclear.model.operation import Operation

WAIT_MS: Final = 15_000
"""How long receipts are waited for: on one machine tens of milliseconds suffice."""

LATE_START_MS: Final = 4 * 60_000
"""The late notice tells of a start so soon; the agreement asks for ten minutes."""

FILED: Final = ("T73_148", "T72_137", "N431DF_115", "C305_172", "N434DF_129", "AA410_042")
"""Flights that are filed at first, each by its agency."""

HIDDEN, MEETS_HIDDEN = "N429DF_108", "T73_149"
"""A helicopter shown only once it conflicts, and the tanker that does."""

OURS, THEIRS = "T73_148", "T72_137"
"""Two tankers of two agencies over one fire."""

LATE: Final = "T71_124"
SHOWN_DIGITS: Final = 16
"""Digits of a root that are shown."""

PROCEDURE: Final = "T73 not below FL070 and T72 not above FL060 east of the fire; both on 168.625 MHz"


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is on the stage.

    Attributes:
        screen: where it is told.
        calfire: desk of its officer.
        usfs: the same.
        county: the same.
        plans: the flights, moved to the next hours.
    """

    screen: Console
    calfire: Desk
    usfs: Desk
    county: Desk
    plans: dict[str, Operation]

    @property
    def desks(self) -> tuple[Desk, Desk, Desk]:
        """All of them."""
        return self.calfire, self.usfs, self.county

    def of(self, party: str) -> Desk:
        """The desk of a party."""
        return next(desk for desk in self.desks if desk.session.party == party)

    def act(self, number: int, title: str) -> None:
        """Say which part begins."""
        print_line(self.screen, "")
        print_line(self.screen, f"{number}. {title}", "bold")


def tell(cast: Cast, agencies: Sequence[Agency]) -> None:
    """Everything that happens, in order."""
    _contract(cast, agencies)
    _notices(cast)
    _settlement(cast)
    _hidden(cast)
    _late(cast)
    _stop(cast)
    _records(cast)


def _contract(cast: Cast, agencies: Sequence[Agency]) -> None:
    screen = cast.screen
    cast.act(3, "The officers compare check words by voice, and enrol each other")
    enrol_all(screen, agencies, cast.desks)
    cast.act(4, "An agreement: proposed by one, signed by all; who does not sign is not bound")
    text = text_of(agencies, time.time_ns() // 1_000_000)
    propose_and_sign(screen, cast.desks, text)
    print_line(
        screen, "  In force. Clocks differ, so nothing settles in the minute either side of a change; waiting it out,"
    )
    print_line(screen, "  with a test call, which needs no agreement:")
    _call(cast, cast.calfire, cast.calfire.give(CallTest(to=(flights.USFS, flights.COUNTY), text="radio check")))
    await_force(screen, cast.desks)
    print_line(screen, "  What it covers. It permits nothing: it says who tells whom, how early, and how much.")
    print_covered(screen, cast.calfire, text)


def _notices(cast: Cast) -> None:
    screen = cast.screen
    cast.act(5, "Each agency files its flights; each centre compares them with everything that it knows")
    _file(cast, flights.flight(cast.plans, HIDDEN))
    for name in FILED:
        _file(cast, flights.flight(cast.plans, name))
    print_line(screen, f"  {HIDDEN} of the county is told to nobody: it is shown on-conflict alone.")
    cast.act(6, "Two tankers over one fire: a conflict that both sides find")
    _show_operation(cast, cast.calfire, OURS)
    print_line(
        screen, f"  The officer of usfs reads {OURS} back, in another notation than it was sent in, and accepts it:"
    )
    _read_back_and_accept(cast, cast.usfs, flights.CALFIRE, OURS)
    _show_operation(cast, cast.calfire, OURS)


def _settlement(cast: Cast) -> None:
    screen = cast.screen
    cast.act(7, "The way out: a procedure that both sign")
    for view in _conflicts(cast.calfire, OURS):
        print_conflict(screen, view, flights.CALFIRE)
    command = ProposeResolution(
        party=flights.USFS,
        own_identifier=OURS,
        other_identifier=THEIRS,
        settles=Settles.PROCEDURE,
        text=PROCEDURE,
    )
    cast.calfire.give(command)
    await_all([cast.usfs], lambda one: bool(one.client.resolutions()), "no proposal came")
    (proposal,) = cast.usfs.client.resolutions()
    print_labelled(screen, "  calfire", f"proposes: {PROCEDURE}")
    cast.usfs.give(AgreeResolution(resolve=proposal.resolve))
    print_labelled(screen, "  usfs", "agrees; it dies with either version")
    await_all([cast.calfire], lambda one: one.client.operation(OURS).summary.settled, f"{OURS} is not settled")
    _show_operation(cast, cast.calfire, OURS)


def _hidden(cast: Cast) -> None:
    cast.act(8, "A conflict with a plan that nobody was shown: told then, as the cover that the agreement states")
    _file(cast, flights.flight(cast.plans, MEETS_HIDDEN))
    await_all([cast.calfire], lambda one: bool(_notices_of(one, flights.COUNTY, HIDDEN)), "the county tells nothing")
    for view in _notices_of(cast.calfire, flights.COUNTY, HIDDEN):
        print_notice(cast.screen, _first_clash(view))
    for desk, name in ((cast.county, HIDDEN), (cast.calfire, MEETS_HIDDEN)):
        found = sorted({by for view in _conflicts(desk, name) for by in view.found_by})
        print_labelled(cast.screen, f"  {desk.session.party}", f"{name}: CONFLICT, found by {', '.join(found)}", DANGER)
    print_line(
        cast.screen, "  calfire sees cells, level bins and time bins. The exact plan never left the county's centre."
    )


def _late(cast: Cast) -> None:
    cast.act(9, "A late notice: taken, marked and escalated, never refused")
    start_ms = time.time_ns() // 1_000_000 + LATE_START_MS
    plan = flights.starting(flights.flight(cast.plans, LATE), start_ms, f"{LATE}-again")
    _file(cast, plan, Urgency.URGENT)
    view = cast.usfs.client.operation(plan.identifier).summary
    for delivery in view.deliveries:
        print_labelled(cast.screen, f"  {delivery.party}", f"received, {late_words(delivery.late_ms)}", DANGER)
    for alarm in cast.usfs.client.alarms():
        if alarm.kind == "late":
            print_labelled(cast.screen, "  ALARM", f"at usfs: {visible(alarm.words)}", DANGER)


def _stop(cast: Cast) -> None:
    cast.act(10, "STOP: in its own lane, before everything else")
    command = SayStop(to=(flights.USFS,), about=THEIRS, text="smoke column has moved, hold west of the ridge")
    _call(cast, cast.calfire, cast.calfire.give(command))
    alarm = next(alarm for alarm in cast.usfs.client.alarms() if alarm.kind == "stop")
    print_labelled(cast.screen, "  ALARM", f"at usfs: {visible(alarm.words)}", DANGER)
    cast.usfs.give(AcknowledgeAlarm(alarm=alarm.alarm, remark="crew told on 168.625 MHz"))
    done = next(one for one in cast.usfs.client.alarms() if one.alarm == alarm.alarm)
    words = f"acknowledged by {done.acknowledged_by} at {print_time(done.acknowledged_ms)}; it would have climbed else"
    print_labelled(cast.screen, "  usfs", words)


def _records(cast: Cast) -> None:
    cast.act(11, "The records: nobody can later deny or rewrite what was said")
    await_all(cast.desks, _nothing_waits, "messages wait")
    records = [record_of(desk) for desk in reversed(cast.desks)]  # who takes is read before who said
    for record in reversed(records):
        words = f"{record.count:,} entries, each opens its leaf; root of the tree {record.root.hex()[:SHOWN_DIGITS]}..."
        print_labelled(cast.screen, f"  {record.party}", words)
    count = shared_count(records)
    print_line(cast.screen, f"  {count:,} signed envelopes stand in two logs, byte for byte as their senders say.")


def _nothing_waits(desk: Desk) -> bool:
    return not any(link.waiting_safety or link.waiting_ordinary for link in desk.client.links())


def _file(cast: Cast, plan: Operation, urgency: Urgency = Urgency.ROUTINE) -> None:
    """File a flight at its agency's centre, and tell in one line how far it got and what each side found."""
    desk = cast.of(plan.party)
    started_s = time.monotonic()
    desk.give(File(content=print_operation(plan), urgency=urgency))
    view = told(desk, plan.identifier, WAIT_MS)
    took_ms = round((time.monotonic() - started_s) * 1_000)
    sides = [f"{plan.party} {view.assessment.finding}"]
    sides += [f"{one.party} {one.stage}, {one.assessment.finding}" for one in view.deliveries]
    volumes = counted(len(plan.volumes), "volume")
    words = f"{plan.identifier}, {volumes}, {plan.category}: {'; '.join(sides)}; {took_ms:,} ms"
    style = DANGER if any("CONFLICT" in side for side in sides) else ""
    print_labelled(cast.screen, f"  {plan.party}", words, style)


def _first_clash(view: NoticeView) -> NoticeView:
    """The notice with the first thing that it clashes with: enough for a story."""
    assessment = msgspec.structs.replace(view.assessment, clashes=view.assessment.clashes[:1])
    return msgspec.structs.replace(view, assessment=assessment)


def _call(cast: Cast, desk: Desk, done: DoneView) -> None:
    print_call(cast.screen, acknowledged(desk, done, WAIT_MS))


def _show_operation(cast: Cast, desk: Desk, identifier: str) -> None:
    print_operation_summary(cast.screen, desk.client.operation(identifier).summary, desk.client.links())


def _read_back_and_accept(cast: Cast, desk: Desk, party: str, identifier: str) -> None:
    detail = desk.client.notice(party, identifier)
    form = readback_form(parse_operation(detail.content))
    fields = tuple((field.name, field.shown) for field in form.fields)
    whole = detail.summary.whole
    desk.give(ReadBackNotice(party=party, identifier=identifier, whole=whole, fields=fields))
    desk.give(AnswerNotice(party=party, identifier=identifier, whole=whole, accept=True))
    sender = cast.of(party)
    await_all(
        [sender],
        lambda one: any(delivery.answer for delivery in one.client.operation(identifier).summary.deliveries),
        "no answer came",
    )


def _conflicts(desk: Desk, identifier: str) -> list[ConflictView]:
    return [view for view in desk.client.conflicts() if view.own_identifier == identifier]


def _notices_of(desk: Desk, party: str, identifier: str) -> list[NoticeView]:
    return [view for view in desk.client.notices() if (view.party, view.identifier) == (party, identifier)]
