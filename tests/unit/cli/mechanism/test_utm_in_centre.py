"""A USS within a centre: drones and an air force in one picture, over the same detection and the same log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from live.offices import Offices, Plan, Terminal
from live.utm import Clock, Served, World, identifier, in_use, request, until, volume
from rig.plans import HOUR_MS
from wellclear.api.utm.centre.facade import join
from wellclear.api.utm.centre.host import CentreHost
from wellclear.api.utm.centre.listening import READ_EVERY_MS, Watched
from wellclear.api.utm.centre.publishing import Disclosed, Publishing, Standing
from wellclear.api.utm.uss.dss import failed
from wellclear.geo.time_text import parse_rfc3339

LAT, LNG = 45.0, 10.0
"""Where the fixture `plan` plans."""


class Joined:
    """The centre of north with a USS of its own, and another USS, over one DSS."""

    def __init__(self, offices: Offices, folder: Path) -> None:
        self.offices = offices
        self.world = World(folder, Clock(offices.time.ahead_ms))
        centre = offices.lives["north"].centre
        self.own: Served = self.world.uss("north", joined=self._join)
        self.other = self.world.uss("uss2")
        self.state = lambda: centre.state

    def _join(self, uss: object) -> None:
        host = CentreHost(self.offices.lives["north"].centre, self.offices.loop, "utm")
        places = [Watched(LAT, LNG, 50.0)]
        self.publishing: Publishing = join(host, uss, Disclosed(), places, self.world.clock)

    def live(self) -> list[str]:
        own = self.state().own
        return [name for name, operation in own.items() if name.startswith("uas/") and not operation.ended]


@pytest.fixture
def joined(offices: Offices, tmp_path: Path) -> Iterator[Joined]:
    made = Joined(offices, tmp_path)
    yield made
    made.world.close()


def area(joined: Joined, lng: float, **more: float) -> dict[str, object]:
    return volume(joined.world.clock(), LAT, lng, low_m=0, high_m=9_000, **{"start_min": 115, "end_min": 190} | more)


def test_a_drone_is_in_conflict_with_an_air_forces_operation(
    joined: Joined, north: Terminal, south: Terminal, plan: Plan
) -> None:
    assert south("notify", plan("south", "TANKER-9", east_deg=0.7), "--yes") in {0, 1}
    flight = identifier()
    answer = joined.own.plan(flight, request(area(joined, LNG + 0.7)))
    assert answer["planning_result"] == "Completed", answer
    until(joined.live)
    (name,) = joined.live()
    until(lambda: (own := joined.state().own[name]).verdict is not None and own.verdict.finding == "CONFLICT")
    assert north("conflicts") == 1
    assert "TANKER-9" in north.shown
    until(lambda: south("notices") is not None and flight_of(name) in south.shown)
    until(lambda: any("TANKER-9" in told["message"] for told in joined.own.told()))
    assert joined.own.plan(flight, request(usage="Closed"))["planning_result"] == "Completed"
    until(lambda: not joined.live())
    assert joined.state().own[name].ended == "withdrawn"


def flight_of(name: str) -> str:
    return name.rpartition("/")[2][:8]


def test_what_an_operator_files_elsewhere_is_the_centres_operation_too(joined: Joined) -> None:
    flight, here = identifier(), area(joined, LNG - 0.2)
    until(lambda: joined.own.uss.keeping.listed("watch"))
    joined.other.plan(flight, request(here))
    until(joined.live)
    (name,) = joined.live()
    assert name.startswith("uas/uss2/")
    first = joined.state().own[name].filed
    assert "uss2" in first.remarks
    joined.other.plan(flight, in_use(area(joined, LNG - 0.2, end_min=180)))
    until(lambda: joined.state().own[name].filed.number > first.number)
    joined.other.plan(flight, request(usage="Closed"))
    until(lambda: not joined.live())


def test_what_a_uss_tells_of_and_the_dss_does_not_hold_stays_no_operation(
    joined: Joined, monkeypatch: pytest.MonkeyPatch
) -> None:
    joined.own.plan(identifier(), request(area(joined, LNG + 0.1)))
    ((flight, _),) = joined.own.uss.flights.all()
    far, entity = area(joined, LNG + 5), identifier()
    reference = msgspec.to_builtins(flight.reference) | {
        "id": entity,
        "manager": "peer",
        "uss_base_url": "https://peer.example",
        "time_start": far["time_start"],
        "time_end": far["time_end"],
    }
    notice = {
        "operational_intent_id": entity,
        "operational_intent": {"reference": reference, "details": {"volumes": [far]}},
        "subscriptions": [{"subscription_id": flight.reference.subscription_id, "notification_index": 1}],
    }

    def told() -> int:
        scope = "utm.strategic_coordination"
        return joined.own.ask("POST", "/uss/v1/operational_intents", scope, "peer", json=notice).status_code

    def away(*_given: object) -> None:
        raise failed("a read", "no answer")

    assert told() == 400
    with monkeypatch.context() as patched:
        patched.setattr(joined.own.uss.dss, "intent", away)
        assert told() == 204
    until(lambda: f"uas/peer/{entity}" in joined.live())
    joined.world.clock.ahead_ms += READ_EVERY_MS
    until(lambda: f"uas/peer/{entity}" not in joined.live())
    assert len(joined.live()) == 1


def test_an_operation_and_a_hazard_are_constraints_until_they_are_over(
    joined: Joined, north: Terminal, plan: Plan
) -> None:
    joined.other.plan(identifier(), request(area(joined, LNG + 0.4)))
    assert north("notify", plan("north", "SURVEY-4", east_deg=0.4), "--yes") in {0, 1}
    until(lambda: any("north" in told["message"] for told in joined.other.told()))
    until(lambda: any(s.identifier == "SURVEY-4" for s in joined.publishing.standings))
    standing = next(s for s in joined.publishing.standings if s.identifier == "SURVEY-4")
    until(lambda: all(s.pieces == s.published for s in joined.publishing.standings if s.identifier == "SURVEY-4"))
    assert standing.waits == ""
    north("withdraw", "SURVEY-4", "--reason", "weather")
    until(lambda: all(s.identifier != "SURVEY-4" for s in joined.publishing.standings))
    assert constraints_near(joined, LNG + 0.4) == []
    assert north("hazard", plan("north", "FIRE-2", east_deg=0.4), "--cause", "fire") == 0
    until(lambda: len(constraints_near(joined, LNG + 0.4, hours=30)) >= 2)
    spans = [
        parse_rfc3339(each.time_end.value) - parse_rfc3339(each.time_start.value)
        for each in constraints_near(joined, LNG + 0.4, hours=30)
    ]
    assert max(spans) <= 24 * HOUR_MS
    north("all-clear", "FIRE-2", "--reason", "out")
    until(lambda: constraints_near(joined, LNG + 0.4, hours=30) == [])


def test_a_dss_that_is_away_holds_nobody_up(
    joined: Joined, north: Terminal, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_given: object) -> None:
        raise failed("a constraint", "no answer")

    with monkeypatch.context() as patched:
        patched.setattr(joined.own.uss.dss, "put_constraint", away)
        assert north("notify", plan("north", "SURVEY-5", east_deg=-0.6), "--yes") in {0, 1}
        until(lambda: "no answer" in standing_of(joined, "SURVEY-5").waits)
        assert standing_of(joined, "SURVEY-5").published == 0
    until(lambda: standing_of(joined, "SURVEY-5").waits == "")
    assert len(constraints_near(joined, LNG - 0.6)) == 1


def standing_of(joined: Joined, identifier: str) -> Standing:
    none = Standing("operation", "north", identifier, 0, 0, "not looked at")
    return next((each for each in joined.publishing.standings if each.identifier == identifier), none)


def constraints_near(joined: Joined, lng: float, hours: float = 4) -> list[object]:
    place = Watched(LAT, lng, 5.0)
    now_ms = joined.world.clock()
    return joined.own.uss.dss.constraints(place.volume(now_ms, now_ms + int(hours * HOUR_MS)))
