from __future__ import annotations

import os
from pathlib import Path

import pytest

from wellclear.assembly.secret_files import open_root_file, read_secret, write_secret, write_whole
from wellclear.errors import MalformedInput, NotFound, RuleViolated
from wellclear.trust.key_files import MAX_KEY_FILE_BYTES


def test_a_secret_is_for_its_owner_alone(tmp_path: Path):
    path = tmp_path / "a.key"
    previous = os.umask(0)
    try:
        write_secret(path, b"secret")
    finally:
        os.umask(previous)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_secret(path) == b"secret"


def test_no_secret_is_written_over(tmp_path: Path):
    path = tmp_path / "a.key"
    write_secret(path, b"secret")
    with pytest.raises(FileExistsError):
        write_secret(path, b"another")
    assert read_secret(path) == b"secret"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o666])
def test_a_secret_that_others_may_use_is_refused(tmp_path: Path, mode: int):
    path = tmp_path / "a.key"
    write_secret(path, b"secret")
    path.chmod(mode)
    with pytest.raises(RuleViolated) as refused:
        read_secret(path)
    assert (refused.value.code, refused.value.wanted) == ("key-file-readable", "chmod 600")
    path.chmod(0o400)
    assert read_secret(path) == b"secret"


def test_what_is_no_file_with_a_key_is_refused(tmp_path: Path):
    with pytest.raises(NotFound) as missing:
        read_secret(tmp_path / "a.key")
    assert missing.value.code == "key-file-missing"
    with pytest.raises(NotFound):
        open_root_file(tmp_path / "a.root", "north", "correct horse battery")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe", 0o600)
    write_secret(tmp_path / "large", b"x" * (MAX_KEY_FILE_BYTES + 1))
    for name in ("folder", "pipe", "large"):
        with pytest.raises(MalformedInput) as refused:
            read_secret(tmp_path / name)
        assert refused.value.code == "key-file"


def test_a_file_is_replaced_whole(tmp_path: Path):
    path = tmp_path / "north.card"
    write_whole(path, b"old")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["north.card"]
