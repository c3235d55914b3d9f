"""Operations into an OpenAir airspace file, with Naviter's extensions AY and AA.

Positions are written exactly: in degrees, minutes and seconds where every one of the file is a whole second, else in
degrees and minutes with six decimals, of which 1e-7 degree takes no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Final

from wellclear.errors import RuleViolated, WellclearError
from wellclear.formats.openair.reader import UNCLASSIFIED
from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.height import Height, Reference
from wellclear.geo.height_text import End
from wellclear.geo.limits import DMM_PER_FT, DMM_PER_M, DMM_PER_NM, E7_PER_DEGREE
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.geo.time_text import print_rfc3339
from wellclear.model.operation import Operation
from wellclear.model.reading import Context, Note, Writing
from wellclear.model.volume import Volume

CLASSES: Final = frozenset({"A", "B", "C", "D", "E", "F", "G", "R", "Q", "P", "GP", "CTR", "W"})
"""What AC may say: the ICAO classes, and the types that WinPilot's first version put there."""

TYPES: Final = frozenset(
    {
        "ACCSEC",
        "ADIZ",
        "ALERT",
        "ASRA",
        "ATZ",
        "AWY",
        "CTA",
        "CUSTOM",
        "FIR",
        "FIS",
        "GSEC",
        "HTZ",
        "LTA",
        "MATZ",
        "MTA",
        "MTR",
        "N",
        "OFR",
        "RMZ",
        "TFR",
        "TIA",
        "TIZ",
        "TMA",
        "TMZ",
        "TRA",
        "TRAFR",
        "TRZ",
        "TSA",
        "UIR",
        "UTA",
        "VFRR",
        "VFRSEC",
        "WARNING",
    }
)
"""What AY may say (Naviter, version 2.1)."""

_NAMED: Final = {
    Reference.AMSL: "AMSL",
    Reference.AMSL_BARO: "AMSL",
    Reference.AGL: "AGL",
    Reference.FLIGHT_LEVEL: "STD",
}


def write(operations: Sequence[Operation], context: Context) -> Writing:
    """Write operations as OpenAir; each volume becomes one airspace.

    Returns:
        the file, and one loss for each thing that it does not carry or that many readers will not take from it.
    """
    losses = _losses_of_the_file(operations, context)
    exact_seconds = all(
        _in_whole_seconds(value_e7)
        for operation in operations
        for volume in operation.volumes
        for point in volume.footprint.points
        for value_e7 in (point.lon_e7, point.lat_e7)
    )
    blocks = ["*VERSION: 2.0\n*WRITTEN_BY: wellclear\n"]
    for operation in operations:
        for volume in operation.volumes:
            name = _name(operation, volume)
            try:
                blocks.append(_record(name, operation.category, volume, context, exact_seconds=exact_seconds))
            except WellclearError as error:
                losses.append(Note(context.source, volume.name, operation.identifier, f"left out: {error.message}"))
                continue
            losses += [Note(context.source, volume.name, operation.identifier, m) for m in _changes(operation, volume)]
    return Writing("\n".join(blocks).encode(), tuple(losses))


def _record(name: str, category: str, volume: Volume, context: Context, *, exact_seconds: bool) -> str:
    upper = category.upper()
    kind = f"AC {upper}\n" if upper in CLASSES else "AC UNC\n"
    kind += f"AY {upper}\n" if upper in TYPES else ""
    times = "" if volume.span == context.horizon else f"AA {_interval(volume.span)}\n"
    floor, ceiling = _limit(volume.band.floor, "floor"), _limit(volume.band.ceiling, "ceiling")
    shape = "".join(f"{line}\n" for line in _shape(volume.footprint, exact_seconds=exact_seconds))
    return f"{kind}AN {name}\n{times}AH {ceiling}\nAL {floor}\n{shape}"


def _name(operation: Operation, volume: Volume) -> str:
    name = operation.identifier if len(operation.volumes) == 1 else f"{operation.identifier} {volume.name}"
    return " ".join(name.split()) or "UNNAMED"


def _losses_of_the_file(operations: Sequence[Operation], context: Context) -> list[Note]:
    volumes = [volume for operation in operations for volume in operation.volumes]
    losses = ["the party is not carried"] if any(operation.party for operation in operations) else []
    losses += ["priorities are not carried"] if any(operation.priority for operation in operations) else []
    if any(volume.span != context.horizon for volume in volumes):
        losses.append("times are carried as AA, which readers of plain OpenAir pass over")
    if any(volume.span == context.horizon for volume in volumes):
        losses.append("volumes that hold over the whole horizon are written without times")
    if any(len(operation.volumes) > 1 for operation in operations):
        losses.append("volumes of one operation are carried as airspaces of their own, and as such can be in conflict")
    if any(volume.footprint.core is Core.LINE for volume in volumes):
        losses.append("corridors are carried as DY with V W=, which many readers of OpenAir do not draw")
    return [Note(context.source, "", "", loss) for loss in losses]


