from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rig.utm import ALL, MINUTE_MS, NOW_MS, PLANNER, World, identifier, square, time_json, volume
from rig.utm_answers import reference, subscription, told
from wellclear.api.utm.tokens.scopes import UtmScope

Play = Callable[..., None]
PROCESSOR = (UtmScope.CONSTRAINT_PROCESSING,)
WIDE = volume(radius_m=1000, heights_m=(0, 500), minutes=(0, 60))
IMPLICIT = {"new_subscription": {"uss_base_url": "https://uss1.example.com/utm"}}


def test_a_subscription_is_read_by_its_owner_alone(play: Play) -> None:
    async def script(world: World) -> None:
        made = subscription(await world.uss().put_subscription(1))
        assert (made["notification_index"], made["implicit_subscription"]) == (0, False)
        assert subscription(await world.uss().get_subscription(1)) == made
        assert (await world.uss("uss2").get_subscription(1)).status_code == 403
        assert (await world.uss().get_subscription(2)).status_code == 404
        for name, count in (("uss1", 1), ("uss2", 0)):
            found = await world.uss(name).ask("POST", "subscriptions/query", {"area_of_interest": WIDE})
            assert len(found.json()["subscriptions"]) == count

    play(script)


def test_it_answers_with_what_is_already_there(play: Play) -> None:
    async def script(world: World) -> None:
        uss = world.uss()
        await uss.put_intent(1)
        await uss.put_intent(2, [volume(lat=47)])
        await uss.put_constraint(3)
        both = (await uss.put_subscription(4, constraints=True)).json()
        assert [one["id"] for one in both["operational_intent_references"]] == [identifier(1)]
        assert [one["id"] for one in both["constraint_references"]] == [identifier(3)]
        none = (await uss.put_subscription(5, intents=False, constraints=True)).json()
        assert none["operational_intent_references"] == []

    play(script)


@pytest.mark.parametrize(
    ("apart", "is_told"),
    [
        ({}, True),
        ({"lat": 46.02}, False),
        ({"heights_m": (500.01, 600.0)}, False),
        ({"minutes": (60.0, 70.0)}, False),
    ],
    ids=["inside", "place", "height", "time"],
)
def test_who_is_told_goes_by_place_height_and_time(play: Play, apart: dict[str, Any], is_told: bool) -> None:  # noqa: FBT001
    async def script(world: World) -> None:
        await world.uss("uss2").put_subscription(1)
        answer = await world.uss().put_intent(2, [volume(**apart)])
        assert told(answer) == ({"https://uss2.example.com/utm": {identifier(1): 1}} if is_told else {})

    play(script)


def test_the_index_grows_with_every_notification_and_does_not_change_the_version(play: Play) -> None:
    async def script(world: World) -> None:
        watching = world.uss("uss2")
        made = subscription(await watching.put_subscription(1))
        uss = world.uss()
        created = await uss.put_intent(2)
        changed = await uss.put_intent(2, [volume(lat=46.5)], ovn=reference(created)["ovn"])
        ended = await uss.delete_intent(2, reference(changed)["ovn"])
        assert [told(one) for one in (created, changed, ended)] == [
            {"https://uss2.example.com/utm": {identifier(1): 1}},
            {"https://uss2.example.com/utm": {identifier(1): 2}},
            {},
        ]
        now = subscription(await watching.get_subscription(1))
        assert (now["notification_index"], now["version"]) == (2, made["version"])

    play(script)


def test_constraints_are_told_to_who_asks_for_them(play: Play) -> None:
    async def script(world: World) -> None:
        await world.uss("uss2").put_subscription(1)
        await world.uss("uss3").put_subscription(2, intents=False, constraints=True)
        assert told(await world.uss().put_constraint(3)) == {"https://uss3.example.com/utm": {identifier(2): 1}}

    play(script)


