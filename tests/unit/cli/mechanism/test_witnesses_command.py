"""Who holds the centre to its log, at the terminal."""

from __future__ import annotations

import json

import pytest

from live.offices import Plan, Terminal
from wellclear.api.views.witnesses import LieView, WitnessedView, WitnessesView, WitnessView
from wellclear.cli.exit_codes import ExitCode
from wellclear.cli.mechanism.witnesses_command import code_of

GOOD = WitnessView(party="south", epoch=0, size=9, cosigned_ms=1, lag=0, note="")
BEHIND = WitnessView(party="west", epoch=0, size=5, cosigned_ms=1, lag=4, note="")
HELD = WitnessedView(party="south", epoch=0, size=9, root=bytes(32), note="", unproven=0, unreconciled=())
UNPROVEN = WitnessedView(party="south", epoch=0, size=9, root=bytes(32), note="", unproven=1, unreconciled=())
APART = WitnessedView(party="south", epoch=0, size=9, root=bytes(32), note="", unproven=0, unreconciled=("west",))
LIE = LieView(party="south", epoch=0, older="", newer="", prefix_root=bytes(32), proof=())


def view(
    *witnesses: WitnessView,
    witnessed: tuple[WitnessedView, ...] = (HELD,),
    lies: tuple[LieView, ...] = (),
    stopped: str = "",
) -> WitnessesView:
    return WitnessesView(
        epoch=0, entries=9, signed=9, stopped=stopped, witnesses=witnesses, witnessed=witnessed, lies=lies
    )


@pytest.mark.parametrize(
    ("shown", "code"),
    [
        (view(GOOD), ExitCode.NONE),
        (view(GOOD, BEHIND), ExitCode.NOT_ASSESSED),
        (view(), ExitCode.NOT_ASSESSED),
        (view(GOOD, witnessed=(UNPROVEN,)), ExitCode.NOT_ASSESSED),
        (view(GOOD, witnessed=(APART,)), ExitCode.NOT_ASSESSED),
        (view(GOOD, lies=(LIE,)), ExitCode.CONFLICTS),
        (view(GOOD, stopped="changed"), ExitCode.CONFLICTS),
    ],
)
def test_the_code_says_the_worst(shown: WitnessesView, code: ExitCode) -> None:
    assert code_of(shown) is code


def test_what_was_filed_is_cosigned_and_its_receipt_proven(north: Terminal, plan: Plan) -> None:
    assert north("notify", plan("north", "W-1", 20.0), "--yes") in {0, 1, 3}
    for _ in range(200):
        code = north("log", "witnesses")
        if code == 0:
            break
    assert code == 0, north.shown
    assert "co-signed" in north.shown
    assert "log of south" in north.shown
    assert north("log", "witnesses", "--json") in {0, 3}
    assert json.loads(north.shown)["witnesses"][0]["party"] == "south"
    for _ in range(200):
        north("operations", "--json")
        (own,) = [one for one in json.loads(north.shown) if one["identifier"] == "W-1"]
        if own["deliveries"][0]["included"] == "proven":
            break
    assert own["deliveries"][0]["included"] == "proven"
    north("operations")
    assert "proven in its log" in north.shown
    assert north("withdraw", "W-1", "--reason", "over") == 0
