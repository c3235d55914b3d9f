"""A store whose oldest bodies are in archive files: who reads it finds them there, each verified by its leaf.

Where the store has all bodies that are asked for nothing is looked up, so that the newest entries cost what they cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from wellclear.centre.log.archives import Archive, archives_of
from wellclear.centre.ports.store import ArchivableStore, Batch, Reader, Record
from wellclear.errors import NotFound, VerificationFailed
from wellclear.store.admission import RECORD_ARCHIVED, record_archived
from wellclear.store.archive_file import archive_digest, open_archive
from wellclear.trust.key_statement import Place
from wellclear.trust.leaf import salted_leaf

ARCHIVE_FAULTS: Final = frozenset(
    {RECORD_ARCHIVED, "archive-leaf", "archive-other", "archive-format", "archive-digest"}
)
"""Codes of what is wrong with an archive file, while the log itself, its leaves and its tree, may be as written."""


class ArchivedStore(ArchivableStore):
    """A store with the folder of its archive files.

    Args:
        store: of the log.
        folder: with the archive files; it need not be there.
    """

    def __init__(self, store: ArchivableStore, folder: Path) -> None:
        self._store, self._folder = store, folder

    def lead(self) -> int:
        """As in the port."""
        return self._store.lead()

    def write(self, term: int, batch: Batch) -> None:
        """As in the port."""
        self._store.write(term, batch)

    def remove_bodies(self, term: int, start: Place, stop: int, beside: Mapping[str, bytes]) -> None:
        """As in the port."""
        self._store.remove_bodies(term, start, stop, beside)

    def reader(self) -> Reader:
        """As in the port; it finds the bodies in the archive files too."""
        return ArchiveReader(self._store.reader(), self._folder)

    def close(self) -> None:
        """As in the port."""
        self._store.close()


class ArchiveReader(Reader):
    """Reads a store, and what is no longer in it from the archive files.

    Args:
        reader: of the store.
        folder: with the archive files.
    """

    def __init__(self, reader: Reader, folder: Path) -> None:
        self._reader, self._folder = reader, folder

    def end(self) -> Place:
        """As in the port."""
        return self._reader.end()

    def size(self, epoch: int) -> int:
        """As in the port."""
        return self._reader.size(epoch)

    def records(self, start: Place, stop: int) -> Iterator[Record]:
        """As in the port.

        Raises:
            NotFound: `record-archived`: the archive file that it names is not there; `no-record`.
            VerificationFailed: `archive-leaf`: what the file holds is not the entry of that place; `archive-other`.
            MalformedInput: `archive-format`: the file is none.
        """
        index = start.index
        try:
            for record in self._reader.records(start, stop):
                yield record
                index += 1
        except NotFound as missing:
            if missing.code != RECORD_ARCHIVED:
                raise
        else:
            return
        for archive in archives_of(self._reader):
            last = min(archive.stop, stop)
            if archive.epoch == start.epoch and archive.first <= index < last:
                leaf = partial(self._reader.node, archive.epoch, 0)
                yield from archived_records(self._folder, archive, leaf, index, last)
                index = last
        yield from self._reader.records(Place(start.epoch, index), stop)

    def node(self, epoch: int, level: int, index: int) -> bytes:
        """As in the port."""
        return self._reader.node(epoch, level, index)

    def beside(self, name: str) -> bytes | None:
        """As in the port."""
        return self._reader.beside(name)

    def names(self, prefix: str) -> Sequence[str]:
        """As in the port."""
        return self._reader.names(prefix)

    def close(self) -> None:
        """As in the port."""
        self._reader.close()


def archived_records(
    folder: Path, archive: Archive, leaf: Callable[[int], bytes], first: int, stop: int
) -> Iterator[Record]:
    """Entries from an archive file, each the one that its leaf commits to.

    Args:
        folder: with the archive files.
        archive: what the store knows of the file.
        leaf: hash of a leaf of that epoch, from the store.
        first: index of the first entry, which the file holds.
        stop: index after the last one.

    Raises:
        NotFound: `record-archived`: the file is not there.
        VerificationFailed: `archive-leaf`: an entry is another; `archive-other`: the file is of other entries.
        MalformedInput: `archive-format`: it is none.
        OSError: it cannot be read.
    """
    try:
        with open_archive(folder / archive.file) as opened:
            header = opened.header
            if (header.epoch, header.first, header.stop) != (archive.epoch, archive.first, archive.stop):
                raise VerificationFailed(
                    "the archive file holds other entries than the store says",
                    code="archive-other",
                    at=archive.file,
                    wanted=f"entries {archive.first} to {archive.stop - 1} of epoch {archive.epoch}",
                )
            for index, (salt, content) in enumerate(opened.bodies(first, stop), start=first):
                wanted = leaf(index)
                if salted_leaf(salt, content) != wanted:
                    raise VerificationFailed(
                        f"entry {index} of the archive file is not the one in the log",
                        code="archive-leaf",
                        at=archive.file,
                        wanted="the file as it was written, from a copy",
                    )
                yield Record(content, salt, wanted)
    except FileNotFoundError:
        raise record_archived(archive.epoch, first, archive.file) from None


def verify_archives(reader: Reader, folder: Path) -> int:
    """Hold only if every archive file of a log is there, byte for byte as it was written.

    Args:
        reader: of the store.
        folder: with the archive files.

    Returns:
        How many there are.

    Raises:
        NotFound: `record-archived`: one is not there.
        VerificationFailed: `archive-digest`: one is not as it was written.
        OSError: one cannot be read.
    """
    archives = archives_of(reader)
    for archive in archives:
        try:
            digest = archive_digest(folder / archive.file)
        except FileNotFoundError:
            raise record_archived(archive.epoch, archive.first, archive.file) from None
        if digest != archive.digest:
            raise VerificationFailed(
                "the archive file is not as it was written",
                code="archive-digest",
                at=archive.file,
                wanted=f"SHA-256 {archive.digest}",
            )
    return len(archives)
