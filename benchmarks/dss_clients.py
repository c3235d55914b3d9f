"""Clients of the benchmark of the DSS, in one process: each creates an intent and deletes the oldest of its group.

They speak HTTP/1.1 over plain sockets, one request at a time on one connection each, so that little of the machine goes
to them. A job comes as JSON on standard input; figures go as JSON to standard output.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from dataclasses import dataclass, field
from typing import Any

import msgspec

from dss_world import URL, Group, Resident, World, new_identifier

ROOT = "/dss/v1/operational_intent_references"


@dataclass
class Taken:
    """How long requests took, in seconds, and what was refused."""

    created_s: list[float] = field(default_factory=list)
    deleted_s: list[float] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)


class Line:
    """A connection."""

    def __init__(self, port: int, tokens: list[str]) -> None:
        self._port, self._tokens = port, tokens
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def open(self) -> None:
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    async def ask(self, method: str, path: str, owner: int, body: bytes = b"") -> tuple[int, bytes]:
        """Status and body of an answer."""
        head = (
            f"{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {self._tokens[owner]}\r\n"
            f"content-length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + body)
        answered = await self._reader.readuntil(b"\r\n\r\n")
        status = int(answered[9:12])
        length = int(answered.lower().split(b"content-length: ", 1)[1].split(b"\r\n", 1)[0])
        return status, await self._reader.readexactly(length)


def percentiles_ms(taken_s: list[float]) -> list[float]:
    """The median, the 95th and the 99th of a hundred, in milliseconds."""
    ordered_s = sorted(taken_s)
    return [ordered_s[min(len(ordered_s) - 1, int(len(ordered_s) * share))] * 1_000 for share in (0.5, 0.95, 0.99)]


async def client(line: Line, world: World, groups: list[Group], chance: random.Random, until_s: float) -> Taken:
    """Create and delete in turn, group after group, until a time."""
    taken = Taken()
    await line.open()
    while time.perf_counter() < until_s:
        for group in groups:
            if time.perf_counter() >= until_s:
                break
            await _turn(line, world, group, chance, taken)
    return taken


async def _turn(line: Line, world: World, group: Group, chance: random.Random, taken: Taken) -> None:
    identifier = new_identifier(chance)
    body = msgspec.json.encode(
        {
            "extents": [world.volume(group.number, chance)],
            "key": [resident.ovn for resident in group.residents],
            "state": "Accepted",
            "uss_base_url": URL.format(group.owner),
        }
    )
    begun_s = time.perf_counter()
    status, answer = await line.ask("PUT", f"{ROOT}/{identifier}", group.owner, body)
    if status != 201:
        word = f"{status} {answer[:200].decode(errors='replace')}"
        taken.refused[word] = taken.refused.get(word, 0) + 1
        return
    taken.created_s.append(time.perf_counter() - begun_s)
    ovn = json.loads(answer)["operational_intent_reference"]["ovn"]
    group.residents.append(Resident(identifier, ovn))
    oldest = group.residents.pop(0)
    begun_s = time.perf_counter()
    status, answer = await line.ask("DELETE", f"{ROOT}/{oldest.identifier}/{oldest.ovn}", group.owner)
    if status != 200:
        word = f"{status} {answer[:200].decode(errors='replace')}"
        taken.refused[word] = taken.refused.get(word, 0) + 1
        return
    taken.deleted_s.append(time.perf_counter() - begun_s)


async def play(job: dict[str, Any]) -> dict[str, Any]:
    """Warm up, then measure."""
    world = World(**job["world"])
    groups = [Group(one["number"], one["owner"], [Resident(*r) for r in one["residents"]]) for one in job["groups"]]
    count, ports, tokens = job["clients"], job["ports"], job["tokens"]
    shares = [groups[number::count] for number in range(count)]
    created = 0
    for seconds in (job["warming_s"], job["measured_s"]):
        lines = [Line(ports[number % len(ports)], tokens) for number in range(count)]
        chances = [random.Random(job["seed"] * 1_000 + number) for number in range(count)]  # noqa: S311 - repeatable
        job["seed"] += 1
        until_s = time.perf_counter() + seconds
        begun_s = time.perf_counter()
        all_taken = await asyncio.gather(
            *(
                client(line, world, share, chance, until_s)
                for line, share, chance in zip(lines, shares, chances, strict=True)
            )
        )
        took_s = time.perf_counter() - begun_s
        created += sum(len(taken.created_s) for taken in all_taken)
    refused: dict[str, int] = {}
    for taken in all_taken:
        for word, times in taken.refused.items():
            refused[word] = refused.get(word, 0) + times
    return {
        "created_s": sorted(one for taken in all_taken for one in taken.created_s),
        "deleted_s": sorted(one for taken in all_taken for one in taken.deleted_s),
        "took_s": took_s,
        "created": created,
        "refused": refused,
    }


if __name__ == "__main__":
    json.dump(asyncio.run(play(json.load(sys.stdin))), sys.stdout)
