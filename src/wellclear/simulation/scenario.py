"""Scenario files: TOML texts of events at times, run on the same engine as the schedules of seeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Final

from wellclear.errors import MalformedInput, NotFound
from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Band, Height
from wellclear.geo.height_text import End, parse_height
from wellclear.geo.position_text import WANTED, parse_position
from wellclear.geo.quantity import parse_distance_dmm, parse_duration_ms
from wellclear.geo.span import Span
from wellclear.geo.time_text import parse_rfc3339, print_rfc3339
from wellclear.model.agreement.toml_table import Table, parse_toml
from wellclear.model.operation import Operation
from wellclear.model.operation_text import print_operation
from wellclear.model.volume import Volume
from wellclear.simulation.agreement import DISCLOSURES
from wellclear.simulation.events import ACTS, FAULTS, Event
from wellclear.simulation.schedule import Schedule
from wellclear.trust.canonical import verify_name

FORMAT: Final = "wellclear-scenario/v1"
"""First key of every scenario: what the others mean."""

MAX_SCENARIO_BYTES: Final = 1_048_576
"""Bytes of one scenario: those of one message's body."""

MAX_EVENTS: Final = 1_000
"""Events of one scenario: more is a load test, for which there are seeds."""

MAX_SPAN_MS: Final = 86_400_000
"""Longest scenario, a day: some minutes of computing."""

PACKAGED: Final = "scenarios"
"""Folder of the scenarios that come with wellclear."""

NOTE: Final = "note"
"""What is only told: by whom, and in which words."""

