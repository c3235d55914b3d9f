from __future__ import annotations

import pytest

from rig.centres import Rig
from rig.plans import HOUR_MS, MINUTE_MS, agreement, circle
from wellclear.centre.commands import (
    AgreeResolution,
    AnswerNotice,
    DraftAgreement,
    File,
    ProposeResolution,
    StepAgreement,
    Withdraw,
)
from wellclear.centre.entries.link import OUTSIDE_AGREEMENT
from wellclear.centre.inputs import Heard, Tick
from wellclear.centre.settlement import settlement
from wellclear.centre.state.state import key
from wellclear.centre.writer import replay
from wellclear.errors import RuleViolated
from wellclear.model.agreement.steps import StepKind
from wellclear.model.agreement.text import agreement_digest
from wellclear.protocol.bodies import Settles
from wellclear.protocol.verdict import Finding

HERE = (100_000_000, 450_000_000)
FAR = (120_000_000, 450_000_000)


@pytest.fixture
def rig() -> Rig:
    made = Rig("north", "south", "west")
    made.agree(agreement("north", "south", "west"))
    return made


def plan(rig: Rig, party: str, name: str, place: tuple[int, int], *, after_ms: int = 2 * HOUR_MS) -> bytes:
    start_ms = rig.now_ms + after_ms
    return circle(party, name, *place, start_ms, start_ms + HOUR_MS)


def open_codes(rig: Rig, party: str, name: str) -> set[str]:
    return {found.code for found in settlement(rig[party].state, name).open}


def test_notice_comes_to_receipts_and_settles(rig: Rig) -> None:
    rig["north"].act(File(content=plan(rig, "north", "n1", HERE)))
    assert open_codes(rig, "north", "n1") == {"receipt-missing"}
    rig.deliver()
    assert settlement(rig["north"].state, "n1").settled
    held = rig["south"].state.notices[key("north", "n1")]
    assert held.verdict is not None
    assert held.verdict.finding is Finding.CLEAR
    assert "late\tnorth\tn1" not in rig["south"].state.alarms


def test_conflict_is_found_by_both_and_keeps_both_open(rig: Rig) -> None:
    rig["north"].act(File(content=plan(rig, "north", "n1", HERE)))
    rig.deliver()
    rig["south"].act(File(content=plan(rig, "south", "s1", HERE)))
    rig.deliver()
    assert "conflict" in open_codes(rig, "north", "n1")
    assert "conflict" in open_codes(rig, "south", "s1")
    for party in ("north", "south"):
        assert any(alarm.kind == "conflict" for alarm in rig[party].state.alarms.values())
    assert not any(alarm.kind == "conflict" for alarm in rig["west"].state.alarms.values())


def test_procedure_settles_until_either_side_amends(rig: Rig) -> None:
    rig["north"].act(File(content=plan(rig, "north", "n1", HERE)))
    rig["south"].act(File(content=plan(rig, "south", "s1", HERE)))
    rig.deliver()
    rig["north"].act(
        ProposeResolution(
            party="south", own_identifier="n1", other_identifier="s1", settles=Settles.PROCEDURE, text="north below"
        )
    )
    rig.deliver()
    (name,) = rig["south"].state.resolutions
    assert "conflict" in open_codes(rig, "south", "s1")
    rig["south"].act(AgreeResolution(resolve=bytes.fromhex(name)))
    rig.deliver()
    assert settlement(rig["north"].state, "n1").settled
    assert settlement(rig["south"].state, "s1").settled
    whole = rig["south"].state.own["s1"].filed.whole
    rig["south"].act(File(content=plan(rig, "south", "s1", HERE, after_ms=2 * HOUR_MS + MINUTE_MS), amends=whole))
    rig.deliver()
    assert "conflict" in open_codes(rig, "north", "n1")
    assert "conflict" in open_codes(rig, "south", "s1")


def test_withdrawal_clears_the_other_side(rig: Rig) -> None:
    rig["north"].act(File(content=plan(rig, "north", "n1", HERE)))
    rig["south"].act(File(content=plan(rig, "south", "s1", HERE)))
    rig.deliver()
    rig["south"].act(Withdraw(identifier="s1", reason="done"))
    rig.deliver()
    assert settlement(rig["north"].state, "n1").settled


def test_late_notice_is_taken_marked_and_rings(rig: Rig) -> None:
    rig["north"].act(File(content=plan(rig, "north", "n1", HERE, after_ms=5 * MINUTE_MS)))
    rig.deliver()
    held = rig["south"].state.notices[key("north", "n1")]
    assert held.late_ms == 25 * MINUTE_MS
    assert "late\tnorth\tn1" in rig["south"].state.alarms
    assert rig["north"].state.own["n1"].deliveries["south"].late_ms == 25 * MINUTE_MS


