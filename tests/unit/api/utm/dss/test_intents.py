from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import httpx
import pytest

from rig.utm import MINUTE_MS, NOW_MS, PLANNER, World, identifier, square, token, volume
from wellclear.api.utm.dss.shown import NO_SUBSCRIPTION
from wellclear.api.utm.tokens.scopes import UtmScope

Play = Callable[..., None]
ACTIVE = {"new_subscription": {"uss_base_url": "https://uss1.example.com/utm"}}
MONITOR = (UtmScope.CONFORMANCE_MONITORING_SA,)
DAY_MS = 24 * 60 * MINUTE_MS


def reference(answer: httpx.Response) -> dict[str, Any]:
    found: dict[str, Any] = answer.json()["operational_intent_reference"]
    return found


def missing(answer: httpx.Response) -> set[str]:
    assert answer.status_code == 409
    return {one["id"] for one in answer.json()["missing_operational_intents"]}


def test_a_created_intent_is_read_and_its_ovn_is_its_owners(play: Play) -> None:
    async def script(world: World) -> None:
        created = await world.uss().put_intent(1)
        assert created.status_code == 201
        made = reference(created)
        assert 16 <= len(made["ovn"]) <= 128
        assert (made["version"], made["state"], made["manager"]) == (1, "Accepted", "uss1")
        assert made["subscription_id"] == NO_SUBSCRIPTION
        assert reference(await world.uss().get_intent(1)) == made
        others = reference(await world.uss("uss2").get_intent(1))
        assert others == {name: value for name, value in made.items() if name != "ovn"}

    play(script)


def test_words_stand_for_anothers_ovn_where_the_setting_says_so(play: Play) -> None:
    async def script(world: World) -> None:
        await world.uss().put_intent(1)
        assert reference(await world.uss("uss2").get_intent(1))["ovn"] == "Available from USS"
        assert missing(await world.uss("uss2").put_intent(2, key=["Available from USS"])) == {identifier(1)}

    play(script, words_for_ovn=True)


def test_every_change_has_another_ovn_and_the_next_version(play: Play) -> None:
    async def script(world: World) -> None:
        uss = world.uss()
        first = reference(await uss.put_intent(1))
        changed = await uss.put_intent(1, ovn=first["ovn"])
        assert changed.status_code == 200
        assert reference(changed)["ovn"] != first["ovn"]
        assert reference(changed)["version"] == 2
        stale = await uss.put_intent(1, ovn=first["ovn"])
        assert (stale.status_code, "message" in stale.json()) == (409, True)

    play(script)


@pytest.mark.parametrize(
    "apart",
    [
        {"lat": 46.01},
        {"heights_m": (200.01, 300.0)},
        {"minutes": (40.0, 60.0)},
    ],
    ids=["place", "height", "time"],
)
def test_what_is_apart_in_place_height_or_time_need_not_be_named(play: Play, apart: dict[str, Any]) -> None:
    async def script(world: World) -> None:
        await world.uss().put_intent(1)
        assert (await world.uss("uss2").put_intent(2, [volume(**apart)])).status_code == 201

    play(script)


def test_what_meets_must_be_named_and_all_that_is_not_is_told(play: Play) -> None:
    async def script(world: World) -> None:
        ovns = [reference(await world.uss().put_intent(1))["ovn"]]
        ovns.append(reference(await world.uss().put_intent(2, key=ovns))["ovn"])
        two = world.uss("uss2")
        refused = await two.put_intent(3)
        assert missing(refused) == {identifier(1), identifier(2)}
        assert all("ovn" not in one for one in refused.json()["missing_operational_intents"])
        assert missing(await two.put_intent(3, key=ovns[:1])) == {identifier(2)}
        assert (await two.get_intent(3)).status_code == 404
        assert (await two.put_intent(3, key=ovns)).status_code == 201

    play(script)


def test_circles_meet_where_their_inscribed_polygons_do_not(play: Play) -> None:
    async def script(world: World) -> None:
        """300 m each, 599.9 m apart along a bearing where a polygon of eight corners would be 23 m short."""
        await world.uss().put_intent(1, [volume(46.0, 7.0)])
        touching = volume(46.0 + 599.9 / 111_147.0 * 0.9239, 7.0 + 599.9 / 77_463.0 * 0.3827)
        assert missing(await world.uss("uss2").put_intent(2, [touching])) == {identifier(1)}
        beyond = volume(46.0 + 603.0 / 111_147.0 * 0.9239, 7.0 + 603.0 / 77_463.0 * 0.3827)
        assert (await world.uss("uss2").put_intent(3, [beyond])).status_code == 201

    play(script)


