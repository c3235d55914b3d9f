"""A tree that lives: volumes come and go while it is asked.

Inner nodes have two children; leaves are blocks of lanes as in `tree`, so that one pass without a branch tests sixteen
boxes. A new volume goes where boxes grow the least, counted in mean sizes; a full leaf is halved; heights are kept even
by the rotations of an AVL tree, so that plans which all come later and later do not make a chain of it.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from wellclear.detect.compiled.join import box_sides, lowest, meet, meeting
from wellclear.detect.compiled.kernel import kernel
from wellclear.detect.compiled.tree import LEAF
from wellclear.detect.compiled.volumes import AXES, Singles
from wellclear.geo.frame import Floats
from wellclear.model.columns import Ints, SmallInts

LEFT, RIGHT, PARENT, HEIGHT, SLOT = range(5)
ROOT, NODES, SLOTS, FREE_NODE, FREE_SLOT = range(5)
NONE: Final = -1

MAX_DEPTH: Final = 128
"""An AVL tree of 2^32 leaves is at most 47 deep."""


class Living(NamedTuple):
    """The tree's arrays; those for nodes and slots have room to spare.

    box      (m, 10) of each node
    links    (m, 5) left, right, parent, height, slot; NONE where there is none
    lanes    (s, 10, LEAF) sides of the boxes in each slot; unused lanes meet nothing
    tenants  (s, LEAF + 1) number of the volume in each lane, NONE if unused; last, the node that owns the slot
    place    (v,) where each volume lies: slot * LEAF + lane; NONE if it is not in the tree
    state    (5,) root, nodes used, slots used, first free node, first free slot; free ones are chained by LEFT and by
             the slot's first tenant
    scale    (5,) mean size of a box along each axis
    """

    box: Singles
    links: SmallInts
    lanes: Singles
    tenants: SmallInts
    place: Ints
    state: Ints
    scale: Floats


@kernel
def unite(tree: Living, node: int) -> None:
    """Box and height of an inner node from its children."""
    left, right = tree.links[node, LEFT], tree.links[node, RIGHT]
    for axis in range(AXES):
        tree.box[node, axis] = min(tree.box[left, axis], tree.box[right, axis])
        tree.box[node, axis + AXES] = max(tree.box[left, axis + AXES], tree.box[right, axis + AXES])
    tree.links[node, HEIGHT] = 1 + max(tree.links[left, HEIGHT], tree.links[right, HEIGHT])


@kernel
def enclose(tree: Living, node: int) -> None:
    """Box of a leaf from its lanes."""
    slot = tree.links[node, SLOT]
    for axis in range(AXES):
        low, high = np.float32(np.inf), np.float32(-np.inf)
        for lane in range(LEAF):
            low, high = min(low, tree.lanes[slot, axis, lane]), max(high, tree.lanes[slot, axis + AXES, lane])
        tree.box[node, axis], tree.box[node, axis + AXES] = low, high


@kernel
def taken_node(tree: Living, parent: int) -> int:
    """A node that was free."""
    node: int = tree.state[FREE_NODE]
    if node == NONE:
        node = tree.state[NODES]
        tree.state[NODES] += 1
    else:
        tree.state[FREE_NODE] = tree.links[node, LEFT]
    tree.links[node, LEFT], tree.links[node, RIGHT], tree.links[node, PARENT] = NONE, NONE, parent
    tree.links[node, HEIGHT], tree.links[node, SLOT] = 0, NONE
    return node


@kernel
def taken_slot(tree: Living, node: int) -> int:
    """A slot that was free, empty, and owned by this node."""
    slot: int = tree.state[FREE_SLOT]
    if slot == NONE:
        slot = tree.state[SLOTS]
        tree.state[SLOTS] += 1
    else:
        tree.state[FREE_SLOT] = tree.tenants[slot, 0]
    for lane in range(LEAF):
        vacate(tree, slot, lane)
    tree.tenants[slot, LEAF] = node
    tree.links[node, SLOT] = slot
    return slot


@kernel
def vacate(tree: Living, slot: int, lane: int) -> None:
    """Leave a lane empty."""
    tree.tenants[slot, lane] = NONE
    for axis in range(AXES):
        tree.lanes[slot, axis, lane], tree.lanes[slot, axis + AXES, lane] = np.inf, -np.inf


@kernel
def settle(tree: Living, slot: int, lane: int, box: Singles, row: int, volume: int) -> None:
    """Put a volume's box into a lane."""
    for side in range(2 * AXES):
        tree.lanes[slot, side, lane] = box[row, side]
    tree.tenants[slot, lane] = volume
    tree.place[volume] = slot * LEAF + lane


