"""Every sample of the page on agreements is read, and every key that is read is on the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from wellclear.model.agreement.ladder import Role
from wellclear.model.agreement.text import parse_agreement

PAGE = "docs/agreements.md"
SAMPLE = re.compile(r"^```toml\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
TAKEN = re.compile(r"\.(?:text|texts|number|flag|table|tables|has)\(\s*\"(\w+)\"|_optional\(table, \"(\w+)\"")


@pytest.fixture(scope="module")
def samples(pages: dict[str, str]) -> list[str]:
    return SAMPLE.findall(pages[PAGE])


def tables(text: str) -> list[tuple[str, str]]:
    """The parts of a text, each with the outermost name of its table; the first has none."""
    parts = re.split(r"^(?=\[)", text, flags=re.MULTILINE)
    return [((re.match(r"\[+(\w+)", part) or ["", ""])[1], part) for part in parts]


def merged(whole: str, fragment: str) -> str:
    """A text in which the tables of a fragment stand instead of its own."""
    replaced = {name for name, _ in tables(fragment)}
    kept = "".join(part for name, part in tables(whole) if not name or name not in replaced)
    return f"{kept}\n{fragment}"


def test_the_whole_sample_is_an_agreement(samples: list[str]) -> None:
    assert parse_agreement(samples[0].encode()).party_names == ("north", "south")


def test_every_fragment_fits_the_whole_sample(samples: list[str]) -> None:
    assert len(samples) > 5
    whole = parse_agreement(samples[0].encode())
    for fragment in samples[1:]:
        assert parse_agreement(merged(samples[0], fragment).encode()).parties == whole.parties


def test_every_key_that_is_read_is_on_the_page(root: Path, pages: dict[str, str]) -> None:
    sources = (root / "src" / "wellclear" / "model" / "agreement").glob("text*.py")
    keys = {
        key for path in sources for found in TAKEN.findall(path.read_text(encoding="utf-8")) for key in found if key
    }
    quoted = re.findall(r"`([^`\n]+)`", pages[PAGE])
    named = {word for words in quoted for word in re.findall(r"\w+", words)}
    assert len(keys) > 40
    assert sorted(keys - named) == []


def test_every_role_is_on_the_page(pages: dict[str, str]) -> None:
    assert [role.value for role in Role if f"`{role.value}`" not in pages[PAGE]] == []
