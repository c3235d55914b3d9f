"""Files on disk that must not be read by others, or be written by halves."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from wellclear.errors import MalformedInput, NotFound, RuleViolated
from wellclear.trust.ed25519 import Signer
from wellclear.trust.key_files import MAX_KEY_FILE_BYTES, open_root_key

_OWNER_ONLY: Final = 0o600
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def write_secret(path: Path, content: bytes) -> None:
    """Write a new file that its owner alone may read, durable on return.

    Raises:
        FileExistsError: there is one already; no secret is ever written over.
        OSError: storage failed.
    """
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    flush_directory(path.parent)


def read_secret(path: Path) -> bytes:
    """A secret from its file.

    Raises:
        NotFound: `key-file-missing`.
        RuleViolated: `key-file-readable`: others may read or change it.
        MalformedInput: `key-file`: it is no file, or too large for one key.
        OSError: it cannot be read.
    """
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except FileNotFoundError:
        raise NotFound("the key is not there", code="key-file-missing", at=str(path)) from None
    try:
        _verify_kept(path, os.fstat(opened).st_mode)
        content = os.read(opened, MAX_KEY_FILE_BYTES + 1)
    finally:
        os.close(opened)
    if len(content) > MAX_KEY_FILE_BYTES:
        raise MalformedInput("this is no file with a key", code="key-file", at=str(path), wanted="one key")
    return content


def write_whole(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Write or replace a file: whoever reads it finds the old or the new one, whole; durable on return.

    Args:
        path: of the file.
        content: all of it.
        mode: who may read and change it, as far as the process lets others do so at all.

    Raises:
        OSError: storage failed.
    """
    beside = path.with_name(f".{path.name}.unfinished")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    flush_directory(path.parent)


def flush_directory(directory: Path) -> None:
    """Make the names in a directory durable.

    Raises:
        OSError: storage failed.
    """
    opened = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def open_root_file(path: Path, party: str, passphrase: str) -> Signer:
    """The root key of a party from its sealed file, whose permissions do not matter: it may lie on any medium.

    Raises:
        NotFound: `key-file-missing`.
        MalformedInput, VerificationFailed, RuleViolated: as `open_root_key`.
        OSError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            sealed = file.read(MAX_KEY_FILE_BYTES + 1)
    except FileNotFoundError:
        raise NotFound("the root key is not there", code="key-file-missing", at=str(path)) from None
    return open_root_key(sealed, party, passphrase)


def _verify_kept(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise MalformedInput("this is no file with a key", code="key-file", at=str(path), wanted="a file")
    if mode & _OTHERS:
        raise RuleViolated(
            "others on this machine may use the key", code="key-file-readable", at=str(path), wanted="chmod 600"
        )
