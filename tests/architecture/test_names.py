"""One word per idea, and none of the words that say nothing."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import SourceFile


SAYS_NOTHING = r"managers?|handlers?|helpers?|utils?|utility|base|misc|common"
"""Words that name no idea; a module or function that needs one has not found its own yet."""

FORBIDDEN = re.compile(SAYS_NOTHING + r"|data|info|missions?|targets?")
"""In the product also words that say nothing of what is held, and those that parties use for other things."""

GIVEN = {"data_received"}
"""Names that a library gives to what is overridden: a method of asyncio's protocols."""


def words(name: str) -> set[str]:
    """The parts of an identifier, in lower case: ``parse_GeoZone2`` gives parse, geo, zone."""
    return {part.lower() for part in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


def named(source: SourceFile) -> list[tuple[int, str]]:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    inside = [(node.lineno, node.name) for node in ast.walk(source.tree) if isinstance(node, kinds)]
    return [(1, Path(source.name).stem), *inside]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("read_file_info", {"read", "file", "info"}),
        ("GeoDataReader", {"geo", "data", "reader"}),
        ("ACOBase", {"aco", "base"}),
        ("database", {"database"}),
        ("_util2", {"util"}),
    ],
)
def test_names_fall_into_words(name: str, parts: set[str]) -> None:
    assert words(name) == parts


def uses(name: str, forbidden: str | re.Pattern[str]) -> bool:
    return any(re.fullmatch(forbidden, word) for word in words(name))


def test_no_name_uses_a_forbidden_word(product: list[SourceFile]) -> None:
    found = [
        f"{source.name}:{line} {name}"
        for source in product
        for line, name in named(source)
        if uses(name, FORBIDDEN) and name not in GIVEN
    ]
    assert found == []


def test_no_tool_test_or_benchmark_says_nothing(everything: list[SourceFile]) -> None:
    found = [
        f"{source.name}:{line} {name}"
        for source in everything
        for line, name in named(source)
        if not name.startswith("test_") and uses(name, SAYS_NOTHING)
    ]
    assert found == []


def test_no_folder_says_nothing(everything: list[SourceFile]) -> None:
    folders = {part for source in everything for part in Path(source.name).parent.parts}
    assert [folder for folder in sorted(folders) if uses(folder, SAYS_NOTHING)] == []
