"""OpenAir's drawing commands into footprints.

``DP`` points and ``DA``/``DB`` arcs make a ring, ``DC`` a circle, ``DY`` points with ``V W=`` a corridor. Straight
edges are read as geodesics; arcs are covered on the outer side of the ring within 0.5 m.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from wellclear.errors import MalformedInput, WellclearError
from wellclear.formats.openair.lines import Line
from wellclear.geo.footprint import Footprint
from wellclear.geo.geodesic import WGS84
from wellclear.geo.limits import DMM_PER_M, DMM_PER_NM, MAX_BUFFER_DMM, MAX_FOOTPRINT_POINTS, MAX_RING_POINTS
from wellclear.geo.outward import arc, runs_clockwise
from wellclear.geo.position import Position
from wellclear.geo.position_text import parse_position

ARC_TOLERANCE_M: Final = 200.0
"""How far the two radii of a DB arc may differ: what positions in tenths of a minute leave open."""

ARC_TOLERANCE: Final = 0.05
"""The same as a share of the radius, for large arcs."""

ARC_REMARK_M: Final = 50.0
"""Radii that differ by more are remarked on: beyond what positions in whole seconds leave open."""

_VARIABLE: Final = re.compile(r"([XDWZT])\s*=\s*(.*)", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\+?[0-9]{1,9}(?:\.[0-9]{1,12})?", re.ASCII)
_LONE_DIGIT: Final = re.compile(r"(?<=:)\s*([0-9])(?![0-9])")


@dataclass(frozen=True, slots=True)
class _Arc:
    centre: Position
    start: Position
    end: Position
    radii_m: tuple[float, float]
    bearings_deg: tuple[float, float]
    clockwise: bool

    def drawn(self, *, outward: bool) -> list[Position]:
        """The ends as they were given, and between them the wider of the two circles that they lie on."""
        radius_m = max(self.radii_m) if outward else min(self.radii_m)
        inner = arc(self.centre, radius_m, *self.bearings_deg, clockwise=self.clockwise, outward=outward)[1:-1]
        return [self.start, *inner, self.end]


@dataclass(slots=True)
class Drawing:
    """Takes the drawing commands of one airspace in turn."""

    remarks: list[tuple[str, str]] = field(default_factory=list)
    _centre: Position | None = None
    _clockwise: bool = True
    _widths_dmm: list[int] = field(default_factory=list)
    _width_dmm: int | None = None
    _ring: list[Position | _Arc] = field(default_factory=list)
    _airway: list[Position] = field(default_factory=list)
    _circle: Footprint | None = None

    def take(self, line: Line) -> None:
        """Take one line of kind V or D.

        Raises:
            MalformedInput: it cannot be read, or does not go with those before it.
        """
        if max(len(self._ring), len(self._airway)) > MAX_RING_POINTS:
            raise MalformedInput(
                "too many points in one airspace", code="too-many-points", wanted=f"at most {MAX_RING_POINTS:,}"
            )
        if line.kind == "V":
            self._set(line.text)
        elif line.kind == "DP":
            self._ring.append(_position(line.text))
        elif line.kind == "DC":
            if self._circle is not None:
                raise MalformedInput("a second circle in one airspace", code="openair-shape", wanted="an AC for each")
            self._circle = Footprint.circle(self._centre_for("DC"), _nautical_dmm(line.text, "radius"))
        elif line.kind == "DY":
            if self._width_dmm is None:
                raise MalformedInput("an airway without its width", code="openair-width", wanted="V W= before DY")
            self._airway.append(_position(line.text))
            self._widths_dmm.append(self._width_dmm)
        elif line.kind in ("DA", "DB"):
            drawn = self._arc_by_bearings(line.text) if line.kind == "DA" else self._arc_by_points(line)
            self._ring.append(drawn)
        else:
            raise MalformedInput(f"{line.kind} draws nothing that is known", code="openair-record")

    def footprint(self) -> Footprint:
        """The footprint that was drawn.

        Raises:
            MalformedInput: none or more than one was, or it is not a valid one.
        """
        kinds = [bool(self._ring), bool(self._airway), self._circle is not None]
        if sum(kinds) != 1:
            wrong = "no shape" if not any(kinds) else "more than one kind of shape"
            raise MalformedInput(f"the airspace draws {wrong}", code="openair-shape", wanted="DP, DC or DY")
        if self._circle is not None:
            return self._circle
        if self._airway:
            if len(set(self._widths_dmm)) != 1:
                raise MalformedInput("the airway's width changes", code="openair-width", wanted="an AC for each width")
            return Footprint.corridor(tuple(self._airway), -(-self._widths_dmm[0] // 2))
        return self._area()

    def _area(self) -> Footprint:
        clockwise = runs_clockwise(self._drawn(clockwise=True))
        ring = self._drawn(clockwise=clockwise)
        try:
            return Footprint.area(tuple(ring))
        except WellclearError as error:
            if error.code != "ring-crosses-itself" or len(ring) == len(self._ring):
                raise
            raise MalformedInput(
                f"{error.message}, counted with the points inserted along arcs", code=error.code, wanted=error.wanted
            ) from None

    def _drawn(self, *, clockwise: bool) -> list[Position]:
        """All positions of the ring; an arc that turns as the ring does bulges out of it."""
        ring: list[Position] = []
        for part in self._ring:
            ring += [part] if isinstance(part, Position) else part.drawn(outward=part.clockwise == clockwise)
            if len(ring) > MAX_FOOTPRINT_POINTS:
                raise MalformedInput(
                    "the airspace's arcs take too many points",
                    code="too-many-points",
                    wanted=f"at most {MAX_FOOTPRINT_POINTS:,}",
                )
        return ring

    def _set(self, text: str) -> None:
        match = _VARIABLE.fullmatch(text)
        if not match:
            raise MalformedInput(f"not a variable: V {text[:40]}", code="openair-variable", wanted="V X=, V D= or V W=")
        name, value = match[1].upper(), match[2].strip()
        if name == "X":
            self._centre = _position(value)
        elif name == "D":
            if value not in ("+", "-"):
                raise MalformedInput(f"not a direction: {value[:10]!r}", code="openair-variable", wanted="+ or -")
            self._clockwise = value == "+"
        elif name == "W":
            self._width_dmm = _nautical_dmm(value, "width")

    def _centre_for(self, kind: str) -> Position:
        if self._centre is None:
            raise MalformedInput(f"{kind} without its centre", code="openair-centre", wanted="V X= before it")
        return self._centre

    def _arc_by_bearings(self, text: str) -> _Arc:
        centre = self._centre_for("DA")
        parts = [part.strip() for part in text.split(",")]
        if len(parts) != 3 or not all(_NUMBER.fullmatch(part) for part in parts):
            raise MalformedInput(f"not an arc: DA {text[:40]}", code="openair-arc", wanted="DA radius, start, end")
        radius_m = _nautical_dmm(parts[0], "radius") / DMM_PER_M
        from_deg, to_deg = float(parts[1]), float(parts[2])
        if not (0 <= from_deg <= 360 and 0 <= to_deg <= 360):
            raise MalformedInput(f"bearings out of range: DA {text[:40]}", code="openair-arc", wanted="from 0 to 360")
        if from_deg % 360 == to_deg % 360:
            raise MalformedInput(
                f"the arc begins where it ends: DA {text[:40]}", code="openair-arc", wanted="DC for a whole circle"
            )
        ends = arc(centre, radius_m, from_deg, to_deg, clockwise=self._clockwise)
        return _Arc(centre, ends[0], ends[-1], (radius_m, radius_m), (from_deg, to_deg), self._clockwise)

    def _arc_by_points(self, line: Line) -> _Arc:
        centre = self._centre_for("DB")
        halves = line.text.split(",")
        if len(halves) != 2:
            raise MalformedInput(f"not an arc: DB {line.text[:60]}", code="openair-arc", wanted="DB position, position")
        start, end = _position(halves[0]), _position(halves[1])
        if start == end:
            raise MalformedInput("the arc begins where it ends", code="openair-arc", wanted="DC for a whole circle")
        bearing_a, _, radius_a = WGS84.inv(centre.lon_deg, centre.lat_deg, start.lon_deg, start.lat_deg)
        bearing_b, _, radius_b = WGS84.inv(centre.lon_deg, centre.lat_deg, end.lon_deg, end.lat_deg)
        apart_m = abs(radius_a - radius_b)
        if apart_m > max(ARC_TOLERANCE_M, ARC_TOLERANCE * max(radius_a, radius_b)) or min(radius_a, radius_b) == 0:
            raise MalformedInput(
                f"the arc's ends lie {radius_a:.0f} m and {radius_b:.0f} m from its centre",
                code="openair-arc",
                wanted="two positions on one circle round V X=",
            )
        if apart_m > ARC_REMARK_M:
            self.remarks.append(
                (line.at, f"the arc's ends lie {apart_m:.0f} m apart in radius: read as the wider of the two circles")
            )
        return _Arc(centre, start, end, (radius_a, radius_b), (bearing_a, bearing_b), self._clockwise)


def _position(text: str) -> Position:
    """A position; OpenAir's colons part its fields, so that a lone digit of minutes or seconds has one meaning."""
    return parse_position(_LONE_DIGIT.sub(r"0\1", text))


def _nautical_dmm(text: str, name: str) -> int:
    """A number of nautical miles, over zero, in 0.1 mm."""
    if not _NUMBER.fullmatch(text):
        raise MalformedInput(f"not a {name}: {text[:40]!r}", code="openair-number", wanted="nautical miles, as 2.5")
    value_dmm = round(Fraction(text) * DMM_PER_NM)
    if not 0 < value_dmm <= MAX_BUFFER_DMM:
        raise MalformedInput(f"the {name} {text} is out of range", code="radius-range", wanted="over 0, to 1,000 km")
    return value_dmm
