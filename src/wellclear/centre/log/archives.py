"""Where the bodies of old entries are: what stands beside the log of each archive file that holds some of them."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from wellclear.centre.ports.store import Reader

ARCHIVED: Final = "archived/"
"""Beside the log, with epoch and first index: the archive file that holds the bodies from there on."""

ArchiveName = Annotated[str, Meta(pattern=r"^[0-9]+-[0-9]+-[0-9]+-[0-9a-f]{16}\.archive\Z")]
"""Epoch, first index, last index, start of the file's SHA-256: a name within the folder, never a path out of it."""


class Archive(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One archive file, as the store knows it.

    Attributes:
        epoch: life of the log.
        first: index of the first entry in it.
        stop: index after the last one.
        file: its name within the archive folder.
        digest: SHA-256 of the whole file, hexadecimal.
    """

    epoch: int
    first: int
    stop: int
    file: ArchiveName
    digest: str

    @property
    def beside(self) -> dict[str, bytes]:
        """What is kept beside the log of it."""
        return {f"{ARCHIVED}{self.epoch}/{self.first}": msgspec.json.encode(self)}


_ARCHIVE: Final = msgspec.json.Decoder(Archive)


def archives_of(reader: Reader) -> list[Archive]:
    """Every archive file that a log has bodies in, in the order of the log.

    Args:
        reader: of the store.
    """
    kept = (reader.beside(name) for name in reader.names(ARCHIVED))
    found = [_ARCHIVE.decode(content) for content in kept if content is not None]
    return sorted(found, key=lambda archive: (archive.epoch, archive.first))
