"""A module stays under 400 lines and a function under 60."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import SourceFile

MODULE_LINES = 400
FUNCTION_LINES = 60


def test_modules_stay_small(everything: list[SourceFile]) -> None:
    lines = {source.name: source.text.count("\n") for source in everything}
    assert {name: count for name, count in lines.items() if count >= MODULE_LINES} == {}


def test_functions_stay_small(everything: list[SourceFile]) -> None:
    long = {
        f"{source.name}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for source in everything
        for node in source.functions()
        if node.end_lineno is not None and node.end_lineno - node.lineno + 1 >= FUNCTION_LINES
    }
    assert long == {}