def test_who_asks_for_constraints_must_name_them(play: Play) -> None:
    async def script(world: World) -> None:
        uss = world.uss()
        made = (await world.uss("authority").put_constraint(1)).json()["constraint_reference"]
        assert (await world.uss("uss2").put_intent(2)).status_code == 201
        implicit = {"new_subscription": {"uss_base_url": uss.url, "notify_for_constraints": True}}
        apart = [volume(heights_m=(150.0, 200.0), lat=46.001, radius_m=10)]
        key = [reference(await world.uss("uss2").get_intent(2))["ovn"]]
        refused = await uss.put_intent(3, apart, key=key, **implicit)
        assert refused.status_code == 409
        assert [one["id"] for one in refused.json()["missing_constraints"]] == [identifier(1)]
        assert (await uss.put_intent(3, apart, key=[*key, made["ovn"]], **implicit)).status_code == 201

    play(script)


@pytest.mark.parametrize(
    "minutes",
    [(-6.0, 60.0), (0.0, 24 * 60 + 1.0), (-4.0, -1.0), (10.0, 10.0)],
    ids=["starts in the past", "over a day", "past", "instant"],
)
def test_times_that_are_no_subscription_are_refused(play: Play, minutes: tuple[float, float]) -> None:
    async def script(world: World) -> None:
        assert (await world.uss().put_subscription(1, volume(minutes=minutes))).status_code == 400

    play(script)


def test_times_that_are_not_stated_are_now_and_a_day(play: Play) -> None:
    async def script(world: World) -> None:
        area = volume()
        del area["time_start"], area["time_end"]
        made = subscription(await world.uss().put_subscription(1, area))
        assert made["time_start"]["value"] == "2027-01-15T08:00:00Z"
        assert made["time_end"]["value"] == "2027-01-16T08:00:00Z"
        assert subscription(await world.uss().put_subscription(2, volume(minutes=(-4, 60))))

    play(script)


def test_what_notifies_of_nothing_is_refused_and_each_kind_needs_its_scope(play: Play) -> None:
    async def script(world: World) -> None:
        assert (await world.uss().put_subscription(1, intents=False)).status_code == 400
        assert (await world.uss(scopes=PROCESSOR).put_subscription(1)).status_code == 403
        assert (await world.uss(scopes=PLANNER).put_subscription(1, constraints=True)).status_code == 403
        asked = {"new_subscription": {"uss_base_url": "https://a.example", "notify_for_constraints": True}}
        assert (await world.uss(scopes=PLANNER).put_intent(1, **asked)).status_code == 403
        assert (await world.uss(scopes=PLANNER).put_subscription(1)).status_code == 200

    play(script)


def test_changes_ask_for_the_version_and_the_owner(play: Play) -> None:
    async def script(world: World) -> None:
        uss = world.uss()
        version = subscription(await uss.put_subscription(1))["version"]
        assert (await uss.put_subscription(1)).status_code == 409
        assert (await uss.put_subscription(1, version="x")).status_code == 409
        assert (await uss.put_subscription(2, version="x")).status_code == 400
        assert (await world.uss("uss2").put_subscription(1, version=version)).status_code == 409
        assert (await world.uss("uss2").delete_subscription(1, version)).status_code == 409
        later = subscription(await uss.put_subscription(1, version=version))["version"]
        assert (await uss.delete_subscription(1, version)).status_code == 409
        first = await uss.delete_subscription(1, later)
        again = await uss.delete_subscription(1, later)
        assert (first.status_code, again.content) == (200, first.content)
        assert (await uss.delete_subscription(2, later)).status_code == 404

    play(script)


DAY = {"time_start": 60, "time_end": 60 + 24 * 60}
"""Minutes from now."""


def timeless(**end: object) -> dict[str, Any]:
    return {"volume": WIDE["volume"], **end}


def test_it_is_refreshed_without_a_start_and_then_runs_from_now(play: Play) -> None:
    async def script(world: World) -> None:
        uss = world.uss()
        made = subscription(await uss.put_subscription(1, timeless()))
        world.now_ms += 50 * MINUTE_MS
        ends = time_json(50 + 24 * 60)
        kept = subscription(await uss.put_subscription(1, timeless(time_end=ends), version=made["version"]))
        assert (kept["time_start"], kept["time_end"]) == (time_json(50), ends)
        whole = {name: time_json(at) | {"value": time_json(at)["value"][:-1] + ".0005Z"} for name, at in DAY.items()}
        assert (await uss.put_subscription(2, timeless(**whole))).status_code == 200, "a day, to the microsecond"
        longer = timeless(time_end=time_json(51 + 24 * 60))
        assert (await uss.put_subscription(1, longer, version=kept["version"])).status_code == 400

    play(script)


