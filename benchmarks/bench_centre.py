"""Measure a centre's core: envelopes verified and taken, how work grows with what is known, memory, and the start.

    python benchmarks/bench_centre.py [--quick] [--folder DIR] [--out bench-out]

Real keys, real SQLite stores, no lines between the two centres: what HTTP adds is measured by `bench_links.py`.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from pair_of_centres import Pair, plan
from run import machine
from wellclear.centre.entries.link import Turned
from wellclear.centre.entries.text import print_entry
from wellclear.centre.inputs import Act, Arrived
from wellclear.centre.ports.store import Batch, Record
from wellclear.centre.snapshot import pieces_of
from wellclear.centre.tree import grown
from wellclear.centre.writer import MAX_BATCH, replay
from wellclear.protocol.envelope import open_envelope
from wellclear.store.opening import open_store
from wellclear.trust.key_statement import Place
from wellclear.trust.leaf import salted_leaf

FORMAT_VERSION: Final = 1
SEED: Final = 20_261_122
FILLING: Final = 1_000

Figures = dict[str, Any]


def main() -> int:
    """Run all parts; 1 when a goal is missed by more than what a busy machine explains."""
    asked = _options()
    if asked.start:
        print(json.dumps(_start(asked.start)))
        return 0
    few = 10 if asked.quick else 1
    figures: Figures = {"format": "wellclear-bench-centre", "version": FORMAT_VERSION, "machine": machine()}
    with tempfile.TemporaryDirectory(dir=asked.folder, prefix="bench-centre-") as folder:
        _say("verifying and taking envelopes")
        figures["envelopes"] = _envelopes(Path(folder) / "envelopes", 2_000 // few)
        _say("growing")
        figures["growth"] = _growth(Path(folder) / "growth", [count // few for count in (1_000, 10_000, 30_000)])
        _say("starting with a long log")
        figures["start"] = _long_log(Path(folder) / "long", 1_000_000 // few)
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "centre.json").write_text(json.dumps(figures, indent=1) + "\n")
    (asked.out / "centre.md").write_text(page(figures))
    print(page(figures))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure a centre's core.")
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    parser.add_argument("--folder", type=Path, default=None, help="where the stores lie; a real disk")
    parser.add_argument("--out", type=Path, default=Path("bench-out"))
    parser.add_argument("--start", type=Path, default=None, help="only start on this store, and print how long it took")
    return parser.parse_args()


def _envelopes(folder: Path, count: int) -> Figures:
    """Notices of one centre, verified by the other; then verified, decided and written in batches."""
    pair, chance = Pair(folder), random.Random(SEED)  # noqa: S311 - the same in every run
    north, south = pair.centres["north"], pair.centres["south"]
    commands = [plan("north", number, chance) for number in range(count)]
    filing_s = _timed(lambda: [north.take(*acts) for acts in _batches([_act(command) for command in commands])])
    raws = north.waiting()
    verifying_s = _timed(lambda: [open_envelope(raw, pair.key_of) for raw in raws])
    began_s = time.perf_counter()
    for batch in _batches(raws):
        south.take(*(Arrived(open_envelope(raw, pair.key_of)) for raw in batch))
    taking_s = time.perf_counter() - began_s
    return {
        "count": count,
        "bytes": sum(map(len, raws)) // len(raws),
        "filed_each_s": count / filing_s,
        "verified_each_s": count / verifying_s,
        "taken_each_s": count / taking_s,
    }


def _growth(folder: Path, counts: list[int]) -> list[Figures]:
    """Time of one notice more, and memory, with ever more operations known on both sides."""
    pair, chance = Pair(folder), random.Random(SEED)  # noqa: S311 - the same in every run
    known, rows = 0, []
    empty_mib = _resident_mib()
    for count in counts:
        while known < count:
            for name, centre in pair.centres.items():
                centre.take(*(_act(plan(name, known + number, chance)) for number in range(MAX_BATCH)))
            pair.deliver()
            known += MAX_BATCH
        began_s = time.perf_counter()
        more = 100
        for number in range(more):
            pair.centres["north"].act(plan("north", 10_000_000 + known + number, chance))
        pair.deliver()
        rows.append(
            {
                "operations_each": known,
                "notice_ms": (time.perf_counter() - began_s) / more * 1000,
                "mib": _resident_mib() - empty_mib,
            }
        )
    return rows


def _long_log(folder: Path, entries: int) -> Figures:
    """A log of so many entries with a snapshot, and how long a centre takes to be ready on it."""
    pair, chance = Pair(folder), random.Random(SEED)  # noqa: S311 - the same in every run
    south = pair.centres["south"]
    for _ in range(10):
        pair.centres["north"].take(*(_act(plan("north", chance.getrandbits(60), chance)) for _ in range(MAX_BATCH)))
    pair.deliver()
    _fill(pair, entries)
    south.store.close()
    command = [sys.executable, __file__, "--start", str(folder / "south")]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    started: Figures = json.loads(ran.stdout)
    return {"entries": entries} | started


def _fill(pair: Pair, entries: int) -> None:
    """Entries that cost a store what others do, and a snapshot 10,000 before their end."""
    south, chance = pair.centres["south"], random.Random(SEED)  # noqa: S311 - the same in every run
    log, store, term = south.writer.log, south.store, south.store.lead()
    content = print_entry(Turned(at_ms=pair.clock[0], party="north", codes=(("rate", 1),)))
    frontier, size, snapped = log.frontier, log.state.index, False
    while size < entries:
        salts = [chance.randbytes(32) for _ in range(FILLING)]
        records = tuple(Record(content, salt, salted_leaf(salt, content)) for salt in salts)
        nodes, frontier = grown(frontier, (record.leaf for record in records))
        store.write(term, Batch(Place(0, size), records, nodes))
        size += FILLING
        if size >= entries - 10_000 and not snapped:
            reader = store.reader()
            for beside in pieces_of(replay(reader), reader):
                store.write(term, Batch(Place(0, size), beside=beside))
            reader.close()
            snapped = True


def _start(folder: Path) -> Figures:
    """Open the store, take the lead and replay, as a centre does before it serves."""
    began_s = time.perf_counter()
    store = open_store(str(folder))
    store.lead()
    reader = store.reader()
    log = replay(reader)
    return {
        "start_s": time.perf_counter() - began_s,
        "size": log.state.index,
        "operations": len(log.state.notices),
        "mib": _resident_mib(),
    }


def _act(command: Any) -> Act:  # noqa: ANN401 - any command
    return Act("officer", "duty-officer", command)


def _batches(rows: list[Any]) -> list[list[Any]]:
    return [rows[start : start + MAX_BATCH] for start in range(0, len(rows), MAX_BATCH)]


def _timed(work: Any) -> float:  # noqa: ANN401 - any work
    began_s = time.perf_counter()
    work()
    return time.perf_counter() - began_s


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def page(figures: Figures) -> str:
    """The figures as a page."""
    envelopes, start = figures["envelopes"], figures["start"]
    lines = [
        "| part | figure |",
        "|---|---|",
        f"| notices of {envelopes['bytes']:,} bytes verified, a second | {envelopes['verified_each_s']:,.0f} |",
        f"| verified, assessed, receipted and durable, a second | {envelopes['taken_each_s']:,.0f} |",
        f"| operations filed, told and durable, a second | {envelopes['filed_each_s']:,.0f} |",
        f"| start with {start['entries']:,} entries | {start['start_s']:.2f} s, {start['mib']:.0f} MiB |",
    ]
    lines += [
        f"| one notice to its receipt, {row['operations_each']:,} operations on each side |"
        f" {row['notice_ms']:.2f} ms, {row['mib']:.0f} MiB for both |"
        for row in figures["growth"]
    ]
    return "\n".join(lines) + "\n"


def _say(text: str) -> None:
    print(f"{text} ...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
