"""Twenty clients on two instances that share one PostgreSQL, all in one cell."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from rig.utm import ALL, identifier, token, volume
from rig.utm_process import HOST, Instance, instance

CLIENTS = 20
TURNS = 6
ROOT = "/dss/v1/operational_intent_references"


@dataclass
class Flown:
    """An intent that was acknowledged: what its client knew, and when it was asked for and answered."""

    number: int
    ovn: str
    key: frozenset[str]
    heights_m: tuple[float, float]


@dataclass
class Record:
    """What all clients did."""

    flown: list[Flown] = field(default_factory=list)
    deleted: set[int] = field(default_factory=set)
    conflicts: int = 0
    statuses: dict[int, int] = field(default_factory=dict)


def headers(name: str, now_ms: int) -> dict[str, str]:
    return {"authorization": f"Bearer {token(name, ALL, HOST, (now_ms // 60_000 + 60) * 60_000)}"}


def meet(one: Flown, other: Flown) -> bool:
    return one.heights_m[0] <= other.heights_m[1] and other.heights_m[0] <= one.heights_m[1]


class Client:
    """Creates intents with the key that its last refusal made necessary, asking the owners' OVNs from the record."""

    def __init__(self, number: int, urls: list[str], record: Record, now_ms: int) -> None:
        self.number, self.urls, self.record, self.now_ms = number, urls, record, now_ms
        self.chance = random.Random(number)  # noqa: S311 - the same in every run
        self.known: dict[str, str] = {}

    async def play(self, turns: int) -> None:
        async with httpx.AsyncClient(timeout=60) as client:
            for turn in range(turns):
                await self.create(client, 1_000 * (self.number + 1) + turn)

    async def create(self, client: httpx.AsyncClient, number: int) -> None:
        low_m = self.chance.uniform(100, 400)
        heights_m = (low_m, low_m + 50)
        body = {
            "extents": [volume(heights_m=heights_m, now_ms=self.now_ms)],
            "state": "Accepted",
            "uss_base_url": f"https://uss{self.number}.example.com",
        }
        key: set[str] = set()
        for _ in range(200):
            url = self.chance.choice(self.urls)
            asked = {**body, "key": sorted(key)}
            answer = await client.put(f"{url}{ROOT}/{identifier(number)}", json=asked, headers=self.headers)
            self.record.statuses[answer.status_code] = self.record.statuses.get(answer.status_code, 0) + 1
            if answer.status_code == 201:
                ovn = answer.json()["operational_intent_reference"]["ovn"]
                self.record.flown.append(Flown(number, ovn, frozenset(key), heights_m))
                await self.reread(client, number, ovn)
                return
            assert answer.status_code == 409, answer.text
            self.record.conflicts += 1
            missing = {one["id"] for one in answer.json()["missing_operational_intents"]}
            assert missing
            key |= await self.ovns(missing)
        raise AssertionError("never came through")

    async def ovns(self, missing: set[str]) -> set[str]:
        """The OVNs of intents, as their owners would tell: an owner may not have had its own answer yet."""
        while True:
            known = {identifier(one.number): one.ovn for one in self.record.flown}
            if missing <= set(known):
                return {known[one] for one in missing}
            await asyncio.sleep(0)

    async def reread(self, client: httpx.AsyncClient, number: int, ovn: str) -> None:
        """At either instance what was acknowledged is there."""
        for url in self.urls:
            answer = await client.get(f"{url}{ROOT}/{identifier(number)}", headers=self.headers)
            assert answer.status_code == 200
            assert answer.json()["operational_intent_reference"]["ovn"] == ovn

    @property
    def headers(self) -> dict[str, str]:
        return headers(f"uss{self.number}", self.now_ms)


def test_no_two_conflicting_intents_are_accepted_without_each_others_key(
    postgresql_address: str, tmp_path: Path
) -> None:
    now_ms = int(time.time() * 1_000)
    record = Record()
    with instance(tmp_path, postgresql_address) as one, instance(tmp_path, postgresql_address) as two:
        urls = [one.url, two.url]

        async def all_at_once() -> None:
            clients = [Client(number, urls, record, now_ms) for number in range(CLIENTS)]
            await asyncio.gather(*(client.play(TURNS) for client in clients))

        asyncio.run(all_at_once())
        assert len(record.flown) == CLIENTS * TURNS
        assert record.conflicts > CLIENTS
        assert set(record.statuses) == {201, 409}
        for place, first in enumerate(record.flown):
            for second in record.flown[place + 1 :]:
                if meet(first, second):
                    assert first.ovn in second.key or second.ovn in first.key
        _after_a_kill(one, two, record, now_ms)


def _after_a_kill(one: Instance, two: Instance, record: Record, now_ms: int) -> None:
    one.kill()
    with httpx.Client(base_url=two.url, headers=headers("uss0", now_ms), timeout=60) as client:
        area = {"area_of_interest": volume(heights_m=(0, 1_000), now_ms=now_ms)}
        answer = client.post(f"{ROOT}/query", json=area)
        found = {reference["id"] for reference in answer.json()["operational_intent_references"]}
        assert found == {identifier(flown.number) for flown in record.flown}


def test_killing_an_instance_under_load_loses_nothing_acknowledged(postgresql_address: str, tmp_path: Path) -> None:
    now_ms = int(time.time() * 1_000)
    acknowledged: list[int] = []
    with instance(tmp_path, postgresql_address) as one, instance(tmp_path, postgresql_address) as two:

        async def write(client: httpx.AsyncClient, number: int) -> None:
            for turn in range(1_000):
                name = 1_000 * (number + 1) + turn
                body: dict[str, Any] = {
                    "extents": [volume(lat=46 + number / 10, lng=7 + turn / 10, now_ms=now_ms)],
                    "state": "Accepted",
                    "uss_base_url": "https://uss0.example.com",
                }
                try:
                    answer = await client.put(f"{one.url}{ROOT}/{identifier(name)}", json=body)
                except httpx.HTTPError:
                    return
                assert answer.status_code == 201
                acknowledged.append(name)
                if len(acknowledged) == 60:
                    one.kill()

        async def load() -> None:
            async with httpx.AsyncClient(headers=headers("uss0", now_ms), timeout=60) as client:
                await asyncio.gather(*(write(client, number) for number in range(8)))

        asyncio.run(load())
        assert len(acknowledged) >= 60
        with httpx.Client(base_url=two.url, headers=headers("uss0", now_ms), timeout=60) as client:
            for name in acknowledged:
                assert client.get(f"{ROOT}/{identifier(name)}").status_code == 200


def test_a_killed_process_has_lost_nothing_acknowledged_in_its_file(tmp_path: Path) -> None:
    now_ms = int(time.time() * 1_000)
    store = f"sqlite:///{tmp_path / 'utm.sqlite'}"
    with instance(tmp_path, store) as one:
        with httpx.Client(base_url=one.url, headers=headers("uss0", now_ms), timeout=60) as client:
            body = {"state": "Accepted", "uss_base_url": "https://uss0.example.com"}
            for number in range(20):
                area = [volume(lat=46 + number / 10, now_ms=now_ms)]
                answer = client.put(f"{ROOT}/{identifier(number)}", json={**body, "extents": area})
                assert answer.status_code == 201
        one.kill()
    with (
        instance(tmp_path, store) as again,
        httpx.Client(base_url=again.url, headers=headers("uss0", now_ms), timeout=60) as client,
    ):
        for number in range(20):
            assert client.get(f"{ROOT}/{identifier(number)}").status_code == 200
