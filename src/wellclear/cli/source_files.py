"""Files that the user names: asked for their kind and size before a byte is read."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final

from wellclear.errors import MalformedInput, NotFound, RuleViolated, WellclearError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

DEFAULT_MAX_FILE_BYTES: Final = 64 * 2**20
"""Larger than any order or day of recorded flights seen; a bound on the work of one file."""


def read_source(path: Path, max_bytes: int) -> bytes:
    """The bytes of a regular file of at most ``max_bytes``.

    Raises:
        NotFound: no such file.
        RuleViolated: larger than allowed, or not permitted to be read.
        MalformedInput: a directory, a pipe, a device, an empty file, or one that changed while it was read.
    """
    try:
        status = path.stat()
        _check_kind(path, status)
        _check_size(path, status.st_size, max_bytes)
        with path.open("rb") as stream:
            content = stream.read(max_bytes + 1)
    except (OSError, ValueError) as error:  # ValueError: a name with a zero byte
        raise unreadable(path, error) from error
    _check_size(path, len(content), max_bytes)
    if status.st_size and len(content) != status.st_size:  # what the system makes up as it is read states no size
        raise MalformedInput(
            f"the file had {status.st_size:,} bytes and gave {len(content):,}",
            code="file-changed",
            at=str(path),
            wanted="a file that is not being written",
        )
    if not content.strip():
        raise MalformedInput("the file is empty", code="file-empty", at=str(path), wanted="a file with plans")
    return content


def encodable(name: str) -> str:
    r"""A name as UTF-8 can carry it: bytes of a file name that are not UTF-8 stand as ``\xff``."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def unreadable(path: Path, error: Exception) -> WellclearError:
    """The error of this project for what the operating system said about a file."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return NotFound("no such file", code="file-missing", at=str(path), wanted="the name of a file that exists")
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return RuleViolated(
        f"the file cannot be read: {reason}", code="file-unreadable", at=str(path), wanted="a file that you may read"
    )


def refuse_repeats(paths: Iterable[Path]) -> None:
    """Refuse the same file given twice, also under two names: every plan would conflict with itself.

    Raises:
        RuleViolated: two names of one file.
    """
    seen: dict[tuple[int, int], Path] = {}
    for path in paths:
        try:
            status = path.stat()
        except (OSError, ValueError):
            continue  # reading it will say what is wrong
        earlier = seen.setdefault((status.st_dev, status.st_ino), path)
        if earlier is not path:
            raise RuleViolated(
                f"the same file as {earlier}", code="file-repeated", at=str(path), wanted="each file once"
            )


def party_names(paths: tuple[Path, ...]) -> tuple[str, ...]:
    """A name for each file: its stem, with as much of its folder as tells it apart from the others."""
    return tuple(_told_apart(path, paths) for path in paths)


def _told_apart(path: Path, paths: tuple[Path, ...]) -> str:
    stem = _stem(path)
    rivals = [other for other in paths if other is not path and _stem(other) == stem]
    if not rivals:
        return stem
    named = path.name
    if all(other.name != named for other in rivals):
        return named
    return os.path.normpath(str(path))


def _stem(path: Path) -> str:
    name = path.name
    for ending in (".gz", ".json", ".geojson", ".parquet", ".csv", ".txt", ".aco"):
        name = name.removesuffix(ending)
    return name if name != path.name else path.stem


def _check_kind(path: Path, status: os.stat_result) -> None:
    if stat.S_ISREG(status.st_mode):
        return
    kinds = ((stat.S_ISDIR, "a directory"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
    kind = next((name for test, name in kinds if test(status.st_mode)), "a device")
    raise MalformedInput(
        f"this is {kind}, not a file", code="file-kind", at=str(path), wanted="the name of a regular file"
    )


def _check_size(path: Path, size_bytes: int, max_bytes: int) -> None:
    if size_bytes > max_bytes:
        raise RuleViolated(
            f"the file has {size_bytes:,} bytes, over the limit of {max_bytes:,}",
            code="file-large",
            at=str(path),
            wanted="a smaller file, or a higher limit with --max-file",
        )
