"""Random operations, and contexts to read and write them in."""

from __future__ import annotations

from hypothesis import strategies as st

from wellclear.errors import MalformedInput
from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.model.operation import Operation
from wellclear.model.reading import Context
from wellclear.model.volume import Volume

DAY_MS = 86_400_000
START_MS = 1_767_225_600_000
"""2026-01-01T00:00:00Z."""

HORIZON = Span(START_MS, START_MS + 30 * DAY_MS)
CONTEXT = Context("plan.json", "BLUE", HORIZON)

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=20).filter(str.strip)
POSITIONS = st.builds(Position, st.integers(-1_799_999_999, 1_799_999_999), st.integers(-850_000_000, 850_000_000))
SPANS = st.builds(
    lambda start, length: Span(start, start + length),
    st.integers(START_MS, START_MS + 10**10),
    st.integers(1, 10 * DAY_MS),
)


def heights(references: tuple[Reference, ...]) -> st.SearchStrategy[Height]:
    return st.builds(Height, st.integers(-1_000_000, 300_000_000), st.sampled_from(references))


@st.composite
def bands(draw: st.DrawFn, references: tuple[Reference, ...]) -> Band:
    ends = [draw(st.none() | heights(references)) for _ in range(2)]
    try:
        return Band(*ends)
    except MalformedInput:
        return Band(*reversed(ends))


@st.composite
def footprints(draw: st.DrawFn) -> Footprint:
    """Circles, corridors and areas of up to some tens of kilometres; a ring that crosses itself becomes a corridor."""
    centre = draw(POSITIONS)
    count = draw(st.integers(1, 6))
    offsets = draw(
        st.lists(st.tuples(*[st.integers(-1_000_000, 1_000_000)] * 2), min_size=count, max_size=count, unique=True)
    )
    points = tuple(
        Position((centre.lon_e7 + lon + 1_800_000_000) % 3_600_000_000 - 1_800_000_000, centre.lat_e7 + lat)
        for lon, lat in offsets
    )
    buffer_dmm = draw(st.integers(0, 100_000_000))
    if count == 1:
        return Footprint.circle(points[0], buffer_dmm)
    if count == 2 or draw(st.booleans()):
        return Footprint.corridor(points, buffer_dmm)
    try:
        return Footprint.area(points, draw(st.sampled_from((0, buffer_dmm))))
    except MalformedInput:
        return Footprint.corridor(points, buffer_dmm)


@st.composite
def operations(
    draw: st.DrawFn, references: tuple[Reference, ...] = tuple(Reference), names: st.SearchStrategy[str] = NAMES
) -> tuple[Operation, ...]:
    """Up to three operations of different names."""
    identifiers = draw(st.lists(st.tuples(names, names), max_size=3, unique=True))
    return tuple(
        Operation(
            party,
            identifier,
            tuple(
                Volume(draw(footprints()), draw(bands(references)), draw(SPANS), str(ordinal))
                for ordinal in range(1, draw(st.integers(1, 3)) + 1)
            ),
            draw(st.just("") | names),
            draw(st.integers(-5, 100)),
        )
        for party, identifier in identifiers
    )
