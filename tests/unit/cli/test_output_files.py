import os
from pathlib import Path

import pytest

from wellclear.cli.output_files import OutputFiles
from wellclear.errors import RuleViolated


def refused(outputs: OutputFiles, name: object, *, fresh: bool = False) -> str:
    with pytest.raises(RuleViolated) as caught:
        outputs.claim("--json", str(name), fresh=fresh)
    assert caught.value.at == "--json"
    return caught.value.code


def test_outputs_are_written_whole_and_leave_nothing_else(tmp_path: Path):
    outputs = OutputFiles(())
    outputs.claim("--json", str(tmp_path / "a"))
    outputs.claim("--map", str(tmp_path / "b"))
    outputs.put("--json", b"one")
    outputs.put("--map", b"two")
    assert not list(tmp_path.iterdir())
    assert outputs.commit() is None
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"one", "b": b"two"}
    assert [option for option, _ in outputs.written()] == ["--json", "--map"]


def test_an_input_is_never_overwritten_under_any_name(tmp_path: Path):
    (tmp_path / "plan").write_bytes(b"plan")
    (tmp_path / "link").symlink_to(tmp_path / "plan")
    os.link(tmp_path / "plan", tmp_path / "hard")
    outputs = OutputFiles((tmp_path / "plan",))
    for name in ("plan", "link", "hard", "./plan"):
        assert refused(outputs, f"{tmp_path}/{name}") == "output-is-input"


def test_what_cannot_be_written_is_refused_before_the_work(tmp_path: Path):
    (tmp_path / "old").write_bytes(b"old")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "pipe")
    outputs = OutputFiles(())
    assert refused(outputs, tmp_path / "none" / "a") == "output-directory"
    assert refused(outputs, tmp_path) == "output-kind"
    assert refused(outputs, tmp_path / "pipe") == "output-kind"
    assert refused(outputs, tmp_path / "loop") == "output-name"
    assert refused(outputs, "zero\0byte") == "output-name"
    assert refused(outputs, tmp_path / "old", fresh=True) == "output-exists"
    outputs.claim("--map", str(tmp_path / "old"))
    assert refused(outputs, tmp_path / "old") == "output-repeated"


def test_when_one_output_fails_none_is_written(tmp_path: Path):
    (tmp_path / "gone").mkdir()
    outputs = OutputFiles(())
    outputs.claim("--json", str(tmp_path / "a"))
    outputs.claim("--map", str(tmp_path / "gone" / "b"))
    outputs.put("--json", b"one")
    outputs.put("--map", b"two")
    (tmp_path / "gone").rmdir()
    failure = outputs.commit()
    assert failure is not None
    assert failure.code == "output-failed"
    assert not list(tmp_path.iterdir())


def test_a_replaced_file_keeps_its_rights(tmp_path: Path):
    target = tmp_path / "a"
    target.write_bytes(b"old")
    target.chmod(0o600)
    outputs = OutputFiles(())
    outputs.claim("--json", str(target))
    outputs.put("--json", b"new")
    assert outputs.commit() is None
    assert target.read_bytes() == b"new"
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_loop_of_links_among_the_inputs_is_left_to_reading(tmp_path: Path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    outputs = OutputFiles((tmp_path / "loop",))
    outputs.claim("--json", str(tmp_path / "a"))


def test_stopping_while_writing_leaves_no_partial_file(tmp_path: Path):
    outputs = OutputFiles(())
    outputs.claim("--json", str(tmp_path / "a"))
    outputs.claim("--map", str(tmp_path / "b"))
    outputs.put("--json", b"one")
    outputs.put("--map", "not bytes")  # type: ignore[arg-type] # any error that is not the system's
    with pytest.raises(TypeError):
        outputs.commit()
    assert not list(tmp_path.iterdir())
