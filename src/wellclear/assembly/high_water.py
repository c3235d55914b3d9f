"""The high-water mark: how far the log once was, kept outside the store, so that a restored copy is known as one.

The file has two slots by turns, each a line of JSON with the digest of the rest, overwritten in place: writing one is a
single flush, and a torn one leaves the other. Nothing is shown or sent before the mark covers it: whatever a
counterparty may hold, the mark is not behind it. On a shared store each machine has a mark of its own; one that lags is
no trouble, only one that is ahead of the store.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec
import structlog

from wellclear.assembly.secret_files import flush_directory
from wellclear.centre.ports.store import Reader
from wellclear.centre.snapshot import Log
from wellclear.errors import NotFound
from wellclear.trust.key_statement import Place
from wellclear.trust.proofs import tree_root

SLOT_BYTES: Final = 512
"""Bytes of one slot: a sector, which a disk writes whole."""

PATIENCE_S: Final = 1.0
"""How long the mark may lag: a disk that hangs or fails must not hold back a STOP. After that it rings instead."""

FORMAT: Final = 1

log = structlog.get_logger("wellclear.mark")


class Mark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far the log was.

    Attributes:
        epoch: of the log.
        size: entries of that epoch.
        root: of the tree over them, hexadecimal.
        count: how many marks were written before; the newer slot has the greater one.
        format: of the slot.
    """

    epoch: int
    size: int
    root: str
    count: int = 0
    format: int = FORMAT

    @property
    def place(self) -> Place:
        """Where the next entry would go."""
        return Place(self.epoch, self.size)


_MARK: Final = msgspec.json.Decoder(Mark)


class HighWater:
    """The file of the mark; one thread at a time uses it.

    Args:
        path: of the file.

    Attributes:
        newest: the mark as it is in the file; nothing where there is none that can be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None
        self.newest = _read(path)

    def write(self, at: Log) -> None:
        """Mark how far the log is; durable on return.

        Raises:
            OSError: storage failed.
        """
        count = self.newest.count + 1 if self.newest is not None else 0
        mark = Mark(at.state.epoch, at.frontier.size, at.frontier.root.hex(), count)
        if self._file is None:
            fresh = not self._path.exists()
            self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            if fresh:
                flush_directory(self._path.parent)
        os.pwrite(self._file, _print(mark), count % 2 * SLOT_BYTES)
        os.fdatasync(self._file)
        self.newest = mark

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def behind(mark: Mark | None, reader: Reader) -> str:
    """Why the store cannot be the newest, by the mark; empty where it may be.

    Args:
        mark: from outside the store.
        reader: of the store.
    """
    if mark is None:
        return ""
    end, known = reader.end(), f"{mark.size:,} entries of epoch {mark.epoch}"
    if mark.place > end:
        return f"the mark outside the store knows {known}, the store ends at {end.index:,} of epoch {end.epoch}"
    try:
        root = tree_root(mark.size, lambda level, index: reader.node(mark.epoch, level, index))
    except NotFound:
        root = b""
    if root.hex() != mark.root:
        return f"the mark outside the store knows {known} that are others than the store's"
    return ""


class Marking(threading.Thread):
    """Keeps the mark up with the log, off the writer: as many batches in one flush as came meanwhile.

    Args:
        file: of the mark.
        newest: the log as far as it is on disk.
        moved: called in this thread after each mark.

    Attributes:
        failure: why the mark is no longer written, if so.
    """

    def __init__(self, file: HighWater, newest: Callable[[], Log], moved: Callable[[], None]) -> None:
        super().__init__(name="mark", daemon=True)
        self._file, self._newest, self._moved = file, newest, moved
        self._more, self._closed = threading.Event(), False
        self._covered = self._shown = newest()
        self._since_s: float | None = None
        self.failure: OSError | None = None
        self._write(self._covered)

    @property
    def keeps_up(self) -> bool:
        """Whether the mark is written, and not longer under way than `PATIENCE_S`."""
        since_s = self._since_s
        return self.failure is None and (since_s is None or time.monotonic() - since_s < PATIENCE_S)

    @property
    def released(self) -> Log:
        """The log as far as the mark covers it; where the mark does not keep up, as far as it is on disk.

        What was released once stays so: a disk that hung and goes on takes nothing back.
        """
        now = self._covered if self.keeps_up else self._newest()
        if now.state.total > self._shown.state.total:
            self._shown = now
        return self._shown

    def wake(self) -> None:
        """The log has grown."""
        self._more.set()

    def close(self) -> None:
        """Write the last mark and end; who waits for the thread finds it covered."""
        self._closed = True
        self._more.set()

    def run(self) -> None:
        """Write marks until closed, or until one fails."""
        while not self._closed and self.failure is None:
            self._more.wait()
            self._more.clear()
            newest = self._newest()
            if newest is not self._covered:
                self._since_s = time.monotonic()
                self._write(newest)
                self._since_s = None
                self._moved()
        self._file.close()

    def _write(self, newest: Log) -> None:
        try:
            self._file.write(newest)
        except OSError as failure:
            self.failure = failure
            log.critical("the mark cannot be written", why=str(failure))
        self._covered = newest


def _print(mark: Mark) -> bytes:
    content = msgspec.json.encode(mark)
    line = sha256(content).hexdigest().encode() + b" " + content
    return line.ljust(SLOT_BYTES - 1) + b"\n"


def _read(path: Path) -> Mark | None:
    """The newer of the slots that are whole."""
    try:
        with path.open("rb") as file:
            content = file.read(2 * SLOT_BYTES)
    except FileNotFoundError:
        return None
    slots = (_parse(content[start : start + SLOT_BYTES]) for start in (0, SLOT_BYTES))
    return max((mark for mark in slots if mark is not None), key=lambda mark: mark.count, default=None)


def _parse(slot: bytes) -> Mark | None:
    digest, _, line = slot.partition(b" ")
    content = line.rstrip()
    if sha256(content).hexdigest().encode() != digest:
        return None
    try:
        mark = _MARK.decode(content)
    except msgspec.MsgspecError:
        return None
    return mark if mark.format == FORMAT else None
