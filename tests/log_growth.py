"""A log that grows batch by batch, and the checks of what a store says of it: shared by the tests of stores."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from hashlib import sha256

from wellclear.centre.ports.store import Batch, Reader, Record, Store
from wellclear.errors import NotFound
from wellclear.trust.key_statement import Place
from wellclear.trust.leaf import SALT_BYTES, salted_leaf
from wellclear.trust.merkle import node_hash
from wellclear.trust.proofs import completed


def record_of(content: bytes, number: int = 0) -> Record:
    """A record whose salt follows from a number: unlike a real one it repeats itself exactly."""
    salt = number.to_bytes(SALT_BYTES, "big")
    return Record(content, salt, salted_leaf(salt, content))


def batch_at(
    reader: Reader, contents: Iterable[bytes], *, epoch: int | None = None, beside: Mapping[str, bytes] | None = None
) -> Batch:
    """The batch that continues what a reader sees, or begins another epoch, with the nodes that it completes."""
    end = reader.end()
    start = end if epoch in (None, end.epoch) else Place(epoch or 0, 0)
    fresh: dict[tuple[int, int], bytes] = {}

    def subtree(level: int, index: int) -> bytes:
        return fresh[level, index] if (level, index) in fresh else reader.node(start.epoch, level, index)

    records = []
    for index, content in enumerate(contents, start=start.index):
        record = record_of(content, index)
        records.append(record)
        for level, place, node in completed(index, record.leaf, subtree):
            fresh[level, place] = node
    nodes = tuple((level, index, node) for (level, index), node in fresh.items() if level)
    return Batch(start, tuple(records), nodes, dict(beside or {}))


def batch_by_chance(reader: Reader, chance: random.Random, sizes: Sequence[int], below_bytes: int) -> Batch:
    """The batch that continues what a reader sees, with as many records as one of these sizes, each of random bytes."""
    count = chance.choice(sizes)
    return batch_at(reader, [chance.randbytes(chance.randrange(below_bytes)) for _ in range(count)])


def leaves_digest(records: Iterable[Record]) -> bytes:
    """SHA-256 over the leaves of some records: what a writer says of a batch that it acknowledges."""
    return sha256(b"".join(record.leaf for record in records)).digest()


def verify_tree(reader: Reader, epoch: int, first: int, stop: int) -> int:
    """Every leaf is its record's, and every subtree that these records complete is the hash of its halves.

    Returns how many hashes were compared.
    """
    compared = 0
    for index, record in enumerate(reader.records(Place(epoch, first), stop), start=first):
        assert record.leaf == salted_leaf(record.salt, record.content) == reader.node(epoch, 0, index)
        level, place = 0, index
        while place & 1:
            level, place = level + 1, place >> 1
            left, right = reader.node(epoch, level - 1, 2 * place), reader.node(epoch, level - 1, 2 * place + 1)
            assert reader.node(epoch, level, place) == node_hash(left, right)
            compared += 1
        compared += 1
    return compared


def absent(reader: Reader, epoch: int, level: int, index: int) -> bool:
    try:
        reader.node(epoch, level, index)
    except NotFound:
        return True
    return False


def following(store: Store, contents: list[bytes], **also: object) -> Batch:
    with closing(store.reader()) as reader:
        return batch_at(reader, contents, **also)


def grown(store: Store, term: int, contents: list[bytes], **also: object) -> Batch:
    batch = following(store, contents, **also)
    store.write(term, batch)
    return batch


def without_body(reader: Reader, place: Place, stop: int) -> str:
    """Code of the refusal to show records."""
    try:
        list(reader.records(place, stop))
    except NotFound as refused:
        return refused.code
    return ""
