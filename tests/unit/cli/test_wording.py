import pytest

from wellclear.cli.wording import (
    print_band,
    print_lateral,
    print_length,
    print_span,
    print_stated,
    print_vertical,
)
from wellclear.geo.height import Band, Height, Reference
from wellclear.model.minima import Minima


@pytest.mark.parametrize(
    ("lateral_m", "words"),
    [(0.0, "0.00 NM (0 m)"), (9_259.99, "4.99 NM (9259 m)"), (9_260.0, "5.00 NM (9260 m)"), (18.51, "0.00 NM (18 m)")],
)
def test_lateral_distances_are_rounded_down(lateral_m: float, words: str):
    assert print_lateral(lateral_m) == words


@pytest.mark.parametrize(
    ("vertical_m", "words"), [(304.8, "1000 ft (304 m)"), (304.79, "999 ft (304 m)"), (0.0, "0 ft (0 m)")]
)
def test_vertical_distances_are_rounded_down(vertical_m: float, words: str):
    assert print_vertical(vertical_m) == words


def test_spans_are_rounded_outward():
    assert print_span(1_537_209_541_000, 1_537_209_601_000) == "171839ZSEP2018 to 171841ZSEP2018"


@pytest.mark.parametrize(
    ("length_ms", "words"), [(0, "0 s"), (5_400_000, "1 h 30 min"), (86_400_250, "1 d 0.25 s"), (61_000, "1 min 1 s")]
)
def test_lengths_of_time(length_ms: int, words: str):
    assert print_length(length_ms) == words


def test_bands_name_open_ends_and_one_level():
    level = Height.flight_level(100)
    assert print_band(Band(None, None)) == "SFC to UNL"
    assert print_band(Band(level, level)) == "FL100"
    assert print_band(Band(Height.feet(500, Reference.AGL), None)) == "500 ft AGL to UNL"


def test_minima_of_zero_say_what_they_mean():
    assert print_stated(Minima()).endswith("(overlap only)")
    assert "overlap" not in print_stated(Minima(lateral_dmm=1))
