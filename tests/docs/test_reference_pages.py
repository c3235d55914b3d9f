"""The pages made from the source are as the source says, and say why."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest


def test_errors_and_limits_are_as_the_source_says(root: Path) -> None:
    tool = [sys.executable, str(root / "tools" / "reference_pages.py"), "--check"]
    done = subprocess.run(tool, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_code_written_in_the_source_is_on_the_page(root: Path, pages: dict[str, str]) -> None:
    sources = (path.read_text(encoding="utf-8") for path in (root / "src").rglob("*.py"))
    written = {code for text in sources for code in re.findall(r"\bcode=\"([^\"]+)\"", text)}
    assert [code for code in sorted(written) if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)] == []
    assert [code for code in sorted(written) if f"| `{code}` |" not in pages["docs/errors.md"]] == []


def test_every_limit_of_geometry_is_on_the_page(root: Path, pages: dict[str, str]) -> None:
    text = (root / "src" / "wellclear" / "geo" / "limits.py").read_text(encoding="utf-8")
    names = re.findall(r"^(M(?:AX|IN)_\w+)", text, flags=re.MULTILINE)
    assert names
    assert [name for name in names if f"| `{name}` |" not in pages["docs/limits.md"]] == []


@pytest.mark.parametrize("page", ["docs/limits.md"])
def test_every_limit_has_a_reason(page: str, pages: dict[str, str]) -> None:
    rows = [line.split(" | ") for line in pages[page].splitlines() if line.startswith("| `")]
    assert rows
    assert [row[0] for row in rows if not row[3].strip()] == []


def test_no_format_loses_anything_silently(pages: dict[str, str]) -> None:
    rows = [line for line in pages["docs/formats/index.md"].splitlines() if line.startswith("| ")]
    assert any(line.startswith("| circle | yes") for line in rows)
    assert [line for line in rows if "SILENTLY" in line] == []
