"""Records gathered into flights, and flights into operations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from wellclear.errors import WellclearError
from wellclear.formats.gathering import refuse_mostly_wrong
from wellclear.formats.tracks.fixes import Fix
from wellclear.formats.tracks.segments import Unknown, runs, segments, volume_of
from wellclear.geo.height import Reference
from wellclear.geo.time_text import print_rfc3339
from wellclear.model.operation import Operation
from wellclear.model.reading import Context, Note, Reading, Refusal
from wellclear.model.volume import Volume

MAX_REFUSALS: Final = 1_000
"""Refusals that are listed one by one; what is beyond is counted. A file of which more is wrong is not that file."""

PREFERENCE: Final = (
    Reference.FLIGHT_LEVEL,
    Reference.AMSL_BARO,
    Reference.AMSL,
    Reference.ELLIPSOID,
    Reference.AGL,
)
"""Which reference a flight is read in, of those that its records have: what separation is flown by goes first."""


@dataclass(slots=True)
class _Flight:
    fixes: list[Fix] = field(default_factory=list)
    nowhere: int = 0
    standing: int = 0


class Flights:
    """Takes the records of a file in turn, and makes operations of them."""

    def __init__(self, name: str, context: Context, place: Callable[[int], str]) -> None:
        """``name`` of the format; ``context`` as the reader was given it; ``place`` prints where a row stands."""
        self._name = name
        self._context = context
        self._place = place
        self._flights: dict[str, _Flight] = {}
        self._refusals: list[Refusal] = []
        self._more = 0
        self._taken = 0

    def add(self, fix: Fix) -> None:
        """Take one record; one without a position is counted, one on the ground without a height too."""
        self._taken += 1
        flight = self._flights.setdefault(fix.flight, _Flight())
        if fix.position is None:
            flight.nowhere += 1
        elif fix.on_ground and not fix.heights:
            flight.standing += 1
        else:
            flight.fixes.append(fix)

    def refuse(self, row: int, error: WellclearError, subject: str = "") -> None:
        """Take the word that one record could not be read.

        Raises:
            MalformedInput: as `refuse_mostly_wrong`.
        """
        self._list(Refusal.of(error, source=self._context.source, at=self._place(row), subject=subject))
        refuse_mostly_wrong(len(self._refusals) + self._more, self._taken, self._refusals[0])

    def reading(self) -> Reading:
        """One operation for each flight, in order of appearance."""
        operations: list[Operation] = []
        notes: list[Note] = []
        for identifier, flight in self._flights.items():
            volumes = self._volumes(identifier, flight)
            if volumes:
                operations.append(Operation(self._context.party, identifier, volumes))
            passed = _passed_over(flight)
            notes += [Note(self._context.source, "", identifier, passed)] if passed else []
        if self._more:
            message = f"{self._more:,} more records were refused"
            self._refusals.append(Refusal(self._context.source, "", "", "track-more", message))
        return Reading(self._name, tuple(operations), tuple(self._refusals), tuple(notes))

    def _list(self, refusal: Refusal) -> None:
        if len(self._refusals) < MAX_REFUSALS:
            self._refusals.append(refusal)
        else:
            self._more += 1

    def _volumes(self, identifier: str, flight: _Flight) -> tuple[Volume, ...]:
        fixes = sorted(flight.fixes, key=lambda fix: fix.time_ms)
        present = {height.reference for fix in fixes for height in fix.heights}
        reference = next((reference for reference in PREFERENCE if reference in present), Reference.FLIGHT_LEVEL)
        tracks = self._context.tracks
        known, unknown = runs(fixes, reference, tracks.gap_ms)
        for gap in unknown:
            self._list(self._no_height(identifier, gap))
        volumes: list[Volume] = []
        for run in known:
            for segment in segments(run, tracks.segment_ms):
                try:
                    volumes.append(volume_of(segment, reference, tracks, str(len(volumes) + 1)))
                except WellclearError as error:
                    self.refuse(segment[0].row, error, identifier)
        return tuple(volumes)

    def _no_height(self, identifier: str, gap: Unknown) -> Refusal:
        when = f"from {print_rfc3339(gap.from_ms)} until {print_rfc3339(gap.until_ms)}"
        return Refusal(
            self._context.source,
            self._place(gap.row),
            identifier,
            "track-height",
            f"{gap.count:,} records have no height: the flight {when} is left out",
            "an altitude in each record",
        )


def _passed_over(flight: _Flight) -> str:
    parts = [f"{flight.nowhere:,} records without a position"] if flight.nowhere else []
    parts += [f"{flight.standing:,} records on the ground without a height"] if flight.standing else []
    return f"{' and '.join(parts)} were passed over" if parts else ""
