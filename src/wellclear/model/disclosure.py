"""What a peer may see of an operation: itself, or its cover on a grid, and nothing in between.

The cover is a function of the boxes of the grid (a cell, bins of height, bins of time) that the operation meets, and of
nothing else: neither the number, order and names of its volumes nor where in a box it lies can be told from the bytes.
Party, identifier and category are told as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final

from wellclear.errors import RuleViolated
from wellclear.geo.cell_blocks import Block, block_footprint, blocks
from wellclear.geo.cells import MAX_COVER_CELLS, Cell, Cover, fitting_cover, parent
from wellclear.geo.footprint import Footprint
from wellclear.geo.grid import MIN_S2_LEVEL, Grid
from wellclear.geo.height import Band
from wellclear.geo.span import Span
from wellclear.model.agreement.disclosure import DisclosureTerm
from wellclear.model.band_union import band_order, hull, united
from wellclear.model.operation import Operation
from wellclear.model.operation_text import MAX_VOLUMES, parse_operation, print_operation
from wellclear.model.volume import Volume

KEPT_COVERS: Final = 2_000
"""Covers of footprints that are kept: the same ground is asked for once for every peer and every amendment."""

Box = tuple[Span, Band]
"""Bins of time and of height."""

Column = frozenset[Box]
"""What is used above one cell."""


def disclosed(operation: Operation, term: DisclosureTerm) -> Operation:
    """An operation as a peer may see it; under ``on-conflict``, as it may see it once its notice conflicts with this.

    Assessments toward that peer are computed from this and from nothing else.

    Args:
        operation: the exact one.
        term: what the agreement states for this peer and category.

    Returns:
        The operation itself under ``full``, else its cover on the grid.

    Raises:
        RuleViolated: `cover-large`: no cover of it can be told.
    """
    return operation if term.grid is None else covered(operation, term.grid)


def disclosed_content(content: bytes, term: DisclosureTerm) -> bytes:
    """The same between exact bytes, as `wellclear.model.operation_text` has them.

    Raises:
        MalformedInput: the bytes are no operation.
        RuleViolated: as `disclosed`.
    """
    return content if term.grid is None else print_operation(disclosed(parse_operation(content), term))


def covered(operation: Operation, grid: Grid) -> Operation:
    """The cover of an operation: blocks of cells, bins of height and bins of time that together contain it.

    A filing is not refused for a grid. Where the cover has over 2,000 cells, or over 200 volumes on over 200 cells,
    larger cells are taken; where 200 cells or fewer have over 200 volumes, the whole of its time and heights counts
    above every cell. So a cell is never wider than the grid's, or than a part of what the operation extends over.

    Args:
        operation: the exact one.
        grid: level of the cells, and bins.

    Returns:
        Party, identifier and category as they are, priority 0; volumes in order of time, height and place, numbered.

    Raises:
        RuleViolated: `cover-large`: over 200 volumes even so.
    """
    covers = [_cover(volume.footprint, grid.s2_level) for volume in operation.volumes]
    boxes = [(grid.covering_span(volume.span), grid.covering_band(volume.band)) for volume in operation.volumes]
    for columns in _ever_coarser(covers, boxes):
        volumes = _volumes(columns)
        if len(volumes) > MAX_VOLUMES and len(columns) <= MAX_VOLUMES:
            volumes = _volumes(dict.fromkeys(columns, frozenset([_whole(boxes)])))
        if len(volumes) <= MAX_VOLUMES:
            return Operation(operation.party, operation.identifier, volumes, operation.category)
    raise RuleViolated(
        f"the cover of {operation.identifier} has more than {MAX_VOLUMES} volumes",
        code="cover-large",
        wanted="several operations, each in one region",
    )


@lru_cache(maxsize=KEPT_COVERS)
def _cover(footprint: Footprint, s2_level: int) -> Cover:
    return fitting_cover(footprint, s2_level)


def _ever_coarser(covers: list[Cover], boxes: list[Box]) -> Iterator[dict[Cell, Column]]:
    """What is used above each cell, at the finest level that all covers have, then at each above it down to level 4.

    Levels of more than 2,000 cells are left out, as they are for one footprint: how the ground is divided into
    footprints must not show.
    """
    finest = min(cover.s2_level for cover in covers)
    columns: dict[Cell, Column] = defaultdict(frozenset)
    for cover, box in zip(covers, boxes, strict=True):
        for cell in cover.cells:
            columns[_above(cell, cover.s2_level - finest)] |= {box}
    for _ in range(finest, MIN_S2_LEVEL - 1, -1):
        if len(columns) <= MAX_COVER_CELLS:
            yield columns
        finer, columns = columns, defaultdict(frozenset)
        for cell, column in finer.items():
            columns[parent(cell)] |= column


def _above(cell: Cell, levels: int) -> Cell:
    for _ in range(levels):
        cell = parent(cell)
    return cell


def _volumes(columns: dict[Cell, Column]) -> tuple[Volume, ...]:
    """Volumes that together are these columns: the fewest boxes over the fewest blocks of cells, in one order."""
    apart: dict[Column, tuple[Box, ...]] = {column: _united(column) for column in set(columns.values())}
    alike: dict[tuple[Box, ...], list[Cell]] = defaultdict(list)
    for cell, column in columns.items():
        alike[apart[column]].append(cell)
    placed = [(box, block) for used, cells in alike.items() for block in blocks(cells) for box in used]
    ordered = sorted(placed, key=_order)
    return tuple(
        Volume(block_footprint(block), band, span, str(number))
        for number, ((span, band), block) in enumerate(ordered, 1)
    )


def _order(placed: tuple[Box, Block]) -> tuple[object, ...]:
    (span, band), block = placed
    return span, band_order(band), block


def _united(column: Iterable[Box]) -> tuple[Box, ...]:
    """The one division of a column: spans in which the same heights are used, as long as they last."""
    boxes = list(column)
    cuts_ms = sorted({cut_ms for span, _ in boxes for cut_ms in (span.start_ms, span.end_ms)})
    found: list[tuple[Span, tuple[Band, ...]]] = []
    for start_ms, end_ms in pairwise(cuts_ms):
        bands = united(band for span, band in boxes if span.start_ms <= start_ms and end_ms <= span.end_ms)
        lasting = found.pop()[0] if found and found[-1][0].end_ms == start_ms and found[-1][1] == bands else None
        if bands:
            found.append((Span(lasting.start_ms if lasting else start_ms, end_ms), bands))
    return tuple((span, band) for span, bands in found for band in bands)


def _whole(boxes: list[Box]) -> Box:
    """One box that contains all of them."""
    span = Span(min(span.start_ms for span, _ in boxes), max(span.end_ms for span, _ in boxes))
    return span, hull(band for _, band in boxes)
