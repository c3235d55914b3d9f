"""A planned use of airspace by one party."""

from __future__ import annotations

from dataclasses import dataclass

from wellclear.model.volume import Volume


@dataclass(frozen=True, slots=True)
class Operation:
    """A party's plan: one or more volumes under one name.

    Volumes of one operation do not conflict with each other.

    Attributes:
        party: who plans it.
        identifier: what the party calls it; unique within one party.
        volumes: at least one.
        category: kind of use, as the source names it (``ROZ``, ``NO_FLY``); free text, empty if unknown.
        priority: higher goes first; 0 where the source has none.
    """

    party: str
    identifier: str
    volumes: tuple[Volume, ...]
    category: str = ""
    priority: int = 0
