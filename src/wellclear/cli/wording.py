"""Times, heights and distances as an officer reads them: UTC date-time groups, flight levels, NM and feet.

Distances are rounded down and ends of times outward, so that no rounding makes two operations look farther apart.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from wellclear.cli.visible import visible_name
from wellclear.detect.results import Reason
from wellclear.geo.height_text import print_height
from wellclear.geo.limits import DMM_PER_FT, DMM_PER_M, DMM_PER_NM
from wellclear.geo.time_text import print_date_time_group
from wellclear.model.minima import Minima
from wellclear.model.minima_text import print_minima

if TYPE_CHECKING:
    from wellclear.detect.results import Side
    from wellclear.geo.height import Band

M_PER_NM: Final = DMM_PER_NM / DMM_PER_M
M_PER_FT: Final = DMM_PER_FT / DMM_PER_M

REASON_WORDS: Final = {
    Reason.PRESSURE_MISSING: "heights of different references, and no range of pressure given (--pressure)",
    Reason.TEMPERATURE_MISSING: "heights of different references, and no range of temperature given (--temperature)",
    Reason.TERRAIN_MISSING: "heights above ground, and no range of terrain given (--terrain)",
    Reason.TERRAIN_OUTSIDE: "heights above ground where the terrain grid does not reach (--terrain)",
}

STANDING: Final = "Informed, not protected: this compares what the files say, and nothing else."


def print_span(from_ms: int, until_ms: int) -> str:
    """Two date-time groups, rounded outward: ``171839ZSEP2018 to 171903ZSEP2018``."""
    return f"{print_date_time_group(from_ms)} to {print_date_time_group(until_ms, to='up')}"


def print_length(length_ms: int) -> str:
    """Days, hours, minutes and seconds, the parts that are not zero: ``1 h 30 min``."""
    parts = []
    rest_ms = length_ms
    for unit, unit_ms in (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000)):
        count, rest_ms = divmod(rest_ms, unit_ms)
        parts += [f"{count} {unit}"] if count else []
    if rest_ms or not parts:
        parts.append(f"{rest_ms / 1_000:g} s")
    return " ".join(parts)


def print_lateral(lateral_m: float) -> str:
    """Nautical miles and metres, rounded down: ``4.99 NM (9259 m)``."""
    return f"{_down(lateral_m / M_PER_NM * 100) / 100:.2f} NM ({_down(lateral_m)} m)"


def print_vertical(vertical_m: float) -> str:
    """Feet and metres, rounded down: ``999 ft (304 m)``."""
    return f"{_down(vertical_m / M_PER_FT)} ft ({_down(vertical_m)} m)"


def print_band(band: Band) -> str:
    """``SFC to FL350``; one level stands alone."""
    floor = print_height(band.floor)
    if band.floor is not None and band.floor == band.ceiling:
        return floor
    return f"{floor} to {print_height(band.ceiling, end='ceiling')}"


def print_side(side: Side) -> str:
    """Party, operation and volume, each visible and cut to a row's width."""
    return " / ".join(
        visible_name(text, 40) for text in (side.operation.party, side.operation.identifier, side.volume.name)
    )


def print_stated(minima: Minima) -> str:
    """The minima as `--minima` takes them; all zero says what that means."""
    return print_minima(minima) + (" (overlap only)" if minima == Minima() else "")


def _down(value: float) -> int:
    """Rounded down, after taking away the error of a division: 304.8 m are 1,000 ft."""
    return math.floor(value + 1e-9)
