"""What SQLite asks of the disk, recorded; and what a disk may hold of it after a loss of power.

SQLite reaches files through a table of functions, its VFS. `recorded` puts one of the tests' own before the system's,
in the very library that Python's sqlite3 uses, so that the product runs unchanged: writes and flushes are noted and
passed on, and can be made to fail.

A disk keeps what was flushed. Of what was written since, it may keep any sector or none, in any order, and half of one.
After a flush that failed, the system believes written what is not: it is read back, and no later flush brings it there.
"""

from __future__ import annotations

import _sqlite3
import ctypes
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_int64, c_void_p
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

SECTOR_BYTES: Final = 512
LEAF_BYTES: Final = 32
OK: Final = 0
DISK_FULL: Final = 13
FLUSH_FAILED: Final = 10 | 4 << 8

WRITE: Final = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
TRUNCATE: Final = CFUNCTYPE(c_int, c_void_p, c_int64)
SYNC: Final = CFUNCTYPE(c_int, c_void_p, c_int)
# names are passed on as the pointers they are: SQLite keeps them, and reads further words behind them
OPEN: Final = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, POINTER(c_int))
DELETE: Final = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int)


class Methods(ctypes.Structure):
    """`sqlite3_io_methods`, version 3."""

    _fields_ = (
        ("version", c_int),
        ("close", c_void_p),
        ("read", c_void_p),
        ("write", WRITE),
        ("truncate", TRUNCATE),
        ("sync", SYNC),
        ("others", c_void_p * 13),
    )