def test_an_end_that_is_not_stated_is_chosen_so_that_it_fits(play: Play) -> None:
    async def script(world: World) -> None:
        uss = world.uss()
        made = subscription(await uss.put_subscription(1, volume(minutes=(0, 60))))
        kept = subscription(await uss.put_subscription(1, timeless(), version=made["version"]))
        assert kept["time_end"] == made["time_end"]
        later = timeless(time_start=time_json(30 * 60))
        moved = subscription(await uss.put_subscription(1, later, version=kept["version"]))
        assert (moved["time_start"], moved["time_end"]) == (time_json(30 * 60), time_json(54 * 60))
        sooner = timeless(time_start=time_json(0))
        back = subscription(await uss.put_subscription(1, sooner, version=moved["version"]))
        assert (back["time_start"], back["time_end"]) == (time_json(0), time_json(24 * 60))

    play(script)


def test_one_on_which_an_intent_hangs_is_refreshed_and_keeps_its_start(play: Play) -> None:
    async def script(world: World) -> None:
        uss = world.uss()
        made = subscription(await uss.put_subscription(1, timeless()))
        await uss.put_intent(2, [volume()], subscription_id=identifier(1))
        world.now_ms += 50 * MINUTE_MS
        ends = time_json(50 + 24 * 60)
        kept = subscription(await uss.put_subscription(1, timeless(time_end=ends), version=made["version"]))
        assert (kept["time_start"], kept["time_end"]) == (made["time_start"], ends)

    play(script)


def test_it_ends_with_its_time(play: Play) -> None:
    async def script(world: World) -> None:
        await world.uss("uss2").put_subscription(1, volume(minutes=(0, 20)))
        world.now_ms = NOW_MS + 20 * MINUTE_MS
        assert (await world.uss("uss2").get_subscription(1)).status_code == 404
        assert told(await world.uss().put_intent(2)) == {}

    play(script)


@pytest.mark.parametrize(
    ("area", "status"),
    [
        (WIDE, 201),
        (square(46, 7, 0.01, heights_m=(0, 500), minutes=(0, 60)), 201),
        (volume(), 201),
        (volume(radius_m=298), 400),
        (volume(heights_m=(101, 500)), 400),
        (volume(minutes=(0, 39)), 400),
        (volume(lat=46.1, radius_m=1000, heights_m=(0, 500), minutes=(0, 60)), 400),
        (square(46, 7, 0.003, heights_m=(0, 500), minutes=(0, 60)), 400),
    ],
    ids=["circle", "square", "same", "narrow", "high", "short", "elsewhere", "small square"],
)
def test_an_explicit_subscription_must_cover_its_intent(play: Play, area: dict[str, Any], status: int) -> None:
    async def script(world: World) -> None:
        await world.uss().put_subscription(1, area)
        assert (await world.uss().put_intent(2, subscription_id=identifier(1))).status_code == status

    play(script)


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ([(-60, 40)], 201),
        ([(-60, -30), (0, 40)], 201),
        ([(-60, 61)], 400),
        ([(-60, 60)], 201),
    ],
    ids=["under way", "a part is over", "too long", "to its end"],
)
def test_what_is_over_of_an_intent_need_not_be_covered(
    play: Play, parts: list[tuple[float, float]], status: int
) -> None:
    async def script(world: World) -> None:
        assert (await world.uss().put_subscription(1)).status_code == 200
        extents = [volume(minutes=minutes) for minutes in parts]
        assert (await world.uss().put_intent(2, extents, subscription_id=identifier(1))).status_code == status

    play(script)


@pytest.mark.parametrize(("end_min", "status"), [(0, 201), (1, 400)])
def test_what_is_over_may_have_been_elsewhere(play: Play, end_min: float, status: int) -> None:
    async def script(world: World) -> None:
        extents = [volume(lat=46.1, minutes=(-30, end_min)), volume(minutes=(0, 40))]
        await world.uss().put_subscription(1)
        assert (await world.uss().put_intent(2, extents, subscription_id=identifier(1))).status_code == status

    play(script)


