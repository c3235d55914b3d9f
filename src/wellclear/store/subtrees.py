"""The hashes of the log's perfect subtrees, each kept beside the record that completes it.

The record at index n is the last leaf of one subtree for each trailing zero bit of n + 1. Kept with it, these hashes
need no table of their own, and none can be missing: on average one a record.
"""

from __future__ import annotations

from wellclear.centre.ports.store import Batch
from wellclear.errors import NotFound, RuleViolated
from wellclear.trust.key_statement import MAX_EPOCH, Place
from wellclear.trust.leaf import SALT_BYTES
from wellclear.trust.merkle import HASH_BYTES, MAX_TREE_SIZE


def completed_hashes(batch: Batch) -> list[bytes]:
    """For each record of a batch the hashes of the subtrees that it completes, joined, level 1 first.

    Args:
        batch: what is to be written.

    Returns:
        As many as there are records, each of 32 bytes for each level.

    Raises:
        RuleViolated: `batch-hash`: a salt or hash is not 32 bytes long; `batch-nodes`: the nodes are not exactly those
            that the records complete.
    """
    lengths = {len(record.leaf) for record in batch.records} | {len(node) for _, _, node in batch.nodes}
    if lengths - {HASH_BYTES} or {len(record.salt) for record in batch.records} - {SALT_BYTES}:
        raise RuleViolated("a salt or hash of the batch is not 32 bytes long", code="batch-hash")
    first = batch.start.index
    given = {(level, index): node for level, index, node in batch.nodes}
    places = [_completed(index) for index in range(first, first + len(batch.records))]
    if len(given) != len(batch.nodes) or given.keys() != {place for each in places for place in each}:
        raise RuleViolated(
            f"the batch's {len(batch.nodes)} nodes are not those that its {len(batch.records)} records complete",
            code="batch-nodes",
            wanted="each perfect subtree above the leaves that these records complete, once",
        )
    return [b"".join([given[place] for place in each]) for each in places]


def completing_place(epoch: int, level: int, index: int) -> Place:
    """Where the record stands that completes a subtree: its last leaf.

    Args:
        epoch: life of the log.
        level: 0 for the leaf itself.
        index: which subtree of this level, from 0.

    Raises:
        NotFound: no log has such a subtree.
    """
    known = 0 <= epoch <= MAX_EPOCH and 0 <= level <= MAX_TREE_SIZE.bit_length() and index >= 0
    if not known or (index + 1) << level > MAX_TREE_SIZE:
        raise no_node(epoch, level, index)
    return Place(epoch, ((index + 1) << level) - 1)


def hash_of_level(level: int, leaf: bytes, completed: bytes) -> bytes:
    """Hash of one of the subtrees that a record completes.

    Args:
        level: 0 for the leaf itself.
        leaf: the record's leaf.
        completed: as `completed_hashes` joined it.
    """
    return leaf if level == 0 else completed[(level - 1) * HASH_BYTES : level * HASH_BYTES]


def no_node(epoch: int, level: int, index: int) -> NotFound:
    """What a reader raises for a subtree that is not there."""
    return NotFound(f"the log has no subtree {index} of level {level} in epoch {epoch}", code="no-node")


def _completed(index: int) -> list[tuple[int, int]]:
    """Level and index of each subtree above the leaf that the record at an index completes."""
    levels = (~index & (index + 1)).bit_length()
    return [(level, index >> level) for level in range(1, levels)]