_INSTANT: Final = '"2018-09-17T18:39:00Z"'
_DURATION: Final = '"45 s", "15 min" or "2 h"'


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario as it is run.

    Attributes:
        title: what it is about.
        schedule: its events.
        parameters: what is disputed or unknown, with the values that it was run with, in milliseconds.
    """

    title: str
    schedule: Schedule
    parameters: dict[str, int]

    def clock(self, at_ms: int) -> str:
        """The time of something that happened so long after the start, UTC."""
        return print_rfc3339(self.schedule.start_ms + at_ms)


def packaged(name: str) -> bytes | None:
    """The text of a scenario that comes with wellclear, or nothing."""
    file = files("wellclear.simulation").joinpath(PACKAGED, f"{name}.toml")
    return file.read_bytes() if file.is_file() else None


def parse_scenario(text: bytes, seed: int = 1, parameters: dict[str, str] | None = None) -> Scenario:
    """Read a scenario.

    Args:
        text: at most `MAX_SCENARIO_BYTES`.
        seed: of what the scenario leaves to chance.
        parameters: values that replace those of the text.

    Raises:
        MalformedInput: it is not what `docs/simulation.md` describes; `at` is the place.
        NotFound: a parameter is given that it does not have.
    """
    if len(text) > MAX_SCENARIO_BYTES:
        raise MalformedInput("the scenario is too long", code="scenario-size", wanted=f"{MAX_SCENARIO_BYTES:,} bytes")
    table = parse_toml(text)
    table.text("format", _one_of((FORMAT,)), wanted=f'"{FORMAT}"')
    title = table.text("title", str, wanted="a title")
    parties = table.texts("parties", _name, 5, wanted='["north", "south"]')
    if len(set(parties)) < 2:
        raise MalformedInput("a scenario needs two parties", code="scenario-parties", at="parties", wanted="2 to 5")
    start_ms = table.text("start", parse_rfc3339, wanted=_INSTANT)
    end_ms = table.text("end", parse_rfc3339, wanted=_INSTANT)
    if not 0 < end_ms - start_ms <= MAX_SPAN_MS:
        raise MalformedInput("the scenario ends too late or too early", code="scenario-span", at="end", wanted="a day")
    disclosure = table.text("disclosure", _one_of(DISCLOSURES), default="full")
    stated = table.table("area")
    area = (stated.text("centre", _position, wanted=WANTED), stated.text("radius", _distance, wanted='"300 NM"'))
    stated.finish()
    values = _parameters(table, parameters or {})
    events = tuple(_event(each, parties, values, start_ms, end_ms) for each in table.tables("event", MAX_EVENTS))
    table.finish()
    span_ms = end_ms - start_ms
    planned = Schedule(seed, parties, disclosure, tuple(sorted(events)), span_ms, span_ms, start_ms=start_ms, area=area)
    return Scenario(title, planned, values)


def _parameters(table: Table, given: dict[str, str]) -> dict[str, int]:
    """Durations by name."""
    stated = table.table("parameters") if table.has("parameters") else Table({}, "parameters")
    values = {name: stated.text(name, parse_duration_ms, wanted=_DURATION) for name in stated.keys()}  # noqa: SIM118 - no mapping
    for name, text in given.items():
        if name not in values:
            known = ", ".join(values) or "none"
            raise NotFound(f"no parameter {name!r}", code="scenario-parameter", at=name, wanted=f"one of: {known}")
        values[name] = parse_duration_ms(text)
    return values


def _event(table: Table, parties: tuple[str, ...], values: dict[str, int], start_ms: int, end_ms: int) -> Event:
    """One event; `earlier_by` names a parameter by which it comes earlier."""
    at_ms = table.text("at", parse_rfc3339, wanted=_INSTANT)
    earlier = table.text("earlier_by", str, default="")
    if earlier and earlier not in values:
        raise MalformedInput("no such parameter", code="scenario-parameter", at=table.place("earlier_by"))
    at_ms -= values.get(earlier, 0)
    if not start_ms <= at_ms <= end_ms:
        raise MalformedInput(
            "the event lies outside the scenario", code="scenario-time", at=table.place("at"), wanted="start to end"
        )
    event = Event(
        at_ms=at_ms - start_ms,
        do=table.text("do", _one_of((*ACTS, *FAULTS, NOTE)), wanted='"file", "crash" or "note"'),
        party=table.text("party", _one_of(parties), wanted="one of the parties"),
        other=table.text("other", _one_of(parties), default=""),
        subject=table.text("subject", _line, default=""),
        for_ms=table.text("for", parse_duration_ms, default=0),
        text=table.text("text", _line, default=""),
    )
    if table.has("centre"):
        event = replace(event, content=_content(table, event.party, event.subject))
    table.finish()
    return event


def _content(table: Table, party: str, identifier: str) -> bytes:
    """Exact bytes of an operation in one circle."""
    centre = table.text("centre", parse_position, wanted=WANTED)
    radius_dmm = table.text("radius", parse_distance_dmm, wanted='"5 km"')
    band = Band(_height(table, "floor"), _height(table, "ceiling"))
    span = Span(table.text("from", parse_rfc3339, wanted=_INSTANT), table.text("until", parse_rfc3339, wanted=_INSTANT))
    volume = Volume(Footprint.circle(centre, radius_dmm), band, span, "1")
    return print_operation(Operation(party, identifier, (volume,), "flight"))


def _height(table: Table, end: End) -> Height | None:
    def read(text: str) -> tuple[Height | None]:
        return (parse_height(text, end=end),)

    return table.text(end, read, wanted='"SFC", "3000 ft QNH", "FL245" or "UNL"')[0]


def _name(text: str) -> str:
    verify_name(text)
    return text


def _position(text: str) -> str:
    parse_position(text)
    return text


def _distance(text: str) -> str:
    parse_distance_dmm(text)
    return text


def _line(text: str) -> str:
    if "\n" in text or len(text) > 500:
        raise MalformedInput("not one line of 500 characters", code="scenario-text")
    return text


def _one_of(words: tuple[str, ...]) -> Callable[[str], str]:
    """A reader of one word of several."""

    def read(text: str) -> str:
        if text not in words:
            raise MalformedInput(f"{text!r} is not known", code="scenario-word", wanted=" or ".join(words))
        return text

    return read
