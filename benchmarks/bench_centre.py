"""Measure a centre's core: envelopes verified and taken, how work grows with what is known, memory, and the start.

    python benchmarks/bench_centre.py [--quick] [--folder DIR] [--out bench-out]

Real keys, real SQLite stores, no lines between the two centres: what HTTP adds is measured by `bench_links.py`.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from partners import Centre, Partners, plan
from run import machine
from wellclear.assembly.restoring import found_in
from wellclear.centre.entries.link import Turned
from wellclear.centre.entries.text import print_entry
from wellclear.centre.inputs import Act, Arrived, Beat
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
    """Run the parts and write their figures."""
    asked = _options()
    if asked.start:
        print(json.dumps(_start(asked.start)))
        return 0
    few = 10 if asked.quick else 1
    figures: Figures = {"format": "wellclear-bench-centre", "version": FORMAT_VERSION, "machine": machine()}
    with tempfile.TemporaryDirectory(dir=asked.folder, prefix="bench-centre-") as name:
        folder = Path(name)
        parts: dict[str, Callable[[], Any]] = {
            "envelopes": lambda: _envelopes(folder / "envelopes", 2_000 // few),
            "growth": lambda: _growth(folder / "growth", [count // few for count in (1_000, 3_000, 10_000)]),
            "counterparties": lambda: [_counterparties(folder / f"of-{count}", count) for count in (1, 4, 16, 48)],
            "start": lambda: _long_log(folder / "long", 1_000_000 // few),
        }
        for part in asked.only.split(",") if asked.only else parts:
            _say(part)
            figures[part] = parts[part]()
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "centre.json").write_text(json.dumps(figures, indent=1) + "\n")
    (asked.out / "centre.md").write_text(page(figures))
    print(page(figures))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure a centre's core.")
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    parser.add_argument("--only", help="parts, joined by commas: envelopes, growth, counterparties, start")
    parser.add_argument("--folder", type=Path, default=None, help="where the stores lie; a real disk")
    parser.add_argument("--out", type=Path, default=Path("bench-out"))
    parser.add_argument("--start", type=Path, default=None, help="only start on this store, and print how long it took")
    return parser.parse_args()


def _envelopes(folder: Path, count: int) -> Figures:
    """Notices of one centre, verified by the other; then verified, decided and written in batches."""
    pair, chance = Partners(folder), random.Random(SEED)  # noqa: S311 - the same in every run
    north, south = pair.centres["north"], pair.centres["south"]
    commands = [plan("north", number, chance) for number in range(count)]
    filing_s = _timed(lambda: [north.take(*acts) for acts in _batches([_act(command) for command in commands])])
    raws = north.waiting("south")
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
    """Time of one operation more, of a tick, and memory, with ever more operations known on both sides."""
    pair, chance = Partners(folder), random.Random(SEED)  # noqa: S311 - the same in every run
    known, rows = 0, list[Figures]()
    empty_mib = _resident_mib()
    for count in counts:
        while known < count:
            for name, centre in pair.centres.items():
                centre.take(*(_act(plan(name, known + number, chance)) for number in range(MAX_BATCH)))
            pair.deliver()
            known += MAX_BATCH
        north, more = pair.centres["north"], 100
        acts = [_act(plan("north", 10_000_000 + known + number, chance)) for number in range(more)]
        filing_s = _timed(_each(north, acts))
        raws = north.waiting("south")
        took = [Arrived(open_envelope(raw, pair.key_of)) for raw in raws]
        taking_s = _timed(_each(pair.centres["south"], took))
        tick_s = _timed(lambda: pair.pass_by(0)) / len(pair.centres)
        north.take(Beat("south", pair.centres["south"].state.peers["north"].holds))
        pair.deliver()
        mib = _resident_mib() - empty_mib
        rows.append(
            {
                "operations_each": known,
                "file_ms": filing_s / more * 1000,
                "take_ms": taking_s / more * 1000,
                "tick_ms": tick_s * 1000,
                "mib_each_100_000": mib / (4 * known) * 100_000,
            }
        )
    return rows


def _counterparties(folder: Path, count: int) -> Figures:
    """Time of filing an operation that so many are told, and of taking one notice of each."""
    partners, chance = Partners(folder, ("hub", *(f"p{number}" for number in range(count)))), random.Random(SEED)  # noqa: S311 - the same in every run
    hub, times = partners.centres["hub"], 20
    filing_s = _timed(_each(hub, [_act(plan("hub", number, chance)) for number in range(times)]))
    partners.deliver()
    others = [centre for name, centre in partners.centres.items() if name != "hub"]
    for centre in others:
        centre.act(plan(centre.party, 1, chance))
    took = [Arrived(open_envelope(raw, partners.key_of)) for centre in others for raw in centre.waiting("hub")]
    taking_s = _timed(_each(hub, took))
    return {"counterparties": count, "file_ms": filing_s / times * 1000, "take_ms": taking_s / len(took) * 1000}


def _long_log(folder: Path, entries: int) -> Figures:
    """A log of so many entries with a snapshot, and how long a centre takes to be ready on it."""
    pair, chance = Partners(folder), random.Random(SEED)  # noqa: S311 - the same in every run
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


def _fill(pair: Partners, entries: int) -> None:
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
    gc.disable()  # as `wellclear centre serve` does while it starts
    began_s = time.perf_counter()
    store = open_store(str(folder))
    store.lead()
    log = found_in(store, None).log
    return {
        "start_s": time.perf_counter() - began_s,
        "size": log.state.index,
        "operations": len(log.state.notices),
        "mib": _resident_mib(),
    }


def _act(command: Any) -> Act:  # noqa: ANN401 - any command
    return Act("officer", "duty-officer", command)


def _each(centre: Centre, inputs: list[Any]) -> Callable[[], None]:
    """Each input in a batch of its own."""

    def take() -> None:
        for one in inputs:
            centre.take(one)

    return take


def _batches(rows: list[Any]) -> list[list[Any]]:
    return [rows[start : start + MAX_BATCH] for start in range(0, len(rows), MAX_BATCH)]


def _timed(work: Callable[[], Any]) -> float:
    began_s = time.perf_counter()
    work()
    return time.perf_counter() - began_s


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def page(figures: Figures) -> str:
    """The figures as a page."""
    lines = ["| part | figure |", "|---|---|"]
    if envelopes := figures.get("envelopes"):
        lines += [
            f"| notices of {envelopes['bytes']:,} bytes verified, a second | {envelopes['verified_each_s']:,.0f} |",
            f"| verified, assessed, receipted and durable, a second | {envelopes['taken_each_s']:,.0f} |",
            f"| operations filed, told and durable, a second | {envelopes['filed_each_s']:,.0f} |",
        ]
    if start := figures.get("start"):
        lines.append(f"| start with {start['entries']:,} entries | {start['start_s']:.2f} s, {start['mib']:.0f} MiB |")
    lines += [
        f"| {row['operations_each']:,} operations on each side | filed {row['file_ms']:.2f} ms,"
        f" taken {row['take_ms']:.2f} ms, a tick {row['tick_ms']:.2f} ms,"
        f" {row['mib_each_100_000']:.0f} MiB for 100,000 operations, own or told |"
        for row in figures.get("growth", ())
    ]
    lines += [
        f"| {row['counterparties']} counterparties | filed and told to all {row['file_ms']:.2f} ms,"
        f" one notice taken {row['take_ms']:.2f} ms |"
        for row in figures.get("counterparties", ())
    ]
    return "\n".join(lines) + "\n"


def _say(text: str) -> None:
    print(f"{text} ...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
