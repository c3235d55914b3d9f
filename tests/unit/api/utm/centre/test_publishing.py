"""Answers to constraints are lost, before or after the DSS made the change: in the end it holds what shall be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from immutables import Map

from live.utm import Served, World
from wellclear.api.utm.centre.listening import Watched
from wellclear.api.utm.centre.publishing import Disclosed, Publishing, published_constraints
from wellclear.api.utm.uss.dss import failed
from wellclear.api.utm.uss.service import Uss
from wellclear.api.utm.wire.references import ConstraintReference
from wellclear.centre.commands import Command
from wellclear.centre.entries.operations import Filed
from wellclear.centre.state.operations import OwnOperation
from wellclear.centre.state.state import State
from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.model.agreement.ladder import Urgency
from wellclear.model.operation import Operation
from wellclear.model.operation_text import print_operation
from wellclear.model.volume import Volume

HOUR_MS = 3_600_000
BAND = Band(Height.metres(300, Reference.ELLIPSOID), Height.metres(900, Reference.ELLIPSOID))
SMALL_M, LARGE_M = 2_000, 3_000


@dataclass
class Centre:
    """A centre that holds one operation of its own, or none: a double of the port `Host`."""

    begins_ms: int
    state: State = field(default_factory=lambda: State(party="north"))

    def act(self, command: Command) -> None:
        raise AssertionError(command)

    def file(self, radius_m: int) -> None:
        """Let the operation be so large."""
        circle = Footprint.circle(Position(70_000_000, 460_000_000), radius_m * 10_000)
        span = Span(self.begins_ms, self.begins_ms + HOUR_MS)
        content = print_operation(Operation("north", "S-1", (Volume(circle, BAND, span),)))
        own = OwnOperation(filed(content, span.end_ms), (), (), ())
        self.state = replace(self.state, own=Map({"S-1": own}))

    def withdraw(self) -> None:
        self.state = replace(self.state, own=Map())


class Losing:
    """A DSS that gives no answer to changes of some kinds; it makes them all the same, or does not."""

    def __init__(self, dss: Any) -> None:  # noqa: ANN401 - any adapter of the port
        self._dss, self.lost, self.made = dss, set[str](), True

    def __getattr__(self, name: str) -> Callable[..., Any]:
        found: Callable[..., Any] = getattr(self._dss, name)
        if name not in self.lost:
            return found

        def lose(*given: object) -> None:
            if self.made:
                found(*given)
            raise failed(name, "no answer")

        return lose


@dataclass
class Desk:
    """What publishes, and what it works with."""

    world: World
    served: Served
    centre: Centre
    dss: Losing
    publishing: Publishing

    @property
    def uss(self) -> Uss:
        return self.served.uss

    def look(self, *lost: str, made: bool = True) -> None:
        self.dss.lost, self.dss.made = set(lost), made
        self.publishing.look()

    def restart(self) -> None:
        """Let what publishes begin anew with what is on disk."""
        self.publishing = Publishing(self.centre, self.uss, Disclosed(), self.world.clock)

    def held(self) -> list[ConstraintReference]:
        begins_ms = self.centre.begins_ms
        return self.uss.dss.constraints(Watched(46.0, 7.0, 20.0).volume(begins_ms, begins_ms + HOUR_MS))

    def radius_m(self) -> float:
        """Of the constraint that is served, which is the one that the DSS holds."""
        (held,) = self.held()
        served = self.uss.constraint(held.id)
        assert served.reference == held
        assert [(known.identifier, known.asked) for known in published_constraints(self.uss.keeping)] == [
            (held.id, False)
        ]
        (block,) = self.uss.dss.extent(held.id)
        circle = served.details.volumes[0].volume.outline_circle
        assert circle is not None
        assert block.buffer_dmm == round(circle.radius.value * 10_000)
        return circle.radius.value


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    world = World(tmp_path)
    served = world.uss("north")
    dss = Losing(served.uss.dss)
    served.uss.dss = dss
    day_ms = 24 * HOUR_MS
    centre = Centre((world.clock() // day_ms + 1) * day_ms + HOUR_MS)
    yield Desk(world, served, centre, dss, Publishing(centre, served.uss, Disclosed(), world.clock))
    world.close()


def filed(content: bytes, ends_ms: int) -> Filed:
    return Filed(
        at_ms=0,
        officer="officer",
        role="duty-officer",
        identifier="S-1",
        number=1,
        content=content,
        salt=bytes(32),
        whole=bytes(32),
        place_name="",
        urgency=Urgency.ROUTINE,
        remarks="",
        name_alone=False,
        agreements=(),
        addressees=(),
        withheld=(),
        hazard_tail_ms=0,
        starts_ms=ends_ms - HOUR_MS,
        ends_ms=ends_ms,
    )


@pytest.mark.parametrize("made", [False, True])
def test_an_amendment_whose_answer_was_lost_is_amended_back(desk: Desk, *, made: bool) -> None:
    desk.centre.file(SMALL_M)
    desk.look()
    (first,) = desk.held()
    desk.centre.file(LARGE_M)
    desk.look("put_constraint", made=made)
    (between,) = desk.held()
    assert (between.version > first.version) == made
    desk.centre.file(SMALL_M)
    desk.restart()
    desk.look()
    (last,) = desk.held()
    assert desk.radius_m() == pytest.approx(SMALL_M, abs=1)
    assert (last.id, last.version, last.ovn == first.ovn) == (first.id, 3 if made else 1, not made)
    assert [(each.pieces, each.published, each.waits) for each in desk.publishing.standings] == [(1, 1, "")]
    desk.look()
    assert desk.held() == [last]


@pytest.mark.parametrize("made", [False, True])
def test_it_is_not_said_to_be_published_while_that_is_not_known(desk: Desk, *, made: bool) -> None:
    desk.centre.file(SMALL_M)
    desk.look()
    desk.centre.file(LARGE_M)
    desk.look("put_constraint", made=made)
    desk.centre.file(SMALL_M)
    desk.look("put_constraint", "constraint", made=False)
    assert [(each.published, bool(each.waits)) for each in desk.publishing.standings] == [(0, True)]
    desk.look()
    assert desk.radius_m() == pytest.approx(SMALL_M, abs=1)


@pytest.mark.parametrize("made", [False, True])
def test_a_first_answer_that_was_lost_leaves_one_constraint(desk: Desk, *, made: bool) -> None:
    desk.centre.file(SMALL_M)
    desk.look("put_constraint", made=made)
    desk.centre.file(LARGE_M)
    desk.look()
    assert desk.radius_m() == pytest.approx(LARGE_M, abs=1)


@pytest.mark.parametrize("made", [False, True])
def test_an_end_whose_answer_was_lost_is_taken_back(desk: Desk, *, made: bool) -> None:
    desk.centre.file(SMALL_M)
    desk.look()
    desk.centre.withdraw()
    desk.look("delete_constraint", made=made)
    assert len(desk.held()) == (0 if made else 1)
    desk.centre.file(SMALL_M)
    desk.look()
    assert desk.radius_m() == pytest.approx(SMALL_M, abs=1)
    desk.centre.withdraw()
    desk.look()
    assert desk.held() == []
    assert published_constraints(desk.uss.keeping) == []
