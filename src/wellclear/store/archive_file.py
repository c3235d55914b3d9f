"""Archive files: the bodies of entries that left the store, and of which log they are.

    wellclear-archive/v1 LF
    HEADER LF                 one line of JSON, see `ArchiveHeader`
    OFFSETS                   8 bytes each, big-endian: where each record begins within what follows, then where it ends
    RECORDS                   of each 32 bytes of salt, then the entry's exact bytes

A file proves nothing by itself: each record must be the one that the log's leaf commits to.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import file_digest
from itertools import accumulate, pairwise
from pathlib import Path
from struct import Struct
from typing import BinaryIO, Final

import msgspec

from wellclear.centre.log.archiving import MAX_ARCHIVED_RECORDS
from wellclear.centre.ports.store import Record
from wellclear.errors import MalformedInput
from wellclear.trust.leaf import SALT_BYTES

MAX_ARCHIVE_HEADER_BYTES: Final = 1_048_576
"""Bytes of the header's line: a signed note of a quarter of that, with every character of it escaped."""

_MAGIC: Final = b"wellclear-archive/v1\n"
_OFFSET_BYTES: Final = 8


class ArchiveHeader(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an archive file says of itself.

    Attributes:
        party: whose log it is of.
        epoch: life of the log.
        first: index of the first entry.
        stop: index after the last one.
        root: of the log's tree of `stop` entries, hexadecimal.
        checkpoint: the newest checkpoint of that epoch that was kept when the file was made, as a signed note; empty
            where none was.
    """

    party: str
    epoch: int
    first: int
    stop: int
    root: str
    checkpoint: str


_HEADER: Final = msgspec.json.Decoder(ArchiveHeader)


@dataclass(frozen=True, slots=True)
class OpenArchive:
    """An archive file that is open.

    Attributes:
        header: what it says of itself.
    """

    header: ArchiveHeader
    _path: Path
    _file: BinaryIO
    _offsets_at: int

    def bodies(self, first: int, stop: int) -> Iterator[tuple[bytes, bytes]]:
        """Salt and content of entries of the file, in order.

        Args:
            first: index of the first one, which the file holds.
            stop: index after the last one.

        Raises:
            MalformedInput: `archive-format`: the file is not what its header says.
        """
        header, file = self.header, self._file
        file.seek(self._offsets_at + (first - header.first) * _OFFSET_BYTES)
        table = Struct(f">{stop - first + 1}Q")
        offsets = table.unpack(file.read(table.size))
        records_at = self._offsets_at + (header.stop - header.first + 1) * _OFFSET_BYTES
        end = os.fstat(file.fileno()).st_size - records_at
        for begin, after in pairwise(offsets):
            if not begin + SALT_BYTES <= after <= end:
                raise _no_archive(self._path)
            file.seek(records_at + begin)
            body = file.read(after - begin)
            yield body[:SALT_BYTES], body[SALT_BYTES:]


def print_archive(header: ArchiveHeader, records: Sequence[Record]) -> bytes:
    """The bytes of an archive file.

    Args:
        header: what it says of itself.
        records: in the order of the log, as many as the header says.
    """
    lengths = (len(record.salt) + len(record.content) for record in records)
    offsets = tuple(accumulate(lengths, initial=0))
    bodies = (part for record in records for part in (record.salt, record.content))
    table = Struct(f">{len(offsets)}Q").pack(*offsets)
    return b"".join((_MAGIC, msgspec.json.encode(header), b"\n", table, *bodies))


@contextmanager
def open_archive(path: Path) -> Iterator[OpenArchive]:
    """An archive file, its header read.

    Raises:
        MalformedInput: `archive-format`: it is no archive file, or one of another version.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise _no_archive(path)
        line = file.readline(MAX_ARCHIVE_HEADER_BYTES)
        try:
            header = _HEADER.decode(line)
        except msgspec.MsgspecError:
            raise _no_archive(path) from None
        offsets_at = len(_MAGIC) + len(line)
        held = header.stop - header.first
        if not 0 < held <= MAX_ARCHIVED_RECORDS or header.first < 0:
            raise _no_archive(path)
        if os.fstat(file.fileno()).st_size < offsets_at + (held + 1) * _OFFSET_BYTES:
            raise _no_archive(path)
        yield OpenArchive(header, path, file, offsets_at)


def archive_digest(path: Path) -> str:
    """SHA-256 of an archive file, hexadecimal.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _no_archive(path: Path) -> MalformedInput:
    return MalformedInput(
        "this is not the archive file that it should be",
        code="archive-format",
        at=path.name,
        wanted="the file as wellclear wrote it, from a copy",
    )
