"""What an intent may extend over, and how it is written."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from rig.utm import ALL, World, identifier, square, volume
from wellclear.api.utm.dss.airspace import Airspace
from wellclear.api.utm.dss.asked import planned_extent
from wellclear.api.utm.dss.intents import PutIntent
from wellclear.api.utm.dss.settings import DssSettings
from wellclear.api.utm.tokens.verifying import Caller
from wellclear.api.utm.wire.references import PutOperationalIntentReferenceParameters

Play = Callable[..., None]


def test_too_many_volumes_and_points_are_too_large(play: Play) -> None:
    async def script(world: World) -> None:
        many = square(46, 7, 0.01)
        many["volume"]["outline_polygon"]["vertices"] *= 1_001
        for extents in ([volume()] * 1_001, [many]):
            assert (await world.uss().put_intent(1, extents)).status_code == 413
            assert (await world.uss().put_constraint(1, extents)).status_code == 413
        assert (await world.uss().query_intents(many)).status_code == 413
        assert (await world.uss().put_subscription(1, many)).status_code == 400

    play(script)


@pytest.mark.parametrize("lat", [90.0, -90.0, 89.999])
def test_a_pole_is_a_place_like_any_other(play: Play, lat: float) -> None:
    async def script(world: World) -> None:
        assert (await world.uss().put_intent(1, [volume(lat=lat, lng=7)])).status_code == 201
        assert (await world.uss("uss2").put_intent(2, [volume(lat=lat, lng=-173)])).status_code == 409

    play(script)


def test_an_address_is_one_line(play: Play) -> None:
    async def script(world: World) -> None:
        answer = await world.uss().put_intent(1, uss_base_url="https://uss1.example.com\n")
        assert answer.status_code == 400

    play(script)


def test_a_subscription_is_one_however_its_identifier_is_written() -> None:
    dashed = identifier(5)
    scopes = set()
    for written in (dashed, dashed.upper(), dashed.replace("-", "")):
        body = {"extents": [volume()], "state": "Accepted", "uss_base_url": "https://a.com", "subscription_id": written}
        asked = msgspec.convert(body, PutOperationalIntentReferenceParameters)
        caller, extent = Caller("uss1", frozenset(ALL)), planned_extent(asked.extents)
        scopes.add(PutIntent(caller, identifier(1), None, asked, extent, DssSettings()).scope(Airspace()))
    assert len(scopes) == 1
