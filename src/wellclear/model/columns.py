"""Volumes as columns of numbers: what detection works on, and what a program with numpy arrays hands in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from wellclear.errors import MalformedInput
from wellclear.geo.footprint import Footprint
from wellclear.geo.frame import ecef_m
from wellclear.geo.limits import (
    MAX_BUFFER_DMM,
    MAX_EXTENT_M,
    MAX_FOOTPRINT_POINTS,
    MAX_HEIGHT_DMM,
    MAX_TIME_MS,
    MIN_TIME_MS,
)
from wellclear.geo.position import MAX_LAT_E7, MAX_LON_E7

Ints = npt.NDArray[np.int64]
SmallInts = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]

OPEN_BELOW: Final = -(2**62)
"""Floor of a band that reaches the surface."""

OPEN_ABOVE: Final = 2**62
"""Ceiling of an unlimited band."""

MAX_GROUP: Final = 2**53
"""Groups are numbers that double precision holds exactly."""


@dataclass(frozen=True, slots=True)
class Columns:
    """n volumes; row i owns points ``first[i]`` up to ``first[i + 1]``.

    core        (n,) uint8    0 point, 1 line, 2 area (ring without its closing point), see `Core`
    first       (n + 1,) int64, beginning with 0
    lon_e7      (k,) int32    1e-7 degree
    lat_e7      (k,) int32    1e-7 degree
    buffer_dmm  (n,) int64    0.1 mm
    floor_dmm   (n,) int64    all heights in one reference; OPEN_BELOW for the surface
    ceiling_dmm (n,) int64    OPEN_ABOVE for unlimited
    start_ms    (n,) int64    UTC
    end_ms      (n,) int64    UTC, not owned
    group       (n,) int64    volumes of one group (an operation) are not compared with each other

    `Columns.checked` makes one from arrays and refuses what is out of range.
    """

    core: Bytes
    first: Ints
    lon_e7: SmallInts
    lat_e7: SmallInts
    buffer_dmm: Ints
    floor_dmm: Ints
    ceiling_dmm: Ints
    start_ms: Ints
    end_ms: Ints
    group: Ints

    def __len__(self) -> int:
        return len(self.core)

    @classmethod
    def of(cls, footprints: Sequence[Footprint], **numbers: Sequence[int]) -> Columns:
        """Columns from footprints and sequences named as the attributes from ``buffer_dmm`` on, but for that one.

        Raises:
            MalformedInput: as `checked`.
        """
        counts = np.array([0, *(len(f.points) for f in footprints)], dtype=np.int64)
        points = [p for f in footprints for p in f.points]
        return cls.checked(
            core=np.array([f.core for f in footprints], dtype=np.uint8),
            first=np.cumsum(counts),
            lon_e7=np.array([p.lon_e7 for p in points], dtype=np.int32),
            lat_e7=np.array([p.lat_e7 for p in points], dtype=np.int32),
            buffer_dmm=np.array([f.buffer_dmm for f in footprints], dtype=np.int64),
            **{name: np.array(values, dtype=np.int64) for name, values in numbers.items()},
        )

    @classmethod
    def checked(cls, **arrays: npt.ArrayLike) -> Columns:
        """Columns from array-likes named as the attributes; conversions that would lose a bit are refused.

        Rings are taken as they are: whether one crosses itself is checked where footprints are made.

        Raises:
            MalformedInput: a column is missing, of the wrong length or type, or a value is out of range; `at`
                names the column and the first bad row.
        """
        dtypes = {"core": np.uint8, "lon_e7": np.int32, "lat_e7": np.int32}
        taken = {name: _as_integers(name, value, dtypes.get(name, np.int64)) for name, value in arrays.items()}
        missing = set(cls.__slots__) - set(taken)
        unknown = set(taken) - set(cls.__slots__)
        if missing or unknown:
            raise MalformedInput(
                f"columns missing: {sorted(missing)}, not known: {sorted(unknown)}", code="columns-names"
            )
        _check_lengths(taken)
        _check_values(taken)
        _check_extent(taken)
        return cls(**taken)  # type: ignore[arg-type] # each was made with the dtype that its attribute has

    def take(self, rows: Ints) -> Columns:
        """The rows with these numbers, in this order."""
        first = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(np.diff(self.first)[rows])))
        points = self.take_points(rows)
        per_row = {
            name: getattr(self, name)[rows]
            for name in ("core", "buffer_dmm", "floor_dmm", "ceiling_dmm", "start_ms", "end_ms", "group")
        }
        return Columns(first=first, lon_e7=self.lon_e7[points], lat_e7=self.lat_e7[points], **per_row)

    def take_points(self, rows: Ints) -> Ints:
        """Numbers of the points of these rows, one row after the other."""
        counts = np.diff(self.first)[rows]
        ends = np.cumsum(counts)
        return np.repeat(self.first[rows] - (ends - counts), counts) + np.arange(ends[-1] if len(ends) else 0)


def joined(parts: Sequence[Columns]) -> Columns:
    """The rows of one or more columns, one after the other."""
    offsets = np.cumsum([0, *(part.first[-1] for part in parts)])
    first = [part.first[1:] + offset for part, offset in zip(parts, offsets, strict=False)]
    rest = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in Columns.__slots__ if name != "first"
    }
    return Columns(first=np.concatenate((np.zeros(1, dtype=np.int64), *first)), **rest)


def _as_integers(name: str, value: npt.ArrayLike, dtype: npt.DTypeLike) -> npt.NDArray[np.integer]:
    array = np.asarray(value)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise MalformedInput(f"{array.dtype} of shape {array.shape}", code="columns-type", at=name, wanted="integers")
    limits = np.iinfo(dtype)
    if array.size and (array.min() < limits.min or array.max() > limits.max):
        raise MalformedInput("a value does not fit", code="columns-range", at=name, wanted=f"{np.dtype(dtype)}")
    return np.array(array, dtype=dtype)


def _check_lengths(taken: dict[str, npt.NDArray[np.integer]]) -> None:
    rows = len(taken["core"])
    for name, array in taken.items():
        wanted = {"first": rows + 1, "lon_e7": len(taken["lat_e7"]), "lat_e7": len(taken["lon_e7"])}.get(name, rows)
        if len(array) != wanted:
            raise MalformedInput(f"{len(array)} values", code="columns-length", at=name, wanted=f"{wanted}")
    first = taken["first"]
    counts = np.diff(first)
    if first[0] != 0 or first[-1] != len(taken["lon_e7"]) or (rows and counts.min() < 1):
        raise MalformedInput("does not divide the points into rows", code="columns-first", at="first")
    least = np.array([1, 2, 3])[np.minimum(taken["core"], 2)]
    most = np.where(taken["core"] == 0, 1, MAX_FOOTPRINT_POINTS)
    _refuse("core", taken["core"] > 2, "a kind of core is 0, 1 or 2")
    _refuse("first", (counts < least) | (counts > most), "a footprint has too few or too many points for its kind")


def _check_values(taken: dict[str, npt.NDArray[np.integer]]) -> None:
    lon_e7, lat_e7 = taken["lon_e7"].astype(np.int64), taken["lat_e7"].astype(np.int64)
    _refuse("lon_e7", np.abs(lon_e7) > MAX_LON_E7, "a longitude is out of range")
    _refuse("lat_e7", np.abs(lat_e7) > MAX_LAT_E7, "a latitude is out of range")
    _refuse("group", np.abs(taken["group"].astype(np.float64)) > MAX_GROUP, "a group is out of range")
    _refuse(
        "buffer_dmm", (taken["buffer_dmm"] < 0) | (taken["buffer_dmm"] > MAX_BUFFER_DMM), "a radius is out of range"
    )
    for name, open_end in (("floor_dmm", OPEN_BELOW), ("ceiling_dmm", OPEN_ABOVE)):
        beyond = (taken[name] < -MAX_HEIGHT_DMM) | (taken[name] > MAX_HEIGHT_DMM)
        _refuse(name, beyond & (taken[name] != open_end), "a height is out of range")
    _refuse("ceiling_dmm", taken["ceiling_dmm"] < taken["floor_dmm"], "a ceiling lies below its floor")
    _refuse("start_ms", taken["start_ms"] < MIN_TIME_MS, "a time is before 1970")
    _refuse("end_ms", taken["end_ms"] > MAX_TIME_MS, "a time is after 2200")
    _refuse("end_ms", taken["end_ms"] <= taken["start_ms"], "an end is not after its start")


def _check_extent(taken: dict[str, npt.NDArray[np.integer]]) -> None:
    """Refuse cores that reach farther from their first point than distances are proven for."""
    if not len(taken["core"]):
        return
    xyz_m = ecef_m(taken["lon_e7"] / 1e7, taken["lat_e7"] / 1e7)
    first = taken["first"][:-1]
    away_m = np.linalg.norm(xyz_m - np.repeat(xyz_m[first], np.diff(taken["first"]), axis=0), axis=-1)
    far = np.maximum.reduceat(away_m, first) > 2 * MAX_EXTENT_M
    _refuse("first", far, "a footprint reaches over 2,000 km from its first point")


def _refuse(name: str, bad: npt.NDArray[np.bool_], what: str) -> None:
    if bad.any():
        raise MalformedInput(what, code="columns-value", at=f"{name}[{int(np.flatnonzero(bad)[0])}]")
