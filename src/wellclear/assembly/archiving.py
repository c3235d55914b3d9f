"""Moving the bodies of old entries out of the store into archive files, while no process serves from it.

A file is written, flushed, read back and verified against the log's own leaves before the store gives up what is in it,
in one transaction that also says where it went. So a crash at any moment leaves each body in the store, in a verified
file, or in both; what was half done is done again.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Final

from wellclear.assembly.high_water import Mark, behind
from wellclear.assembly.secret_files import flush_directory, write_whole
from wellclear.centre.log.archives import Archive
from wellclear.centre.log.archiving import OldEntries, archived_before_ms, old_entries
from wellclear.centre.ports.store import ArchivableStore, Reader
from wellclear.centre.snapshot import pieces_of
from wellclear.centre.writer import Writer, replay
from wellclear.errors import RuleViolated, VerificationFailed
from wellclear.store.archive_file import ArchiveHeader, archive_digest, print_archive
from wellclear.store.archived import archived_records

_NAME_DIGITS: Final = 16


def archive_log(
    store: ArchivableStore, folder: Path, mark: Mark | None, wanted_ms: int | None, now_ms: int
) -> Iterator[Archive]:
    """Move the bodies of all entries that are old enough.

    Args:
        store: of the log, which finds in the folder what was moved before; nobody else writes to it.
        folder: for the archive files; made where it is missing, for this user alone.
        mark: how far the log once was; nothing where none is kept.
        wanted_ms: entries from this time on stay; nothing for all that the agreements' term of keeping allows.
        now_ms: by the own clock.

    Yields:
        Each archive file, once the store has given up what is in it.

    Raises:
        RuleViolated: `archive-term`, `archive-young`, see `archived_before_ms`; `archive-old-copy`: the store is one
            that was put back; `archive-snapshot`; `term-superseded`: another process leads.
        VerificationFailed, MalformedInput, NotFound: the log is not what was written.
        OSError: storage failed.
    """
    term = store.lead()
    reader = store.reader()
    try:
        replayed = replay(reader)
        before_ms = archived_before_ms(replayed.state, wanted_ms, now_ms)
        reason = behind(mark, reader)
        if reason:
            raise RuleViolated(
                f"the store is an old copy: {reason}",
                code="archive-old-copy",
                wanted="serve the centre first: its log must go on",
            )
        writer = Writer(store, term, replayed)
        for piece in list(pieces_of(replayed, reader)):
            writer.keep(piece)
        for old in old_entries(reader, replayed.state, before_ms):
            archive = _written(folder, old, replayed.state.party)
            _verify_written(folder, archive, reader, old)
            store.remove_bodies(term, old.start, old.stop, archive.beside)
            yield archive
    finally:
        reader.close()


def _written(folder: Path, old: OldEntries, party: str) -> Archive:
    """The archive file, durable."""
    if not folder.exists():
        folder.mkdir(mode=0o700)
        flush_directory(folder.parent)
    epoch, first = old.start.epoch, old.start.index
    header = ArchiveHeader(party, epoch, first, old.stop, old.root.hex(), old.note.decode())
    content = print_archive(header, old.records)
    digest = sha256(content).hexdigest()
    archive = Archive(epoch, first, old.stop, f"{epoch}-{first}-{old.stop - 1}-{digest[:_NAME_DIGITS]}.archive", digest)
    write_whole(folder / archive.file, content, mode=0o600)
    return archive


def _verify_written(folder: Path, archive: Archive, reader: Reader, old: OldEntries) -> None:
    """Hold only if the file can be read back, and holds what the store holds."""
    read = archived_records(folder, archive, partial(reader.node, archive.epoch, 0), archive.first, archive.stop)
    whole = archive_digest(folder / archive.file) == archive.digest
    if not whole or not all(back == kept for back, kept in zip(read, old.records, strict=True)):
        raise VerificationFailed(
            "the archive file reads back otherwise than it was written",
            code="archive-digest",
            at=archive.file,
            wanted="another disk; nothing was removed from the store",
        )