class FileSystem(ctypes.Structure):
    """`sqlite3_vfs`, version 3."""

    _fields_ = (
        ("version", c_int),
        ("file_size", c_int),
        ("longest_path", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("own", c_void_p),
        ("open", OPEN),
        ("delete", DELETE),
        ("others", c_void_p * 14),
    )


@dataclass(frozen=True)
class Step:
    """One thing asked of the disk, files by their name without folder.

    Two are no calls of SQLite's: `ack`, when the records from `offset` on were acknowledged, their leaves in `content`;
    `forgotten`, when a flush failed.
    """

    kind: str
    path: str = ""
    offset: int = 0
    content: bytes = b""


@dataclass
class Recording:
    """What was asked so far, and what shall fail: the kind of step, and how many of them still succeed."""

    steps: list[Step] = field(default_factory=list)
    failing: dict[str, int] = field(default_factory=dict)
    counted: Counter[str] = field(default_factory=Counter)

    def note(self, step: Step) -> bool:
        """Keep a step, unless it is one that shall fail."""
        self.counted[step.kind] += 1
        if step.kind in self.failing and self.counted[step.kind] > self.failing[step.kind]:
            if step.kind == "sync":
                self.steps.append(Step("forgotten", step.path))
            return False
        self.steps.append(step)
        return True


@contextmanager
def recorded() -> Iterator[Recording]:
    """Record what every connection asks of the disk that is opened in this block."""
    library = ctypes.CDLL(_sqlite3.__file__)
    library.sqlite3_vfs_find.restype = POINTER(FileSystem)
    library.sqlite3_vfs_register.argtypes = (c_void_p, c_int)
    library.sqlite3_vfs_unregister.argtypes = (c_void_p,)
    recording = Recording()
    real = library.sqlite3_vfs_find(None)
    own, kept_alive = _own(real.contents, recording)
    library.sqlite3_vfs_register(ctypes.addressof(own), 1)
    try:
        yield recording
    finally:
        library.sqlite3_vfs_register(ctypes.addressof(real.contents), 1)
        library.sqlite3_vfs_unregister(ctypes.addressof(own))
        # connections that were given up still point to these functions
        _alive.append((own, kept_alive))


_alive: Final[list[Any]] = []


def _own(real: FileSystem, recording: Recording) -> tuple[FileSystem, list[Any]]:
    own = FileSystem.from_buffer_copy(real)
    paths: dict[int, str] = {}
    tables: dict[int, Methods] = {}

    def opened(system: int, name: int, file: int, flags: int, out_flags: Any) -> int:  # noqa: ANN401 - a C pointer
        result = real.open(system, name, file, flags, out_flags)
        first = ctypes.cast(file, POINTER(c_void_p))
        if result == OK and name and first[0]:
            paths[file] = _file_name(name)
            if first[0] not in tables:
                tables[first[0]] = _recording_methods(Methods.from_address(first[0]), paths, recording)
            first[0] = ctypes.addressof(tables[first[0]])
        return int(result)

    def deleted(system: int, name: int, flush: int) -> int:
        recording.note(Step("delete", _file_name(name), flush))
        return int(real.delete(system, name, flush))

    own.name, own.open, own.delete = b"recorded", OPEN(opened), DELETE(deleted)
    return own, [own.open, own.delete, tables, paths]


def _file_name(pointer: int) -> str:
    return Path(ctypes.string_at(pointer).decode()).name


def _recording_methods(real: Methods, paths: dict[int, str], recording: Recording) -> Methods:
    own = Methods.from_buffer_copy(real)

    def write(file: int, content: int, count: int, offset: int) -> int:
        step = Step("write", paths[file], offset, ctypes.string_at(content, count))
        return int(real.write(file, content, count, offset)) if recording.note(step) else DISK_FULL

    def truncate(file: int, size: int) -> int:
        recording.note(Step("truncate", paths[file], size))
        return int(real.truncate(file, size))

    def sync(file: int, flags: int) -> int:
        return int(real.sync(file, flags)) if recording.note(Step("sync", paths[file])) else FLUSH_FAILED

    own.write, own.truncate, own.sync = WRITE(write), TRUNCATE(truncate), SYNC(sync)
    return own


@dataclass
class Disk:
    """What is certainly on the disk, and what was asked of each file since its last flush."""

    certain: dict[str, bytearray] = field(default_factory=dict)
    open: dict[str, list[Step]] = field(default_factory=dict)
    acknowledged: dict[int, bytes] = field(default_factory=dict)

    def take(self, step: Step) -> None:
        """Go one step on."""
        if step.kind == "ack":
            for number, start in enumerate(range(0, len(step.content), LEAF_BYTES), start=step.offset):
                self.acknowledged[number] = step.content[start : start + LEAF_BYTES]
        elif step.kind == "delete":
            self.certain.pop(step.path, None)
            self.open.pop(step.path, None)
        elif step.kind == "forgotten":
            self.open.pop(step.path, None)
        elif step.kind == "sync":
            content = self.certain.setdefault(step.path, bytearray())
            for one in self.open.pop(step.path, []):
                _apply(content, one)
        else:
            self.open.setdefault(step.path, []).append(step)

    def left(self, chance: random.Random) -> dict[str, bytes]:
        """Files as they may be found when the power is lost now: torn by sectors, in any order."""
        files = {path: bytearray(content) for path, content in self.certain.items()}
        for path, steps in self.open.items():
            share = chance.choice((0.0, 0.5, 0.9, 1.0))
            for step in chance.sample(steps, len(steps)) if chance.random() < 0.5 else steps:
                for part in _torn(step, share, chance):
                    _apply(files.setdefault(path, bytearray()), part)
        return {path: bytes(content) for path, content in files.items()}


def _torn(step: Step, share: float, chance: random.Random) -> Iterator[Step]:
    """The sectors of a step that reach the disk; now and then only the first bytes of one."""
    if step.kind == "truncate":
        if chance.random() < share:
            yield step
        return
    for start in range(0, len(step.content), SECTOR_BYTES):
        sector = step.content[start : start + SECTOR_BYTES]
        if chance.random() < share:
            half = share < 1 and chance.random() < 0.1
            reached = sector[: chance.randrange(SECTOR_BYTES)] if half else sector
            yield Step("write", step.path, step.offset + start, reached)


def _apply(content: bytearray, step: Step) -> None:
    if step.kind == "truncate":
        del content[step.offset :]
        return
    end = step.offset + len(step.content)
    content.extend(bytes(max(0, end - len(content))))
    content[step.offset : end] = step.content


def put(files: dict[str, bytes], folder: Path) -> None:
    """Lay out files as they were found, in another folder."""
    folder.mkdir(mode=0o700)
    for path, content in files.items():
        place = folder / path
        place.write_bytes(content)
        place.chmod(0o600)
