"""All pairs, by the tree and the compiled verdicts, on as many threads as there are processors."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from wellclear.detect import bounds
from wellclear.detect.compiled import join, tree, volumes
from wellclear.detect.exact import close_in_place
from wellclear.detect.shapely_path import Progress
from wellclear.model.columns import Columns, SmallInts
from wellclear.model.minima import Minima

TASKS_PER_WORKER = 16


def find(columns: Columns, minima: Minima, progress: Progress) -> SmallInts:
    """Rows (k, 2) int32 of all pairs that are too close, i < j, in no particular order. n > 0."""
    margin_m = bounds.margin_m(minima)
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    found: list[tuple[SmallInts, SmallInts]] = []
    with ThreadPoolExecutor(processors) as workers:
        source = volumes.source_of(columns)
        axes = volumes.axes_of(columns, minima, margin_m)
        described = volumes.described(source, axes, workers, processors * 4)
        grown = tree.build(described.box, workers)
        ready = volumes.arranged(source, described.record, grown.order, workers, processors * 4)
        del described
        leaves = np.flatnonzero(grown.leaf >= 0)
        rules = join.rules(minima)
        most = int(np.diff(columns.first).max())
        tasks = volumes.runs(len(leaves), processors * TASKS_PER_WORKER)
        for part in workers.map(lambda run: join.join(grown, ready, leaves[run], rules, most), tasks):
            found.append(part)
            progress(len(found) * len(columns) // len(tasks), len(columns), "volumes")
    sure = np.concatenate([part[0] for part in found])
    doubtful = np.concatenate([part[1] for part in found])
    close = close_in_place(columns, doubtful[:, 0], doubtful[:, 1], minima)
    return np.concatenate((sure, doubtful[close]))
