"""Flights of two USSs over one DSS: planned, in conflict, flown, off-nominal and closed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from live.utm import World, identifier, in_use, request, until, volume
from wellclear.api.utm.uss.desk import Rules

DONE, REJECTED, FAILED, UNSUPPORTED = "Completed", "Rejected", "Failed", "NotSupported"


def result(answer: dict[str, str]) -> tuple[str, str]:
    return answer["planning_result"], answer["flight_plan_status"]


def test_a_flight_is_planned_flown_and_closed(world: World) -> None:
    uss, plan = world.uss("uss1"), identifier()
    area = volume(world.clock())
    assert result(uss.plan(plan, request(area))) == (DONE, "Planned")
    assert result(uss.plan(plan, in_use(area))) == (DONE, "OkToFly")
    assert result(uss.plan(plan, in_use(area, uas="OffNominal"))) == (DONE, "OffNominal")
    assert result(uss.plan(plan, in_use(area))) == (DONE, "OkToFly")
    assert result(uss.plan(plan, in_use(area, uas="Contingent"))) == (DONE, "OffNominal")
    assert result(uss.plan(plan, in_use(area))) == (REJECTED, "OffNominal")
    assert result(uss.plan(plan, request(usage="Closed"))) == (DONE, "Closed")
    assert result(uss.plan(plan, request(usage="Closed"))) == (REJECTED, "NotPlanned")


def test_an_equal_flight_of_another_uss_forbids_and_a_lower_one_does_not(world: World) -> None:
    one, two = world.uss("uss1"), world.uss("uss2")
    area = volume(world.clock())
    assert result(one.plan(identifier(), request(area, priority=10))) == (DONE, "Planned")
    equal = two.plan(identifier(), request(area, priority=10))
    assert result(equal) == (REJECTED, "NotPlanned")
    assert "uss1" in equal["notes"]
    higher = two.plan(identifier(), request(area, priority=11))
    assert result(higher) == (DONE, "Planned")
    assert higher["includes_advisories"] == "AtLeastOneAdvisoryOrCondition"
    until(lambda: [told["conflicts"] for told in one.told()] == ["Single"])
    assert [told["conflicts"] for told in two.told()] == ["Single"]


def test_an_equal_flight_may_be_permitted(world: World) -> None:
    one, two = world.uss("uss1"), world.uss("uss2", Rules(equal_permitted=True))
    area = volume(world.clock())
    one.plan(identifier(), request(area))
    assert result(two.plan(identifier(), request(area))) == (DONE, "Planned")


def test_a_flight_that_became_conflicting_is_not_activated(world: World) -> None:
    one, two, plan = world.uss("uss1"), world.uss("uss2"), identifier()
    area = volume(world.clock())
    one.plan(plan, request(area))
    two.plan(identifier(), request(area, priority=1))
    assert result(one.plan(plan, in_use(area))) == (REJECTED, "Planned")
    assert result(one.plan(plan, request(volume(world.clock(), lat=46.1)))) == (DONE, "Planned")


def test_a_refused_change_loses_no_activated_flight(world: World) -> None:
    one, two, plan = world.uss("uss1"), world.uss("uss2"), identifier()
    here, there = volume(world.clock()), volume(world.clock(), lat=46.1)
    one.plan(plan, request(here))
    one.plan(plan, in_use(here))
    two.plan(identifier(), request(there))
    assert result(one.plan(plan, in_use(there))) == (REJECTED, "OkToFly")
    intent = one.uss.flights.flight(plan)[0].intent
    assert one.uss.intent(intent).reference.version == one.uss.dss.intent(intent).version


def test_an_activated_flight_may_change_within_a_conflict_that_it_did_not_make(world: World) -> None:
    one, two, plan = world.uss("uss1"), world.uss("uss2"), identifier()
    area = volume(world.clock())
    one.plan(plan, request(area))
    one.plan(plan, in_use(area))
    two.plan(identifier(), request(area, priority=5))
    assert result(one.plan(plan, in_use(volume(world.clock(), radius_m=210)))) == (DONE, "OkToFly")


def test_who_left_a_plan_that_was_never_activated_does_not_come_back_into_a_conflict(world: World) -> None:
    one, two, plan = world.uss("uss1"), world.uss("uss2"), identifier()
    area = volume(world.clock())
    one.plan(plan, request(area))
    two.plan(identifier(), request(area, priority=1))
    assert result(one.plan(plan, in_use(area, style="InReality"))) == (DONE, "OffNominal")
    assert result(one.plan(plan, in_use(area))) == (REJECTED, "OffNominal")
    assert result(one.plan(plan, in_use(volume(world.clock(), lat=46.1)))) == (DONE, "OkToFly")


def test_who_left_an_activated_plan_comes_back_to_it_and_not_to_where_else_it_went(world: World) -> None:
    one, two, plan = world.uss("uss1"), world.uss("uss2"), identifier()
    here, there = volume(world.clock()), volume(world.clock(), lat=46.1)
    one.plan(plan, in_use(here))
    two.plan(identifier(), request(here, priority=5))
    two.plan(identifier(), request(there, priority=5))
    assert result(one.plan(plan, in_use(there, uas="OffNominal"))) == (DONE, "OffNominal")
    assert result(one.plan(plan, in_use(there))) == (REJECTED, "OffNominal")
    assert result(one.plan(plan, in_use(here))) == (DONE, "OkToFly")


def test_what_is_flown_in_reality_is_told_as_nonconforming(world: World) -> None:
    one, two, plan = world.uss("uss1"), world.uss("uss2"), identifier()
    area = volume(world.clock())
    one.plan(identifier(), request(area, priority=3))
    assert result(two.plan(plan, in_use(area, style="InReality"))) == (DONE, "OffNominal")
    assert two.uss.flights.flight(plan)[0].reference.state == "Nonconforming"
    until(lambda: any("Nonconforming" in told["message"] for told in one.told()))


def test_a_large_flight_that_is_off_nominal_in_its_own_area_is_told(world: World) -> None:
    one, plan, area = world.uss("uss1"), identifier(), volume(world.clock(), radius_m=45_000)
    assert result(one.plan(plan, in_use(area))) == (DONE, "OkToFly")
    assert result(one.plan(plan, in_use(area, uas="OffNominal"))) == (DONE, "OffNominal")


def test_a_hypothetical_plan_changes_nothing(world: World) -> None:
    one, plan = world.uss("uss1"), identifier()
    area = volume(world.clock())
    assert result(one.plan(plan, request(area, style="Hypothetical"))) == (DONE, "Planned")
    assert one.uss.flights.flight(plan) is None
    assert result(one.plan(identifier(), request(area))) == (DONE, "Planned")


def test_a_hypothetical_plan_is_no_attempt_whether_it_may_be_or_not(world: World) -> None:
    one, area = world.uss("uss1"), volume(world.clock())

    def attempts() -> list[str | None]:
        return [attempt.problem for attempt in one.uss.journal.exported(0, world.clock()).planning_attempts]

    assert result(one.plan(identifier(), request(area))) == (DONE, "Planned")
    assert attempts() == [None]
    assert result(one.plan(identifier(), request(area, style="Hypothetical"))) == (REJECTED, "NotPlanned")
    assert result(one.plan(identifier(), request(area, priority=1, style="Hypothetical"))) == (DONE, "Planned")
    assert attempts() == [None]
    assert result(one.plan(identifier(), request(area))) == (REJECTED, "NotPlanned")
    _, problem = attempts()
    assert problem is not None
    assert "in conflict" in problem


def test_nobody_is_told_of_a_hypothetical_conflict(world: World) -> None:
    one, area = world.uss("uss1"), volume(world.clock())
    one.plan(identifier(), request(area), "ada")
    answer = one.plan(identifier(), request(area, priority=1, style="Hypothetical"), "bob")
    assert result(answer) == (DONE, "Planned")
    assert answer["includes_advisories"] == "AtLeastOneAdvisoryOrCondition"
    assert one.told("ada") == one.told("bob") == []


def test_the_answer_says_what_was_planned_where_that_is_not_all_that_was_asked(world: World) -> None:
    one, plan, now_ms = world.uss("uss1"), identifier(), world.clock()
    here = volume(now_ms)
    answer = one.plan(plan, request(volume(now_ms, start_min=-10, end_min=-5), here, priority=3))
    assert result(answer) == (DONE, "Planned")
    assert answer["as_planned"]["basic_information"]["area"] == [here]
    assert answer["as_planned"]["astm_f3548_21"] == {"priority": 3}
    assert "as_planned" not in one.plan(plan, request(here))
    kept = one.plan(plan, in_use(uas="OffNominal"))
    assert result(kept) == (DONE, "OffNominal")
    assert kept["as_planned"]["basic_information"]["area"] == [here]


def test_a_repeated_request_gets_its_first_answer(world: World) -> None:
    one, plan = world.uss("uss1"), identifier()
    asked = request(volume(world.clock()))
    first = one.plan(plan, asked)
    assert one.plan(plan, asked) == first
    assert one.uss.flights.flight(plan)[0].reference.version == 1


def test_rules_say_no_without_the_dss(world: World) -> None:
    one, now_ms = world.uss("uss1"), world.clock()
    over = volume(now_ms, start_min=-10, end_min=-5)
    far = volume(now_ms, start_min=60 * 24 * 31, end_min=60 * 24 * 31 + 10)
    ground = volume(now_ms)
    ground["volume"]["altitude_lower"]["reference"] = "SFC"
    open_ended = volume(now_ms)
    del open_ended["time_end"]
    for asked, wanted in (
        (request(over), REJECTED),
        (request(far), REJECTED),
        (request(), REJECTED),
        (request(open_ended), REJECTED),
        (request(volume(now_ms, low_m=700)), REJECTED),
        (request(volume(now_ms, low_m=600)), REJECTED),
        (request(volume(now_ms, radius_m=60_000)), REJECTED),
        (request(volume(now_ms, radius_m=0.01)), REJECTED),
        (request(volume(now_ms), uas="OffNominal"), REJECTED),
        (request(ground), UNSUPPORTED),
    ):
        answer = one.plan(identifier(), asked)
        assert result(answer) == (wanted, "NotPlanned")
        assert answer["notes"]


def test_another_user_cannot_change_a_plan(world: World) -> None:
    one, plan, area = world.uss("uss1"), identifier(), volume(world.clock())
    one.plan(plan, request(area), "ada")
    assert one.plan(plan, request(usage="Closed"), "bob")["planning_result"] == REJECTED
    assert one.plan(plan, request(usage="Closed"), "ada")["planning_result"] == DONE


def test_height_and_time_separate(world: World) -> None:
    one, two, now_ms = world.uss("uss1"), world.uss("uss2"), world.clock()
    one.plan(identifier(), request(volume(now_ms)))
    assert result(two.plan(identifier(), request(volume(now_ms, low_m=601, high_m=700)))) == (DONE, "Planned")
    assert result(two.plan(identifier(), request(volume(now_ms, start_min=30, end_min=40)))) == (DONE, "Planned")


def test_an_area_is_cleared(world: World) -> None:
    one, now_ms = world.uss("uss1"), world.clock()
    near, far = identifier(), identifier()
    one.plan(near, request(volume(now_ms)))
    one.plan(far, request(volume(now_ms, lat=47.0)))
    extent = volume(now_ms, radius_m=5_000, low_m=0, high_m=5_000)
    answer = one.ask(
        "POST",
        "/flight_planning/v1/clear_area_requests",
        "interuss.flight_planning.direct_automated_test",
        json={"request_id": "1", "extent": extent},
    )
    assert answer.json()["outcome"]["success"] is True
    assert one.uss.flights.flight(near) is None
    assert one.uss.flights.flight(far) is not None


def test_a_plan_is_deleted_once(world: World) -> None:
    one, plan = world.uss("uss1"), identifier()
    one.plan(plan, request(volume(world.clock())))
    path, scope = f"/flight_planning/v1/flight_plans/{plan}", "interuss.flight_planning.direct_automated_test"
    assert result(one.ask("DELETE", path, scope).json()) == (DONE, "Closed")
    assert one.ask("DELETE", path, scope).status_code == 404


def test_two_usss_that_plan_much_at_once_do_not_wait_for_each_other_for_ever(world: World) -> None:
    rules = Rules(equal_permitted=True)
    usss, area = (world.uss("uss1", rules), world.uss("uss2", rules)), volume(world.clock())

    def plan(number: int) -> tuple[str, str]:
        return result(usss[number % 2].plan(identifier(), request(area)))

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(plan, range(8))) == {(DONE, "Planned")}
