"""The table of limits, made from the source: each public constant ``MAX_...`` or ``MIN_...``, its value and its reason.

The reason is the text that stands below the constant.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).resolve().parents[1] / "src" / "wellclear"
DMM_PER_KM: Final = 10_000_000
MS_PER_DAY: Final = 86_400_000


@dataclass(frozen=True)
class Limit:
    """A constant, where it stands, what it is and why."""

    module: str
    name: str
    value: int | float
    reason: str


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Name and reason of each public limit of a module."""
    following = (*tree.body[1:], None)
    for node, after in zip(tree.body, following, strict=False):
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
            continue
        if not node.target.id.startswith(("MAX_", "MIN_")):
            continue
        said = after.value if isinstance(after, ast.Expr) else None
        is_text = isinstance(said, ast.Constant) and isinstance(said.value, str)
        yield node.target.id, " ".join(str(said.value).split()) if is_text and isinstance(said, ast.Constant) else ""


def limits() -> Iterator[Limit]:
    """Every limit of the package, in the order of its modules."""
    for path in sorted(PACKAGE.rglob("*.py")):
        module = path.relative_to(PACKAGE).with_suffix("").as_posix()
        names = list(_constants(ast.parse(path.read_text(encoding="utf-8"))))
        if not names:
            continue
        loaded = importlib.import_module("wellclear." + module.replace("/", "."))
        yield from (Limit(module, name, getattr(loaded, name), reason) for name, reason in names)


def meaning(name: str, value: float) -> str:
    """The value as a person says it."""
    if name.endswith("_DMM"):
        return f"{value / DMM_PER_KM:,g} km"
    if name.endswith("_BYTES") and value >= 2**10:
        return f"{value / 2**20:,g} MiB" if value >= 2**20 else f"{value / 2**10:,g} KiB"
    if name.endswith("_MS") and value >= MS_PER_DAY:
        return f"{value / MS_PER_DAY:,g} days"
    if name.endswith("_E7"):
        return f"{value / 1e7:g} degrees"
    return ""


def table() -> str:
    """The table in Markdown."""
    rows = ["| limit | value | which is | reason | in |", "|---|---|---|---|---|"]
    for limit in limits():
        cells = (f"`{limit.name}`", f"{limit.value:,}", meaning(limit.name, limit.value), limit.reason, limit.module)
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)
