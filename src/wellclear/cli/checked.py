"""What one run of the command knows at its end; every output is made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wellclear.detect.results import Findings
    from wellclear.geo.span import Span
    from wellclear.model.minima import Minima
    from wellclear.model.operation import Operation
    from wellclear.model.reading import Note, Refusal


@dataclass(frozen=True, slots=True)
class Source:
    """One file that was read.

    Attributes:
        name: as the user gave it.
        format: what it was read as.
        operations: how many operations it yielded.
        volumes: how many volumes they have.
        refused: how many of its records were refused.
    """

    name: str
    format: str
    operations: int
    volumes: int
    refused: int


@dataclass(frozen=True, slots=True)
class Plans:
    """What the files of one side of a check yielded, in the order of the files."""

    sources: tuple[Source, ...] = ()
    operations: tuple[Operation, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """A check and what it was made from.

    Attributes:
        plans: the files that were checked.
        against: the files they were checked against; None where the plans were checked against each other.
        findings: what was found.
        minima: under which minima.
        horizon: where periods without an end were bounded.
        ranges: the ranges given for heights, in words, by option.
    """

    plans: Plans
    against: Plans | None
    findings: Findings
    minima: Minima
    horizon: Span
    ranges: tuple[tuple[str, str], ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        """All files, the plans first."""
        return self.plans.sources + (self.against.sources if self.against else ())

    @property
    def operations(self) -> tuple[Operation, ...]:
        """All operations, the plans' first."""
        return self.plans.operations + (self.against.operations if self.against else ())

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """All refusals, the plans' first."""
        return self.plans.refusals + (self.against.refusals if self.against else ())

    @property
    def notes(self) -> tuple[Note, ...]:
        """All notes, the plans' first."""
        return self.plans.notes + (self.against.notes if self.against else ())
