"""Every way in which such mechanisms failed is shown by a test, or says which capability will show it."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

REGISTER = Path(__file__).with_name("requirements.toml")


@pytest.fixture(scope="module")
def register() -> dict[str, dict[str, str | list[str]]]:
    return tomllib.loads(REGISTER.read_text(encoding="utf-8"))


def functions_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def exists(root: Path, name: str) -> bool:
    """Whether a test called ``tests/unit/geo/test_height.py::test_name`` is there."""
    path, _, function = name.partition("::")
    return (root / path).is_file() and function in functions_in(root / path)


def test_each_row_has_a_test_or_says_what_will_show_it(register: dict[str, dict[str, str | list[str]]]) -> None:
    assert [row for row, entry in register.items() if not entry.get("tests") and not entry.get("later")] == []
    assert [row for row, entry in register.items() if set(entry) - {"tests", "later"}] == []


def test_the_tests_named_exist(register: dict[str, dict[str, str | list[str]]], root: Path) -> None:
    named = [(row, name) for row, entry in register.items() for name in entry.get("tests", [])]
    assert named
    assert [f"{row}: {name}" for row, name in named if not exists(root, name)] == []


def test_a_test_that_does_not_exist_is_seen(root: Path) -> None:
    here = Path(__file__).relative_to(root).as_posix()
    assert exists(root, f"{here}::test_a_test_that_does_not_exist_is_seen")
    assert not exists(root, f"{here}::test_that_nobody_wrote")
    assert not exists(root, "tests/nowhere.py::test_a_test_that_does_not_exist_is_seen")


def test_no_row_is_left_out(register: dict[str, dict[str, str | list[str]]], root: Path) -> None:
    table = root.parent / "shared" / "FAILURES.md"
    if not table.is_file():
        pytest.skip(f"the table of failures is not beside the repository: {table.parent.name}/{table.name}")
    rows = re.findall(r"^\| (F\d\d) \|", table.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert rows
    assert list(register) == rows
