from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from rig.utm import MINUTE_MS, NOW_MS, PLANNER, World, identifier, serving, time_json, token, volume
from wellclear.api.utm.dss import sweeping
from wellclear.api.utm.dss.registries.sqlite import SqliteRegistry
from wellclear.api.utm.dss.settings import DssSettings
from wellclear.api.utm.dss.sweeping import IsDue, Sweep
from wellclear.api.utm.tokens.scopes import UtmScope

Play = Callable[..., None]
DAY_MS = 24 * 60 * MINUTE_MS
ARBITER = (UtmScope.AVAILABILITY_ARBITRATION,)


def test_a_constraint_is_made_changed_and_ended_by_its_owner(play: Play) -> None:
    async def script(world: World) -> None:
        uss, other = world.uss(), world.uss("uss2")
        created = await uss.put_constraint(1)
        made = created.json()["constraint_reference"]
        assert (created.status_code, made["version"]) == (201, 1)
        path = f"constraint_references/{identifier(1)}"
        assert (await uss.ask("GET", path)).json()["constraint_reference"] == made
        assert "ovn" not in (await other.ask("GET", path)).json()["constraint_reference"]
        assert (await uss.put_constraint(1)).status_code == 409
        assert (await other.put_constraint(1, ovn=made["ovn"])).status_code == 403
        changed = await uss.put_constraint(1, ovn=made["ovn"])
        later = changed.json()["constraint_reference"]
        assert (changed.status_code, later["version"], later["ovn"] != made["ovn"]) == (200, 2, True)
        assert (await uss.put_constraint(1, ovn=made["ovn"])).status_code == 409
        assert (await uss.put_constraint(2, ovn=made["ovn"])).status_code == 400
        assert (await uss.delete_constraint(1, made["ovn"])).status_code == 409
        first = await uss.delete_constraint(1, later["ovn"])
        again = await uss.delete_constraint(1, later["ovn"])
        assert (first.status_code, again.content) == (200, first.content)
        assert (await uss.ask("GET", path)).status_code == 404

    play(script)


def test_a_constraint_without_altitudes_reaches_from_the_ground_to_space(play: Play) -> None:
    async def script(world: World) -> None:
        area = volume()
        del area["volume"]["altitude_lower"], area["volume"]["altitude_upper"]
        assert (await world.uss().put_constraint(1, [area])).status_code == 201
        high = volume(heights_m=(90_000, 99_000))
        found = await world.uss("uss2").ask("POST", "constraint_references/query", {"area_of_interest": high})
        assert [one["id"] for one in found.json()["constraint_references"]] == [identifier(1)]

    play(script)


def test_only_who_manages_constraints_writes_them(play: Play) -> None:
    async def script(world: World) -> None:
        reader = world.uss(scopes=(UtmScope.CONSTRAINT_PROCESSING,))
        assert (await reader.put_constraint(1)).status_code == 403
        assert (await reader.ask("GET", f"constraint_references/{identifier(1)}")).status_code == 404
        assert (await world.uss(scopes=PLANNER).ask("GET", f"constraint_references/{identifier(1)}")).status_code == 403

    play(script)


def test_availability_is_unknown_until_it_is_stated_with_the_version_before(play: Play) -> None:
    async def script(world: World) -> None:
        arbiter = world.uss("arbiter", ARBITER)
        asked = (await world.uss().ask("GET", "uss_availability/uss9")).json()
        assert asked == {"version": "", "status": {"uss": "uss9", "availability": "Unknown"}}
        first = (await arbiter.set_availability("uss9", "Down")).json()
        assert (await arbiter.set_availability("uss9", "Normal")).status_code == 409
        second = (await arbiter.set_availability("uss9", "Normal", first["version"])).json()
        assert second["status"]["availability"] == "Normal"
        assert second["version"] != first["version"]
        assert (await world.uss(scopes=PLANNER).set_availability("uss9", "Down", second["version"])).status_code == 403
        assert (await arbiter.set_availability("uss9", "Asleep", second["version"])).status_code == 400

    play(script)


def test_a_report_gets_a_number(play: Play) -> None:
    async def script(world: World) -> None:
        exchange = {"url": "u", "method": "GET", "recorder_role": "Client", "request_time": time_json(0)}
        made = await world.uss().ask("POST", "reports", {"exchange": exchange})
        assert made.status_code == 201
        assert made.json()["exchange"] == exchange | {"request_source": None}
        assert made.json()["report_id"]
        assert (await world.uss().ask("POST", "reports", {"exchange": {}})).status_code == 400

    play(script)


