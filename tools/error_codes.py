"""The table of error codes, made from the source: each code that can be raised, once.

A code is the argument ``code`` of any call: by its name, or by its place in a function of the package that takes one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, order=True)
class Raised:
    """One place where an error is made."""

    code: str
    layer: str
    message: str
    wanted: str


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Name and tree of every module: ``geo/height``."""
    package = ROOT / "src" / "wellclear"
    for path in sorted(package.rglob("*.py")):
        yield path.relative_to(package).with_suffix("").as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def parameters() -> dict[str, list[str]]:
    """Names of the parameters of each function that takes a code, without ``self`` and ``cls``."""
    found: dict[str, list[str]] = {}
    for _, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                names = [argument.arg for argument in node.args.posonlyargs + node.args.args]
                if "code" in names:
                    found[node.name] = [name for name in names if name not in {"self", "cls"}]
    return found


def called(node: ast.Call) -> str:
    """Name of what is called: ``refuse`` for ``record.refuse(...)``."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def text(node: ast.expr | None) -> str:
    """A message as a reader may see it, with an ellipsis for what comes from the input."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (text(value) if isinstance(value, ast.Constant) else "…" for value in node.values)
        return "".join(parts).strip()
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return text(node.left) + text(node.right)
    return ""


def codes_in(node: ast.expr | None) -> list[str]:
    """The codes that an expression may stand for: one, or two where it chooses."""
    if isinstance(node, ast.IfExp):
        return codes_in(node.body) + codes_in(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def raised() -> list[Raised]:
    """Every place where an error is made, sorted by code."""
    takes_code = parameters()
    found: set[Raised] = set()
    for name, tree in modules():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            given = dict(zip(takes_code.get(called(node), ["message"]), node.args, strict=False))
            given |= {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
            layer = name.split("/")[0]
            told = text(given.get("message")), text(given.get("wanted"))
            found |= {Raised(code, layer, *told) for code in codes_in(given.get("code"))}
    return sorted(found)


def table() -> str:
    """The table in Markdown, one row a code; of several messages, those that say something."""
    rows = ["| code | what is wrong | what would be right | found by |", "|---|---|---|---|"]
    errors = raised()
    for code in sorted({error.code for error in errors}):
        same = [error for error in errors if error.code == code]
        messages = list(dict.fromkeys(error.message for error in same if error.message))
        wanted = list(dict.fromkeys(error.wanted for error in same if error.wanted))
        layers = list(dict.fromkeys(error.layer for error in same))
        cells = (f"`{code}`", *(_cell(texts) for texts in (messages, wanted)), ", ".join(layers))
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _cell(texts: list[str]) -> str:
    return "; ".join(texts).replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
