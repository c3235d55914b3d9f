"""The documentation builds, its links lead somewhere, and it asks nothing of another host."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def site(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    builder = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(out)]
    done = subprocess.run(
        builder, cwd=root, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return out


def test_every_page_is_built(site: Path, pages: dict[str, str]) -> None:
    expected = {
        page.removeprefix("docs/").removesuffix(".md").replace("README", "index")
        for page in pages
        if page.startswith("docs/")
    }
    built = {path.relative_to(site).with_suffix("").as_posix() for path in site.rglob("*.html")}
    assert expected - built == set()


def test_nothing_is_fetched_from_another_host(site: Path) -> None:
    fetched = re.compile(r"<(?:script|img|iframe)[^>]+src=\"(?:https?:)?//|<link[^>]+href=\"(?:https?:)?//[^>]+>")
    loud = [
        f"{path.relative_to(site)}: {match[0]}"
        for path in site.rglob("*.html")
        for match in fetched.finditer(path.read_text(encoding="utf-8"))
        if 'rel="canonical"' not in match[0]
    ]
    assert loud == []


def test_links_of_the_pages_beside_the_documentation_lead_somewhere(root: Path, pages: dict[str, str]) -> None:
    beside = {page: text for page, text in pages.items() if not page.startswith("docs/")}
    named = [(page, link) for page, text in beside.items() for link in re.findall(r"\]\(([^)#]+)", text)]
    assert named
    assert [link for link in named if not link[1].startswith("https://") and not (root / link[1]).exists()] == []


def test_the_readme_fits_on_two_screens(pages: dict[str, str]) -> None:
    readme = pages["README.md"]
    assert readme.count("\n") <= 110
    assert "make demo" in readme
    assert "make test" in readme


def test_the_readme_says_informed_not_protected(pages: dict[str, str]) -> None:
    readme = pages["README.md"]
    assert "informed, not protected" in readme.lower()
