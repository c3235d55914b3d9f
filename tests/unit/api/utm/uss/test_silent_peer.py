"""A USS that takes connections and says nothing holds up the flights near its own, and no others."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from msgspec import convert

from live.utm import HOST, World, identifier, request, volume
from wellclear.api.utm.dss.asked import planned_extent
from wellclear.api.utm.dss.intents import PutIntent
from wellclear.api.utm.dss.settings import DssSettings
from wellclear.api.utm.tokens.verifying import Caller
from wellclear.api.utm.uss.far_dss import COORDINATION
from wellclear.api.utm.uss.lanes import MAX_AT_ONCE, MAX_OF_ONE
from wellclear.api.utm.wire.references import PutOperationalIntentReferenceParameters
from wellclear.api.utm.wire.volumes import Volume4D
from wellclear.assembly.clock import wall_ms


@contextmanager
def silent() -> Iterator[tuple[int, list[socket.socket]]]:
    """The port of one, and the connections that it took."""
    listening, taken = socket.create_server((HOST, 0), backlog=4 * MAX_AT_ONCE), list[socket.socket]()

    def take() -> None:
        while True:
            try:
                taken.append(listening.accept()[0])
            except OSError:
                return

    thread = Thread(target=take)
    thread.start()
    try:
        yield listening.getsockname()[1], taken
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()
        for each in (listening, *taken):
            each.close()


def filed(world: World, port: int, count: int) -> None:
    """The DSS holds so many flights of the silent one, above each other."""
    for number in range(count):
        low_m = 500.0 + 100 * number
        area = convert(volume(wall_ms(), start_min=1, low_m=low_m, high_m=low_m + 50), Volume4D)
        asked = PutOperationalIntentReferenceParameters([area], "Accepted", f"http://{HOST}:{port}")
        caller = Caller("silent", frozenset({COORDINATION}))
        extent = planned_extent([area])
        world.run(world.turns.take(PutIntent(caller, identifier(), None, asked, extent, DssSettings())))


def test_flights_away_from_a_silent_uss_are_planned(world: World) -> None:
    one, two, away = world.uss("one"), world.uss("two"), volume(wall_ms(), lat=47.0)
    assert two.plan(identifier(), request(away))["planning_result"] == "Completed"
    with silent() as (port, taken):
        filed(world, port, 2 * MAX_AT_ONCE)
        near = one.plan(identifier(), request(volume(wall_ms(), low_m=0.0, high_m=20_000.0)))
        assert (near["planning_result"], "silent" in near["notes"]) == ("Failed", True)
        assert one.plan(identifier(), request(away, priority=1))["planning_result"] == "Completed"
        assert len(taken) <= 2 * MAX_OF_ONE
