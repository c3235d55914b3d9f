"""What is public says what it is; what raises says what it raises."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import SourceFile


def public(tree: ast.Module | ast.ClassDef) -> list[ast.FunctionDef | ast.ClassDef]:
    """Public functions and classes, and the public methods of those classes."""
    found: list[ast.FunctionDef | ast.ClassDef] = []
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        if any(isinstance(decorator, ast.Name) and decorator.id == "overload" for decorator in node.decorator_list):
            continue  # the implementation says what it is
        found.append(node)
        if isinstance(node, ast.ClassDef):
            found += public(node)
    return found


def test_modules_have_docstrings(product: list[SourceFile]) -> None:
    assert [source.name for source in product if source.text and not ast.get_docstring(source.tree)] == []


def test_public_functions_and_classes_have_docstrings(product: list[SourceFile]) -> None:
    silent = [
        f"{source.name}:{node.lineno} {node.name}"
        for source in product
        for node in public(source.tree)
        if not ast.get_docstring(node)
    ]
    assert silent == []


def test_public_functions_that_raise_say_so(product: list[SourceFile]) -> None:
    silent = [
        f"{source.name}:{node.lineno} {node.name}"
        for source in product
        if source.layer != "cli"  # whose one boundary turns every error into a line and an exit code
        for node in public(source.tree)
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(inner, ast.Raise) and inner.exc is not None for inner in ast.walk(node))
        and "Raises:" not in (ast.get_docstring(node) or "")
    ]
    assert silent == []
