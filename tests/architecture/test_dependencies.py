"""Every dependency is pinned, explained and licensed for use."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version


@pytest.fixture(scope="module")
def project(root: Path) -> dict[str, list[Requirement]]:
    """Requirements by where they are named: run time, each extra, and dev."""
    declared = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    groups = {"run time": declared["project"]["dependencies"], "dev": declared["dependency-groups"]["dev"]}
    groups |= declared["project"]["optional-dependencies"]
    return {group: [Requirement(row) for row in rows] for group, rows in groups.items()}


@pytest.fixture(scope="module")
def pinned(root: Path) -> dict[str, list[Version]]:
    text = (root / "requirements.lock").read_text(encoding="utf-8")
    pins: dict[str, list[Version]] = {}
    for name, version in re.findall(r"^([a-z0-9-]+)==([^\s;]+)", text, flags=re.MULTILINE):
        pins.setdefault(name, []).append(Version(version))
    return pins


def test_every_dependency_is_pinned_within_its_bounds(
    project: dict[str, list[Requirement]], pinned: dict[str, list[Version]]
) -> None:
    for requirement in (row for rows in project.values() for row in rows):
        versions = pinned.get(requirement.name.lower(), [])
        assert versions, f"{requirement.name} is not in requirements.lock: run `make lock`"
        assert all(version in requirement.specifier for version in versions), requirement


def test_every_pin_has_hashes(root: Path) -> None:
    text = (root / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^[a-z0-9-]+==(?:[^\n]*\\\n)*[^\n]*", text, flags=re.MULTILINE)
    assert len(pins) > 40
    assert [pin for pin in pins if "--hash=sha256:" not in pin] == []


def test_every_dependency_is_explained(root: Path, project: dict[str, list[Requirement]]) -> None:
    page = (root / "docs" / "dependencies.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1].strip().strip("`") for line in page.splitlines() if line.startswith("| `")]
    declared = {requirement.name for requirements in project.values() for requirement in requirements}
    assert declared - set(rows) == set(), "not explained"
    assert set(rows) - declared == set(), "explained, but not a dependency"


def licence(name: str) -> str:
    """What the installed package says of its licence."""
    told = distribution(name).metadata
    lines = [told.get("License-Expression") or "", *(told.get_all("Classifier") or []), told.get("License") or ""]
    return " ".join(line for line in lines if "Licen" in line or not line.count("::"))[:500]


def brought_along(names: set[str]) -> set[str]:
    """Everything that is installed with these packages, themselves included."""
    seen: set[str] = set()
    waiting = sorted(names)
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        rows = [Requirement(row) for row in distribution(name).requires or []]
        waiting += [row.name for row in rows if row.marker is None or row.marker.evaluate({"extra": ""})]
    return seen


def test_nothing_at_run_time_is_under_the_gpl(project: dict[str, list[Requirement]]) -> None:
    used = {row.name for group, requirements in project.items() if group != "dev" for row in requirements}
    licences = {name: licence(name) for name in brought_along(used)}
    assert "llvmlite" in licences
    assert "MIT" in licences["rich"]
    assert {name: text for name, text in licences.items() if re.search(r"(?<!L)GPL|GNU General", text)} == {}
