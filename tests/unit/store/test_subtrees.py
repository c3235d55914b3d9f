from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.centre.ports.store import Batch, Record
from wellclear.errors import NotFound
from wellclear.store.subtrees import completed_hashes, completing_place, hash_of_level
from wellclear.trust.key_statement import MAX_EPOCH, Place
from wellclear.trust.merkle import MAX_TREE_SIZE


def slowly(first: int, stop: int) -> list[tuple[int, int]]:
    """Level and index of each subtree above the leaves whose last leaf is one of these, found by looking at all."""
    return [
        (level, index)
        for level in range(1, stop.bit_length() + 1)
        for index in range(stop)
        if first < (index + 1) * 2**level <= stop
    ]


@given(st.integers(0, 70), st.integers(0, 40))
def test_each_record_keeps_what_it_completes(first: int, count: int) -> None:
    places = slowly(first, first + count)
    nodes = tuple((level, index, bytes([level, index]) * 16) for level, index in places)
    record = Record(b"", bytes(32), b"L" * 32)
    kept = completed_hashes(Batch(Place(0, first), (record,) * count, nodes))
    assert len(kept) == count
    for level, index, node in nodes:
        place = completing_place(0, level, index)
        assert hash_of_level(level, record.leaf, kept[place.index - first]) == node
    assert sum(map(len, kept)) == 32 * len(nodes)


def test_the_leaf_is_its_own_subtree() -> None:
    assert completing_place(3, 0, 5) == Place(3, 5)
    assert hash_of_level(0, b"leaf", b"") == b"leaf"


@pytest.mark.parametrize(
    ("epoch", "level", "index"),
    [(-1, 0, 0), (0, -1, 0), (0, 0, -1), (MAX_EPOCH + 1, 0, 0), (0, 0, MAX_TREE_SIZE), (0, 63, 0), (0, 10**12, 0)],
)
def test_no_log_has_such_a_subtree(epoch: int, level: int, index: int) -> None:
    with pytest.raises(NotFound):
        completing_place(epoch, level, index)


def test_the_largest_subtree_is_known() -> None:
    assert completing_place(0, 62, 0) == Place(0, 2**62 - 1)
