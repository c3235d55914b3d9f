"""Every format by its name, and which one a content is in.

A format is a module with NAME, TITLE, `recognises`, `read` and, where it is also written, `write`. Recognition looks at
the content alone, never at a file's name. Where several recognise a content the first in the order of `FORMATS` is
taken: the more particular stand first (ED-318 is GeoJSON too). If the others are not merely more general, a note says
which they were.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from wellclear.errors import NotFound, RuleViolated
from wellclear.formats import aco, f3548, geojson, openair, tables, tracks
from wellclear.formats.geozones import ed269, ed318
from wellclear.formats.unknown import refuse_unknown
from wellclear.model.operation import Operation
from wellclear.model.reading import Context, Note, Reading, Writing


@dataclass(frozen=True, slots=True)
class Format:
    """One format that is read, and perhaps written.

    Attributes:
        name: as a user types it: ``geojson``.
        title: for people.
        recognises: whether bytes look like it; never raises.
        read: bytes and context to a reading; raises MalformedInput for faults of the whole file.
        write: operations and context to bytes; None where the format is only read.
        contains: names of more general formats that recognise the same content.
    """

    name: str
    title: str
    recognises: Callable[[bytes], bool]
    read: Callable[[bytes, Context], Reading]
    write: Callable[[Sequence[Operation], Context], Writing] | None = None
    contains: frozenset[str] = frozenset()


_IN_ORDER: Final = (
    Format(ed318.NAME, ed318.TITLE, ed318.recognises, ed318.read, ed318.write, frozenset({geojson.NAME})),
    Format(ed269.NAME, ed269.TITLE, ed269.recognises, ed269.read, contains=frozenset({geojson.NAME})),
    Format(f3548.NAME, f3548.TITLE, f3548.recognises, f3548.read, f3548.write),
    Format(geojson.NAME, geojson.TITLE, geojson.recognises, geojson.read, geojson.write),
    Format(tracks.NAME, tracks.TITLE, tracks.recognises, tracks.read),
    Format(aco.NAME, aco.TITLE, aco.recognises, aco.read, aco.write),
    Format(openair.NAME, openair.TITLE, openair.recognises, openair.read, openair.write),
    Format(tables.NAME, tables.TITLE, tables.recognises, tables.read),
)

FORMATS: Final[Mapping[str, Format]] = MappingProxyType({each.name: each for each in _IN_ORDER})
"""All formats, in the order in which they are asked."""


def named(name: str) -> Format:
    """The format of a name.

    Raises:
        NotFound: there is none; lists those that there are.
    """
    if name not in FORMATS:
        raise NotFound(
            f"no format is called {name[:60]!r}", code="format-unknown", wanted=f"one of {', '.join(sorted(FORMATS))}"
        )
    return FORMATS[name]


def recognise(content: bytes) -> Format:
    """The format that a content is in.

    Raises:
        MalformedInput: no format recognises it; says what it looks like.
    """
    return _candidates(content)[0]


def read(content: bytes, context: Context, name: str | None = None) -> Reading:
    """Read a content in the format it is in, or in the one named.

    Raises:
        MalformedInput: not recognised, or not readable as that format at all; single bad records are refusals.
        NotFound: no format has that name.
    """
    if name is not None:
        return named(name).read(content, context)
    taken, *others = _candidates(content)
    reading = taken.read(content, context)
    doubtful = ", ".join(other.name for other in others if other.name not in taken.contains)
    if not doubtful:
        return reading
    note = Note(context.source, "", "", f"read as {taken.name}, though it could also be {doubtful}")
    return replace(reading, notes=(note, *reading.notes))


def write(operations: Sequence[Operation], name: str, context: Context) -> Writing:
    """Write operations in a format.

    Raises:
        NotFound: no format has that name.
        RuleViolated: the format is only read.
    """
    chosen = named(name)
    if chosen.write is None:
        writable = ", ".join(sorted(each.name for each in FORMATS.values() if each.write))
        raise RuleViolated(f"{name} is read, not written", code="format-read-only", wanted=f"one of {writable}")
    return chosen.write(operations, context)


def _candidates(content: bytes) -> list[Format]:
    found = [each for each in FORMATS.values() if each.recognises(content)]
    if not found:
        refuse_unknown(content, ", ".join(sorted(FORMATS)))
    return found
