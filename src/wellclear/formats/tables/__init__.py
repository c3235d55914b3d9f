"""Tables in CSV: places with bands and spans, or records of flights."""

from __future__ import annotations

from typing import Final

from wellclear.formats.tables.reader import NAME, read, recognises

TITLE: Final = "CSV of places or of tracks"

__all__ = ["NAME", "TITLE", "read", "recognises"]