def test_reports_of_one_uss_are_limited_and_forgotten_after_45_days(tmp_path: Path) -> None:
    exchange = {"url": "u", "method": "GET", "recorder_role": "Client", "request_time": time_json(0)}
    registry = SqliteRegistry(tmp_path / "utm.sqlite")

    async def reported(world: World, name: str) -> int:
        headers = {"authorization": f"Bearer {token(name, until_ms=NOW_MS + 99 * DAY_MS)}"}
        return (await world.client.post("/dss/v1/reports", json={"exchange": exchange}, headers=headers)).status_code

    async def script() -> None:
        async with serving(registry, DssSettings(reports_of_uss=2)) as world:
            assert [await reported(world, "uss1") for _ in range(3)] == [201, 201, 429]
            assert await reported(world, "uss2") == 201
            assert len(list(registry.reports())) == 3
            world.now_ms = NOW_MS + 45 * DAY_MS - 1
            assert not await world.dss.turns.take(IsDue())
            assert await reported(world, "uss1") == 429
            world.now_ms += 1
            assert await world.dss.turns.take(Sweep()) == 3
            assert list(registry.reports()) == []
            assert await reported(world, "uss1") == 201

    asyncio.run(script())


def test_bytes_of_reports_are_limited_too(play: Play) -> None:
    async def script(world: World) -> None:
        exchange = {
            "url": "u",
            "method": "POST",
            "recorder_role": "Client",
            "request_time": time_json(0),
            "request_body": "a" * 3 * 2**20,
        }
        answers = [(await world.uss().ask("POST", "reports", {"exchange": exchange})).status_code for _ in range(22)]
        assert answers == [201] * 21 + [429]

    play(script)


def test_what_ended_a_day_ago_is_swept_with_its_implicit_subscription() -> None:
    async def script() -> None:
        async with serving() as world:
            made = (await world.uss().put_intent(1, new_subscription={"uss_base_url": "https://a.example"})).json()
            named = made["operational_intent_reference"]["subscription_id"]
            turns = world.dss.turns
            assert not await turns.take(IsDue())
            world.now_ms = NOW_MS + 40 * MINUTE_MS + DAY_MS
            assert await turns.take(IsDue())
            await turns.take(Sweep())
            headers = {"authorization": f"Bearer {token('uss1', until_ms=NOW_MS + 9 * DAY_MS)}"}
            for path in (f"operational_intent_references/{identifier(1)}", f"subscriptions/{named}"):
                assert (await world.client.get(f"/dss/v1/{path}", headers=headers)).status_code == 404
            world.now_ms += DAY_MS
            await turns.take(Sweep())
            assert (await world.client.get("/v1/health")).json()["records"] == 0

    asyncio.run(script())


def test_a_path_that_is_not_there_is_told_in_the_interfaces_form(play: Play) -> None:
    async def script(world: World) -> None:
        answer = await world.uss().ask("GET", "nothing")
        assert (answer.status_code, answer.json()["code"]) == (404, "no-such-path")

    play(script)


@pytest.mark.parametrize("name", ["%00", "%0A", "%20", "a" * 257])
def test_what_names_no_uss_has_no_availability(play: Play, name: str) -> None:
    async def script(world: World) -> None:
        assert (await world.uss().ask("GET", f"uss_availability/{name}")).status_code == 400
        assert (await world.uss().set_availability(name, "Normal")).status_code == 400

    play(script)


def test_of_one_uss_only_so_many_ended_entities_are_remembered(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "MAX_ENDED_OF_USS", 2)

    async def ended(world: World, name: str, number: int) -> str:
        ovn = (await world.uss(name).put_constraint(number)).json()["constraint_reference"]["ovn"]
        assert (await world.uss(name).delete_constraint(number, ovn)).status_code == 200
        world.now_ms += 1
        return str(ovn)

    async def script(world: World) -> None:
        ovns = [await ended(world, "uss1", number) for number in range(4)]
        other = await ended(world, "uss2", 9)
        assert await world.dss.turns.take(Sweep()) == 2
        assert not await world.dss.turns.take(IsDue())
        uss = world.uss("uss1")
        again = [(await uss.delete_constraint(number, ovn)).status_code for number, ovn in enumerate(ovns)]
        assert again == [404, 404, 200, 200]
        assert (await world.uss("uss2").delete_constraint(9, other)).status_code == 200

    play(script)