@kernel
def growth(tree: Living, node: int, box: Singles, row: int) -> float:
    """How much a node's box would grow, over all axes, in mean sizes."""
    total = 0.0
    for axis in range(AXES):
        low, high = tree.box[node, axis], tree.box[node, axis + AXES]
        grown = max(high, box[row, axis + AXES]) - min(low, box[row, axis])
        total += (grown - (high - low)) / tree.scale[axis] if high >= low else grown / tree.scale[axis]
    return total


@kernel
def off_centre(tree: Living, node: int, box: Singles, row: int) -> float:
    """Distance of the middles of two boxes, doubled, in mean sizes: decides where neither child need grow."""
    total = 0.0
    for axis in range(AXES):
        middle = tree.box[node, axis] + tree.box[node, axis + AXES] - box[row, axis] - box[row, axis + AXES]
        total += abs(middle) / tree.scale[axis]
    return total


@kernel
def insert(tree: Living, box: Singles, row: int, volume: int) -> None:
    """Bring a volume into the tree, which has room for two more nodes and one more slot."""
    node = tree.state[ROOT]
    while tree.links[node, SLOT] == NONE:
        left, right = tree.links[node, LEFT], tree.links[node, RIGHT]
        by_left, by_right = growth(tree, left, box, row), growth(tree, right, box, row)
        if by_left == by_right:
            by_left, by_right = off_centre(tree, left, box, row), off_centre(tree, right, box, row)
        node = left if by_left <= by_right else right
    slot = tree.links[node, SLOT]
    for lane in range(LEAF):
        if tree.tenants[slot, lane] == NONE:
            settle(tree, slot, lane, box, row, volume)
            enclose(tree, node)
            mend(tree, tree.links[node, PARENT])
            return
    target = split(tree, node, box, row)
    for lane in range(LEAF):
        if tree.tenants[target, lane] == NONE:
            settle(tree, target, lane, box, row, volume)
            break
    enclose(tree, tree.tenants[target, LEAF])
    mend(tree, node)


