"""Airspace control orders in USMTF and ADatP-3 (ACO)."""

from __future__ import annotations

from typing import Final

from wellclear.formats.aco.order import NAME, read, recognises
from wellclear.formats.aco.printing import write

TITLE: Final = "airspace control order in USMTF or ADatP-3 text"

__all__ = ["NAME", "TITLE", "read", "recognises", "write"]
