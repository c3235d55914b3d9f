"""Area, protected sites and frequencies, from the text of an agreement."""

from __future__ import annotations

import re
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Band, Height
from wellclear.geo.height_text import End, parse_height
from wellclear.geo.limits import MAX_RING_POINTS
from wellclear.geo.position_text import WANTED, parse_position
from wellclear.geo.quantity import parse_distance_dmm
from wellclear.model.agreement.clauses import Area, Frequency, Site
from wellclear.model.agreement.text_values import parse_day_ms, parse_instant_ms, parse_line
from wellclear.model.agreement.toml_table import Table

MAX_AREA_FOOTPRINTS: Final = 50
"""Pieces of one agreement's area: more than any airspace order closes at once for one purpose."""

_CHANNEL: Final = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,4})? (?:MHz|kHz)")
_RADIUS: Final = '"500 m" or "2 NM"'


def read_area(table: Table) -> Area:
    """The table `area`: a band, and one or more footprints.

    Raises:
        MalformedInput: it is not what `docs/agreements.md` describes.
    """
    floor, ceiling = _height(table, "floor"), _height(table, "ceiling")
    footprints = tuple(each.means(_footprint) for each in table.tables("footprint", MAX_AREA_FOOTPRINTS))
    if not footprints:
        raise MalformedInput(
            "the area has no footprint",
            code="agreement-area",
            at=table.place("footprint"),
            wanted="[[area.footprint]], one or more",
        )
    return Area(footprints, Band(floor, ceiling))


def read_site(table: Table) -> Site:
    """A table `site`.

    Raises:
        MalformedInput: it is not what `docs/agreements.md` describes.
    """
    return Site(
        name=table.text("name", parse_line, wanted='"district hospital"'),
        position=table.text("position", parse_position, wanted=WANTED),
        radius_dmm=table.text("radius", parse_distance_dmm, wanted=_RADIUS),
        verified_on_ms=table.text("verified_on", parse_day_ms, wanted='"2026-11-20"'),
        expires_ms=table.text("expires", parse_instant_ms, wanted='"2027-02-20T00:00:00Z"'),
    )


def read_frequency(table: Table) -> Frequency:
    """A table `frequency`.

    Raises:
        MalformedInput: it is not what `docs/agreements.md` describes.
    """
    return Frequency(
        name=table.text("name", parse_line, wanted='"guard"'),
        channel=table.text("channel", _parse_channel, wanted='"121.500 MHz"'),
    )


def _height(table: Table, end: End) -> Height | None:
    def read(text: str) -> tuple[Height | None]:
        return (parse_height(text, end=end),)

    return table.text(end, read, wanted='"SFC", "3000 ft QNH", "FL245" or "UNL"')[0]


def _footprint(table: Table) -> Footprint:
    """A ring, a circle or a corridor, by the key that says where it is."""
    if table.has("centre"):
        centre = table.text("centre", parse_position, wanted=WANTED)
        return Footprint.circle(centre, table.text("radius", parse_distance_dmm, wanted=_RADIUS))
    if table.has("line"):
        line = table.texts("line", parse_position, MAX_RING_POINTS, wanted=WANTED)
        return Footprint.corridor(line, table.text("half_width", parse_distance_dmm, wanted=_RADIUS))
    if table.has("ring"):
        ring = table.texts("ring", parse_position, MAX_RING_POINTS, wanted=WANTED)
        return Footprint.area(ring, table.text("buffer", parse_distance_dmm, wanted=_RADIUS, default=0))
    raise MalformedInput(
        "the footprint says not where it is",
        code="agreement-footprint",
        wanted="`ring`, or `centre` and `radius`, or `line` and `half_width`",
    )


def _parse_channel(text: str) -> str:
    if not _CHANNEL.fullmatch(text):
        raise MalformedInput(f"not a frequency: {text[:40]!r}", code="frequency-text", wanted='"121.500 MHz"')
    return text
