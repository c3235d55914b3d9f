from __future__ import annotations

from geographiclib.geodesic import Geodesic

from unit.detect.plans import band_ft, circle, operation
from wellclear import Ranges
from wellclear.detect.explain import Outcome, explain
from wellclear.detect.results import Side
from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Band, Height
from wellclear.geo.position import Position
from wellclear.model.minima import Minima
from wellclear.model.operation import Operation

LOW = band_ft(1_000, 3_000)


def _side(one: Operation) -> Side:
    return Side(one, one.volumes[0])


def _told(a: Operation, b: Operation, minima: Minima, ranges: Ranges | None = None) -> tuple[str, Outcome]:
    explanation = explain(_side(a), _side(b), minima, ranges or Ranges())
    return "\n".join(f"{x.quantity}: {x.value} {x.verdict}" for x in explanation.lines), explanation.outcome


def test_a_conflict_gives_every_number() -> None:
    a = operation("A", "1", circle(0, 0, 1_000), LOW)
    b = operation("B", "1", circle(0, 0.05, 1_000), band_ft(2_500, 4_000))
    text, outcome = _told(a, b, Minima(lateral_dmm=92_600_000, vertical_dmm=3_048_000))
    assert outcome is Outcome.CONFLICT
    assert "5,528.7" in text, "0.05 degrees of latitude at the equator, a twentieth of 110,574.3 m"
    assert "3,528.7" in text
    assert "3,528.714 m; too close under 9,260.0 m (5NM) too close" in text
    assert "overlap of 3,600.000 s; too close if they overlap too close" in text


def test_a_clear_pair_tells_which_dimension_separates() -> None:
    a = operation("A", "1", circle(0, 0, 1_000), LOW)
    b = operation("B", "1", circle(0, 0, 1_000), band_ft(4_000, 5_000), (2, 3))
    text, outcome = _told(a, b, Minima())
    assert outcome is Outcome.CLEAR
    assert "3,600.000 s; too close if they overlap separate" in text
    assert "1,000.0 ft against overlap: separate" in text


def test_what_is_missing_is_named() -> None:
    a = operation("A", "1", circle(0, 0, 1_000), LOW)
    b = operation("B", "1", circle(0, 0, 1_000), Band(Height.flight_level(20), None))
    text, outcome = _told(a, b, Minima())
    assert outcome is Outcome.NOT_ASSESSED
    assert "pressure" in text
    text, outcome = _told(a, b, Minima(), Ranges(pressure_hpa=(980.0, 1040.0), temperature_k=(-20.0, 20.0)))
    assert outcome is Outcome.CONFLICT
    assert "above the ellipsoid" in text


def test_one_operation_is_not_compared_with_itself() -> None:
    a = operation("A", "1", circle(0, 0, 1_000), LOW)
    assert explain(_side(a), _side(a), Minima(), Ranges()).outcome is Outcome.CLEAR


def test_a_pair_on_opposite_sides_of_the_earth_is_far_apart() -> None:
    """London to Sydney: 16,992 km by geographiclib between 51.5 N 0 E and 33.87 S 151.21 E."""
    london = operation("A", "1", circle(0, 51.5, 1_000), LOW)
    sydney = operation("B", "1", circle(151.21, -33.87, 1_000), LOW)
    text, outcome = _told(london, sydney, Minima())
    assert outcome is Outcome.CLEAR
    true_m = Geodesic.WGS84.Inverse(51.5, 0, -33.87, 151.21)["s12"]
    assert f"distance between the cores: {true_m:,.3f} m" in text


def test_areas_on_opposite_sides_of_the_earth_do_not_hold_each_other() -> None:
    def square(lon: float, lat: float) -> Footprint:
        corners = ((lon, lat), (lon + 1, lat), (lon + 1, lat + 1), (lon, lat + 1))
        return Footprint.area(tuple(Position.from_degrees(*corner) for corner in corners))

    madrid, wellington = operation("A", "1", square(-4, 40), LOW), operation("B", "1", square(175, -41), LOW)
    text, outcome = _told(madrid, wellington, Minima())
    assert outcome is Outcome.CLEAR
    assert "distance between the cores: 19," in text
