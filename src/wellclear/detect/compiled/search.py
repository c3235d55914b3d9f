"""All pairs, by the tree and the compiled verdicts, on as many threads as there are processors."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from wellclear.detect import bounds
from wellclear.detect.compiled import join, tree, volumes
from wellclear.detect.exact import close_in_place
from wellclear.detect.shapely_path import Progress
from wellclear.model.columns import Columns, Ints
from wellclear.model.minima import Minima

TASKS_PER_WORKER = 16


def find(columns: Columns, minima: Minima, progress: Progress) -> Ints:
    """Rows (k, 2) of all pairs that are too close, i < j, in no particular order. n > 0."""
    margin_m = bounds.margin_m(minima)
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with ThreadPoolExecutor(processors) as workers:
        ready = volumes.empty(columns)
        frame = volumes.frame_of(columns)
        runs = _runs(len(columns), processors * 4)
        list(workers.map(lambda rows: volumes.fill_rows(columns, frame, minima, margin_m, ready, rows), runs))
        grown = tree.build(ready.box, workers)
        leaves = np.flatnonzero(grown.leaf)
        rules = join.rules(minima, margin_m)
        scratch = int(np.diff(columns.first).max())
        found: list[tuple[Ints, Ints]] = []
        tasks = _runs(len(leaves), processors * TASKS_PER_WORKER)
        for done, part in enumerate(
            workers.map(lambda rows: join.join(grown, ready, leaves[rows], rules, scratch), tasks)
        ):
            found.append(part)
            progress((done + 1) * len(columns) // len(tasks), len(columns), "volumes")
    sure = np.concatenate([part[0] for part in found])
    doubtful = np.concatenate([part[1] for part in found])
    close = close_in_place(columns, doubtful[:, 0], doubtful[:, 1], minima)
    return np.concatenate((sure, doubtful[close])).astype(np.int64)


def _runs(count: int, parts: int) -> list[slice]:
    edges = np.linspace(0, count, min(parts, max(count, 1)) + 1).astype(int).tolist()
    return [slice(low, high) for low, high in zip(edges[:-1], edges[1:], strict=True) if high > low]
