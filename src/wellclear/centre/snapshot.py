"""Snapshots of the state, so that a start need not read the whole log: they hasten it and are never relied upon.

A snapshot names epoch, size, root and format. It is checked when it is loaded; one that does not hold is left aside,
and the log is read from its first entry. It is kept in pieces, so that no flush of the writer waits for all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from types import GenericAlias
from typing import Any, Final, get_args, get_origin

import msgspec
from immutables import Map

from wellclear.centre.ports.store import Reader
from wellclear.centre.state.state import State
from wellclear.errors import NotFound
from wellclear.trust.merkle import EMPTY, Frontier
from wellclear.trust.proofs import tree_root

MAX_SNAPSHOT_AGE: Final = 10_000
"""Entries that a start may have to read beyond the newest snapshot: half a second."""

SNAPSHOT_EVERY: Final = 8_000
"""Entries after which a new snapshot is due: while it is made and kept, two thousand more may be written."""

PIECE_BYTES: Final = 1_048_576
"""Bytes of one piece: what a flush takes without being felt."""

FORMAT: Final = 6
"""Changes whenever `State` does; a snapshot of another format is left aside."""

NAME: Final = "snapshot"
"""Beside the log: the newest snapshot's description; its pieces are `snapshot/SLOT/NUMBER`, in two slots by turns."""


@dataclass(frozen=True, slots=True)
class Log:
    """The log as it was replayed: the state, and the tree of the newest epoch.

    Attributes:
        state: after the last entry.
        frontier: of the tree.
    """

    state: State = field(default_factory=State)
    frontier: Frontier = EMPTY


class _Described(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands under `NAME`."""

    format: int
    epoch: int
    size: int
    root: bytes
    nodes: tuple[bytes, ...]
    slot: int
    pieces: int
    digest: bytes


_DESCRIBED: Final = msgspec.msgpack.Decoder(_Described)


def pieces_of(log: Log, reader: Reader) -> Iterator[dict[str, bytes]]:
    """What is kept beside the log, in order: the pieces, then the description that makes them the newest snapshot.

    Args:
        log: what is on disk.
        reader: tells which slot the newest snapshot has.
    """
    known = _described(reader)
    slot = 0 if known is None else 1 - known.slot
    content = msgspec.msgpack.encode(log.state, enc_hook=_plain)
    count = 0
    for start in range(0, len(content), PIECE_BYTES):
        yield {f"{NAME}/{slot}/{count}": content[start : start + PIECE_BYTES]}
        count += 1
    frontier = log.frontier
    described = _Described(
        FORMAT, log.state.epoch, frontier.size, frontier.root, frontier.nodes, slot, count, sha256(content).digest()
    )
    yield {NAME: msgspec.msgpack.encode(described)}


def load_snapshot(reader: Reader) -> Log | None:
    """The newest snapshot, if there is one that holds: whole, of this format, and of a tree that is in the store.

    Args:
        reader: of the store.
    """
    described = _described(reader)
    if described is None or described.format != FORMAT:
        return None
    pieces = [reader.beside(f"{NAME}/{described.slot}/{number}") for number in range(described.pieces)]
    content = b"".join(piece for piece in pieces if piece is not None)
    if sha256(content).digest() != described.digest or not _is_of_this_log(described, reader):
        return None
    state = _STATE.decode(content)
    return Log(state, Frontier(described.size, described.nodes))


def _described(reader: Reader) -> _Described | None:
    content = reader.beside(NAME)
    if content is None:
        return None
    try:
        return _DESCRIBED.decode(content)
    except msgspec.MsgspecError:
        return None


def _is_of_this_log(described: _Described, reader: Reader) -> bool:
    """Whether the tree in the store has the snapshot's root at its size."""
    frontier = Frontier(described.size, described.nodes)
    try:
        root = tree_root(described.size, lambda level, index: reader.node(described.epoch, level, index))
    except NotFound:
        return False
    return root == described.root == frontier.root


def _plain(value: object) -> object:
    """A persistent map as a plain one."""
    if isinstance(value, Map):
        return dict(value.items())
    raise NotImplementedError  # as msgspec asks of a hook for what is not its own


def _kept(kind: Any, value: object) -> object:  # noqa: ANN401 - the type that is asked for
    """A plain map as the persistent one that a field has."""
    return Map(msgspec.convert(value, _plain_kind(kind), dec_hook=_kept, builtin_types=(bytes,))) if value else Map()


@lru_cache(maxsize=64)
def _plain_kind(kind: Any) -> Any:  # noqa: ANN401 - a type
    """The type of the plain map for that of a persistent one."""
    if get_origin(kind) is not Map:
        raise NotImplementedError  # as above
    return GenericAlias(dict, get_args(kind))


_STATE: Final = msgspec.msgpack.Decoder(State, dec_hook=_kept)