def test_a_subscription_may_lose_what_is_over_of_its_intents_and_nothing_else(play: Play) -> None:
    async def script(world: World) -> None:
        uss = world.uss()
        version = subscription(await uss.put_subscription(1))["version"]
        await uss.put_intent(2, [volume(minutes=(0, 40))], subscription_id=identifier(1))
        world.now_ms += 20 * MINUTE_MS

        def around(start_min: float, end_min: float) -> dict[str, Any]:
            return volume(radius_m=1000, heights_m=(0, 500), minutes=(start_min, end_min))

        assert (await uss.put_subscription(1, around(21, 60), version=version)).status_code == 400
        assert (await uss.put_subscription(1, around(20, 39), version=version)).status_code == 400
        version = subscription(await uss.put_subscription(1, around(20, 60), version=version))["version"]
        world.now_ms += 20 * MINUTE_MS
        assert (await uss.put_subscription(1, around(45, 60), version=version)).status_code == 200

    play(script)


def test_an_intent_hangs_on_an_own_subscription_for_intents(play: Play) -> None:
    async def script(world: World) -> None:
        uss = world.uss()
        await world.uss("uss2").put_subscription(1)
        await uss.put_subscription(2, intents=False, constraints=True)
        await uss.put_subscription(3)
        for number, status in ((1, 403), (2, 400), (3, 201), (9, 400)):
            answer = await uss.put_intent(10 + number, subscription_id=identifier(number))
            assert answer.status_code == status
        both = await uss.put_intent(4, subscription_id=identifier(3), **IMPLICIT)
        assert both.status_code == 400
        assert subscription(await uss.get_subscription(3))["dependent_operational_intents"] == [identifier(13)]

    play(script)


def test_a_subscription_on_which_an_intent_hangs_stays_and_still_covers_it(play: Play) -> None:
    async def script(world: World) -> None:
        uss = world.uss()
        await uss.put_subscription(1)
        ovn = reference(await uss.put_intent(2, subscription_id=identifier(1)))["ovn"]
        version = subscription(await uss.get_subscription(1))["version"]
        assert (await uss.delete_subscription(1, version)).status_code == 400
        assert (await uss.put_subscription(1, volume(radius_m=298), version=version)).status_code == 400
        assert (await uss.put_subscription(1, version=version, intents=False, constraints=True)).status_code == 400
        version = subscription(await uss.put_subscription(1, version=version))["version"]
        await uss.delete_intent(2, ovn)
        assert (await uss.delete_subscription(1, version)).status_code == 200

    play(script)


def test_too_many_subscriptions_of_one_uss_are_429(play: Play) -> None:
    async def script(world: World) -> None:
        assert (await world.uss().put_subscription(1)).status_code == 200
        assert (await world.uss().put_subscription(2)).status_code == 429
        assert (await world.uss("uss2").put_subscription(2)).status_code == 200

    play(script, subscriptions_of_uss=1)


def test_their_points_count_among_those_of_the_uss(play: Play) -> None:
    async def script(world: World) -> None:
        uss, four = world.uss(), square(46, 7, 0.01)
        version = (await uss.put_subscription(1, four)).json()["subscription"]["version"]
        assert (await uss.put_subscription(2, four)).status_code == 429
        assert (await uss.put_intent(3, [square(46, 7, 0.01)])).status_code == 429
        assert (await uss.put_subscription(1, four, version=version)).status_code == 200
        assert (await world.uss("uss2").put_subscription(2, four)).status_code == 200

    play(script, points_of_uss=7)


def test_an_area_that_is_too_large_is_400_here_and_413_in_a_query(play: Play) -> None:
    async def script(world: World) -> None:
        large = volume(radius_m=100_000)
        assert (await world.uss().put_subscription(1, large)).status_code == 400
        asked = await world.uss().ask("POST", "subscriptions/query", {"area_of_interest": large})
        assert asked.status_code == 413

    play(script)


def test_all_scopes_are_those_of_the_rig() -> None:
    assert set(ALL) == set(UtmScope)
