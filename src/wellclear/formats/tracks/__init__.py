"""Recorded flights as operations: who would have been in conflict."""

from __future__ import annotations

from typing import Final

from wellclear.formats.tracks.reader import NAME, read, recognises

TITLE: Final = "recorded flights (JSON records or parquet)"

__all__ = ["NAME", "TITLE", "read", "recognises"]
