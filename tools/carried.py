"""The table of what each format carries, made by writing one thing at a time and reading it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from wellclear.formats.registry import FORMATS
from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.model.operation import Operation
from wellclear.model.reading import Context
from wellclear.model.volume import Volume

START_MS: Final = 1_811_840_400_000
HOUR_MS: Final = 3_600_000
HORIZON: Final = Span(START_MS - 24 * HOUR_MS, START_MS + 24 * HOUR_MS)
SPAN: Final = Span(START_MS, START_MS + 2 * HOUR_MS)
CIRCLE: Final = Footprint.circle(Position(53_100_000, 433_000_000), 55_560_000)
CORNERS: Final = tuple(
    Position(lon, lat) for lon, lat in ((50_000_000, 431_000_000), (52_000_000, 431_000_000), (52_000_000, 432_500_000))
)

CARRIED: Final = "yes"
CHANGED: Final = "told"
LEFT_OUT: Final = "no"
WRITTEN: Final = "in the file"
SILENT: Final = "LOST SILENTLY"

Same = Callable[[Operation, Operation], bool]


def _band(reference: Reference, low_m: float = 300, high_m: float = 900) -> Band:
    return Band(Height.metres(low_m, reference), Height.metres(high_m, reference))


OWN_BANDS: Final = {
    "f3548": _band(Reference.ELLIPSOID),
    "aco": Band(Height.feet(1000, Reference.AMSL_BARO), Height.feet(3000, Reference.AMSL_BARO)),
    "openair": Band(Height.feet(1000, Reference.AMSL_BARO), Height.feet(3000, Reference.AMSL_BARO)),
}
"""What stands for the heights of a format while something else is tried; heights above the sea where not named."""


@dataclass(frozen=True)
class Trial:
    """One thing that a format may carry: an operation that has it, and whether another has it too."""

    name: str
    footprint: Footprint = CIRCLE
    band: Band | None = None
    operation: Operation | None = None
    volume_name: str = "1"
    same: Same = lambda one, other: one == other

    def planned(self, format_name: str) -> Operation:
        """The operation that is written."""
        band = self.band or OWN_BANDS.get(format_name, _band(Reference.AMSL))
        volume = Volume(self.footprint, band, SPAN, self.volume_name)
        return replace(self.operation or Operation("Navy", "one", ()), volumes=(volume,))


def _same_ground(one: Operation, other: Operation) -> bool:
    ground, back = one.volumes[0].footprint, other.volumes[0].footprint
    kept = set(ground.points) <= set(back.points)
    return kept and (ground.core, ground.buffer_dmm) == (back.core, back.buffer_dmm)


def _same_band(one: Operation, other: Operation) -> bool:
    return one.volumes[0].band == other.volumes[0].band


def _heights(name: str, band: Band) -> Trial:
    return Trial(name, band=band, same=_same_band)


FEET: Final = (1000, 3000)
TRIALS: Final = (
    Trial("circle", same=_same_ground),
    Trial("polygon", Footprint.area(CORNERS), same=_same_ground),
    Trial("corridor", Footprint.corridor(CORNERS, 9_260_000), same=_same_ground),
    Trial("area with a buffer", Footprint.area(CORNERS, 9_260_000), same=_same_ground),
    *(
        _heights(name, Band(*(Height.feet(value, reference) for value in FEET)))
        for name, reference in (
            ("feet above the ellipsoid", Reference.ELLIPSOID),
            ("feet above mean sea level, true", Reference.AMSL),
            ("feet on QNH", Reference.AMSL_BARO),
            ("feet above ground", Reference.AGL),
        )
    ),
    _heights("flight levels", Band(Height.flight_level(50), Height.flight_level(90))),
    _heights("flight level above, ground below", Band(Height.feet(500, Reference.AGL), Height.flight_level(60))),
    _heights("surface to unlimited", Band(None, None)),
    Trial("start and end", same=lambda one, other: one.volumes[0].span == other.volumes[0].span),
    Trial("operation", same=lambda one, other: one.identifier == other.identifier),
    Trial("party", operation=Operation("Navy", "one", ()), same=lambda one, other: one.party == other.party),
    Trial(
        "category",
        operation=Operation("Navy", "one", (), category="ROZ"),
        same=lambda one, other: one.category == other.category,
    ),
    Trial("priority", operation=Operation("Navy", "one", (), priority=3), same=lambda a, b: a.priority == b.priority),
    Trial(
        "name of a volume", volume_name="leg 3", same=lambda one, other: one.volumes[0].name == other.volumes[0].name
    ),
)


def outcome(trial: Trial, format_name: str) -> str:
    """What becomes of one thing in one format."""
    written = FORMATS[format_name]
    context = Context("trial", "reader", HORIZON)
    planned = trial.planned(format_name)
    if written.write is None:
        raise ValueError(format_name)
    writing = written.write((planned,), context)
    back = written.read(writing.content, context).operations if b"one" in writing.content else ()
    if not back:
        return LEFT_OUT if writing.losses else SILENT
    if trial.same(planned, back[0]):
        return CARRIED
    if writing.losses:
        return CHANGED
    return WRITTEN if planned.party.encode() in writing.content else SILENT


def table() -> str:
    """The table in Markdown: a row for each thing, a column for each format that is written."""
    names = [name for name, each in FORMATS.items() if each.write is not None]
    rows = [f"| | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for trial in TRIALS:
        cells = " | ".join(outcome(trial, name) for name in names)
        rows.append(f"| {trial.name} | {cells} |")
    return "\n".join(rows)
