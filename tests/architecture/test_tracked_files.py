"""What is kept says nothing of the place where it was made."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

PLACES = re.compile(r"(?<![\w.)}])/(?:work|tmp|root|farm)/|\b(?:issue #?\d+|TOD[O]|FIXM[E])\b")
"""Paths of one machine, numbers of a tracker that a reader may not have, work put off."""

MAX_FILE_BYTES = 500_000


@pytest.fixture(scope="module")
def tracked(root: Path) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a clone: git does not list the files here")
    return [root / name for name in listed.stdout.split("\0") if name and (root / name).is_file()]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("see " + "/wo" + "rk/main", True),
        ("open(" + repr("/t" + "mp/out") + ")", True),
        ("as iss" + "ue 12 says", True),
        ("docs/work/plan.md", False),
        ("an issue of safety", False),
    ],
)
def test_a_place_is_seen(line: str, *, found: bool) -> None:
    assert bool(PLACES.search(line)) is found


def test_no_file_names_the_place_where_it_was_made(tracked: list[Path], root: Path) -> None:
    found = []
    for path in tracked:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        rows = enumerate(text.splitlines(), start=1)
        found += [f"{path.relative_to(root)}:{number} {row.strip()}" for number, row in rows if PLACES.search(row)]
    assert found == []


def test_no_file_is_large(tracked: list[Path], root: Path) -> None:
    sizes = {path.relative_to(root).as_posix(): path.stat().st_size for path in tracked}
    assert {name: size for name, size in sizes.items() if size > MAX_FILE_BYTES} == {}
