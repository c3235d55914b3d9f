"""The source as the architecture tests see it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class SourceFile:
    """One module: its path from the root, its text and its syntax tree."""

    name: str
    text: str
    tree: ast.Module

    @property
    def layer(self) -> str:
        """The folder below the package: ``geo``; the module's own name at the top."""
        parts = Path(self.name).with_suffix("").parts
        return parts[2] if parts[0] == "src" else parts[0]

    def functions(self) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def read_source(path: Path, root: Path) -> SourceFile:
    text = path.read_text(encoding="utf-8")
    return SourceFile(path.relative_to(root).as_posix(), text, ast.parse(text))


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def product() -> list[SourceFile]:
    """Every module of the package."""
    return [read_source(path, ROOT) for path in sorted((ROOT / "src").rglob("*.py"))]


@pytest.fixture(scope="session")
def everything(product: list[SourceFile]) -> list[SourceFile]:
    """Every module that is kept: the package, tools, benchmarks and tests."""
    folders = ("tools", "benchmarks", "tests")
    beside = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return product + [read_source(path, ROOT) for path in beside]
