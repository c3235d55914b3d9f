"""Times, heights and distances as an officer reads them: UTC date-time groups, flight levels, NM and feet.

Distances are rounded down and ends of times outward, so that no rounding makes two operations look farther apart.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from wellclear.cli.visible import visible_name
from wellclear.detect.results import Reason
from wellclear.geo.height import Height, Reference
from wellclear.geo.limits import DMM_PER_FT, DMM_PER_M, DMM_PER_NM

if TYPE_CHECKING:
    from wellclear.detect.results import Side
    from wellclear.geo.height import Band
    from wellclear.model.minima import Minima

MINUTE_MS: Final = 60_000
M_PER_NM: Final = DMM_PER_NM / DMM_PER_M
M_PER_FT: Final = DMM_PER_FT / DMM_PER_M

MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")

REFERENCE_WORDS: Final = {
    Reference.ELLIPSOID: "ellipsoid",
    Reference.AMSL: "AMSL true",
    Reference.AMSL_BARO: "AMSL",
    Reference.AGL: "AGL",
}

REASON_WORDS: Final = {
    Reason.PRESSURE_MISSING: "heights of different references, and no range of pressure given (--pressure)",
    Reason.TEMPERATURE_MISSING: "heights of different references, and no range of temperature given (--temperature)",
    Reason.TERRAIN_MISSING: "heights above ground, and no range of terrain given (--terrain)",
    Reason.TERRAIN_OUTSIDE: "heights above ground where the terrain grid does not reach (--terrain)",
}

STANDING: Final = "Informed, not protected: this compares what the files say, and nothing else."


def instant(at_ms: int) -> datetime:
    """The UTC time of a number of milliseconds."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms)


def print_group(at_ms: int, *, up: bool = False) -> str:
    """A date-time group to the minute, ``171839Z SEP 18``; rounded down, or with ``up`` up."""
    minutes = -(-at_ms // MINUTE_MS) if up else at_ms // MINUTE_MS
    at = instant(minutes * MINUTE_MS)
    return f"{at:%d%H%M}Z {MONTHS[at.month - 1]} {at:%y}"


def print_instant(at_ms: int) -> str:
    """RFC 3339 with milliseconds: ``2018-09-17T18:39:00.000Z``."""
    return instant(at_ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def print_span(from_ms: int, until_ms: int) -> str:
    """Two date-time groups, rounded outward: ``171839Z SEP 18 to 171903Z SEP 18``."""
    return f"{print_group(from_ms)} to {print_group(until_ms, up=True)}"


def print_duration(duration_ms: float) -> str:
    """Days, hours, minutes and seconds, the parts that are not zero: ``1 h 30 min``."""
    if duration_ms == 0:
        return "0 s"
    parts = []
    rest = int(duration_ms)
    for unit, unit_ms in (("d", 86_400_000), ("h", 3_600_000), ("min", MINUTE_MS)):
        count, rest = divmod(rest, unit_ms)
        parts += [f"{count} {unit}"] if count else []
    if rest:
        parts.append(f"{rest / 1_000:g} s")
    return " ".join(parts) or "under 1 ms"


def print_lateral(lateral_m: float) -> str:
    """Nautical miles and metres, rounded down: ``4.99 NM (9259 m)``."""
    return f"{_down(lateral_m / M_PER_NM * 100) / 100:.2f} NM ({_down(lateral_m)} m)"


def print_vertical(vertical_m: float) -> str:
    """Feet and metres, rounded down: ``999 ft (304 m)``."""
    return f"{_down(vertical_m / M_PER_FT)} ft ({_down(vertical_m)} m)"


def print_height(height: Height) -> str:
    """``FL350``, ``1000 ft AGL``, ``300 m ellipsoid``; metres only where they are whole and feet are not."""
    if height.reference is Reference.FLIGHT_LEVEL:
        hundreds, odd = divmod(height.value_dmm, 100 * DMM_PER_FT)
        if not odd and hundreds >= 0:
            return f"FL{hundreds:03d}"
        return f"{height.value_ft:g} ft pressure altitude"
    if height.value_dmm % DMM_PER_FT and not height.value_dmm % DMM_PER_M:
        return f"{height.value_dmm // DMM_PER_M} m {REFERENCE_WORDS[height.reference]}"
    return f"{round(height.value_ft, 1):.10g} ft {REFERENCE_WORDS[height.reference]}"


def print_band(band: Band) -> str:
    """``SFC to FL350``; one level stands alone."""
    if band.floor is not None and band.floor == band.ceiling:
        return print_height(band.floor)
    floor = "SFC" if band.floor is None else print_height(band.floor)
    return f"{floor} to {'UNL' if band.ceiling is None else print_height(band.ceiling)}"


def print_side(side: Side) -> str:
    """Party, operation and volume, each visible and cut to a row's width."""
    return " / ".join(
        visible_name(text, 40) for text in (side.operation.party, side.operation.identifier, side.volume.name)
    )


def print_minima(minima: Minima) -> str:
    """The minima in words: ``lateral 5 NM, vertical 1000 ft, time 0 s``."""
    lateral = f"{minima.lateral_dmm / DMM_PER_NM:g} NM ({minima.lateral_dmm / DMM_PER_M:g} m)"
    vertical = f"{minima.vertical_dmm / DMM_PER_FT:g} ft ({minima.vertical_dmm / DMM_PER_M:g} m)"
    words = f"lateral {lateral}, vertical {vertical}, time {print_duration(minima.time_ms)}"
    if minima == type(minima)():
        return f"{words}: overlap only"
    return words


def _down(value: float) -> int:
    """Rounded down, after taking away the error of a division: 304.8 m are 1,000 ft."""
    return math.floor(value + 1e-9)
