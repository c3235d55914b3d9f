"""A number that has a unit says it, last in its name."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import SourceFile

LAYERS = ("geo", "trust", "model", "detect", "formats")

UNIT = re.compile(r"m|km|nm|ft|dmm|e7|deg|rad|ms|s|min|h|mps|kt|hpa|pa|k|c|bytes|px|lines|points|m2")
"""Metre, kilometre, nautical mile, foot, 0.1 mm, 1e-7 degree, and so on."""

UNITLESS = frozenset(
    {
        "count",  # how many
        "size",  # how many entries a log has
        "epoch",  # which life of a log
        "version",  # which of an agreement's texts, from 1
        "parts",
        "level",  # a flight level is its own unit
        "depth",
        "index",
        "row",
        "first",
        "second",
        "group",
        "core",  # the kind of a core, see `Core`
        "priority",
        "line",  # a line's number in a file
        "column",
        "number",
        "year",
        "month",
        "day",
        "hour",
        "minute",
        "seed",
        "zone",
        "position",  # an offset in a text
        "offset",
        "share",  # of a distance, between 0 and 1
        "most",
        "least",
        "limit",
        "width",
        "operations",  # how many
        "volumes",
        "pairs",
        "records",
        "spans",
        "layers",
        "colon",  # an offset in a text
        "value",  # as it stands in the input, its unit beside it
    }
)
"""Numbers that count, order or name something."""


def is_number(annotation: ast.expr | None) -> bool:
    """Whether a parameter is annotated as a bare number, or as one or nothing."""
    if isinstance(annotation, ast.BinOp):
        return is_number(annotation.left) or is_number(annotation.right)
    return isinstance(annotation, ast.Name) and annotation.id in {"int", "float"}


def says_its_unit(name: str) -> bool:
    return (
        name in UNITLESS or UNIT.fullmatch(name.rpartition("_")[2]) is not None or name.rpartition("_")[2] in UNITLESS
    )


def is_kernel(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function is compiled: its parameters are rows, axes and the letters of the formula it names."""
    return any(isinstance(decorator, ast.Name) and decorator.id == "kernel" for decorator in function.decorator_list)


def parameters(source: SourceFile) -> list[tuple[int, str, ast.expr | None]]:
    """Parameters of public functions and fields of public classes."""
    found: list[tuple[int, str, ast.expr | None]] = []
    for function in source.functions():
        if function.name.startswith("_") or is_kernel(function):
            continue
        arguments = function.args
        listed = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
        used = [argument for argument in listed if not argument.arg.startswith("_")]
        found += [(argument.lineno, argument.arg, argument.annotation) for argument in used]
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            fields = [field for field in node.body if isinstance(field, ast.AnnAssign)]
            found += [(field.lineno, ast.unparse(field.target), field.annotation) for field in fields]
    return found


@pytest.mark.parametrize(
    ("name", "annotation", "passes"),
    [
        ("lateral_m", "float", True),
        ("lateral", "float", False),
        ("floor", "Height | None", True),
        ("floor", "int | None", False),
        ("span_count", "int", True),
        ("speed", "int", False),
    ],
)
def test_a_number_without_unit_is_seen(name: str, annotation: str, *, passes: bool) -> None:
    expression = ast.parse(annotation, mode="eval").body
    assert (not is_number(expression) or says_its_unit(name)) is passes


def test_numbers_of_public_functions_say_their_unit(product: list[SourceFile]) -> None:
    nameless = [
        f"{source.name}:{line} {name}"
        for source in product
        if source.layer in LAYERS
        for line, name, annotation in parameters(source)
        if is_number(annotation) and not says_its_unit(name)
    ]
    assert nameless == []
