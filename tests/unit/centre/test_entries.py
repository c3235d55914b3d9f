from __future__ import annotations

from typing import get_args

from wellclear.centre.apply import entry as applying
from wellclear.centre.entries.text import AnyEntry


def test_every_kind_of_entry_is_applied_and_no_other() -> None:
    assert set(applying._APPLIED) == set(get_args(AnyEntry))
