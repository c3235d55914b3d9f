"""Measure two USSs over one DSS as their users see it: processes of their own, HTTP, tokens verified, durable.

    python benchmarks/bench_uss.py [--flights 200] [--clients 10] [--seconds 20] [--folder DIR] [--out bench-out]

South plans flights; north plans one of higher priority through each, for which it needs south's details, and south's
user must be told. Then clients ask south for details of its flights, and as many for its health: the baseline, the same
server with nothing to read.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
import uuid
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from dss_clients import Line, percentiles_ms
from run import machine

TESTS: Final = Path(__file__).parents[1] / "tests"
FORMAT_VERSION: Final = 1
PATIENCE_S: Final = 30.0
LOOK_S: Final = 0.02
"""How often a user asks whether there is something to tell."""

PLAN: Final = "interuss.flight_planning.plan"
COORDINATION: Final = "utm.strategic_coordination"

Figures = dict[str, Any]


def main() -> int:
    """Measure; 0 if all could be measured."""
    asked = _options()
    sys.path.insert(0, str(TESTS))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=asked.folder, prefix="bench-uss-")))
        north, south = _processes(stack, folder)
        lines = asyncio.run(_told(north, south, asked.flights))
        rows = {**lines, **asyncio.run(_details(north, south, asked))}
    figures = {"format": "wellclear-bench-uss", "version": FORMAT_VERSION, "machine": machine(), "rows": rows}
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "uss.json").write_text(json.dumps(figures, indent=1) + "\n")
    text = "\n".join((HEAD, *(row(name, found) for name, found in rows.items())))
    (asked.out / "uss.md").write_text(text + "\n")
    print(text)
    return 0


HEAD: Final = "| what | count | a second | p50 p95 p99 ms | most ms |\n|---|---|---|---|---|"


def row(name: str, found: Figures) -> str:
    """A line of the table."""
    rate = f"{found['per_s']:.0f}" if "per_s" in found else ""
    shares = " ".join(f"{one:.1f}" for one in found["ms"])
    return f"| {name} | {found['count']} | {rate} | {shares} | {found['most_ms']:.0f} |"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure two USSs over one DSS.")
    parser.add_argument("--flights", type=int, default=200, help="that south plans, each met by one of north's")
    parser.add_argument("--clients", type=int, default=10, help="that ask for details at a time")
    parser.add_argument("--seconds", type=float, default=20.0, help="for which they ask")
    parser.add_argument("--folder", type=Path, default=None, help="where the stores lie; a real disk")
    parser.add_argument("--out", type=Path, default=Path("bench-out"))
    return parser.parse_args()


def _processes(stack: ExitStack, folder: Path) -> tuple[Any, Any]:
    """A DSS with a USS, and another USS."""
    from live.uss_process import Process  # type: ignore[import-not-found] # noqa: PLC0415 - in the tests

    north = Process(folder, "north")
    stack.callback(north.end)
    south = Process(folder, "south", "--dss", north.url)
    stack.callback(south.end)
    return north, south


async def _told(north: Any, south: Any, count: int) -> Figures:  # noqa: ANN401 - the tests' own processes
    """South's flights, north's through each of them, and how long it takes until south's user is told."""
    from live.utm import request, volume  # type: ignore[import-not-found] # noqa: PLC0415 - in the tests

    chance = random.Random(20_261_126)  # noqa: S311 - the same in every run
    first, second = await _line(north, PLAN), await _line(south, PLAN)
    planned, through, told = [], [], []
    for number in range(count):
        now_ms = int(time.time() * 1_000)
        place = volume(now_ms, 46.0 + 0.02 * (number % 50), 7.0 + 0.03 * (number // 50), start_min=5)
        name = str(uuid.UUID(int=chance.getrandbits(128), version=4))
        planned.append(await _plan(second, name, request(place)))
        begun_s = time.perf_counter()
        other = str(uuid.UUID(int=chance.getrandbits(128), version=4))
        through.append(await _plan(first, other, request(place, priority=100)))
        await _until_told(second, name, now_ms)
        told.append(time.perf_counter() - begun_s)
    return {
        "a flight planned where nobody is": _figures(planned),
        "a flight of higher priority planned through another USS's": _figures(through),
        "from that request until the other user is told": _figures(told),
    }


async def _plan(line: Line, name: str, request: Figures) -> float:
    begun_s = time.perf_counter()
    body = json.dumps(request).encode()
    status, answer = await line.ask("PUT", f"/flight_planning/v1/flight_plans/{name}", 0, body)
    if status != 200 or json.loads(answer)["planning_result"] != "Completed":
        raise SystemExit(f"a flight was not planned: {status} {answer[:300].decode(errors='replace')}")
    return time.perf_counter() - begun_s


async def _until_told(line: Line, name: str, since_ms: int) -> None:
    from wellclear.geo.time_text import print_rfc3339  # noqa: PLC0415 - beside the tests' own

    until_s = time.perf_counter() + PATIENCE_S
    path = f"/flight_planning/v1/user_notifications?after={print_rfc3339(since_ms)}"
    while time.perf_counter() < until_s:
        _, answer = await line.ask("GET", path, 0)
        if name.encode() in answer:
            return
        await asyncio.sleep(LOOK_S)
    raise SystemExit("a user was not told")


async def _details(north: Any, south: Any, asked: argparse.Namespace) -> Figures:  # noqa: ANN401 - as above
    """Details of south's flights, and its health, each asked for by as many clients for as long."""
    from live.utm import volume  # noqa: PLC0415 - in the tests

    line = await _line(north, COORDINATION)
    names = []
    for number in range(0, asked.flights, 10):
        place = volume(int(time.time() * 1_000), 46.0 + 0.02 * (number % 50), 7.0 + 0.03 * (number // 50), start_min=5)
        body = json.dumps({"area_of_interest": place}).encode()
        _, answer = await line.ask("POST", "/dss/v1/operational_intent_references/query", 0, body)
        found = json.loads(answer)["operational_intent_references"]
        names += [f"/uss/v1/operational_intents/{each['id']}" for each in found if each["manager"] == "south"]
    details = await _asked(south, names, asked)
    health = await _asked(south, ["/v1/health"], asked)
    return {"details of a flight, for another USS": details, "the same server with nothing to read": health}


async def _asked(south: Any, paths: list[str], asked: argparse.Namespace) -> Figures:  # noqa: ANN401 - as above
    until_s, begun_s = time.perf_counter() + asked.seconds, time.perf_counter()

    async def client(number: int) -> list[float]:
        line, taken = await _line(south, COORDINATION, f"uss{number}"), list[float]()
        while (sent_s := time.perf_counter()) < until_s:
            status, answer = await line.ask("GET", paths[(number + len(taken)) % len(paths)], 0)
            if status != 200:
                raise SystemExit(f"no details: {status} {answer[:300].decode(errors='replace')}")
            taken.append(time.perf_counter() - sent_s)
        return taken

    taken = await asyncio.gather(*(client(number) for number in range(asked.clients)))
    took_s = time.perf_counter() - begun_s
    all_taken = [one for of_client in taken for one in of_client]
    return {**_figures(all_taken), "per_s": len(all_taken) / took_s}


async def _line(process: Any, scope: str, name: str = "bench") -> Line:  # noqa: ANN401 - as above
    from live.utm import token  # noqa: PLC0415 - in the tests

    line = Line(process.port, [token(name, scope)])
    await line.open()
    return line


def _figures(taken_s: list[float]) -> Figures:
    return {"count": len(taken_s), "ms": percentiles_ms(taken_s), "most_ms": max(taken_s) * 1_000}


if __name__ == "__main__":
    raise SystemExit(main())
