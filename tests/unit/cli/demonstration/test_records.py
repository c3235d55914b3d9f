"""Logs compared: what one took and nobody said is found."""

from __future__ import annotations

import pytest

from wellclear.cli.demonstration.records import Record, shared_count
from wellclear.errors import VerificationFailed


def record(party: str, said: set[str], took: set[str]) -> Record:
    return Record(party, 1, bytes(32), frozenset(said), frozenset(took))


def test_what_was_said_and_taken_is_counted() -> None:
    assert shared_count([record("north", {"a", "b"}, {"c"}), record("south", {"c"}, {"a"})]) == 2


def test_what_nobody_says_it_said_is_refused() -> None:
    with pytest.raises(VerificationFailed, match="south took"):
        shared_count([record("north", {"a"}, set()), record("south", set(), {"b"})])
