"""OpenAir airspace files, as WinPilot defined them and Naviter extends them."""

from __future__ import annotations

from typing import Final

from wellclear.formats.openair.reader import read, recognises
from wellclear.formats.openair.writer import write

NAME: Final = "openair"
TITLE: Final = "OpenAir airspace"

__all__ = ["NAME", "TITLE", "read", "recognises", "write"]