def test_objection_unsettles(rig: Rig) -> None:
    rig["north"].act(File(content=plan(rig, "north", "n1", HERE)))
    rig.deliver()
    whole = rig["south"].state.notices[key("north", "n1")].notice.whole
    with pytest.raises(RuleViolated):
        rig["south"].act(AnswerNotice(party="north", identifier="n1", whole=whole, accept=False))
    rig["south"].act(AnswerNotice(party="north", identifier="n1", whole=whole, accept=False, reason="a drill"))
    rig.deliver()
    assert open_codes(rig, "north", "n1") == {"objected"}


def test_stale_link_unsettles(rig: Rig) -> None:
    rig["north"].act(File(content=plan(rig, "north", "n1", HERE)))
    rig.deliver()
    rig.later(1_000, silent=["south"])
    assert "link-stale" in open_codes(rig, "north", "n1")
    rig.later(1_000)
    assert settlement(rig["north"].state, "n1").settled


def test_repeats_change_nothing(rig: Rig) -> None:
    rig["north"].act(File(content=plan(rig, "north", "n1", HERE)))
    sent = rig.waiting()
    rig.deliver()
    totals = [centre.state.total for centre in rig.centres.values()]
    for party, raw in sent:
        assert rig[party].arrive(raw).entries == ()
    assert [centre.state.total for centre in rig.centres.values()] == totals


def test_replay_gives_the_same_state(rig: Rig) -> None:
    rig["north"].act(File(content=plan(rig, "north", "n1", HERE)))
    rig["south"].act(File(content=plan(rig, "south", "s1", HERE)))
    rig.deliver()
    for centre in rig.centres.values():
        reader = centre.store.reader()
        assert replay(reader) == centre.log
        reader.close()


def test_disjoint_operations_stay_clear(rig: Rig) -> None:
    rig["north"].act(File(content=plan(rig, "north", "n1", HERE)))
    rig["south"].act(File(content=plan(rig, "south", "s1", FAR)))
    rig.deliver()
    assert settlement(rig["north"].state, "n1").settled
    assert settlement(rig["south"].state, "s1").settled


def test_assessment_of_an_older_version_is_receipted_and_counts_for_nothing(rig: Rig) -> None:
    rig["north"].act(File(content=plan(rig, "north", "n1", HERE)))
    rig.deliver()
    rig["south"].act(File(content=plan(rig, "south", "s1", HERE)))
    whole = rig["north"].state.own["n1"].filed.whole
    rig["north"].act(File(content=plan(rig, "north", "n1", FAR), amends=whole))
    rig.deliver()
    assert not any(alarm.kind == "refused" for alarm in rig["south"].state.alarms.values())
    assert settlement(rig["north"].state, "n1").settled
    assert settlement(rig["south"].state, "s1").settled


def test_notice_that_comes_before_its_agreement_is_in_force_here_is_assessed_once_it_is() -> None:
    rig = Rig("north", "south")
    text = agreement("north", "south").encode()
    digest = agreement_digest(text)
    rig["north"].act(DraftAgreement(text=text))
    for party in ("north", "south"):
        if party == "north":
            rig[party].act(StepAgreement(step=StepKind.PROPOSE, digest=digest))
        rig[party].act(StepAgreement(step=StepKind.SIGN, digest=digest))
        rig.deliver()
    rig.now_ms += 122_000
    rig["north"].take(Tick({"south": Heard(rig.now_ms)}, 10))
    rig["north"].act(File(content=plan(rig, "north", "n1", HERE)))
    rig.deliver()
    assert OUTSIDE_AGREEMENT in rig["south"].state.notices[key("north", "n1")].marks
    assert "not-assessed" in open_codes(rig, "north", "n1")
    rig.tick()
    rig.deliver()
    assert settlement(rig["north"].state, "n1").settled


def test_an_assessment_that_was_made_and_does_not_come_unsettles(rig: Rig) -> None:
    """South is heard, and says in its heartbeat that it sent a verdict which north has not."""
    rig["north"].act(File(content=plan(rig, "north", "n1", HERE)))
    rig.deliver()
    assert settlement(rig["north"].state, "n1").settled
    known = rig["south"].state.peers["north"].assessed
    assert known == rig["north"].state.peers["south"].holds.ordinary
    rig["south"].act(File(content=plan(rig, "south", "s1", HERE)))
    assert rig["south"].state.peers["north"].assessed > rig["north"].state.peers["south"].holds.ordinary
    since_ms = rig.now_ms
    for passed_ms, codes in ((5_999, set()), (6_000, {"link-stale"})):
        rig.now_ms = since_ms + passed_ms
        heard = {party: Heard(rig.now_ms, "", since_ms if party == "south" else 0) for party in ("south", "west")}
        rig["north"].take(Tick(heard, 10))
        assert open_codes(rig, "north", "n1") == codes
    rig.deliver()
    rig.tick()
    assert "conflict" in open_codes(rig, "north", "n1")
    assert "link-stale" not in open_codes(rig, "north", "n1")
