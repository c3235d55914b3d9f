"""A DSS whose answers are lost, before or after it made the change: no flight is lost, none is left behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from live.utm import Served, World, identifier, in_use, request, until, volume
from wellclear.api.utm.uss.dss import NotTaken, failed, refused
from wellclear.api.utm.wire.changes import ChangeOperationalIntentReferenceResponse
from wellclear.api.utm.wire.references import PutOperationalIntentReferenceParameters
from wellclear.errors import PeerUnavailable


class Losing:
    """A DSS that makes the next change of a kind, or does not, and gives no answer to it."""

    def __init__(self, dss: Any, method: str, *, made: bool) -> None:  # noqa: ANN401 - any adapter of the port
        self._dss, self._method, self._made = dss, method, made

    def __getattr__(self, name: str) -> Callable[..., Any]:
        found: Callable[..., Any] = getattr(self._dss, name)
        if name != self._method:
            return found
        self._method = ""

        def lose(*given: object) -> None:
            if self._made:
                found(*given)
            raise failed(name, "no answer")

        return lose


def losing(served: Served, method: str, *, made: bool) -> None:
    changing = served.uss.planning._desk.changing
    changing._dss = Losing(served.uss.dss, method, made=made)


def agrees(served: Served, plan: str) -> bool:
    flight, _ = served.uss.flights.flight(plan)
    return flight.attempt is None and flight.reference.ovn == served.uss.dss.intent(flight.intent).ovn


@pytest.mark.parametrize("made", [False, True])
def test_a_lost_answer_to_a_new_flight_is_found_out(world: World, *, made: bool) -> None:
    one, plan, area = world.uss("uss1"), identifier(), volume(world.clock())
    losing(one, "put_intent", made=made)
    assert one.plan(plan, request(area))["planning_result"] == "Failed"
    assert one.plan(plan, request(area))["planning_result"] == "Completed"
    assert agrees(one, plan)
    assert len(one.uss.dss.intents(one.uss.flights.flight(plan)[0].details.volumes[0])) == 1


@pytest.mark.parametrize("made", [False, True])
def test_a_lost_answer_to_a_change_is_found_out_and_told(world: World, *, made: bool) -> None:
    one, two, plan, area = world.uss("uss1"), world.uss("uss2"), identifier(), volume(world.clock())
    two.plan(identifier(), request(volume(world.clock(), lat=46.002)))
    one.plan(plan, request(area, priority=1))
    losing(one, "put_intent", made=made)
    lost = one.plan(plan, in_use(volume(world.clock(), radius_m=300), priority=1))
    assert (lost["planning_result"], lost["flight_plan_status"]) == ("Failed", "Planned")
    world.clock.ahead_ms += 31_000
    until(lambda: agrees(one, plan))
    assert one.uss.flights.flight(plan)[0].reference.state == ("Activated" if made else "Accepted")
    entity = one.uss.flights.flight(plan)[0].intent

    def heard() -> bool:
        return two.uss.airspace.known_intent(entity).reference.version == one.uss.dss.intent(entity).version

    until(lambda: not made or heard())


@pytest.mark.parametrize("made", [False, True])
def test_a_lost_answer_to_an_end_ends_the_flight_and_all_hear_of_it(world: World, *, made: bool) -> None:
    one, two, plan, area = world.uss("uss1"), world.uss("uss2"), identifier(), volume(world.clock())
    two.plan(identifier(), request(volume(world.clock(), lat=46.002)))
    one.plan(plan, request(area, priority=1))
    entity = one.uss.flights.flight(plan)[0].intent
    until(lambda: two.uss.airspace.known_intent(entity) is not None)
    losing(one, "delete_intent", made=made)
    lost = one.plan(plan, request(usage="Closed"))
    assert (lost["planning_result"], lost["flight_plan_status"]) == ("Failed", "Planned")
    world.clock.ahead_ms += 31_000
    until(lambda: one.uss.flights.flight(plan) is None)
    assert one.uss.dss.intent(entity) is None
    until(lambda: two.uss.airspace.known_intent(entity) is None)


@pytest.mark.parametrize("made", [False, True])
def test_a_user_who_closes_again_after_a_lost_answer_is_done(world: World, *, made: bool) -> None:
    one, plan = world.uss("uss1"), identifier()
    one.plan(plan, request(volume(world.clock())))
    losing(one, "delete_intent", made=made)
    assert one.plan(plan, request(usage="Closed"))["planning_result"] == "Failed"
    again = one.plan(plan, request(usage="Closed"))
    assert (again["planning_result"], again["flight_plan_status"]) == ("Completed", "Closed")
    assert one.plan(plan, request(usage="Closed"))["planning_result"] == "Rejected"


def test_an_intent_keeps_its_subscription_through_every_change(world: World) -> None:
    one, plan, area = world.uss("uss1"), identifier(), volume(world.clock())
    named = set()
    for asked in (
        request(area),
        in_use(volume(world.clock(), radius_m=300)),
        in_use(area, uas="OffNominal"),
        in_use(area, uas="Contingent"),
    ):
        assert one.plan(plan, asked)["planning_result"] == "Completed"
        flight, _ = one.uss.flights.flight(plan)
        named.add(flight.reference.subscription_id)
    (kept,) = named
    assert one.uss.dss.subscription(kept).dependent_operational_intents == [flight.intent]
    one.plan(plan, request(usage="Closed"))
    assert one.uss.dss.subscription(kept) is None


@pytest.mark.parametrize(
    ("refusal", "done", "asked"), [(NotTaken, "Completed", 2), (refused, "Failed", 1), (failed, "Failed", 1)]
)
def test_a_subscription_that_the_dss_does_not_take_again_gives_way_to_a_new_one(
    world: World, refusal: Callable[[str, str], PeerUnavailable], done: str, asked: int
) -> None:
    one, plan, area = world.uss("uss1"), identifier(), volume(world.clock())
    one.plan(plan, request(area))
    former = one.uss.flights.flight(plan)[0].reference.subscription_id
    put, named = one.uss.dss.put_intent, list[str | None]()

    def refusing(entity: str, ovn: str, wanted: PutOperationalIntentReferenceParameters) -> object:
        named.append(wanted.subscription_id)
        if wanted.subscription_id is not None:
            raise refusal("an intent", "no such subscription")
        return put(entity, ovn, wanted)

    one.uss.dss.put_intent = refusing
    assert one.plan(plan, in_use(area))["planning_result"] == done
    assert named == [former, None][:asked]
    assert (one.uss.flights.flight(plan)[0].reference.subscription_id == former) == (done == "Failed")


OTHER = "61da6c26-a858-4488-a694-cc2f3bb476a7"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"id": OTHER}, OTHER),
        ({"manager": "other"}, "takes this USS for 'other'"),
        ({"state": "Accepted"}, "is Accepted, and not Activated"),
        ({"state": "Contingent"}, "is Contingent, and not Activated"),
        ({"ovn": None}, "gives no OVN"),
        ({"ovn": "Available from USS"}, "gives no OVN"),
    ],
)
def test_a_dss_that_answers_of_another_change_coordinates_nothing(
    world: World, changed: dict[str, Any], words: str
) -> None:
    one, plan, area = world.uss("uss1"), identifier(), volume(world.clock())
    assert one.plan(plan, request(area))["planning_result"] == "Completed"
    before, put, read = one.uss.flights.flight(plan)[0].reference, one.uss.dss.put_intent, one.uss.dss.intent

    def lying(entity: str, ovn: str, wanted: object) -> ChangeOperationalIntentReferenceResponse:
        made = put(entity, ovn, wanted)
        false = msgspec.structs.replace(made.operational_intent_reference, **changed)
        return msgspec.structs.replace(made, operational_intent_reference=false)

    one.uss.dss.put_intent = lying
    one.uss.dss.intent = lambda entity: msgspec.structs.replace(read(entity), **changed)
    answer = one.plan(plan, in_use(area))
    assert (answer["planning_result"], answer["flight_plan_status"]) == ("Failed", "Planned")
    assert words in answer["notes"]
    flight, _ = one.uss.flights.flight(plan)
    assert (flight.reference, flight.was_activated) == (before, False)
    one.uss.dss.put_intent, one.uss.dss.intent = put, read
    assert one.plan(plan, in_use(area))["flight_plan_status"] == "OkToFly"
    assert agrees(one, plan)


@pytest.mark.parametrize("changed", [{"id": OTHER}, {"manager": "other"}])
def test_a_dss_that_answers_of_another_end_ends_nothing(world: World, changed: dict[str, Any]) -> None:
    one, plan = world.uss("uss1"), identifier()
    one.plan(plan, request(volume(world.clock())))
    delete = one.uss.dss.delete_intent

    def lying(entity: str, ovn: str) -> ChangeOperationalIntentReferenceResponse:
        made = delete(entity, ovn)
        false = msgspec.structs.replace(made.operational_intent_reference, **changed)
        return msgspec.structs.replace(made, operational_intent_reference=false)

    one.uss.dss.delete_intent = lying
    answer = one.plan(plan, request(usage="Closed"))
    assert (answer["planning_result"], answer["flight_plan_status"]) == ("Failed", "Planned")
    one.uss.dss.delete_intent = delete
    assert one.plan(plan, request(usage="Closed"))["flight_plan_status"] == "Closed"


def test_a_refusal_of_the_dss_leaves_the_flight_as_it_was(world: World) -> None:
    one, plan, area = world.uss("uss1"), identifier(), volume(world.clock())
    one.plan(plan, request(area))
    world.arbitrate("uss1", "Down")
    answer = one.plan(plan, in_use(area))
    assert (answer["planning_result"], answer["flight_plan_status"]) == ("Failed", "Planned")
    assert agrees(one, plan)


def test_a_flight_that_is_over_leaves_by_itself_and_one_in_use_does_not(world: World) -> None:
    one, plan, flown = world.uss("uss1"), identifier(), identifier()
    one.plan(plan, request(volume(world.clock(), end_min=5)))
    one.plan(flown, request(volume(world.clock(), lat=46.1, end_min=5)))
    one.plan(flown, in_use(volume(world.clock(), lat=46.1, end_min=5)))
    world.clock.ahead_ms += 6 * 60_000
    until(lambda: one.uss.flights.flight(plan) is None)
    until(lambda: any("past its end" in told["message"] for told in one.told()))
    assert one.uss.flights.flight(flown) is not None


def test_two_users_changes_at_once_leave_one_whole_flight(world: World) -> None:
    one, plan = world.uss("uss1"), identifier()
    one.plan(plan, request(volume(world.clock())))
    flight, revision = one.uss.flights.flight(plan)
    one.uss.flights.put(flight, revision)
    with pytest.raises(Exception, match="another change came first"):
        one.uss.flights.put(flight, revision)


def test_a_dss_that_is_away_is_our_failure(world: World) -> None:
    one, plan = world.uss("uss1"), identifier()

    def away(_area: object) -> None:
        raise PeerUnavailable("the DSS does not answer", code="uss-unreachable")

    one.uss.dss.intents = away
    made = one.plan(plan, request(volume(world.clock())))
    assert (made["planning_result"], made["flight_plan_status"]) == ("Failed", "NotPlanned")
    assert "DSS" in made["notes"]
