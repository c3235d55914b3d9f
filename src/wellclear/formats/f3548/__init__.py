"""ASTM F3548-21 volumes as JSON; docs/formats/f3548.md describes what is carried."""

from __future__ import annotations

from typing import Final

from wellclear.formats.f3548.reading import read, recognises
from wellclear.formats.f3548.writing import write

NAME: Final = "f3548"
TITLE: Final = "ASTM F3548-21 (UTM): Volume4D, operational intents, constraints"

__all__ = ["NAME", "TITLE", "read", "recognises", "write"]
