from __future__ import annotations

import pytest

from rig.centres import Rig
from rig.plans import HOUR_MS, agreement, circle
from wellclear.api.views.inbox import inbox
from wellclear.centre.commands import AcknowledgeAlarm, AnswerNotice, File, ReadBackNotice, ReadNotice, StepAgreement
from wellclear.centre.state.state import key
from wellclear.centre.writer import replay
from wellclear.errors import MalformedInput, RuleViolated
from wellclear.model.agreement.steps import StepKind
from wellclear.model.operation_text import parse_operation
from wellclear.protocol.readback.entered import readback_form

HERE = (100_000_000, 450_000_000)
LONG = "x" * 501


@pytest.fixture
def rig() -> Rig:
    made = Rig("north", "south")
    made.agree(agreement("north", "south"))
    return made


def plan(rig: Rig, name: str = "n1", *, category: str = "") -> bytes:
    start_ms = rig.now_ms + 2 * HOUR_MS
    content = circle("north", name, *HERE, start_ms, start_ms + HOUR_MS)
    return content.replace(b'"transport"', b'"%s"' % category.encode()) if category else content


def told(rig: Rig) -> bytes:
    """North's notice n1 at south: digest of its version."""
    rig["north"].act(File(content=plan(rig)))
    rig.deliver()
    return rig["south"].state.notices[key("north", "n1")].notice.whole


def overdue(rig: Rig, party: str) -> set[str]:
    return {alarm.subject for alarm in rig[party].state.alarms.values() if alarm.kind == "overdue"}


def answer(whole: bytes, *, accept: bool = True, reason: str = "") -> AnswerNotice:
    return AnswerNotice(party="north", identifier="n1", whole=whole, accept=accept, reason=reason)


def test_who_does_not_read_back_and_answer_in_time_hears_so_and_so_does_the_other_side(rig: Rig) -> None:
    told(rig)
    rig.later(19_000)
    assert overdue(rig, "south") == overdue(rig, "north") == set()
    rig.later(2_000)
    assert overdue(rig, "south") == overdue(rig, "north") == {"read-back n1"}
    rig.later(10_000)
    assert overdue(rig, "south") == overdue(rig, "north") == {"read-back n1", "answer n1"}


def test_an_answer_in_time_owes_nothing_and_leaves_the_inbox(rig: Rig) -> None:
    whole = told(rig)
    notice = rig["south"].state.notices[key("north", "n1")].notice
    fields = tuple((one.name, one.shown) for one in readback_form(parse_operation(notice.operation)).fields)
    assert "notice" in [item.kind for item in inbox(rig["south"].state)]
    rig["south"].act(ReadBackNotice(party="north", identifier="n1", whole=whole, fields=fields))
    assert rig["south"].state.notices[key("north", "n1")].read_back
    rig["south"].act(answer(whole))
    rig.deliver()
    assert not rig["south"].state.owed
    assert not rig["north"].state.owed
    rig.later(HOUR_MS // 60)
    assert overdue(rig, "south") == overdue(rig, "north") == set()
    held = rig["south"].state.notices[key("north", "n1")]
    assert held.answer == "accepted"
    assert "notice" not in [item.kind for item in inbox(rig["south"].state)]


def test_who_objects_owes_no_read_back(rig: Rig) -> None:
    whole = told(rig)
    rig["south"].act(answer(whole, accept=False, reason="a drill"))
    rig.deliver()
    assert not rig["south"].state.owed
    assert not rig["north"].state.owed


def test_urgency_decides_when(rig: Rig) -> None:
    rig["north"].act(File(content=plan(rig), urgency="flash"))
    rig.deliver()
    rig.later(9_000)
    assert "answer n1" in overdue(rig, "south")


def test_an_overdue_receipt_rings_for_each_version_and_once(rig: Rig) -> None:
    rig["north"].act(File(content=plan(rig)))
    rig.later(7_000)
    (name,) = [alarm.alarm for alarm in rig["north"].state.alarms.values() if alarm.kind == "overdue"]
    rig["north"].act(AcknowledgeAlarm(alarm=name, remark="south called by telephone"))
    assert rig["north"].state.alarms[name].remark == "south called by telephone"
    rig.later(7_000)
    assert rig["north"].state.alarms[name].acknowledged_by
    whole = rig["north"].state.own["n1"].filed.whole
    rig["north"].act(File(content=plan(rig), amends=whole))
    rig["north"].act(File(content=plan(rig), amends=rig["north"].state.own["n1"].filed.whole))
    rig.later(7_000)
    standing = [alarm for alarm in rig["north"].state.alarms.values() if not alarm.acknowledged_by]
    assert [alarm.subject for alarm in standing if alarm.kind == "overdue"] == ["AMEND n1"]


def test_who_looked_first_is_kept_until_the_next_version(rig: Rig) -> None:
    told(rig)
    rig["south"].act(ReadNotice(party="north", identifier="n1"), officer="Vera")
    rig["south"].act(ReadNotice(party="north", identifier="n1"), officer="Boris")
    assert rig["south"].state.notices[key("north", "n1")].read_by == "Vera"
    rig["north"].act(File(content=plan(rig), amends=rig["north"].state.own["n1"].filed.whole))
    rig.deliver()
    held = rig["south"].state.notices[key("north", "n1")]
    assert not held.read_by
    assert held.before


def test_outside_agreement_no_answer_is_given_and_a_read_back_is(rig: Rig) -> None:
    whole = told(rig)
    (held,) = rig["north"].state.agreements.values()
    rig["north"].act(StepAgreement(step=StepKind.SUSPEND, digest=held.digest))
    rig.deliver()
    with pytest.raises(RuleViolated) as refused:
        rig["south"].act(answer(whole))
    assert refused.value.code == "outside-agreement"
    rig["south"].act(ReadBackNotice(party="north", identifier="n1", whole=whole, fields=()))
    kinds = {alarm.subject for alarm in rig["south"].state.alarms.values() if alarm.kind == "agreement"}
    assert "simulated@1 suspended" in kinds


@pytest.mark.parametrize("what", ["remarks", "place_name", "category"])
def test_what_could_not_be_told_later_is_refused_at_once(what: str) -> None:
    """A text that no body may hold would have stopped every tick once an agreement came into force."""
    rig = Rig("north", "south")
    command = (
        File(content=plan(rig, category="c" * 81)) if what == "category" else File(content=plan(rig), **{what: LONG})
    )
    with pytest.raises(MalformedInput) as refused:
        rig["north"].act(command)
    assert (refused.value.code, refused.value.at) == ("body-text", what)


def test_lateness_is_counted_by_party(rig: Rig) -> None:
    start_ms = rig.now_ms + 5 * 60_000
    rig["north"].act(File(content=circle("north", "n2", *HERE, start_ms, start_ms + HOUR_MS)))
    told(rig)
    late = rig["south"].state.lateness["north"]
    assert (late.versions, late.late, late.most_ms) == (2, 1, 25 * 60_000)
    assert rig["north"].state.lateness["north"] == late


def test_replay_gives_the_same_state(rig: Rig) -> None:
    whole = told(rig)
    rig.later(21_000)
    rig["south"].act(answer(whole))
    rig.deliver()
    for centre in rig.centres.values():
        reader = centre.store.reader()
        assert replay(reader) == centre.log
        reader.close()
