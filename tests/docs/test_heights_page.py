"""The figures of the page on heights are those that the code gives."""

from __future__ import annotations

import re
from math import log
from pathlib import Path

import pytest

from wellclear.geo.atmosphere import height_of_pressure_m, pressure_hpa
from wellclear.geo.box import LonLatBox
from wellclear.geo.envelope import Ranges, altitude_range_m, level_range_m, widest_band_m
from wellclear.geo.height import Height

PAGE = Path(__file__).resolve().parents[2] / "docs" / "heights.md"
ROW = re.compile(
    r"^\| (?:FL(?P<level>\d+)|(?P<feet>[\d,]+) ft QNH) \|.*?"
    r"\| (?P<low>[\d,]+) to (?P<high>[\d,]+) \| (?P<near_low>[\d,]+) to (?P<near_high>[\d,]+) \|$",
    flags=re.MULTILINE,
)
WIDE = (980.0, 1040.0), (-30.0, 20.0)
NARROW = (1000.0, 1025.0), (-10.0, 10.0)


def number(text: str) -> int:
    return int(text.replace(",", ""))


def test_every_row_of_the_measured_bands() -> None:
    rows = list(ROW.finditer(PAGE.read_text(encoding="utf-8")))
    assert len(rows) == 10
    for row in rows:
        range_m = level_range_m if row["level"] else altitude_range_m
        shown_m = number(row["level"] or row["feet"]) * (30.48 if row["level"] else 0.3048)
        expected = (*range_m(shown_m, *WIDE), *range_m(shown_m, *NARROW))
        printed = [number(row[name]) for name in ("low", "high", "near_low", "near_high")]
        assert printed == pytest.approx(expected, abs=0.5001), row[0]


def test_the_worked_example() -> None:
    band = widest_band_m(Height.flight_level(350), LonLatBox(13.0, 0.5, 46.0, 46.5), Ranges(*WIDE))
    assert isinstance(band, tuple)
    printed = re.search(r"\*\*([\d,]+) to ([\d,]+) m above the ellipsoid\*\*", PAGE.read_text(encoding="utf-8"))
    assert printed
    assert [number(end) for end in printed.groups()] == pytest.approx(band, abs=0.5001)


def test_deviations_by_pressure_altitude_are_covered_as_the_page_says() -> None:
    # dh = -R / g0 (T + d) dln p, with T and d by pressure altitude: the standard thickness and that which d adds.
    at_hpa, bottom_m = pressure_hpa(10_668.0), height_of_pressure_m(980.0)
    by_pressure_m = 10_668.0 - bottom_m - 287.05287 / 9.80665 * 30.0 * log(980.0 / at_hpa)
    assert by_pressure_m == pytest.approx(9_146, abs=0.5)
    assert level_range_m(10_668.0, (980.0, 980.0), (-37.0, -37.0))[1] <= by_pressure_m
