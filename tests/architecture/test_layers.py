"""Each layer imports only those below it, and nothing imports in a circle."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest


def lint_imports(root: Path, sources: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter with the project's contracts over the package in `sources`."""
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", program, "--config", str(root / "pyproject.toml"), "--no-cache"],
        cwd=sources,
        env=os.environ | {"PYTHONPATH": str(sources)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_contract_is_kept(root: Path) -> None:
    run = lint_imports(root, root / "src")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "0 broken" in run.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("geo/limits.py", "import wellclear.model.minima", "layers"),
        ("model/minima.py", "import wellclear.detect.results", "layers"),
        ("detect/results.py", "import wellclear.formats", "layers"),
        ("geo/limits.py", "import socket", "the core knows no web"),
        ("geo/limits.py", "import wellclear.geo.height", "no cycles"),
    ],
)
def test_a_broken_contract_is_seen(root: Path, tmp_path: Path, module: str, line: str, contract: str) -> None:
    sources = tmp_path / "src"
    shutil.copytree(root / "src", sources, ignore=shutil.ignore_patterns("__pycache__"))
    with (sources / "wellclear" / module).open("a", encoding="utf-8") as opened:
        opened.write(f"\n{line}\n")
    run = lint_imports(root, sources)
    assert run.returncode == 1, run.stdout + run.stderr
    assert any(row.startswith(contract) and "BROKEN" in row for row in run.stdout.splitlines()), run.stdout


def test_no_module_imports_itself_through_others() -> None:
    graph = grimp.build_graph("wellclear", exclude_type_checking_imports=False)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    try:
        order = list(TopologicalSorter(imports).static_order())
    except CycleError as error:
        pytest.fail(" -> ".join(reversed(error.args[1])))
    assert len(order) == len(graph.modules)
