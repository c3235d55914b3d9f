"""Minima as one text: ``lateral=5NM,vertical=1000ft,time=0s``."""

from __future__ import annotations

from typing import Final

from wellclear.errors import MalformedInput
from wellclear.geo.quantity import parse_distance_dmm, parse_duration_ms, print_distance, print_duration
from wellclear.model.minima import Minima

MAX_MINIMA_CHARACTERS: Final = 120
"""More than three quantities with their names need."""

_WANTED: Final = "such as lateral=5NM,vertical=1000ft,time=0s"
_READERS: Final = {"lateral": parse_distance_dmm, "vertical": parse_distance_dmm, "time": parse_duration_ms}


def parse_minima(text: str) -> Minima:
    """Read minima; each is named at most once, in any order, and one that is not named is zero (overlap only).

    Raises:
        MalformedInput: an unknown or repeated name, none at all, or a value that is not a quantity with its unit.
    """
    values: dict[str, int] = {}
    for part in text.split(",") if len(text) <= MAX_MINIMA_CHARACTERS else [text]:
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or name not in _READERS:
            raise MalformedInput(f"not a minimum: {part[:MAX_MINIMA_CHARACTERS]!r}", code="minima-text", wanted=_WANTED)
        if name in values:
            raise MalformedInput(f"the {name} minimum is given twice", code="minima-repeated", wanted=_WANTED)
        try:
            values[name] = _READERS[name](value)
        except MalformedInput as error:
            raise error.placed(f"{name}=") from error
    return Minima(values.get("lateral", 0), values.get("vertical", 0), values.get("time", 0))


def print_minima(minima: Minima) -> str:
    """Minima as `parse_minima` reads them, exact."""
    lateral = print_distance(minima.lateral_dmm)
    vertical = print_distance(minima.vertical_dmm, ("ft", "m"))
    return f"lateral={lateral},vertical={vertical},time={print_duration(minima.time_ms)}"
