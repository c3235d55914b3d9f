"""Measure the store beside a bare SQLite table with the same bytes and durability; write a table and figures.

    python benchmarks/bench_store.py [--quick] [--repeat 5] [--folder DIR] [--postgresql ADDRESS] [--out bench-out]

Both sides write the same prepared records to fresh files in one folder, in turns within one run, so that what else the
machine does meets both. What a record holds is made beforehand: hashing is no store's work. Then one store is filled
with a million records, and opened as a centre does that starts: take the lead, read the newest 10,000.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from run import machine
from wellclear.centre.ports.store import Batch, Record, Store
from wellclear.store.opening import open_store
from wellclear.store.sqlite import SqliteStore
from wellclear.trust.key_statement import Place
from wellclear.trust.merkle import node_hash

FORMAT_VERSION: Final = 1
SEED: Final = 20_261_122
CONTENT_BYTES: Final = 600
"""About what an entry holds: a signed notice with one volume."""

FILLING_BATCH: Final = 1_000
TAIL: Final = 10_000
"""Records that a starting centre reads at most: as many as may lie after a snapshot."""

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """How many batches of how many records are written in one turn."""

    title: str
    batches: int
    records: int


def main() -> int:
    """Run what the command line asks for; 1 when the store is slower than it must be."""
    asked = _options()
    few = 10 if asked.quick else 1
    cases = (Case("single", 1_000 // few, 1), Case("batched by 64", 300 // few, 64))
    with tempfile.TemporaryDirectory(dir=asked.folder, prefix="bench-store-") as folder:
        figures: Figures = {
            "format": "wellclear-bench-store",
            "version": FORMAT_VERSION,
            "machine": machine(),
            "sqlite": sqlite3.sqlite_version,
            "seed": SEED,
            "flush_us": _flush_us(Path(folder)),
            "appending": [_compared(case, Path(folder), asked.repeat, asked.postgresql) for case in cases],
            "starting": _started(Path(folder) / "filled" / "log.sqlite", 1_000_000 // few),
        }
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "store.json").write_text(json.dumps(figures, indent=1) + "\n")
    (asked.out / "store.md").write_text(page(figures))
    print(page(figures))
    return 0 if asked.quick or all(case["ratio"] >= 0.7 for case in figures["appending"]) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the store beside a bare SQLite table.")
    parser.add_argument("--quick", action="store_true", help="a tenth of everything, and no judgement")
    parser.add_argument("--repeat", type=int, default=5, help="turns of each side")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="where the files are written")
    parser.add_argument("--postgresql", help="also measure the store at this address, an empty database")
    parser.add_argument("--out", type=Path, default=Path("bench-out"), help="folder for store.md and store.json")
    return parser.parse_args()


class Growth:
    """A log that grows: records with leaves that cost nothing to make, and true hashes of the subtrees."""

    def __init__(self) -> None:
        self._chance = random.Random(SEED)  # noqa: S311 - repeatable contents, no secret
        self._frontier: list[bytes] = []
        self.size = 0

    def batch(self, count: int) -> Batch:
        """The next records, with the subtrees that they complete."""
        start, nodes = Place(0, self.size), []
        records = [
            Record(self._chance.randbytes(CONTENT_BYTES), self._chance.randbytes(32), self._chance.randbytes(32))
            for _ in range(count)
        ]
        for record in records:
            index, level, node = self.size, 0, record.leaf
            while index & 1:
                index, level, node = index >> 1, level + 1, node_hash(self._frontier.pop(), node)
                nodes.append((level, index, node))
            self._frontier.append(node)
            self.size += 1
        return Batch(start, tuple(records), tuple(nodes), {})


class Bare:
    """What a user of SQLite has: one table, one transaction a batch, the same settings and bytes."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        for setting in ("journal_mode = WAL", "synchronous = FULL"):
            self._connection.execute(f"PRAGMA {setting}")
        self._connection.execute(
            "CREATE TABLE entry (number INTEGER PRIMARY KEY, content BLOB, salt BLOB, leaf BLOB, nodes BLOB)"
        )

    def write(self, rows: list[tuple[int, bytes, bytes, bytes, bytes]]) -> None:
        """One batch."""
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?)", rows)
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _compared(case: Case, folder: Path, repeat: int, address: str | None) -> Figures:
    growth = Growth()
    batches = [growth.batch(case.records) for _ in range(case.batches)]
    rows = [_rows(batch) for batch in batches]
    seconds: dict[str, list[float]] = {"bare": [], "wellclear": []}
    for turn in range(repeat):
        with closing(Bare(folder / f"bare-{case.records}-{turn}.sqlite")) as bare:
            seconds["bare"].append(_timed(bare.write, rows))
        with closing(SqliteStore(folder / f"own-{case.records}-{turn}" / "log.sqlite")) as store:
            seconds["wellclear"].append(_timed(_writing(store), batches))
    if address:
        with closing(open_store(address)) as database, closing(database.reader()) as reader:
            first = reader.end().epoch + 1
            moved = [Batch(Place(first, one.start.index), one.records, one.nodes) for one in batches]
            seconds["wellclear on PostgreSQL"] = [_timed(_writing(database), moved)]
    count = case.batches * case.records
    rates = {name: count / statistics.median(each) for name, each in seconds.items()}
    # turn by turn: what slowed a turn slowed both of its sides
    ratios = [bare / own for bare, own in zip(seconds["bare"], seconds["wellclear"], strict=True)]
    return {
        "title": case.title,
        "records": count,
        "seconds": seconds,
        "rates": rates,
        "ratio": statistics.median(ratios),
        "ratios": ratios,
    }


