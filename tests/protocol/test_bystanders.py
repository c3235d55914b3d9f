from __future__ import annotations

from rig.centres import Rig
from rig.plans import HOUR_MS, agreement, circle
from wellclear.centre.commands import DraftAgreement, File, StepAgreement
from wellclear.centre.inputs import Arrived
from wellclear.centre.prejudging import GeometryHere, prejudge
from wellclear.model.agreement.steps import StepKind
from wellclear.model.agreement.text import agreement_digest
from wellclear.protocol.envelope import open_envelope
from wellclear.protocol.verdict import Finding

HERE = (100_000_000, 450_000_000)
FAR = (120_000_000, 450_000_000)


def in_force(rig: Rig, *parties: str) -> None:
    """An agreement among some of the parties alone."""
    text = agreement(*parties).replace('identifier = "simulated"', f'identifier = "{"-".join(parties)}"').encode()
    digest = agreement_digest(text)
    rig[parties[0]].act(DraftAgreement(text=text))
    rig[parties[0]].act(StepAgreement(step=StepKind.PROPOSE, digest=digest))
    rig.deliver()
    for party in parties:
        rig[party].act(StepAgreement(step=StepKind.SIGN, digest=digest))
        rig.deliver()


def both_fly(rig: Rig, place: tuple[int, int]) -> list[str]:
    """South and west file; what north's officer hears of it."""
    start_ms = rig.now_ms + 2 * HOUR_MS
    rig["south"].act(File(content=circle("south", "s1", *HERE, start_ms, start_ms + HOUR_MS)))
    rig["west"].act(File(content=circle("west", "w1", *place, start_ms, start_ms + HOUR_MS)))
    rig.deliver()
    return [alarm.words for alarm in rig["north"].state.alarms.values() if alarm.kind == "bystander"]


def agreed(*pairs: tuple[str, str]) -> Rig:
    rig = Rig("north", "south", "west")
    for pair in pairs:
        in_force(rig, *pair)
    rig.later(61_000)
    rig.later(61_000)
    return rig


def test_a_conflict_of_two_who_have_no_agreement_is_told_to_the_own_officer_alone() -> None:
    rig = agreed(("north", "south"), ("north", "west"))
    (words,) = both_fly(rig, HERE)
    assert "south s1 and west w1" in words
    assert "HAZARD" in words
    for party in ("south", "west"):
        assert not [alarm for alarm in rig[party].state.alarms.values() if alarm.kind in {"bystander", "conflict"}]


def test_the_two_are_compared_before_the_notice_has_its_turn() -> None:
    rig = agreed(("north", "south"), ("north", "west"))
    start_ms = rig.now_ms + 2 * HOUR_MS
    rig["south"].act(File(content=circle("south", "s1", *HERE, start_ms, start_ms + HOUR_MS, 4_801)))
    rig.deliver()
    rig["west"].act(File(content=circle("west", "w1", *HERE, start_ms, start_ms + HOUR_MS, 4_802)))
    raw = next(raw for to, raw in rig.waiting() if to == "north")
    judged = prejudge(rig["north"].state, Arrived(open_envelope(raw, rig.key_of)), GeometryHere())
    assert judged.prejudged is not None
    assert [clash.finding for _, clash in judged.prejudged.found if clash is not None] == [Finding.CONFLICT]


def test_no_conflict_is_not_told() -> None:
    assert not both_fly(agreed(("north", "south"), ("north", "west")), FAR)


def test_two_who_have_an_agreement_that_is_known_tell_each_other() -> None:
    rig = Rig("north", "south", "west")
    rig.agree(agreement("north", "south", "west"))
    assert not both_fly(rig, HERE)
