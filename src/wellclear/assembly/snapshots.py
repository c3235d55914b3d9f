"""Snapshots of the state, so that a start reads few entries: made off the writer, kept in its term."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from typing import Final

import structlog

from wellclear.centre.ports.store import Reader, Store
from wellclear.centre.snapshot import MAX_SNAPSHOT_AGE, SNAPSHOT_EVERY, Log, load_snapshot, pieces_of
from wellclear.centre.writer import Writer, read_on

LOOK_S: Final = 1.0
"""How often it is looked whether a snapshot is due."""

log = structlog.get_logger("wellclear.centre")


def replayed_from(reader: Reader, most: int = MAX_SNAPSHOT_AGE) -> tuple[Log, bool]:
    """The log, and whether that took long: no snapshot holds, as where another version wrote the last, or it is old.

    Args:
        reader: of the store.
        most: so many entries beyond a snapshot are not long.

    Raises:
        MalformedInput: an entry cannot be read.
    """
    snapshot = load_snapshot(reader) or Log()
    replayed = read_on(reader, snapshot)
    return replayed, replayed.state.total - snapshot.state.total > most


def keep_at_once(store: Store, writer: Writer) -> None:
    """Keep a snapshot before anything is served, so that the next start is not as long again.

    Args:
        store: of the log.
        writer: that nobody else uses yet.

    Raises:
        RuleViolated: another process leads.
        OSError: storage failed.
    """
    with closing(store.reader()) as reader:
        pieces = list(pieces_of(writer.log, reader))
    for piece in pieces:
        writer.keep(piece)
    log.info("snapshot kept", entries=writer.log.state.total, pieces=len(pieces) - 1)


async def keep_snapshots(
    newest: Callable[[], Log],
    reader: Callable[[], Reader],
    keep: Callable[[Mapping[str, bytes]], Awaitable[None]],
    every: int = SNAPSHOT_EVERY,
) -> None:
    """Keep a snapshot whenever so many entries were written since the last one, until cancelled.

    The first one is due at once where there are so many: it may have been another version that wrote the last one.

    Args:
        newest: the log as far as it is on disk.
        reader: makes readers of the store.
        keep: keeps something beside the log, durable on return.
        every: so many entries.
    """
    taken_total = 0
    while True:
        seen = newest()
        if seen.state.total - taken_total >= every:
            await _keep(seen, reader, keep)
            taken_total = seen.state.total
        await asyncio.sleep(LOOK_S)


async def _keep(
    seen: Log, reader: Callable[[], Reader], keep: Callable[[Mapping[str, bytes]], Awaitable[None]]
) -> None:
    pieces = await asyncio.to_thread(_pieces, seen, reader)
    for piece in pieces:
        await keep(piece)
    log.info("snapshot kept", entries=seen.state.total, pieces=len(pieces) - 1)


def _pieces(seen: Log, reader: Callable[[], Reader]) -> list[dict[str, bytes]]:
    opened = reader()
    try:
        return list(pieces_of(seen, opened))
    finally:
        opened.close()
