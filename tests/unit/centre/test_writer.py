from __future__ import annotations

from rig.centres import Rig
from wellclear.centre.commands import AcknowledgeAlarm, SayStop
from wellclear.centre.inputs import Act
from wellclear.trust.key_statement import Place


def test_an_outcome_rests_on_its_own_entries_or_on_what_went_before_it() -> None:
    north = Rig("north", "south")["north"]
    index = north.state.index
    refused, said = (
        Act("ada", "duty-officer", AcknowledgeAlarm(alarm="none")),
        Act("ada", "duty-officer", SayStop(to=("south",), text="cease")),
    )
    first, stop, last = north.take(refused, said, refused)
    assert (first.end, len(first.entries)) == (Place(0, index), 0)
    assert first.refused is not None
    assert stop.end == Place(0, index + len(stop.entries)) > first.end
    assert last.end == stop.end == Place(0, north.state.index)
