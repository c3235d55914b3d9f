"""Decoders are made while modules load, in one thread.

msgspec (0.22) lays down what it knows of a struct with the struct, at its first use, and other threads see it before it
is whole: two that first use a struct at once may end the process with a segmentation fault. A decoder that stands
beside the struct is made before there are threads.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import SourceFile

IN_ONE_THREAD = {
    ("src/wellclear/api/bodies.py", "strictly"),  # called while the modules of the routes load
    ("src/wellclear/protocol/spoken.py", "__init__"),  # likewise: every form stands in a module
    ("src/wellclear/assembly/settings.py", "parse_settings"),  # when a process starts
    ("src/wellclear/centre/snapshot.py", "_kept"),  # when a log is opened
    ("src/wellclear/verifier/reading.py", "converted"),  # a program of one thread
}


def first_uses(tree: ast.Module) -> list[tuple[str, int]]:
    """Functions in which msgspec meets a type, and the lines."""
    found = []
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
            found += [(function.name, call.lineno) for call in calls if _meets_a_type(call)]
    return found


def _meets_a_type(call: ast.Call) -> bool:
    name = ast.unparse(call.func)
    if not name.startswith("msgspec."):
        return False
    typed = any(keyword.arg == "type" for keyword in call.keywords)
    return name.endswith((".Decoder", ".convert")) or (name.endswith(".decode") and typed)


@pytest.mark.parametrize(
    "text",
    [
        "msgspec.json.decode(content, type=Form)",
        "msgspec.msgpack.decode(content, type=Form)",
        "msgspec.convert(table, Form)",
        "msgspec.json.Decoder(Form)",
    ],
)
def test_a_first_use_in_a_function_is_found(text: str) -> None:
    assert first_uses(ast.parse(f"def read(content):\n    return {text}")) == [("read", 2)]
    assert not first_uses(ast.parse(f"FORM = {text}"))
    assert not first_uses(ast.parse("def read(content):\n    return msgspec.json.decode(content)"))


def test_no_thread_is_first_to_use_a_struct(product: list[SourceFile]) -> None:
    found = {(file.name, name, line) for file in product for name, line in first_uses(file.tree)}
    assert {(module, name) for module, name, _ in found} <= IN_ONE_THREAD, sorted(found)
