"""What is kept of intents, constraints, subscriptions and availabilities, in memory and in stores alike."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Any, Final

import msgspec

from wellclear.api.utm.wire.availability import AvailabilityState
from wellclear.api.utm.wire.references import IntentState

KEPT_AFTER_END_MS: Final = 24 * 3_600_000
"""How long an entity that has ended, or was deleted, is remembered."""

KEPT_REPORT_MS: Final = 45 * 24 * 3_600_000
"""How long a report is kept: as long as F3548-21 wants the logs kept that tell of the same."""


class Block(msgspec.Struct, frozen=True, array_like=True):
    """A volume in whole numbers, as `wellclear.model.columns` takes them."""

    core: int
    lon_e7: tuple[int, ...]
    lat_e7: tuple[int, ...]
    buffer_dmm: int
    floor_dmm: int
    ceiling_dmm: int
    start_ms: int
    end_ms: int


def points_of(blocks: Iterable[Block]) -> int:
    """Points of all outlines."""
    return sum(len(block.lon_e7) for block in blocks)


class Kind(IntEnum):
    """What a record is of."""

    INTENT = 1
    CONSTRAINT = 2
    SUBSCRIPTION = 3
    AVAILABILITY = 4
    REPORT = 5
    REPORTED = 6


class Named(msgspec.Struct, frozen=True, kw_only=True, tag_field="is"):
    """Of one thing.

    Attributes:
        identifier: its UUID; of an availability, the name of the USS.
    """

    identifier: str


class Intent(Named, frozen=True, kw_only=True, tag="intent"):
    """An operational intent; `subscription` is empty where it has none."""

    owner: str
    uss_url: str
    state: IntentState
    ovn: str
    version: int
    subscription: str
    start_ms: int
    end_ms: int
    blocks: tuple[Block, ...]
    cells: tuple[int, ...]
    area_m2: float


class Constraint(Named, frozen=True, kw_only=True, tag="constraint"):
    """A constraint."""

    owner: str
    uss_url: str
    ovn: str
    version: int
    start_ms: int
    end_ms: int
    blocks: tuple[Block, ...]
    cells: tuple[int, ...]
    area_m2: float


class Subscription(Named, frozen=True, kw_only=True, tag="subscription"):
    """A subscription; `index` counts its notifications."""

    owner: str
    uss_url: str
    version: str
    index: int
    for_intents: bool
    for_constraints: bool
    implicit: bool
    start_ms: int
    end_ms: int
    blocks: tuple[Block, ...]
    cells: tuple[int, ...]


class Availability(Named, frozen=True, kw_only=True, tag="availability"):
    """Whether a USS answers."""

    state: AvailabilityState
    version: str


class Departed(Named, frozen=True, kw_only=True, tag="departed"):
    """What was deleted: with which version, and the answer that its owner got, which is given again for a day."""

    owner: str
    version: str
    answer: bytes
    until_ms: int


def departed_from(
    held: Intent | Constraint | Subscription, now_ms: int, version: str = "", answer: bytes = b""
) -> Departed:
    """What is remembered of an entity that ends, and for how long; without an answer there is none to give again."""
    until_ms = now_ms + KEPT_AFTER_END_MS
    return Departed(identifier=held.identifier, owner=held.owner, version=version, answer=answer, until_ms=until_ms)


class Report(Named, frozen=True, kw_only=True, tag="report"):
    """A report of a USS, as it was received."""

    owner: str
    received_ms: int
    exchange: Any


class Reported(Named, frozen=True, kw_only=True, tag="reported"):
    """That a report is kept, which itself is not held in memory: whose, since when, and how large it is."""

    owner: str
    received_ms: int
    size_bytes: int


Record = Intent | Constraint | Subscription | Availability | Departed | Report | Reported
Entity = Intent | Constraint | Subscription

_decoder: Final[msgspec.msgpack.Decoder[Record]] = msgspec.msgpack.Decoder(Record)


def print_record(record: Record) -> bytes:
    """A record as a store keeps it."""
    return msgspec.msgpack.encode(record)


def parse_record(content: bytes) -> Record:
    """A record out of a store.

    Raises:
        OSError: the store holds something else.
    """
    try:
        return _decoder.decode(content)
    except msgspec.DecodeError as error:
        raise OSError(f"the store holds what is no record: {error}") from error
