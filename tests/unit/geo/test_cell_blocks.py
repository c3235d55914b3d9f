"""Blocks are exactly their cells, and lie in their footprints."""

from __future__ import annotations

import math

import numpy as np
import pytest
import s2geometry as s2
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle.geodesic_oracle import Floats, edges_of, inside, nearest_on
from wellclear.errors import MalformedInput
from wellclear.geo.cell_blocks import Block, block_footprint, blocks, cell_footprint
from wellclear.geo.cells import Cell, children, fitting_cover, level_of
from wellclear.geo.footprint import Footprint
from wellclear.geo.position import Position

SEEDS = st.integers(0, 2**32)


def cell_at(lon_deg: float, lat_deg: float, s2_level: int) -> Cell:
    return int(s2.S2CellId(s2.S2LatLng.FromDegrees(lat_deg, lon_deg)).parent(s2_level).id())


def place(cell: Cell) -> tuple[int, int, int]:
    face, column, row, _ = s2.S2CellId(cell).ToFaceIJOrientation()
    return face, column >> 30 - level_of(cell), row >> 30 - level_of(cell)


def cells_of(block: Block) -> set[Cell]:
    """The slow way: every cell between the first and the third corner."""
    (face, left, low), (_, right, high) = place(block.corners[0]), place(block.corners[2])
    level = level_of(block.corners[0])
    assert [place(cell) for cell in block.corners[1::2]] == [(face, right, low), (face, left, high)]
    return {
        s2.S2CellId.FromFaceIJ(face, column << 30 - level, row << 30 - level).parent(level).id()
        for column in range(left, right + 1)
        for row in range(low, high + 1)
    }


def assert_inside(footprint: Footprint, directions: Floats) -> None:
    x, y, z = directions.T
    edges = edges_of(footprint)
    for lon, lat in zip(np.degrees(np.arctan2(y, x)), np.degrees(np.arctan2(z, np.hypot(x, y))), strict=True):
        around = np.full(len(edges.lon), lon), np.full(len(edges.lon), lat)
        away_m = nearest_on(edges, *around)[0].min()
        assert away_m <= footprint.buffer_dmm / 10_000 or inside(footprint, float(lon), float(lat))


def border_of(cell: Cell, rng: np.random.Generator, count: int) -> Floats:
    shape = s2.S2Cell(s2.S2CellId(cell))
    corners = np.array([(v.x(), v.y(), v.z()) for v in map(shape.GetVertex, range(4))])
    share, side = rng.choice([0.0, 0.5, rng.uniform(0, 1)], (count, 1)), rng.integers(0, 4, count)
    return corners[side] * share + corners[(side + 1) % 4] * (1 - share)


@given(st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1), st.sampled_from([4, 6, 9]))
def test_blocks_are_exactly_their_cells(places: set[tuple[int, int]], s2_level: int) -> None:
    shift = 30 - s2_level
    cells = {
        s2.S2CellId.FromFaceIJ(1, column + 4 << shift, row + 4 << shift).parent(s2_level).id() for column, row in places
    }
    found = blocks(cells)
    parts = [cells_of(block) for block in found]
    assert set().union(*parts) == cells
    assert sum(map(len, parts)) == len(cells)
    assert blocks(sorted(cells, reverse=True)) == found == tuple(sorted(found))


def test_a_square_of_cells_is_one_block_and_a_corner_less_is_two() -> None:
    cell = cell_at(10, 50, 8)
    square = {small for child in children(cell) for small in children(child)}
    assert len(blocks(square)) == 1
    corner = blocks(square)[0].corners[1]
    assert len(blocks(square - {corner})) == 2


def test_a_corridor_has_a_tenth_as_many_blocks_as_cells() -> None:
    line = (Position.from_degrees(10, 50), Position.from_degrees(10.5, 50.1))
    cover = fitting_cover(Footprint.corridor(line, 37_040_000), 12).cells
    assert len(blocks(cover)) * 5 < len(cover)


@settings(max_examples=100)
@given(SEEDS, st.integers(4, 16))
def test_a_cell_lies_in_its_footprint(seed: int, s2_level: int) -> None:
    rng = np.random.default_rng(seed)
    z, lon_deg = rng.choice([1.0, -1.0, rng.uniform(-1, 1)]), rng.choice([180.0, 0.0, rng.uniform(-180, 180)])
    cell = cell_at(float(lon_deg), math.degrees(math.asin(float(z))), s2_level)
    border = border_of(cell, rng, 40)
    within = border[:20] * rng.uniform(0.1, 1, (20, 1)) + border[20:]
    assert_inside(cell_footprint(cell), np.vstack((border, within)))


@settings(max_examples=60)
@given(SEEDS, st.integers(5, 16))
def test_a_block_lies_in_its_footprint(seed: int, s2_level: int) -> None:
    rng = np.random.default_rng(seed)
    z, lon_deg = rng.choice([0.9999999, -0.9999999, rng.uniform(-1, 1)]), rng.choice([180.0, rng.uniform(-180, 180)])
    middle = s2.S2CellId(s2.S2LatLng.FromDegrees(math.degrees(math.asin(float(z))), float(lon_deg)))
    face, column, row, _ = middle.ToFaceIJOrientation()
    inside_one = (1 << s2_level - 4) - 1
    first = np.array([column, row]) >> 30 - s2_level
    last = np.minimum(first + rng.integers(0, 1 + inside_one, 2), first | inside_one)
    corners = [(first[0], first[1]), (last[0], first[1]), (last[0], last[1]), (first[0], last[1])]
    cells = [
        s2.S2CellId.FromFaceIJ(face, int(i) << 30 - s2_level, int(j) << 30 - s2_level).parent(s2_level).id()
        for i, j in corners
    ]
    footprint = block_footprint(Block((cells[0], cells[1], cells[2], cells[3])))
    assert footprint.buffer_dmm <= 13_000
    for cell in cells:
        assert_inside(footprint, border_of(cell, rng, 8))


@pytest.mark.parametrize(
    ("cell", "code"),
    [(0, "cell-malformed"), (-1, "cell-malformed"), (2**64, "cell-malformed"), (2, "cell-malformed"),
     (True, "cell-malformed"), (cell_at(0, 0, 3), "cell-level"), (cell_at(0, 0, 17), "cell-level")],
)  # fmt: skip
def test_what_is_no_cell_has_no_footprint(cell: Cell, code: str) -> None:
    with pytest.raises(MalformedInput) as refused:
        cell_footprint(cell)
    assert refused.value.code == code