def test_each_volume_counts_by_itself_not_their_common_box(play: Play) -> None:
    async def script(world: World) -> None:
        steps = [volume(46.0, 7.0, minutes=(10, 20)), volume(46.1, 7.1, minutes=(20, 30))]
        await world.uss().put_intent(1, steps)
        assert (await world.uss("uss2").put_intent(2, [volume(46.05, 7.05, minutes=(10, 30))])).status_code == 201
        assert missing(await world.uss("uss2").put_intent(3, [volume(46.1, 7.1, minutes=(25, 30))])) == {identifier(1)}

    play(script)


def test_an_intent_is_only_created_accepted(play: Play) -> None:
    async def script(world: World) -> None:
        for state in ("Activated", "Nonconforming", "Contingent"):
            assert (await world.uss().put_intent(1, state=state, **ACTIVE)).status_code == 400

    play(script)


@pytest.mark.parametrize("state", ["Activated", "Nonconforming", "Contingent"])
def test_other_states_need_a_subscription(play: Play, state: str) -> None:
    async def script(world: World) -> None:
        uss = world.uss()
        ovn = reference(await uss.put_intent(1))["ovn"]
        assert (await uss.put_intent(1, ovn=ovn, state=state)).status_code == 400
        assert (await uss.put_intent(1, ovn=ovn, state=state, **ACTIVE)).status_code == 200

    play(script)


@pytest.mark.parametrize("state", ["Nonconforming", "Contingent"])
def test_what_left_its_plan_needs_no_key_but_the_scope(play: Play, state: str) -> None:
    async def script(world: World) -> None:
        uss, other = world.uss(scopes=PLANNER), world.uss("uss2")
        made = reference(await uss.put_intent(1, **ACTIVE))
        assert (await other.put_intent(2, [volume(lat=46.1)])).status_code == 201
        out, named = [volume(radius_m=20_000)], {"subscription_id": made["subscription_id"]}
        assert (await uss.put_intent(1, out, ovn=made["ovn"], state=state, **ACTIVE)).status_code == 403
        assert (await world.uss(scopes=MONITOR).put_intent(1, out, ovn=made["ovn"], state=state, **named)).is_success

    play(script)


def test_a_contingent_intent_only_ends(play: Play) -> None:
    async def script(world: World) -> None:
        uss = world.uss()
        ovn = reference(await uss.put_intent(1))["ovn"]
        ovn = reference(await uss.put_intent(1, ovn=ovn, state="Contingent", **ACTIVE))["ovn"]
        assert (await uss.put_intent(1, ovn=ovn, state="Activated", **ACTIVE)).status_code == 400
        assert (await uss.delete_intent(1, ovn)).status_code == 200

    play(script)


def test_another_uss_changes_and_ends_nothing(play: Play) -> None:
    async def script(world: World) -> None:
        ovn = reference(await world.uss().put_intent(1))["ovn"]
        two = world.uss("uss2")
        assert (await two.put_intent(1, ovn=ovn)).status_code == 403
        assert (await two.delete_intent(1, ovn)).status_code == 403
        assert (await two.put_intent(1)).status_code == 409

    play(script)


def test_an_unknown_intent_is_400_to_change_and_404_to_read_or_end(play: Play) -> None:
    async def script(world: World) -> None:
        uss, ovn = world.uss(), "0123456789abcdef"
        assert (await uss.put_intent(1, ovn=ovn)).status_code == 400
        assert (await uss.get_intent(1)).status_code == 404
        assert (await uss.delete_intent(1, ovn)).status_code == 404

    play(script)


def test_an_empty_ovn_is_our_own_400_and_creates_nothing(play: Play) -> None:
    async def script(world: World) -> None:
        uss = world.uss()
        path = f"operational_intent_references/{identifier(1)}"
        body = {"extents": [volume()], "state": "Accepted", "uss_base_url": uss.url}
        for method, end in product(("PUT", "DELETE"), ("/", "/%20", "/%2F", "/%2f%2f")):
            answer = await uss.ask(method, path + end, body)
            assert (answer.status_code, answer.json()["code"]) == (400, "utm-version-empty")
        assert (await uss.get_intent(1)).status_code == 404

    play(script)


