"""The page of Ed25519's edge cases is what the pinned libraries do."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

VECTORS = Path("shared") / "data" / "vectors" / "ed25519" / "ed25519vectors.json"


def test_the_page_is_what_these_libraries_do(root: Path) -> None:
    if not (root.parent / VECTORS).is_file():
        pytest.skip(f"the public vectors are not beside the repository: {VECTORS.as_posix()}")
    tool = [sys.executable, str(root / "tools" / "ed25519_table.py"), "--check"]
    done = subprocess.run(tool, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_names_the_pinned_versions(root: Path, pages: dict[str, str]) -> None:
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    for package, named in (("cryptography", "cryptography"), ("pynacl", "PyNaCl")):
        pinned = re.search(rf"^{package}==(\S+)", lock, flags=re.MULTILINE)
        assert pinned is not None
        assert f"{named} {pinned[1]} " in pages["docs/evidence/ed25519.md"].replace("\n", " ")


def test_no_weak_key_is_enrolled_and_one_signature_counts(pages: dict[str, str]) -> None:
    page = pages["docs/evidence/ed25519.md"]
    keys = [line for line in page.splitlines() if line.startswith("| `")]
    assert [line.endswith("| yes |") for line in keys].count(True) == 1
    assert all("| none |" in line for line in keys if line.endswith("| yes |"))
    assert re.search(r"^\| none \| 28 \| 2 \| 1 \| 1 \| 1 \|$", page, flags=re.MULTILINE)
