import os
from pathlib import Path

import pytest

from wellclear.cli.source_files import encodable, party_names, read_source, refuse_repeats
from wellclear.errors import WellclearError


def code_of(path: Path, max_bytes: int = 100) -> str:
    with pytest.raises(WellclearError) as caught:
        read_source(path, max_bytes)
    assert caught.value.at == str(path)
    return caught.value.code


def test_a_file_up_to_the_limit_is_read(tmp_path: Path):
    (tmp_path / "a").write_bytes(b"x" * 100)
    assert read_source(tmp_path / "a", 100) == b"x" * 100


def test_one_byte_over_the_limit_is_refused(tmp_path: Path):
    (tmp_path / "a").write_bytes(b"x" * 101)
    assert code_of(tmp_path / "a") == "file-large"


def test_a_sparse_giant_is_refused_before_it_is_read(tmp_path: Path):
    with (tmp_path / "a").open("wb") as stream:
        stream.truncate(10**12)
    assert code_of(tmp_path / "a") == "file-large"


def test_what_is_not_a_file_is_named(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    assert code_of(tmp_path) == "file-kind"
    assert code_of(tmp_path / "pipe") == "file-kind"
    assert code_of(Path("/dev/zero")) == "file-kind"
    assert code_of(tmp_path / "none") == "file-missing"
    assert code_of(tmp_path / "pipe" / "below") == "file-missing"
    assert code_of(Path("zero\0byte")) == "file-unreadable"


@pytest.mark.parametrize("content", [b"", b"  \n\t "])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes):
    (tmp_path / "a").write_bytes(content)
    assert code_of(tmp_path / "a") == "file-empty"


def test_one_file_under_two_names_is_refused(tmp_path: Path):
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(WellclearError) as caught:
        refuse_repeats([tmp_path / "a", tmp_path / "none", tmp_path / "b"])
    assert caught.value.code == "file-repeated"
    refuse_repeats([tmp_path / "a", tmp_path / "none"])


def test_parties_are_named_by_their_files_and_told_apart():
    paths = tuple(Path(name) for name in ("x/red.geojson", "y/red.geojson", "blue.json.gz", "z/red.aco", "green"))
    assert party_names(paths) == ("x/red.geojson", "y/red.geojson", "blue", "red.aco", "green")


def test_a_file_that_gives_fewer_bytes_than_it_has_is_refused():
    path = Path("/sys/kernel/mm/transparent_hugepage/enabled")
    if not path.exists() or path.stat().st_size == len(path.read_bytes()):
        pytest.skip("no file of the kernel that states a page as its size")
    assert code_of(path, 10_000) == "file-changed"


def test_a_name_that_is_not_utf8_is_shown_by_its_bytes():
    assert encodable(os.fsdecode(b"plan\xff.aco")) == "plan\\xff.aco"
    assert encodable("größe") == "größe"
