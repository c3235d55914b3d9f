"""Flights become operations of the centre, however many there are."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from live.utm import World, identifier, request, volume
from wellclear.api.utm.centre import sponsoring
from wellclear.api.utm.centre.sponsoring import Sponsoring
from wellclear.api.utm.uss import sql_keeping
from wellclear.api.utm.uss.volumes import meanings
from wellclear.api.utm.wire.details import OperationalIntent, OperationalIntentDetails
from wellclear.api.utm.wire.references import OperationalIntentReference
from wellclear.api.utm.wire.volumes import Volume4D, time_of
from wellclear.centre.commands import Command, File
from wellclear.centre.state.state import State
from wellclear.model.operation_text import parse_operation


@dataclass
class Centre:
    """A centre that files nothing and notes what it was told: a double of the port `Host`."""

    state: State = field(default_factory=lambda: State(party="north"))
    acted: list[Command] = field(default_factory=list)

    def act(self, command: Command) -> None:
        self.acted.append(command)


def told(now_ms: int, entity: str) -> OperationalIntent:
    reference = OperationalIntentReference(
        id=entity,
        manager="peer",
        uss_availability="Normal",
        version=1,
        state="Accepted",
        time_start=time_of(now_ms - 60_000),
        time_end=time_of(now_ms + 30 * 60_000),
        uss_base_url="https://peer.example",
        subscription_id=identifier(),
        ovn="an-ovn-of-the-peer",
    )
    return OperationalIntent(reference, OperationalIntentDetails([msgspec.convert(volume(now_ms), Volume4D)]))


def test_more_flights_than_one_listing_holds_are_all_filed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_keeping, "MAX_LISTED", 2)
    monkeypatch.setattr(sql_keeping, "MAX_PAGE_DOCUMENTS", 2)
    world, centre = World(tmp_path), Centre()
    try:
        uss = world.uss("north")
        for number in range(3):
            answer = uss.plan(identifier(), request(volume(world.clock(), lat=50 + number)))
            assert answer["planning_result"] == "Completed", answer
        entities = {identifier() for _ in range(5)}
        for entity in entities:
            uss.uss.airspace.keep_intent(told(world.clock(), entity))
        Sponsoring(centre, uss.uss, world.clock).look()
        own = {flight.intent for flight, _ in uss.uss.flights.all()}
    finally:
        world.close()
    filed = [parse_operation(command.content).identifier for command in centre.acted if isinstance(command, File)]
    assert len(filed) == 8
    assert set(filed) == {f"uas/peer/{entity}" for entity in entities} | {f"uas/north/{intent}" for intent in own}


def test_only_what_changed_is_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = list[int]()

    def counted(volumes: list[Volume4D]) -> object:
        read.append(len(volumes))
        return meanings(volumes)

    monkeypatch.setattr(sponsoring, "meanings", counted)
    world, centre = World(tmp_path), Centre()
    try:
        uss, entities = world.uss("north").uss, [identifier() for _ in range(3)]
        for entity in entities:
            uss.airspace.keep_intent(told(world.clock(), entity))
        looking = Sponsoring(centre, uss, world.clock)
        looking.look()
        looking.look()
        assert len(read) == 3
        uss.airspace.keep_intent(told(world.clock() + 60_000, entities[1]))
        centre.acted.clear()
        looking.look()
    finally:
        world.close()
    assert len(read) == 4
    filed = {parse_operation(each.content).identifier: each.content for each in centre.acted if isinstance(each, File)}
    starts = {name: parse_operation(content).volumes[0].span.start_ms for name, content in filed.items()}
    assert max(starts, key=lambda name: starts[name]) == f"uas/peer/{entities[1]}"