def _changes(operation: Operation, volume: Volume) -> Iterable[str]:
    category = operation.category.upper()
    if category not in CLASSES | TYPES | UNCLASSIFIED | {""}:
        yield f"the category {operation.category} is not carried"
    if any(end is not None and end.reference is Reference.AMSL for end in (volume.band.floor, volume.band.ceiling)):
        yield "a true height above sea level is carried as AMSL, which is read as what an altimeter shows"
    if _name(operation, volume) not in (operation.identifier, f"{operation.identifier} {volume.name}"):
        yield "spaces in the name are changed"


def _interval(span: Span) -> str:
    return "/".join(print_rfc3339(ms).replace(":00Z", "Z") for ms in (span.start_ms, span.end_ms))


def _limit(height: Height | None, end: End) -> str:
    if height is None:
        return "GND" if end == "floor" else "UNL"
    if height.reference not in _NAMED:
        raise RuleViolated("OpenAir has no heights above the ellipsoid", code="openair-reference")
    level, part = divmod(height.value_dmm, 100 * DMM_PER_FT)
    if height.reference is Reference.FLIGHT_LEVEL and part == 0 and 0 <= level <= 999:
        return f"FL{level:03d}"
    feet, part = divmod(height.value_dmm, DMM_PER_FT)
    if part == 0:
        return f"{feet}ft {_NAMED[height.reference]}"
    return f"{_decimal(Fraction(height.value_dmm, DMM_PER_M), 4)}m {_NAMED[height.reference]}"


def _shape(footprint: Footprint, *, exact_seconds: bool) -> list[str]:
    """Lines that draw a footprint; ``exact_seconds`` chooses the notation of positions."""
    points = [_print_position(point, exact_seconds=exact_seconds) for point in footprint.points]
    if footprint.core is Core.AREA:
        if footprint.buffer_dmm:
            raise RuleViolated("OpenAir has no areas with a buffer", code="openair-buffer")
        return [f"DP {point}" for point in (*points, points[0])]
    if not footprint.buffer_dmm:
        raise RuleViolated("OpenAir has no points and lines without a radius", code="openair-buffer")
    if footprint.core is Core.POINT:
        return [f"V X={points[0]}", f"DC {_nautical(footprint.buffer_dmm)}"]
    return [f"V W={_nautical(2 * footprint.buffer_dmm)}", *(f"DY {point}" for point in points)]


def _nautical(value_dmm: int) -> str:
    """Nautical miles with eight decimals: within 0.1 of 0.1 mm, so that reading gives the same number."""
    return _decimal(Fraction(value_dmm, DMM_PER_NM), 8)


def _decimal(value: Fraction, places: int) -> str:
    scaled = round(value * 10**places)
    whole, part = divmod(abs(scaled), 10**places)
    decimals = f".{part:0{places}d}".rstrip("0").rstrip(".")
    return f"{'-' if scaled < 0 else ''}{whole}{decimals}"


def _in_whole_seconds(value_e7: int) -> bool:
    seconds = round(Fraction(abs(value_e7) * 3600, E7_PER_DEGREE))
    return round(Fraction(seconds * E7_PER_DEGREE, 3600)) == abs(value_e7)


def _print_position(point: Position, *, exact_seconds: bool) -> str:
    halves = ((point.lat_e7, 2, "NS"), (point.lon_e7, 3, "EW"))
    return " ".join(_print_angle(*half, exact_seconds=exact_seconds) for half in halves)


def _print_angle(value_e7: int, width: int, letters: str, *, exact_seconds: bool) -> str:
    letter = letters[value_e7 < 0]
    if exact_seconds:
        minutes, second = divmod(round(Fraction(abs(value_e7) * 3600, E7_PER_DEGREE)), 60)
        return f"{minutes // 60:0{width}d}:{minutes % 60:02d}:{second:02d} {letter}"
    degrees, rest_e7 = divmod(abs(value_e7), E7_PER_DEGREE)
    minute, millionths = divmod(rest_e7 * 6, 1_000_000)
    return f"{degrees:0{width}d}:{minute:02d}.{millionths:06d} {letter}"