def test_an_identifier_may_come_without_dashes(play: Play) -> None:
    async def script(world: World) -> None:
        uss = world.uss()
        made = reference(await uss.put_intent(1))
        path = f"operational_intent_references/{identifier(1).replace('-', '').upper()}"
        assert reference(await uss.ask("GET", path)) == made

    play(script)


def test_while_its_uss_is_down_an_intent_is_neither_planned_nor_ended(play: Play) -> None:
    async def script(world: World) -> None:
        uss = world.uss()
        ovn = reference(await uss.put_intent(1, **ACTIVE))["ovn"]
        version = (await world.uss("arbiter").set_availability("uss1", "Down")).json()["version"]
        assert (await uss.put_intent(2, [volume(lat=47)])).status_code == 412
        assert (await uss.put_intent(1, ovn=ovn, state="Activated", **ACTIVE)).status_code == 412
        assert (await uss.delete_intent(1, ovn)).status_code == 412
        changed = await uss.put_intent(1, ovn=ovn, state="Nonconforming", **ACTIVE)
        assert (changed.status_code, reference(changed)["uss_availability"]) == (200, "Down")
        await world.uss("arbiter").set_availability("uss1", "Normal", version)
        assert (await uss.delete_intent(1, reference(changed)["ovn"])).status_code == 200

    play(script)


def test_nobody_need_name_the_accepted_intents_of_a_uss_that_is_down(play: Play) -> None:
    async def script(world: World) -> None:
        uss, other = world.uss(), world.uss("uss2")
        await uss.put_intent(1)
        active = reference(await uss.put_intent(2, [volume(lat=46.5)]))["ovn"]
        await uss.put_intent(2, [volume(lat=46.5)], ovn=active, state="Activated", **ACTIVE)
        await world.uss("arbiter").set_availability("uss1", "Down")
        assert (await other.put_intent(3)).status_code == 201
        assert missing(await other.put_intent(4, [volume(lat=46.5)])) == {identifier(2)}

    play(script)


def test_deletes_are_repeatable_for_a_day_by_the_same_uss_with_the_same_ovn(play: Play) -> None:
    async def script(world: World) -> None:
        uss = world.uss()
        ovn = reference(await uss.put_intent(1, **ACTIVE))["ovn"]
        assert (await uss.delete_intent(1, "0123456789abcdef")).status_code == 409
        first = await uss.delete_intent(1, ovn)
        assert first.status_code == 200
        again = await uss.delete_intent(1, ovn)
        assert (again.status_code, again.content) == (200, first.content)
        assert (await uss.delete_intent(1, "0123456789abcdef")).status_code == 404
        assert (await world.uss("uss2").delete_intent(1, ovn)).status_code == 404
        assert (await uss.get_intent(1)).status_code == 404

    play(script)


def test_a_delete_is_forgotten_after_a_day(play: Play) -> None:
    async def script(world: World) -> None:
        uss = world.uss()
        area = [volume(minutes=(10, 25 * 60))]
        ovn = reference(await uss.put_intent(1, area))["ovn"]
        await uss.delete_intent(1, ovn)
        world.now_ms = NOW_MS + DAY_MS
        late = await world.client.delete(
            f"/dss/v1/operational_intent_references/{identifier(1)}/{ovn}",
            headers={"authorization": f"Bearer {token('uss1', until_ms=NOW_MS + 2 * DAY_MS)}"},
        )
        assert late.status_code == 404

    play(script)


def test_a_query_finds_what_meets_the_area_in_place_height_and_time(play: Play) -> None:
    async def script(world: World) -> None:
        uss = world.uss()
        await uss.put_intent(1, [volume(46.0)])
        await uss.put_intent(2, [volume(46.5)])

        async def found(**area: Any) -> set[str]:  # noqa: ANN401 - as `volume` takes them
            answer = await world.uss("uss2").query_intents(volume(**area))
            return {one["id"] for one in answer.json()["operational_intent_references"]}

        assert await found(radius_m=50) == {identifier(1)}
        assert await found(radius_m=50_000) == {identifier(1)}
        assert await found(lat=46.25, radius_m=40_000) == {identifier(1), identifier(2)}
        assert await found(heights_m=(201, 300)) == set()
        assert await found(minutes=(40, 50)) == set()
        open_ended = {"volume": {"outline_circle": volume()["volume"]["outline_circle"]}}
        answer = await uss.query_intents(open_ended)
        assert [one["id"] for one in answer.json()["operational_intent_references"]] == [identifier(1)]
        assert (await uss.ask("POST", "operational_intent_references/query", {})).status_code == 400

    play(script)