def _rows(batch: Batch) -> list[tuple[int, bytes, bytes, bytes, bytes]]:
    nodes: dict[int, bytes] = {}
    for level, index, node in batch.nodes:
        last = ((index + 1) << level) - 1
        nodes[last] = nodes.get(last, b"") + node
    return [
        (number, record.content, record.salt, record.leaf, nodes.get(number, b""))
        for number, record in enumerate(batch.records, start=batch.start.index)
    ]


def _writing(store: Store) -> Callable[[Batch], None]:
    term = store.lead()
    return lambda batch: store.write(term, batch)


def _timed(write: Callable[[Any], None], batches: list[Any]) -> float:
    began_s = time.perf_counter()
    for batch in batches:
        write(batch)
    return time.perf_counter() - began_s


def _started(path: Path, records: int) -> Figures:
    """Fill a store, leave it as a killed process does, and start on it."""
    growth, seconds = Growth(), []
    with closing(SqliteStore(path)) as store:
        write = _writing(store)
        while growth.size < records:
            seconds.append(_timed(write, [growth.batch(FILLING_BATCH)]))
        tenth = len(seconds) // 10
        figures = {
            "records": records,
            "fill_s": sum(seconds),
            "first_tenth_rate": tenth * FILLING_BATCH / sum(seconds[:tenth]),
            "last_tenth_rate": tenth * FILLING_BATCH / sum(seconds[-tenth:]),
            "file_bytes_a_record": path.stat().st_size / records,
        }
        # a copy of the files while they are open is what a killed process leaves
        left = path.parent / "left"
        left.mkdir(mode=0o700)
        for name in (path.name, f"{path.name}-wal"):
            (left / name).write_bytes((path.parent / name).read_bytes())
            (left / name).chmod(0o600)
    began_s = time.perf_counter()
    with closing(SqliteStore(left / path.name)) as store, closing(store.reader()) as reader:
        store.lead()
        end = reader.end()
        newest = list(reader.records(Place(0, end.index - min(TAIL, records)), end.index))
        figures["start_s"] = time.perf_counter() - began_s
        began_s = time.perf_counter()
        every = sum(1 for _ in islice(reader.records(Place(0, 0), end.index), records))
        figures["read_all_s"] = time.perf_counter() - began_s
    if (end.index, len(newest), every) != (records, min(TAIL, records), records):
        raise SystemExit("the store did not give back what was written")
    return figures


def _flush_us(folder: Path) -> float:
    """Median of a write of one page and its flush: what no store can go below."""
    taken_s = []
    with (folder / "flush").open("wb", buffering=0) as file:
        for _ in range(300):
            began_s = time.perf_counter()
            file.write(bytes(4096))
            os.fdatasync(file.fileno())
            taken_s.append(time.perf_counter() - began_s)
    return statistics.median(taken_s) * 1e6


def page(figures: Figures) -> str:
    """Markdown of a run."""
    on, starting = figures["machine"], figures["starting"]
    lines = [
        "# Benchmarks of the store",
        "",
        f"{on['processor']}, {on['cores']} cores, {on['system']}, Python {on['python']}, SQLite {figures['sqlite']}.",
        f"Records of {CONTENT_BYTES} bytes; a page written and flushed takes {figures['flush_us']:.0f} us here.",
        "",
        "| records a second, durable | " + " | ".join(figures["appending"][0]["rates"]) + " | wellclear to bare |",
        "|---|" + "--:|" * (len(figures["appending"][0]["rates"]) + 1),
    ]
    for case in figures["appending"]:
        rates = " | ".join(f"{rate:,.0f}" for rate in case["rates"].values())
        lines.append(f"| {case['title']} | {rates} | {case['ratio']:.0%} |")
    lines += [
        "",
        f"| {starting['records']:,} records | |",
        "|---|--:|",
        f"| written by {FILLING_BATCH:,}, s | {starting['fill_s']:.1f} |",
        (
            f"| of the first and of the last tenth, a second | {starting['first_tenth_rate']:,.0f} and "
            f"{starting['last_tenth_rate']:,.0f} |"
        ),
        f"| bytes of the file a record | {starting['file_bytes_a_record']:,.0f} |",
        f"| opened after a kill, led, and the newest {TAIL:,} read, s | {starting['start_s']:.2f} |",
        f"| all read, s | {starting['read_all_s']:.1f} |",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
