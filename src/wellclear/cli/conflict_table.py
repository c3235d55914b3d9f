"""The table of conflicts: one row each on a wide screen or in a pipe, a few labelled lines each on a narrow one.

Pairs of volumes of the same two operations that follow each other are one row, which shows the closest of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from rich.table import Table
from rich.text import Text

from wellclear.cli import screen as look
from wellclear.cli.visible import visible_name
from wellclear.cli.wording import (
    print_band,
    print_lateral,
    print_length,
    print_side,
    print_span,
    print_vertical,
)
from wellclear.geo.mgrs_text import print_mgrs
from wellclear.geo.position_text import print_degrees_minutes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from wellclear.cli.encounters import Encounter
    from wellclear.detect.results import Conflict, Side

MAX_ROWS: Final = 200
"""Rows printed; more cannot be worked from a screen. Files carry all conflicts."""


@dataclass(frozen=True, slots=True)
class ConflictWords:
    """One conflict as text, the same on the screen, on the map and in the picture."""

    a: str
    b: str
    a_band: str
    b_band: str
    what: str
    when: str
    duration: str
    place: str
    mgrs: str
    lateral: str
    vertical: str
    gap: str

    @classmethod
    def of_encounter(cls, encounter: Encounter) -> ConflictWords:
        """The words for an encounter: those of its closest pair, over the whole of its time."""
        words = cls.of(encounter.closest)
        if len(encounter.conflicts) == 1:
            return words
        return replace(
            words,
            what=f"{words.what}, closest of {len(encounter.conflicts):,} pairs of volumes",
            when=print_span(encounter.from_ms, encounter.until_ms),
            duration=print_length(encounter.until_ms - encounter.from_ms),
        )

    @classmethod
    def of(cls, conflict: Conflict) -> ConflictWords:
        """The words for a conflict."""
        both = conflict.time_s == 0
        categories = [_category(side) for side in (conflict.a, conflict.b)]
        kinds = " x ".join(category or "-" for category in categories) if any(categories) else conflict.kind.value
        return cls(
            a=print_side(conflict.a),
            b=print_side(conflict.b),
            a_band=print_band(conflict.a.volume.band),
            b_band=print_band(conflict.b.volume.band),
            what=kinds,
            when=print_span(conflict.from_ms, conflict.until_ms),
            duration=print_length(conflict.until_ms - conflict.from_ms) if both else "spans only come close",
            place=print_degrees_minutes(conflict.where),
            mgrs=print_mgrs(conflict.where),
            lateral=print_lateral(conflict.lateral_m),
            vertical=print_vertical(conflict.vertical_m) + (" BY ENVELOPE" if conflict.by_envelope else ""),
            gap=f"{conflict.time_s:g} s",
        )


def print_conflicts(screen: Console, rows: Sequence[Encounter]) -> None:
    """Print the first of the rows, in their order, and say how many more there are."""
    if not rows:
        return
    shown = rows[:MAX_ROWS]
    look.print_table(screen, _rows(screen, shown) if look.is_wide(screen) else _blocks(shown))
    if len(rows) > len(shown):
        more = len(rows) - len(shown)
        look.print_line(screen, f"and {more:,} more rows: all conflicts are in --json FILE", look.WARNING)


def _rows(screen: Console, rows: Sequence[Encounter]) -> Table:
    headers = ("#", "from / until (UTC)", "who", "bands", "what", "where", "lateral", "vertical", "time gap")
    table = look.grid(screen, *headers)
    piped = look.is_piped(screen)
    for number, row in enumerate(rows, 1):
        words = ConflictWords.of_encounter(row)
        joined = ("  x  " if piped else "\n").join
        cells = (
            str(number),
            joined((words.when, words.duration)) if not piped else f"{words.when}, {words.duration}",
            joined((words.a, words.b)),
            joined((words.a_band, words.b_band)),
            words.what,
            f"{words.place}, {words.mgrs}" if piped else f"{words.place}\n{words.mgrs}",
            words.lateral,
            words.vertical,
            words.gap,
        )
        table.add_row(*(Text(cell) for cell in cells), end_section=not piped)
    return table


def _blocks(rows: Sequence[Encounter]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 1, 0, 0))
    for _ in range(3):
        table.add_column(overflow="fold")
    for number, row in enumerate(rows, 1):
        words = ConflictWords.of_encounter(row)
        lines = (
            ("when", f"{words.when} ({words.duration})"),
            ("A", f"{words.a}  [{words.a_band}]"),
            ("B", f"{words.b}  [{words.b_band}]"),
            ("what", words.what),
            ("where", f"{words.place}  {words.mgrs}"),
            ("gap", f"lateral {words.lateral}, vertical {words.vertical}, time {words.gap}"),
        )
        for place, (label, text) in enumerate(lines):
            mark = Text(str(number), style=look.DANGER) if place == 0 else Text()
            table.add_row(mark, Text(label, style=look.LABEL_STYLE), Text(text, style="bold" if place == 0 else ""))
        table.add_row()
    return table


def _category(side: Side) -> str:
    return visible_name(side.operation.category, 24)