@kernel
def split(tree: Living, node: int, box: Singles, row: int) -> int:
    """Halve a full leaf along the axis of its widest spread; returns the slot that a box belongs to."""
    old = tree.links[node, SLOT]
    best_axis, best_spread = 0, -1.0
    for axis in range(AXES):
        least, most = np.inf, -np.inf
        for lane in range(LEAF):
            twice = tree.lanes[old, axis, lane] + tree.lanes[old, axis + AXES, lane]
            least, most = min(least, twice), max(most, twice)
        spread = (most - least) / tree.scale[axis]
        if spread > best_spread:
            best_axis, best_spread = axis, spread
    middles = tree.lanes[old, best_axis] + tree.lanes[old, best_axis + AXES]
    ranks = np.argsort(middles)
    left, right = taken_node(tree, node), taken_node(tree, node)
    tree.links[node, LEFT], tree.links[node, RIGHT], tree.links[node, SLOT] = left, right, NONE
    tree.links[left, SLOT], tree.tenants[old, LEAF] = old, left
    new = taken_slot(tree, right)
    moved = np.empty((1, 2 * AXES), dtype=np.float32)
    for k in range(LEAF // 2, LEAF):
        lane = ranks[k]
        for side in range(2 * AXES):
            moved[0, side] = tree.lanes[old, side, lane]
        volume = tree.tenants[old, lane]
        vacate(tree, old, lane)
        settle(tree, new, k - LEAF // 2, moved, 0, volume)
    enclose(tree, left)
    enclose(tree, right)
    return old if box[row, best_axis] + box[row, best_axis + AXES] < middles[ranks[LEAF // 2]] else new


@kernel
def remove(tree: Living, volume: int) -> None:
    """Take a volume out of the tree; an empty leaf goes, and its sibling takes its parent's place."""
    slot, lane = tree.place[volume] // LEAF, tree.place[volume] % LEAF
    tree.place[volume] = NONE
    vacate(tree, slot, lane)
    node = tree.tenants[slot, LEAF]
    parent = tree.links[node, PARENT]
    enclose(tree, node)
    for other in range(LEAF):
        if tree.tenants[slot, other] != NONE:
            mend(tree, parent)
            return
    if parent == NONE:
        return
    sibling = tree.links[parent, RIGHT] if tree.links[parent, LEFT] == node else tree.links[parent, LEFT]
    above = tree.links[parent, PARENT]
    replace(tree, above, parent, sibling)
    tree.tenants[slot, 0], tree.state[FREE_SLOT] = tree.state[FREE_SLOT], slot
    for gone in (node, parent):
        tree.links[gone, LEFT], tree.state[FREE_NODE] = tree.state[FREE_NODE], gone
    mend(tree, above)


@kernel
def replace(tree: Living, above: int, old: int, new: int) -> None:
    """Hang a node where another hung."""
    tree.links[new, PARENT] = above
    if above == NONE:
        tree.state[ROOT] = new
    elif tree.links[above, LEFT] == old:
        tree.links[above, LEFT] = new
    else:
        tree.links[above, RIGHT] = new


@kernel
def mend(tree: Living, node: int) -> None:
    """Boxes, heights and balance from a node up to the root."""
    while node != NONE:
        left, right = tree.links[node, LEFT], tree.links[node, RIGHT]
        lean = tree.links[right, HEIGHT] - tree.links[left, HEIGHT]
        if lean > 1:
            node = rotate(tree, node, right, RIGHT)
        elif lean < -1:
            node = rotate(tree, node, left, LEFT)
        else:
            unite(tree, node)
        node = tree.links[node, PARENT]


@kernel
def rotate(tree: Living, node: int, child: int, side: int) -> int:
    """Lift the taller child above its parent, which keeps the lower grandchild; returns the child."""
    first, second = tree.links[child, LEFT], tree.links[child, RIGHT]
    tall, low = (first, second) if tree.links[first, HEIGHT] >= tree.links[second, HEIGHT] else (second, first)
    replace(tree, tree.links[node, PARENT], node, child)
    tree.links[node, side], tree.links[low, PARENT] = low, node
    tree.links[child, LEFT], tree.links[child, RIGHT] = node, tall
    tree.links[node, PARENT], tree.links[tall, PARENT] = child, child
    unite(tree, node)
    unite(tree, child)
    return child


@kernel
def overlapping(tree: Living, box: Singles, row: int, found: SmallInts) -> tuple[SmallInts, int]:
    """Numbers of the volumes whose boxes meet a box: an array, grown if need be, and how many.

    Both children are tested where their parent is: their boxes come from memory side by side.
    """
    low, high = box_sides(box, row)
    pending = np.empty(MAX_DEPTH, dtype=np.int64)
    pending[0] = tree.state[ROOT]
    depth, count = 1, 0
    while depth > 0:
        depth -= 1
        node = pending[depth]
        slot = tree.links[node, SLOT]
        if slot == NONE:
            left, right = tree.links[node, LEFT], tree.links[node, RIGHT]
            meets_left, meets_right = meet(tree.box, left, low, high), meet(tree.box, right, low, high)
            pending[depth] = left
            depth += meets_left
            pending[depth] = right
            depth += meets_right
            continue
        bits = meeting(tree.lanes, slot, low, high)
        while bits:
            if count == len(found):
                wider = np.empty(2 * count, dtype=np.int32)
                wider[:count] = found
                found = wider
            found[count] = tree.tenants[slot, lowest(bits)]
            bits &= bits - np.uint32(1)
            count += 1
    return found, count
