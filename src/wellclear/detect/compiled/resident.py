"""Volumes that are resident in a living tree: inserted, removed and asked about one by one, by compiled code."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np

from wellclear.detect import bounds
from wellclear.detect.compiled import living, tree, volumes
from wellclear.detect.compiled.join import Rules, verdict
from wellclear.detect.compiled.join import rules as rules_of
from wellclear.detect.compiled.kernel import kernel
from wellclear.detect.compiled.living import LEFT, NODES, NONE, PARENT, RIGHT, SLOT, SLOTS, Living
from wellclear.detect.compiled.plane import CLEAR, CLOSE
from wellclear.detect.compiled.tree import LEAF
from wellclear.detect.compiled.volumes import AXES, COUNT, FROM, Singles, Source, Volumes
from wellclear.geo.frame import Floats
from wellclear.geo.limits import DMM_PER_M, MAX_FOOTPRINT_POINTS
from wellclear.model.columns import Columns, Ints, SmallInts
from wellclear.model.minima import Minima

SPARE: Final = 1024
"""Room kept for more, at least."""


NOBODY: Final[Ints] = np.empty(0, dtype=np.int64)


class Resident:
    """The compiled side of `wellclear.detect.index.Index`. Number 0 is the volume that is asked about."""

    def __init__(self, columns: Columns, minima: Minima) -> None:
        margin_m = bounds.margin_m(minima)
        self._rules = rules_of(minima)
        n = len(columns)
        self._axes = volumes.axes_of(columns, minima, margin_m)
        source = volumes.source_of(columns)
        with ThreadPoolExecutor(1) as alone:
            described = volumes.described(source, self._axes, alone, 1)
            ready = volumes.arranged(source, described.record, np.arange(n, dtype=np.int32), alone, 1)
            grown = tree.build(described.box, alone)
        self._points = MAX_FOOTPRINT_POINTS + len(columns.lon_e7)
        room = n + 1 + max(SPARE, n // 4)
        self._ready = Volumes(
            record=_after(1, ready.record, room),
            xyz_m=_after(MAX_FOOTPRINT_POINTS, ready.xyz_m, self._points + max(SPARE * 8, self._points // 4)),
        )
        self._ready.record[1 : n + 1, FROM] += MAX_FOOTPRINT_POINTS
        self._e7 = np.zeros((len(self._ready.xyz_m), 2), dtype=np.int32)
        self._e7[MAX_FOOTPRINT_POINTS : self._points, 0] = columns.lon_e7
        self._e7[MAX_FOOTPRINT_POINTS : self._points, 1] = columns.lat_e7
        self._tree = _living(grown, room)
        self._next = n + 1
        self._free: list[int] = []
        self._sure = 0
        self._scratch = np.empty((6 * MAX_FOOTPRINT_POINTS, 2))
        self._box = np.empty((1, 2 * AXES), dtype=np.float32)
        self._found = np.empty(1024, dtype=np.int32)

    def insert(self, volume: Columns) -> int:
        """Bring in one volume; returns its number."""
        count = len(volume.lon_e7)
        if self._sure == 0 or self._points + count > len(self._e7):
            self._make_room(count)
        self._sure -= 1
        if self._free:
            number = self._free.pop()
        else:
            number = self._next
            self._next += 1
        self._ready.record[number, FROM] = self._points
        bring(volumes.source_of(volume), number, self._axes, self._ready, self._e7, self._box, self._tree)
        self._points += count
        return number

    def remove(self, number: int) -> None:
        """Take out one volume; its number and the memory of its points are used again."""
        living.remove(self._tree, number)
        self._free.append(number)

    def holds(self, number: int) -> bool:
        """Whether a volume of this number is resident."""
        return 0 < number < self._next and bool(self._tree.place[number] != NONE)

    def query(self, volume: Columns) -> tuple[Ints, Ints]:
        """Numbers of the resident volumes that surely are too close to one, and of those in doubt."""
        self._found, sures, doubts = ask(
            volumes.source_of(volume),
            self._axes,
            self._ready,
            self._box,
            self._tree,
            self._rules,
            self._found,
            self._scratch,
        )
        found = self._found
        return found[:sures].astype(np.int64), found[len(found) - doubts :].astype(np.int64) if doubts else NOBODY

    def columns_of(self, numbers: Ints) -> Columns:
        """The columns of resident volumes, for the exact routine."""
        record = self._ready.record[numbers]
        whole = record.astype(np.int64)
        rows = [slice(row[FROM], row[FROM] + row[COUNT]) for row in whole.tolist()]
        points = np.concatenate([self._e7[row] for row in rows])
        return Columns(
            core=whole[:, volumes.CORE].astype(np.uint8),
            first=np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(whole[:, COUNT]))),
            lon_e7=points[:, 0],
            lat_e7=points[:, 1],
            buffer_dmm=np.round(record[:, volumes.BUFFER] * DMM_PER_M).astype(np.int64),
            floor_dmm=whole[:, volumes.FLOOR],
            ceiling_dmm=whole[:, volumes.CEILING],
            start_ms=whole[:, volumes.START],
            end_ms=whole[:, volumes.END],
            group=whole[:, volumes.GROUP],
        )

    def _make_room(self, points: int) -> None:
        """Widen what is full, by half, and count how many volumes surely fit without looking again."""
        if self._next == len(self._tree.place):
            wider = self._next + max(SPARE, self._next // 2)
            self._ready = self._ready._replace(record=_after(0, self._ready.record, wider))
            place = np.full(wider, NONE, dtype=np.int64)
            place[: len(self._tree.place)] = self._tree.place
            self._tree = self._tree._replace(place=place)
        if self._points + points > len(self._e7):
            self._pack_points(points)
        if self._tree.state[NODES] + 2 > len(self._tree.links):
            box, links = _nodes(len(self._tree.links) * 3 // 2)
            box[: len(self._tree.box)], links[: len(self._tree.links)] = self._tree.box, self._tree.links
            self._tree = self._tree._replace(box=box, links=links)
        if self._tree.state[SLOTS] + 1 > len(self._tree.tenants):
            wider = len(self._tree.tenants) * 3 // 2
            self._tree = self._tree._replace(
                lanes=_after(0, self._tree.lanes, wider), tenants=_after(0, self._tree.tenants, wider)
            )
        self._sure = min(
            len(self._tree.place) - self._next,
            (len(self._tree.links) - int(self._tree.state[NODES])) // 2,
            len(self._tree.tenants) - int(self._tree.state[SLOTS]),
        )

    def _pack_points(self, more: int) -> None:
        """Let the points of resident volumes follow each other without gaps, with room for half as many again."""
        living_now = np.flatnonzero(self._tree.place[: self._next] != NONE)
        record = self._ready.record
        counts = record[living_now, COUNT].astype(np.int64)
        first = MAX_FOOTPRINT_POINTS + np.cumsum(counts) - counts
        old = np.repeat(record[living_now, FROM].astype(np.int64) - first, counts) + np.arange(
            MAX_FOOTPRINT_POINTS, MAX_FOOTPRINT_POINTS + counts.sum()
        )
        self._points = MAX_FOOTPRINT_POINTS + int(counts.sum())
        room = self._points * 3 // 2 + more
        xyz_m, e7 = np.empty((room, 3)), np.zeros((room, 2), dtype=np.int32)
        xyz_m[MAX_FOOTPRINT_POINTS : self._points] = self._ready.xyz_m[old]
        e7[MAX_FOOTPRINT_POINTS : self._points] = self._e7[old]
        record[living_now, FROM] = first
        self._ready = self._ready._replace(xyz_m=xyz_m)
        self._e7 = e7


def _after(gap: int, array: np.ndarray, room: int) -> np.ndarray:
    """The same array in a larger one, `gap` rows from its start."""
    wider = np.zeros((room, *array.shape[1:]), dtype=array.dtype)
    wider[gap : gap + len(array)] = array
    return wider


def _nodes(room: int) -> tuple[Singles, SmallInts]:
    """Room for boxes (m, 10) and links (m, 5) of nodes, each node's in one line of the processor's cache."""
    line = 16
    whole = np.zeros((room + 1) * line, dtype=np.float32)
    skipped = -whole.ctypes.data % 64 // 4
    table = whole[skipped : skipped + room * line].reshape(room, line)
    return table[:, : 2 * AXES], table.view(np.int32)[:, 2 * AXES : 2 * AXES + 5]


def _living(grown: tree.Tree, room: int) -> Living:
    """A living tree out of one built in one go. Its volumes are numbered from 1 by row."""
    nodes, slots = len(grown.skip), len(grown.lanes)
    roots = [0]
    while grown.skip[roots[-1]] < nodes:
        roots.append(int(grown.skip[roots[-1]]))
    spare_nodes, spare_slots = nodes + len(roots) + SPARE + nodes // 2, slots + SPARE + slots // 2
    box, links = _nodes(spare_nodes)
    box[:nodes], links[:] = grown.box, NONE
    out = Living(
        box=box,
        links=links,
        lanes=_after(0, grown.lanes, spare_slots),
        tenants=np.full((spare_slots, LEAF + 1), NONE, dtype=np.int32),
        place=np.full(room, NONE, dtype=np.int64),
        state=np.array([0, nodes, slots, NONE, NONE], dtype=np.int64),
        scale=_scale(grown),
    )
    link(out, grown.skip, grown.low, grown.high, grown.leaf, grown.order)
    while len(roots) > 1:
        pairs = [roots[k : k + 2] for k in range(0, len(roots), 2)]
        roots = [_parent_of(out, pair) if len(pair) == 2 else pair[0] for pair in pairs]
    out.state[living.ROOT] = roots[0]
    return out


def _scale(grown: tree.Tree) -> Floats:
    """Mean size of the boxes along each axis; open bands and the like count as the largest closed one."""
    size = (grown.lanes[:, AXES:] - grown.lanes[:, :AXES]).transpose(1, 0, 2).reshape(AXES, -1)
    return np.array([np.median(one[one >= 0]) + 1e-3 for one in size], dtype=np.float64)


def _parent_of(out: Living, pair: list[int]) -> int:
    node = int(living.taken_node(out, NONE))
    out.links[node, LEFT], out.links[node, RIGHT] = pair
    out.links[pair, PARENT] = node
    living.unite(out, node)
    return node


@kernel
def link(out: Living, skip: SmallInts, low: SmallInts, high: SmallInts, leaf: SmallInts, order: SmallInts) -> None:
    """Links, tenants and places from a preorder sequence, from the last node to the first."""
    for node in range(len(skip) - 1, -1, -1):
        slot = leaf[node]
        if slot >= 0:
            out.links[node, SLOT] = slot
            out.links[node, living.HEIGHT] = 0
            out.tenants[slot, LEAF] = node
            for at in range(low[node], high[node]):
                out.tenants[slot, at - low[node]] = order[at] + 1
                out.place[order[at] + 1] = slot * LEAF + at - low[node]
        else:
            left, right = node + 1, skip[node + 1]
            out.links[node, LEFT], out.links[node, RIGHT] = left, right
            out.links[left, PARENT], out.links[right, PARENT] = node, node
            out.links[node, living.HEIGHT] = 1 + max(out.links[left, living.HEIGHT], out.links[right, living.HEIGHT])


@kernel
def bring(
    source: Source, number: int, axes: Floats, ready: Volumes, e7: SmallInts, box: Singles, grown: Living
) -> None:
    """Describe one volume under a number, whose FROM is there, and insert it."""
    volumes.describe(source, 0, ready, number)
    volumes.enclose(ready, number, axes, box, 0)
    start = int(ready.record[number, FROM])
    for k in range(len(source.lon_e7)):
        e7[start + k, 0], e7[start + k, 1] = source.lon_e7[k], source.lat_e7[k]
    living.insert(grown, box, 0, number)


@kernel
def ask(
    source: Source,
    axes: Floats,
    ready: Volumes,
    box: Singles,
    grown: Living,
    rules: Rules,
    found: SmallInts,
    scratch: Floats,
) -> tuple[SmallInts, int, int]:
    """Describe the volume that is asked about as number 0, and judge all whose boxes meet its box.

    Returns an array with the sure ones at its start and the doubtful ones at its end, and how many of each.
    """
    volumes.describe(source, 0, ready, 0)
    volumes.enclose(ready, 0, axes, box, 0)
    found, count = living.overlapping(grown, box, 0, found)
    if count > len(found) // 2:
        wider = np.empty(2 * len(found), dtype=np.int32)
        wider[:count] = found[:count]
        found = wider
    sures, doubts = 0, 0
    for k in range(count):
        number = found[k]
        came = verdict(ready, 0, number, rules, scratch)
        if came == CLOSE:
            found[sures] = number
            sures += 1
        elif came != CLEAR:
            doubts += 1
            found[len(found) - doubts] = number
    return found, sures, doubts
