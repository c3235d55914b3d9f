"""One measurement in a process of its own: a job as JSON on the command line, figures as JSON on standard output.

The job's `do` says what: `draw` a world and write it; `pairs`, seconds and peak memory of one solver, and its pairs to
a file; `online`, microseconds a call of an index; `compare` two files of pairs.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from wellclear.model.columns import Columns
from wellclear.model.minima import Minima
from worlds import ROW_COLUMNS, WORLDS, draw, taken

Job = dict[str, Any]
Figures = dict[str, Any]

WARM_COUNT: Final = 2_000
QUERIES: Final = 2_000
INSERTS: Final = 2_000
ENOUGH_S: Final = 60.0
"""A solver that has run so long is not repeated: what it shows is plain."""

QUERY_SEED: Final = 7
POINT_COLUMNS: Final = ("first", "lon_e7", "lat_e7")


def write_columns(path: Path, columns: Columns) -> None:
    """Write a world uncompressed."""
    np.savez(path, **{name: getattr(columns, name) for name in (*ROW_COLUMNS, *POINT_COLUMNS)})


def read_columns(path: Path) -> Columns:
    """Read a world that `write_columns` wrote."""
    with np.load(path) as stored:
        return Columns(**{name: stored[name] for name in (*ROW_COLUMNS, *POINT_COLUMNS)})


def draw_world(job: Job) -> Figures:
    """Draw `of` volumes and keep the first `count`."""
    columns = draw(WORLDS[job["world"]], job["of"], job["seed"])
    write_columns(Path(job["path"]), taken(columns, np.arange(job["count"])))
    return {}


def find_all_pairs(job: Job) -> Figures:
    """Time a solver on a stored world, after it has seen a small one."""
    from solvers import SOLVERS  # noqa: PLC0415 - a job that draws needs no solver in its memory

    find, minima = SOLVERS[job["solver"]].find, Minima(**job["minima"])
    find(draw(WORLDS[job["world"]], WARM_COUNT, QUERY_SEED), minima)
    columns = read_columns(Path(job["path"]))
    seconds: list[float] = []
    cpu_s: list[float] = []
    pairs = np.empty((0, 2), dtype=np.int64)
    while len(seconds) < job["repeat"] and sum(seconds) < ENOUGH_S:
        pairs = pairs[:0].copy()
        began_s, began_cpu_s = time.perf_counter(), time.process_time()
        pairs = find(columns, minima)
        seconds.append(time.perf_counter() - began_s)
        cpu_s.append(time.process_time() - began_cpu_s)
    figures = {"seconds": seconds, "cpu_s": cpu_s, "peak_bytes": peak_bytes(), "pairs": len(pairs)}
    np.save(job["found"], pairs)
    return figures


def peak_bytes() -> int:
    """Most memory the process ever held, the interpreter, libraries and input included."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def time_online(job: Job) -> Figures:
    """Time an online index call by call: query, insert, query again, remove."""
    from online import INDEXES  # noqa: PLC0415 - as above

    minima, kind = Minima(**job["minima"]), INDEXES[job["solver"]]
    strangers = _strangers(job["world"], QUERIES + INSERTS)
    asked, inserted = strangers[:QUERIES], strangers[QUERIES:]
    _exercise(kind(draw(WORLDS[job["world"]], WARM_COUNT, job["seed"]), minima), asked[:200], inserted[:200])
    columns = read_columns(Path(job["path"]))
    began_s = time.perf_counter()
    index = kind(columns, minima)
    build_s = time.perf_counter() - began_s
    timed, answers = _exercise(index, asked, inserted)
    np.save(job["found"], _flat(answers) - np.array([0, kind.numbered_from]))
    return {"build_s": build_s, "us": {name: _spread_us(ns) for name, ns in timed.items()}, "peak_bytes": peak_bytes()}


def _strangers(world: str, count: int) -> list[Columns]:
    """Volumes of the same kind that are not resident, each alone."""
    drawn = draw(WORLDS[world], count, QUERY_SEED)
    ones = [taken(drawn, np.array([row])) for row in range(count)]
    for one in ones:
        one.group[:] += 10**9
    return ones


def _exercise(index: Any, asked: list[Columns], inserted: list[Columns]) -> tuple[dict[str, list[int]], list[Any]]:  # noqa: ANN401 - an `Online`, with or without inserts
    query_ns, answers = _timed(index.query, asked)
    timed = {"query": query_ns}
    if hasattr(index, "insert"):
        timed["insert"], ids = _timed(index.insert, inserted)
        timed["query with inserts"], _ = _timed(index.query, asked)
        timed["remove"], _ = _timed(index.remove, ids)
        again = [index.query(one) for one in asked]
        if any(not np.array_equal(np.sort(a), np.sort(b)) for a, b in zip(answers, again, strict=True)):
            raise RuntimeError("the index answers otherwise after inserts and removes")
    return timed, answers


def _timed(call: Callable[[Any], Any], arguments: Iterable[Any]) -> tuple[list[int], list[Any]]:
    spent_ns, results = [], []
    for argument in arguments:
        began_ns = time.perf_counter_ns()
        result = call(argument)
        spent_ns.append(time.perf_counter_ns() - began_ns)
        results.append(result)
    return spent_ns, results


def _spread_us(spent_ns: Sequence[int]) -> dict[str, float]:
    return {"p50": float(np.percentile(spent_ns, 50)) / 1e3, "p99": float(np.percentile(spent_ns, 99)) / 1e3}


def _flat(answers: Sequence[Any]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Answers as sorted pairs of query and id."""
    asked = np.repeat(np.arange(len(answers)), [len(ids) for ids in answers])
    answered = np.concatenate([np.asarray(ids, dtype=np.int64) for ids in answers])
    order = np.lexsort((answered, asked))
    return np.stack((asked[order], answered[order]), axis=-1)


def compare_found(job: Job) -> Figures:
    """Compare two files of pairs of one world."""
    from agreement import compared  # noqa: PLC0415 - as above

    first, other = np.load(job["first"]), np.load(job["other"])
    columns = read_columns(Path(job["path"]))
    if job["online"]:
        count = len(columns)
        ones = _strangers(job["world"], QUERIES + INSERTS)[:QUERIES]
        columns = joined([columns, *ones])
        first, other = (np.stack((found[:, 1], found[:, 0] + count), axis=-1) for found in (first, other))
    return dict(compared(columns, Minima(**job["minima"]), first, other, other_on_plane=job["other_on_plane"]))


def joined(parts: Sequence[Columns]) -> Columns:
    """All rows of all parts, in order."""
    counts = np.concatenate([np.diff(part.first) for part in parts])
    names = (*ROW_COLUMNS, "lon_e7", "lat_e7")
    rows = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    return Columns(first=np.concatenate(([0], np.cumsum(counts))), **rows)


DO: Final = {"draw": draw_world, "pairs": find_all_pairs, "online": time_online, "compare": compare_found}


def main() -> None:
    """Do the job on the command line."""
    job: Job = json.loads(sys.argv[1])
    figures = DO[job["do"]](job)
    figures["load"] = os.getloadavg()[0]
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
