from __future__ import annotations

import pytest

from wellclear.api.utm.uss.flight_wire import BasicFlightPlan, FunctionalState, UsageState
from wellclear.api.utm.uss.rules import Near, conflicting, forbidding, verify_follows, wanted_state
from wellclear.errors import RuleViolated
from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.model.operation import Operation
from wellclear.model.volume import Volume

STATES = ("Accepted", "Activated", "Nonconforming", "Contingent")
ALLOWED = {
    ("Accepted", "Accepted"),
    ("Accepted", "Activated"),
    ("Accepted", "Nonconforming"),
    ("Accepted", "Contingent"),
    ("Activated", "Activated"),
    ("Activated", "Nonconforming"),
    ("Activated", "Contingent"),
    ("Nonconforming", "Activated"),
    ("Nonconforming", "Nonconforming"),
    ("Nonconforming", "Contingent"),
    ("Contingent", "Contingent"),
}


def operation(
    name: str, priority: int = 0, *, lat_e7: int = 460_000_000, floor_m: int = 500, start_ms: int = 0
) -> Operation:
    band = Band(*(Height.metres(height_m, Reference.ELLIPSOID) for height_m in (floor_m, floor_m + 100)))
    span = Span(1_800_000_000_000 + start_ms, 1_800_000_600_000 + start_ms)
    volume = Volume(Footprint.circle(Position(70_000_000, lat_e7), 2_000_000), band, span)
    return Operation("uss", name, (volume,), "uas", priority)


def near(name: str, priority: int = 0, **more: int) -> Near:
    return Near(name, "uss2", "o" * 16, 1, operation(name, priority, **more), "Accepted")


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("wanted", STATES)
def test_which_states_follow(before: str, wanted: str) -> None:
    if (before, wanted) in ALLOWED:
        verify_follows(before, wanted)
    else:
        with pytest.raises(RuleViolated):
            verify_follows(before, wanted)


@pytest.mark.parametrize(
    ("usage", "uas", "state"),
    [
        (UsageState.PLANNED, FunctionalState.NOT_SPECIFIED, "Accepted"),
        (UsageState.PLANNED, FunctionalState.NOMINAL, "Accepted"),
        (UsageState.IN_USE, FunctionalState.NOT_SPECIFIED, "Activated"),
        (UsageState.IN_USE, FunctionalState.OFF_NOMINAL, "Nonconforming"),
        (UsageState.IN_USE, FunctionalState.CONTINGENT, "Contingent"),
    ],
)
def test_what_a_user_asks_for(usage: UsageState, uas: FunctionalState, state: str) -> None:
    assert wanted_state(BasicFlightPlan(usage, uas)) == state


def test_conflicts_are_those_that_share_place_height_and_time() -> None:
    mine = operation("mine")
    others = [
        near("same"),
        near("north", lat_e7=460_100_000),
        near("above", floor_m=601),
        near("touching", floor_m=600),
        near("later", start_ms=600_000),
        Near("doubt", "uss3", "", 1, None, "Activated"),
    ]
    assert [each.identifier for each in conflicting(mine, others)] == ["same", "touching", "doubt"]


def test_only_a_higher_an_equal_or_an_unknown_one_forbids() -> None:
    conflicts = [near("higher", 2), near("equal", 1), near("lower", 0), Near("doubt", "uss3", "", 1, None)]
    assert [each.identifier for each in forbidding(conflicts, 1, equal_permitted=False)] == ["higher", "equal", "doubt"]
    assert [each.identifier for each in forbidding(conflicts, 1, equal_permitted=True)] == ["higher", "doubt"]
    standing = {"higher", "equal", "doubt"}
    assert forbidding(conflicts, 1, equal_permitted=False, standing=standing) == []