@pytest.mark.parametrize("part", ["altitude_lower", "altitude_upper", "time_start", "time_end"])
def test_every_volume_states_its_times_and_altitudes(play: Play, part: str) -> None:
    async def script(world: World) -> None:
        area = volume()
        area.pop(part, None)
        area["volume"].pop(part, None)
        assert (await world.uss().put_intent(1, [volume(), area])).status_code == 400

    play(script)


@pytest.mark.parametrize(
    "area",
    [
        volume(minutes=(-10, 0)),
        volume(minutes=(10, 10)),
        volume(minutes=(10, 5)),
        volume(heights_m=(100, 100)),
        volume(heights_m=(200, 100)),
    ],
    ids=["past", "instant", "reversed", "flat", "upside-down"],
)
def test_a_volume_without_extent_or_future_is_refused(play: Play, area: dict[str, Any]) -> None:
    async def script(world: World) -> None:
        assert (await world.uss().put_intent(1, [area])).status_code == 400

    play(script)


def test_an_area_that_is_too_large_is_413(play: Play) -> None:
    async def script(world: World) -> None:
        large = [volume(radius_m=100_000)]
        assert (await world.uss().put_intent(1, large)).status_code == 413
        assert (await world.uss().query_intents(large[0])).status_code == 413
        assert (await world.uss().put_intent(1, [square(46, 7, 0.9)])).status_code == 413

    play(script)


def test_limits_of_one_uss_are_429_for_it_alone(play: Play) -> None:
    async def script(world: World) -> None:
        uss = world.uss()
        assert (await uss.put_intent(1, [volume(heights_m=(0, 10))])).status_code == 201
        second = await uss.put_intent(2, [volume(heights_m=(20, 30))])
        assert (second.status_code, second.json()["code"]) == (429, "utm-limit")
        assert (await world.uss("uss2").put_intent(2, [volume(heights_m=(20, 30))])).status_code == 201
        ovn = reference(await uss.get_intent(1))["ovn"]
        assert (await uss.put_intent(1, [volume(heights_m=(0, 10))], ovn=ovn)).status_code == 200

    play(script, intents_in_cell=1)


def test_area_and_points_of_one_uss_are_limited_too(play: Play) -> None:
    async def script(world: World) -> None:
        assert (await world.uss().put_intent(1, [volume(radius_m=1000)])).status_code == 429
        assert (await world.uss().put_intent(2, [square(46, 7, 0.0001)])).status_code == 201
        assert (await world.uss().put_intent(3, [square(47, 7, 0.0001)])).status_code == 429

    play(script, area_of_uss_km2=1.0, points_of_uss=6)


def test_a_requested_suffix_counts_only_where_the_setting_says_so(play: Play) -> None:
    suffix = f"{NOW_MS:012x}"
    uuid7 = f"{suffix[:8]}-{suffix[8:]}-7abc-8def-0123456789ab"

    async def off(world: World) -> None:
        assert uuid7 not in reference(await world.uss().put_intent(1, requested_ovn_suffix=uuid7))["ovn"]

    async def on(world: World) -> None:
        uss = world.uss()
        made = reference(await uss.put_intent(1, requested_ovn_suffix=uuid7))
        assert made["ovn"] == f"{identifier(1)}_{uuid7}"
        assert (await uss.put_intent(1, ovn=made["ovn"], requested_ovn_suffix=uuid7)).status_code == 400
        assert (await uss.put_intent(2, requested_ovn_suffix=identifier(3))).status_code == 400
        world.now_ms = NOW_MS + 6 * MINUTE_MS
        assert (await uss.put_intent(2, requested_ovn_suffix=uuid7)).status_code == 400
        assert uuid7 not in reference(await uss.put_intent(2, [volume(lat=47)]))["ovn"]

    play(off)
    play(on, requested_ovn_suffix=True)
