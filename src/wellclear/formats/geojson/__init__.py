"""GeoJSON (RFC 7946) with a profile of properties; docs/formats/geojson.md describes it."""

from __future__ import annotations

from typing import Final

from wellclear.formats.geojson.reading import read, recognises
from wellclear.formats.geojson.writing import write

NAME: Final = "geojson"
TITLE: Final = "GeoJSON (RFC 7946) with properties for operation, heights and times"

__all__ = ["NAME", "TITLE", "read", "recognises", "write"]
