"""The clauses of an agreement as values: parties, area, categories, minima, sites, term and the like."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Band
from wellclear.geo.position import Position
from wellclear.model.minima import Minima
from wellclear.trust.canonical import verify_line, verify_name

MAX_TERM_MS: Final = 3_660 * 86_400_000
"""Ten years: who agrees for longer has not thought of a review."""

MAX_QUOTA: Final = 1_000
"""Largest quota of filings withdrawn or amended: who changes more plans than that in any time is no officer."""

HAZARD: Final = "hazard"
"""What a hazard counts as where minima are sought."""

SITE: Final = "site"
"""What a protected site counts as where minima are sought."""

TRACK: Final = "track"
"""What an aircraft's track counts as where minima are sought."""

RESERVED_CATEGORIES: Final = frozenset({HAZARD, SITE, TRACK})


def category_key(category: str) -> str:
    """A category as agreements name it: ``NO_FLY``, ``No fly`` and ``no-fly`` are one."""
    return "-".join(re.split(r"[\s_-]+", category.strip().casefold()))


def widest(one: Minima, other: Minima) -> Minima:
    """The larger of both in each dimension: what counts between two versions of an agreement."""
    return Minima(
        max(one.lateral_dmm, other.lateral_dmm),
        max(one.vertical_dmm, other.vertical_dmm),
        max(one.time_ms, other.time_ms),
    )


@dataclass(frozen=True, slots=True)
class PartyTerms:
    """A party of an agreement.

    Attributes:
        name: what it is called in every message; no spaces.
        title: its full name.
        root_key: Ed25519 public key that states its other keys, 32 bytes.
        languages: in which its officers are addressed, the first preferred: ``en``, ``ru``.
    """

    name: str
    title: str
    root_key: bytes
    languages: tuple[str, ...]

    def __post_init__(self) -> None:
        verify_name(self.name)
        verify_line(self.title)


@dataclass(frozen=True, slots=True)
class Area:
    """Where an agreement holds, and what a place name alone makes hot."""

    footprints: tuple[Footprint, ...]
    band: Band


@dataclass(frozen=True, slots=True)
class CategoryTerms:
    """What is asked of operations of one category.

    Attributes:
        name: as `category_key` makes it; empty for the categories that the agreement does not name.
        lead_time_ms: how long before its start an operation is to be told.
        hazard_tail_ms: how long its danger outlives it where the operation does not say more.
    """

    name: str
    lead_time_ms: int
    hazard_tail_ms: int


@dataclass(frozen=True, slots=True)
class PairMinima:
    """Minima between operations of two categories, in either order."""

    first_category: str
    second_category: str
    minima: Minima


@dataclass(frozen=True, slots=True)
class MinimaTable:
    """Minima by pair of categories, and those of every other pair."""

    default: Minima
    pairs: tuple[PairMinima, ...] = ()

    def __post_init__(self) -> None:
        cases = (frozenset((pair.first_category, pair.second_category)) for pair in self.pairs)
        verify_single(("+".join(sorted(case)) for case in cases), "minima between", "minima.pair")


@dataclass(frozen=True, slots=True)
class Precision:
    """How exact a notice is to be. One that is not is taken, marked and escalated, never refused.

    Attributes:
        largest_area_m2: ground of one volume.
        shortest_notice_ms: time from the notice to the start.
        name_alone: whether a place may be sent as a name without its shape.
    """

    largest_area_m2: int
    shortest_notice_ms: int
    name_alone: bool


@dataclass(frozen=True, slots=True)
class Frequency:
    """A radio frequency that both sides listen on.

    Attributes:
        name: ``guard``, ``fire air-to-air 1``.
        channel: number and unit as spoken: ``121.500 MHz``.
    """

    name: str
    channel: str


@dataclass(frozen=True, slots=True)
class Site:
    """A protected place on the ground.

    Attributes:
        name: what it is called.
        position: its middle.
        radius_dmm: what is protected around it, in 0.1 mm.
        verified_on_ms: start of the day (UTC) on which its position was last confirmed.
        expires_ms: when that confirmation is too old; the site stays protected, and its age is an alarm.
    """

    name: str
    position: Position
    radius_dmm: int
    verified_on_ms: int
    expires_ms: int

    def __post_init__(self) -> None:
        if self.expires_ms <= self.verified_on_ms:
            raise MalformedInput(
                "the site expires before it was verified", code="agreement-site", wanted="a time after verified_on"
            )


@dataclass(frozen=True, slots=True)
class Term:
    """When an agreement holds and how it comes about.

    Attributes:
        from_ms: from when on it is in force, once ratified.
        until_ms: when it ends by itself; not owned.
        ratify_by_ms: when it lapses unless enough parties signed before.
        ratifiers_count: how many parties must sign.
        review_on_ms: start of the day on which the parties look at it again.
    """

    from_ms: int
    until_ms: int
    ratify_by_ms: int
    ratifiers_count: int
    review_on_ms: int

    def __post_init__(self) -> None:
        if not self.from_ms < self.until_ms <= self.from_ms + MAX_TERM_MS:
            raise _term_refused("term.until", "after `from`, within 3,660 days")
        if self.ratify_by_ms >= self.until_ms:
            raise _term_refused("term.ratify_by", "before `until`")
        if not self.from_ms <= self.review_on_ms <= self.until_ms:
            raise _term_refused("term.review_on", "a day from `from` to `until`")


@dataclass(frozen=True, slots=True)
class Quota:
    """How many filings a party may withdraw or amend in a time before that is a probing alarm.

    Raises:
        MalformedInput: fewer than one, or more than `MAX_QUOTA`.
    """

    most_count: int
    within_ms: int

    def __post_init__(self) -> None:
        if not 1 <= self.most_count <= MAX_QUOTA:
            raise MalformedInput(
                f"a quota of {self.most_count:,} filings", code="agreement-quota", wanted=f"1 to {MAX_QUOTA:,}"
            )


def verify_single(names: Iterable[str], what: str, at: str) -> None:
    """Hold only if no name stands twice.

    Raises:
        MalformedInput: one does; `at` is where they stand.
    """
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise MalformedInput(f"{what} {twice[0]} is given twice", code="agreement-repeated", at=at, wanted="each once")


def _term_refused(at: str, wanted: str) -> MalformedInput:
    return MalformedInput("the times of the term are out of order", code="agreement-term", at=at, wanted=wanted)
