"""The baseline: the same step by SQL alone, in one transaction, with no HTTP, no token and no exact geometry.

Cells are an array under GIN, time and height are ranges under GiST, as a DSS without the airspace in memory would have
it. Clients lock the cells, read the intents that meet by cell, time and height, hold their OVNs against the key, count
the notices of the subscriptions that meet, write, and commit durably; then they delete the oldest of the group.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any, Final

import psycopg
from psycopg.types.range import Int8Range

from dss_world import Group, Resident, World, new_identifier
from wellclear.api.utm.dss.asked import planned_extent, subscribed_extent
from wellclear.api.utm.dss.records import Block

TABLES: Final = """
CREATE TABLE intents (id text PRIMARY KEY, ovn text, owner int, cells int8[], times int8range, heights int8range);
CREATE INDEX ON intents USING gin (cells);
CREATE INDEX ON intents USING gist (times, heights);
CREATE TABLE subscriptions (
    id text PRIMARY KEY, owner int, notices int, cells int8[], times int8range, heights int8range);
CREATE INDEX ON subscriptions USING gin (cells);
CREATE INDEX ON subscriptions USING gist (times, heights);
"""
_MEETING: Final = "cells && %(cells)s::int8[] AND times && %(times)s AND heights && %(heights)s"
_STRIPES: Final = 256
_SIGN: Final = 1 << 63


@dataclass
class Baseline:
    """A database that is filled, and played with.

    Attributes:
        address: of the database.
        world: that fills it.
        seed: of all chance.
        groups: of intents, once it is filled.
        played: how many times.
    """

    address: str
    world: World
    seed: int
    groups: list[Group] = field(default_factory=list)
    played: int = 0

    def fill(self) -> None:
        """Make the tables and the intents and subscriptions of the world."""
        chance = random.Random(self.seed)  # noqa: S311 - the same in every run
        with psycopg.connect(self.address) as session:
            session.execute(TABLES)
            self.groups = _fill(session, self.world, chance)

    def play(self, clients: int, seconds: float) -> dict[str, Any]:
        """Sorted seconds of each creation and each deletion, and how long all took."""
        self.played += 1
        until_s, begun_s = time.perf_counter() + seconds, time.perf_counter()
        with ThreadPoolExecutor(clients) as threads:
            jobs = [threads.submit(self._client, number, clients, until_s) for number in range(clients)]
            taken = [turn for job in jobs for turn in job.result()]
        created_s, deleted_s = (sorted(turn[part] for turn in taken) for part in (0, 1))
        return {"created_s": created_s, "deleted_s": deleted_s, "took_s": time.perf_counter() - begun_s}

    def _client(self, number: int, clients: int, until_s: float) -> list[tuple[float, float]]:
        chance, taken = random.Random(f"{self.seed} {self.played} {number}"), []  # noqa: S311 - repeatable
        with psycopg.connect(self.address, autocommit=True) as session:
            for group in cycle(self.groups[number::clients]):
                begun_s = time.perf_counter()
                if begun_s >= until_s:
                    break
                _create(session, self.world, group, chance)
                made_s = time.perf_counter()
                _delete(session, group.residents.pop(0).identifier)
                taken.append((made_s - begun_s, time.perf_counter() - made_s))
        return taken


def _create(session: psycopg.Connection[Any], world: World, group: Group, chance: random.Random) -> None:
    identifier, asked = new_identifier(chance), _asked(world, group, chance)
    key = {resident.ovn for resident in group.residents}
    with session.transaction():
        _lock(session, asked["cells"])
        rows = session.execute(f"SELECT id, ovn FROM intents WHERE {_MEETING}", asked)  # noqa: S608 - our own words
        missing = [row for row in rows if row[1] not in key]
        if missing:
            raise SystemExit(f"the baseline misses {len(missing)} OVNs")
        ovn = f"{chance.getrandbits(128):032x}"
        _insert(session, identifier, ovn, group.owner, asked)
        _notify(session, asked)
    group.residents.append(Resident(identifier, ovn))


def _delete(session: psycopg.Connection[Any], identifier: str) -> None:
    with session.transaction():
        found = session.execute("SELECT cells, times, heights FROM intents WHERE id = %s", (identifier,)).fetchone()
        if found is None:
            raise SystemExit("the baseline lost an intent")
        _lock(session, found[0])
        session.execute("DELETE FROM intents WHERE id = %s", (identifier,))
        _notify(session, dict(zip(("cells", "times", "heights"), found, strict=True)))


def _lock(session: psycopg.Connection[Any], cells: Sequence[int]) -> None:
    for stripe in sorted({cell % _STRIPES for cell in cells}):
        session.execute("SELECT pg_advisory_xact_lock(%s)", (stripe,))


def _notify(session: psycopg.Connection[Any], asked: dict[str, Any]) -> None:
    session.execute(f"UPDATE subscriptions SET notices = notices + 1 WHERE {_MEETING} RETURNING id, notices", asked)  # noqa: S608 - our own words


def _insert(session: psycopg.Connection[Any], identifier: str, ovn: str, owner: int, asked: dict[str, Any]) -> None:
    session.execute(
        "INSERT INTO intents VALUES (%(id)s, %(ovn)s, %(owner)s, %(cells)s, %(times)s, %(heights)s)",
        {"id": identifier, "ovn": ovn, "owner": owner, **asked},
    )


def _fill(session: psycopg.Connection[Any], world: World, chance: random.Random) -> list[Group]:
    groups = []
    for number in range(world.groups):
        group = Group(number, 0, [])
        for _ in range(world.size):
            resident = Resident(new_identifier(chance), f"{chance.getrandbits(128):032x}")
            _insert(session, resident.identifier, resident.ovn, 0, _asked(world, group, chance))
            group.residents.append(resident)
        groups.append(group)
    for uss in range(5):
        for area in world.areas():
            extent = _columns(subscribed_extent(area))
            session.execute(
                "INSERT INTO subscriptions VALUES (%(id)s, %(owner)s, 0, %(cells)s, %(times)s, %(heights)s)",
                {"id": new_identifier(chance), "owner": uss, **extent},
            )
    session.commit()
    session.execute("ANALYZE")
    session.commit()
    return groups


def _asked(world: World, group: Group, chance: random.Random) -> dict[str, Any]:
    return _columns(planned_extent([world.volume(group.number, chance)]))


def _columns(extent: Any) -> dict[str, Any]:  # noqa: ANN401 - of an intent or a subscription
    def reach(low: Callable[[Block], int], high: Callable[[Block], int]) -> Int8Range:
        return Int8Range(min(map(low, extent.blocks)), max(map(high, extent.blocks)), "[]")

    return {
        "cells": [cell - 2 * _SIGN if cell >= _SIGN else cell for cell in sorted(extent.cells)],
        "times": reach(lambda block: block.start_ms, lambda block: block.end_ms),
        "heights": reach(lambda block: block.floor_dmm, lambda block: block.ceiling_dmm),
    }
