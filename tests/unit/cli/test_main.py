"""The command as a user gives it; in its own process where streams and exit codes are what is tested."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from wellclear.cli import main as command

Run = Callable[..., subprocess.CompletedProcess[str]]
Plans = Callable[..., Path]

COMMAND = (sys.executable, "-c", "import sys; from wellclear.cli.main import main; sys.exit(main())")
KILL_S = 120


def start(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    words = [*COMMAND, *(str(argument) for argument in arguments)]
    return subprocess.run(words, capture_output=True, text=True, timeout=KILL_S, check=False)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)

    def in_this_process(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        words = [str(argument) for argument in arguments]
        code = command.main(words)
        captured = capsys.readouterr()
        return subprocess.CompletedProcess(words, code, captured.out, captured.err)

    return in_this_process


def feature(name: str, lon_deg: float, floor: str = "FL100", ceiling: str = "FL200") -> dict[str, object]:
    properties = {
        "operation": name,
        "floor": floor,
        "ceiling": ceiling,
        "radius": "5 NM",
        "start": "2018-09-17T18:00:00Z",
        "end": "2018-09-17T19:00:00Z",
    }
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [lon_deg, 35]}, "properties": properties}


@pytest.fixture
def plans(tmp_path: Path) -> Callable[..., Path]:
    def write(name: str, *features: dict[str, object]) -> Path:
        path = tmp_path / name
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        return path

    return write


def test_no_conflict_is_0_and_one_is_1(plans: Plans):
    apart = start("check", plans("a.geojson", feature("ONE", 35.0), feature("TWO", 37.0)))
    assert apart.returncode == 0
    assert "0 CONFLICT, 0 NOT ASSESSED, 0 REFUSED" in apart.stdout
    close = start("check", plans("b.geojson", feature("ONE", 35.0), feature("TWO", 35.1)))
    assert close.returncode == 1
    assert "1 CONFLICT" in close.stdout
    assert close.stderr == ""


def test_minima_make_a_conflict_of_what_is_apart(run: Run, plans: Plans):
    path = plans("a.geojson", feature("ONE", 35.0), feature("TWO", 35.25))
    assert run("check", path).returncode == 0
    assert run("check", path, "--minima", "lateral=5NM").returncode == 1


def test_a_refused_record_is_2_and_the_others_are_checked(run: Run, plans: Plans):
    path = plans("a.geojson", feature("ONE", 35.0), feature("BAD", 999.0), feature("TWO", 37.0))
    result = run("check", path, "--json", "-")
    assert result.returncode == 2
    report = json.loads(result.stdout)
    assert report["counts"]["volumes"] == 2
    assert report["refused"][0]["at"].startswith("$.features[1]")
    assert "REFUSED" in result.stderr


def test_a_conflict_outranks_a_refused_record(run: Run, plans: Plans):
    path = plans("a.geojson", feature("ONE", 35.0), feature("BAD", 999.0), feature("TWO", 35.0))
    assert run("check", path).returncode == 1


def test_what_cannot_be_assessed_is_3(run: Run, plans: Plans):
    path = plans("a.geojson", feature("ONE", 35.0), feature("TWO", 35.0, "500 ft AGL", "1000 ft AGL"))
    result = run("check", path)
    assert result.returncode == 3
    assert "1 NOT ASSESSED" in result.stdout
    assert "safe" not in result.stdout.lower()
    ranges = ("--pressure", "990..1030", "--temperature", "-20..15", "--terrain", "0m..100m")
    assert run("check", path, *ranges).returncode == 0


def test_against_compares_only_between_the_sides(run: Run, plans: Plans):
    own = plans("own.geojson", feature("ONE", 35.0), feature("TWO", 35.0))
    other = plans("other.geojson", feature("THREE", 39.0))
    assert run("check", own).returncode == 1
    assert run("check", own, "--against", other).returncode == 0


def test_all_outputs_are_written_and_named(run: Run, plans: Plans, tmp_path: Path):
    path = plans("a.geojson", feature("ONE", 35.0), feature("TWO", 35.1))
    out = {option: tmp_path / f"out{option[1:]}" for option in ("--json", "--geojson", "--map")}
    result = run("check", path, *(word for pair in out.items() for word in pair))
    assert result.returncode == 1
    assert json.loads(out["--json"].read_bytes())["version"] == 1
    assert len(json.loads(out["--geojson"].read_bytes())["features"]) == 1
    assert out["--map"].read_text(encoding="utf-8").startswith("<!doctype html>")
    for target in out.values():
        assert str(target) in result.stdout
    assert sorted(child.name for child in tmp_path.iterdir()) == ["a.geojson", "out-geojson", "out-json", "out-map"]


def test_explain_tells_the_numbers(run: Run, plans: Plans):
    path = plans("a.geojson", feature("ONE", 35.0), feature("TWO", 37.0))
    result = run("check", path, "--explain", "ONE", "a/TWO/1")
    assert result.returncode == 0
    assert "lateral gap" in result.stdout
    assert "CLEAR" in result.stdout
    assert run("check", path, "--explain", "ONE", "NOBODY").returncode == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("chek",),
        ("check",),
        ("check", "a.geojson", "--jsn", "x"),
        ("check", "a.geojson", "--minima", "lateral=5"),
        ("check", "a.geojson", "--horizon", "today"),
        ("check", "a.geojson", "--max-file", "big"),
        ("check", "a.geojson", "--pressure", "1030..980"),
        ("check", "a.geojson", "--temperature", "warm"),
        ("check", "a.geojson", "--terrain", "no-such-grid.asc"),
        ("check", "a.geojson", "--format", "papyrus"),
        ("check", "a.geojson", "--path", "scenic"),
        ("check", "a.geojson", "--segment", "5NM"),
        ("check", "a.geojson", "--json", "a.geojson"),
        ("check", "a.geojson", "--json", "none/out.json"),
        ("check", "a.geojson", "a.geojson"),
        ("check", "a.geojson", "--against", "./a.geojson"),
        ("show",),
        ("show", "a.geojson", "b.geojson"),
        ("convert", "a.geojson", "out.json"),
        ("convert", "a.geojson", "out.x", "--to", "tracks"),
        ("convert", "a.geojson", "a.geojson", "--force"),
    ],
)
def test_a_wrong_command_is_2_with_one_line_and_nothing_written(
    run: Run, plans: Plans, tmp_path: Path, arguments: tuple[str, ...]
):
    plans("a.geojson", feature("ONE", 35.0))
    result = run(*arguments)
    assert result.returncode == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("wellclear: ")
    assert [child.name for child in tmp_path.iterdir()] == ["a.geojson"]


def test_show_lists_what_a_file_holds(run: Run, plans: Plans, tmp_path: Path):
    path = plans("a.geojson", feature("ONE", 35.0), feature("BAD", 999.0))
    result = run("show", path)
    assert result.returncode == 2
    assert "circle 5NM around 35-00.0000N 035-00.0000E" in result.stdout
    assert "REFUSED" in result.stdout
    document = json.loads(run("show", path, "--json", "-").stdout)
    assert document["operations"][0]["volumes"][0]["buffer_m"] == 9260
    assert len(document["refused"]) == 1
    run("show", path, "--json", tmp_path / "out.json")
    assert json.loads((tmp_path / "out.json").read_bytes()) == document


def test_convert_says_what_is_lost_and_replaces_only_when_told(run: Run, plans: Plans, tmp_path: Path):
    path = plans("a.geojson", feature("ONE", 35.0))
    first = run("convert", path, tmp_path / "out.air")
    assert first.returncode == 3
    assert "LOST" in first.stdout
    written = (tmp_path / "out.air").read_bytes()
    assert run("convert", path, tmp_path / "out.air").returncode == 2
    assert (tmp_path / "out.air").read_bytes() == written
    assert run("convert", path, tmp_path / "out.air", "--force").returncode == 3
    again = run("convert", path, tmp_path / "copy.geojson")
    assert again.returncode == 0
    assert run("show", tmp_path / "copy.geojson").returncode == 0


def test_version_and_help_are_0(run: Run):
    assert run("--version").stdout.startswith("wellclear ")
    result = run("check", "--help")
    assert result.returncode == 0
    assert "Exit code" in " ".join(result.stdout.split())


def test_the_demo_goes_the_same_way_as_any_check(run: Run, tmp_path: Path):
    result = run("demo", "--check-only", "--out", "here")
    assert result.returncode == 0
    assert "traffic" in result.stdout
    assert "minima" in result.stdout
    assert "CONFLICT" in result.stdout
    assert str(tmp_path / "here" / "demo-map.html") in result.stdout
    assert sorted(child.name for child in (tmp_path / "here").iterdir()) == [
        "demo-conflicts.geojson",
        "demo-map.html",
        "demo.json",
    ]


def test_a_closed_pipe_ends_quietly(plans: Plans):
    path = plans("a.geojson", *(feature(f"N{i}", 35.0) for i in range(60)))
    with subprocess.Popen([*COMMAND, "check", str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        assert process.wait(KILL_S) == 141


def test_the_keyboard_stops_it_with_130(plans: Plans, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("wellclear.cli.check_command.check_operations", interrupted)
    path = plans("a.geojson", feature("ONE", 35.0))
    assert command.main(["check", str(path), "--json", str(tmp_path / "out")]) == 130
    assert not (tmp_path / "out").exists()


def test_a_fault_of_ours_is_never_taken_for_a_conflict(
    plans: Plans, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("wellclear.cli.check_command.check_operations", broken)
    assert command.main(["check", str(plans("a.geojson", feature("ONE", 35.0)))]) == 70
    assert "conclude nothing" in capsys.readouterr().err


def test_a_terminal_of_80_columns_gets_no_longer_line(plans: Plans):
    path = plans("a.geojson", feature("ONE " * 30, 35.0), feature("TWO [bold]", 35.1))
    outer, inner = pty.openpty()
    environment = os.environ | {"COLUMNS": "80", "TERM": "dumb"}
    with subprocess.Popen([*COMMAND, "check", str(path)], stdout=inner, stderr=inner, env=environment) as process:
        os.close(inner)
        lines = b"".join(iter(lambda: _read(outer), b"")).decode().splitlines()
        assert process.wait(KILL_S) == 1
    os.close(outer)
    assert max(len(line) for line in lines) <= 80
    assert any("TWO [bold]" in line for line in lines)


def _read(outer: int) -> bytes:
    try:
        return os.read(outer, 65_536)
    except OSError:  # Linux says EIO when the other end is closed
        return b""


def test_a_terrain_grid_is_an_input_and_never_overwritten(run: Run, plans: Plans, tmp_path: Path):
    grid = "ncols 1\nnrows 1\nxllcorner 9\nyllcorner 34\ncellsize 2\n1\n"
    (tmp_path / "grid.asc").write_text(grid)
    done = run("check", plans("a.json", feature("A", 10)), "--terrain", "grid.asc", "--json", "grid.asc")
    assert (done.returncode, "[output-is-input]" in done.stderr) == (2, True)
    assert (tmp_path / "grid.asc").read_text() == grid


def test_a_file_name_that_is_not_utf8_is_read_and_written(run: Run, plans: Plans, tmp_path: Path):
    path = os.fsdecode(os.fsencode(tmp_path) + b"/plan\xff.json")
    plans("a.json", feature("A", 10)).rename(path)
    assert run("check", path, "--json", "out.json", "--map", "out.html").returncode == 0
    assert json.loads((tmp_path / "out.json").read_text())["sources"][0]["name"].endswith("plan\\xff.json")
    assert run("convert", path, "out.geojson").returncode == 0
    assert json.loads(run("show", path, "--json", "-").stdout)["operations"][0]["party"] == "plan\\xff"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_names_that_the_terminal_cannot_encode_are_shown_escaped(plans: Plans, encoding: str):
    words = [*COMMAND, "show", str(plans("a.json", feature("Ж\U0001f681", 10)))]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    shown = subprocess.run(words, capture_output=True, timeout=KILL_S, check=False, env=environment)
    assert (shown.returncode, b"\\u0416\\U0001f681" in shown.stdout, shown.stderr) == (0, True, b"")
    words += ["--json", "-"]
    written = subprocess.run(words, capture_output=True, timeout=KILL_S, check=False, env=environment)
    assert json.loads(written.stdout)["operations"][0]["operation"] == "Ж\U0001f681"


def test_a_wrong_grid_as_a_whole_is_named_without_a_stray_comma(run: Run, plans: Plans, tmp_path: Path):
    (tmp_path / "grid.asc").write_text("ncols 1\nnrows 1\nxllcorner 500000\nyllcorner 9\ncellsize 2\n1\n")
    done = run("check", plans("a.json", feature("A", 10)), "--terrain", "grid.asc")
    assert done.stderr.startswith("wellclear: --terrain grid.asc: the terrain grid does not lie on the Earth")
