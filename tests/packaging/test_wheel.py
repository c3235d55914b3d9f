"""The wheel holds what it needs and nothing else, installs into an empty environment, and checks plans there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "docs" / "samples"
MAX_WHEEL_BYTES = 4_000_000
NO_NETWORK = re.compile(r"NewConnectionError|Temporary failure in name resolution|Network is unreachable|ProxyError")
KINDS = {
    ".py",
    ".typed",
    ".html",
    ".js",
    ".css",
    ".json",
    ".toml",
    ".gz",
    ".csv",
    ".md",
    ".txt",
    ".bin",
    ".svg",
    ".npz",
    ".xz",
    ".zlib",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    builder = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(out)]
    done = subprocess.run(builder, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program `wellclear` in an environment with nothing but the wheel and what it brings along."""
    folder = tmp_path_factory.mktemp("empty")
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = folder / "pins.txt"
    pins.write_text("\n".join(re.findall(r"^[a-z0-9-]+==[^\\\n]+", lock, flags=re.MULTILINE)), encoding="utf-8")
    venv.create(folder / "env", with_pip=True)
    pip = [str(folder / "env" / "bin" / "python"), "-m", "pip", "install", "--only-binary", ":all:"]
    done = subprocess.run([*pip, "--constraint", str(pins), str(wheel)], capture_output=True, text=True, check=False)
    if done.returncode and NO_NETWORK.search(done.stdout + done.stderr):
        pytest.skip("no network: the wheel's dependencies cannot be fetched")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "env" / "bin" / "wellclear"


def check(program: Path, *arguments: str, at: Path) -> subprocess.CompletedProcess[str]:
    surroundings = {"PATH": "/usr/bin:/bin", "HOME": str(at), "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        [str(program), "check", *arguments], cwd=at, env=surroundings, capture_output=True, text=True, check=False
    )


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        names = opened.namelist()
    assert [name for name in names if not name.startswith(("wellclear/", "wellclear-"))] == []
    inside = [name for name in names if name.startswith("wellclear/")]
    assert [name for name in inside if Path(name).suffix not in KINDS and "LICENSE" not in name] == []
    assert [name for name in inside if "__pycache__" in name or "test" in name.lower()] == []
    assert any(re.fullmatch(r"wellclear-.*/licenses/LICENSE", name) for name in names)
    assert "wellclear/py.typed" in names


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    tracked = subprocess.run(["git", "ls-files", "-z", "src"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode != 0:
        pytest.skip("not a clone: git does not list the files here")
    with zipfile.ZipFile(wheel) as opened:
        held = set(opened.namelist())
    assert {name.removeprefix("src/") for name in tracked.stdout.split("\0") if name} - held == set()


def test_the_wheel_is_small(wheel: Path) -> None:
    assert wheel.stat().st_size < MAX_WHEEL_BYTES


@pytest.mark.parametrize(
    ("files", "exit_code"),
    [
        (("calm.geojson",), 0),
        (("harbour.geojson", "survey.geojson"), 1),
        (("broken.geojson",), 2),
        (("levels.geojson",), 3),
    ],
)
def test_the_installed_wheel_checks_plans(
    installed: Path, tmp_path: Path, files: tuple[str, ...], exit_code: int
) -> None:
    done = check(installed, *(str(SAMPLES / name) for name in files), at=tmp_path)
    assert done.returncode == exit_code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_the_installed_wheel_imports_nothing_of_this_clone(installed: Path, tmp_path: Path) -> None:
    program = "import wellclear, sys; print(wellclear.__file__); print('numba' in sys.modules)"
    python = installed.with_name("python")
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(python), "-c", program], cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=True
    )
    place, numba = done.stdout.split()
    assert not Path(place).is_relative_to(ROOT)
    assert numba == "False"
