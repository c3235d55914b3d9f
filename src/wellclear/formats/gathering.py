"""Records of a file gathered into operations: those with one party and identifier are volumes of one operation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.model.operation import Operation
from wellclear.model.reading import Context, Note, Reading, Refusal
from wellclear.model.volume import Volume

MAX_WRONG_RECORDS: Final = 20_000
"""Refusals of one file; where more is wrong, and less is right, the whole file is refused."""


def refuse_mostly_wrong(refused_count: int, taken_count: int, first: Refusal) -> None:
    """End the reading of a file of which hardly anything can be taken: its refusals alone would fill the memory.

    Raises:
        MalformedInput: over `MAX_WRONG_RECORDS` were refused, and fewer taken; says what was wrong with the first.
    """
    if refused_count > MAX_WRONG_RECORDS and refused_count > taken_count:
        raise MalformedInput(
            f"over {MAX_WRONG_RECORDS:,} records are wrong, and fewer are right; the first: {first.message}",
            code="too-many-refusals",
            at=first.at,
            wanted=first.wanted,
        )


@dataclass(frozen=True, slots=True)
class Part:
    """What one record adds to an operation.

    Attributes:
        party: whose operation it is.
        identifier: the operation's name.
        category: empty if the record names none.
        priority: 0 if the record names none.
        name: of its volumes; empty numbers them within the operation.
        volumes: at least one; several get numbers behind the name.
        at: the record's path.
    """

    party: str
    identifier: str
    category: str
    priority: int
    name: str
    volumes: tuple[Volume, ...]
    at: str


class Gathering:
    """Takes records in order; `reading` gives what came together."""

    def __init__(self, name: str, context: Context) -> None:
        """``name`` of the format; ``context`` as the reader was given it."""
        self.context = context
        self._name = name
        self._taken = 0
        self._parts: dict[tuple[str, str], list[Part]] = {}
        self._refusals: list[Refusal] = []
        self._notes: list[Note] = []

    def add(self, part: Part) -> None:
        """Take one record; a note where it differs from the operation's first."""
        parts = self._parts.setdefault((part.party, part.identifier), [])
        parts.append(part)
        self._taken += 1
        first = parts[0]
        if part.category != first.category:
            message = f'category "{part.category}" differs from the operation\'s "{first.category}", which is kept'
            self.note(Note(self.context.source, part.at, part.identifier, message))
        if part.priority != first.priority:
            message = f"priority {part.priority} differs from the operation's; the highest is kept"
            self.note(Note(self.context.source, part.at, part.identifier, message))

    def refuse(self, refusal: Refusal) -> None:
        """Take the word that one record was not taken.

        Raises:
            MalformedInput: as `refuse_mostly_wrong`.
        """
        self._refusals.append(refusal)
        refuse_mostly_wrong(len(self._refusals), self._taken, self._refusals[0])

    def note(self, note: Note) -> None:
        """Take a remark."""
        self._notes.append(note)

    def reading(self) -> Reading:
        """All that was taken, in the order of the file."""
        operations = tuple(_operation(parts) for parts in self._parts.values())
        return Reading(self._name, operations, tuple(self._refusals), tuple(self._notes))


def _operation(parts: list[Part]) -> Operation:
    volumes: list[Volume] = []
    for part in parts:
        for ordinal, volume in enumerate(part.volumes, 1):
            name = part.name or str(len(volumes) + 1)
            numbered = f"{name}/{ordinal}" if part.name and len(part.volumes) > 1 else name
            volumes.append(replace(volume, name=numbered))
    first = parts[0]
    priority = max(part.priority for part in parts)
    return Operation(first.party, first.identifier, tuple(volumes), first.category, priority)
