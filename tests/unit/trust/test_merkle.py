from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput
from wellclear.trust.merkle import (
    EMPTY,
    EMPTY_ROOT,
    MAX_TREE_SIZE,
    Frontier,
    leaf_hash,
    node_hash,
    split_point,
    split_root,
)

LEAVES = [leaf_hash(number.to_bytes(2)) for number in range(300)]
sizes = st.integers(0, 300)


def slow_root(leaves: list[bytes]) -> bytes:
    """RFC 9162, section 2.1.1, word for word."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return node_hash(slow_root(leaves[:middle]), slow_root(leaves[middle:]))


@given(sizes, sizes)
def test_both_algorithms_find_the_slow_root(first: int, second: int):
    older, newer = sorted((first, second))
    frontier = EMPTY.extend(LEAVES[:older])
    assert frontier.root == slow_root(LEAVES[:older])
    assert split_root(LEAVES[older:newer], frontier) == slow_root(LEAVES[:newer])
    assert frontier.extend(LEAVES[older:newer]).root == slow_root(LEAVES[:newer])


@given(sizes)
def test_appending_one_by_one_is_extending(size: int):
    one_by_one = EMPTY
    for leaf in LEAVES[:size]:
        one_by_one = one_by_one.append(leaf)
    assert one_by_one == EMPTY.extend(LEAVES[:size])
    assert one_by_one.size == size
    assert len(one_by_one.nodes) == size.bit_count()


@given(st.integers(1, 300), st.integers(0, 299))
def test_another_leaf_gives_another_root(size: int, changed: int):
    changed %= size
    leaves = [*LEAVES[:changed], leaf_hash(b"another"), *LEAVES[changed + 1 : size]]
    assert EMPTY.extend(leaves).root != EMPTY.extend(LEAVES[:size]).root


def test_a_leaf_is_no_node():
    assert leaf_hash(LEAVES[0] + LEAVES[1]) != node_hash(LEAVES[0], LEAVES[1])


def test_the_order_of_leaves_counts():
    assert EMPTY.extend(LEAVES[:2]).root != EMPTY.extend(reversed(LEAVES[:2])).root


@pytest.mark.parametrize(("size", "expected"), [(2, 1), (3, 2), (4, 2), (5, 4), (8, 4), (9, 8), (MAX_TREE_SIZE, 2**62)])
def test_the_split_is_the_largest_power_of_two_below(size: int, expected: int):
    assert split_point(size) == expected


@pytest.mark.parametrize(
    ("size", "nodes", "code"),
    [
        (-1, (), "tree-size"),
        (MAX_TREE_SIZE + 1, (LEAVES[0],), "tree-size"),
        (0, (LEAVES[0],), "frontier-nodes"),
        (3, (LEAVES[0],), "frontier-nodes"),
        (1, (b"short",), "frontier-nodes"),
    ],
)
def test_what_is_no_frontier_is_refused(size: int, nodes: tuple[bytes, ...], code: str):
    with pytest.raises(MalformedInput) as refused:
        Frontier(size, nodes)
    assert refused.value.code == code


@pytest.mark.parametrize("leaf", [b"", LEAVES[0][:31], LEAVES[0] + b"\x00"])
def test_what_is_no_hash_is_not_appended(leaf: bytes):
    with pytest.raises(MalformedInput) as refused:
        EMPTY.append(leaf)
    assert refused.value.code == "leaf-hash"


def test_a_full_tree_takes_no_more():
    full = Frontier(MAX_TREE_SIZE, tuple(LEAVES[:63]))
    with pytest.raises(MalformedInput) as refused:
        full.append(LEAVES[0])
    assert refused.value.code == "tree-size"
