"""An agreement as values. `wellclear.model.agreement.text` reads them from the text that the parties signed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from hashlib import sha256
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.geo.envelope import Ranges
from wellclear.model.agreement.clauses import (
    RESERVED_CATEGORIES,
    Area,
    CategoryTerms,
    Frequency,
    MinimaTable,
    PartyTerms,
    Precision,
    Quota,
    Site,
    Term,
    category_key,
    verify_single,
    widest,
)
from wellclear.model.agreement.disclosure import DisclosureTable, DisclosureTerm
from wellclear.model.agreement.ladder import Deadlines, Liveness, Role, Rung, Urgency, verify_ladder
from wellclear.model.minima import Minima
from wellclear.trust.canonical import verify_name

NO_PREDECESSOR: Final = bytes(32)
"""What a first version names as the one before it."""

MAX_VERSION: Final = 10_000
"""A version each day for 27 years."""

MAX_PARTIES: Final = 64
"""Every party tells every other one: the pairs grow with the square."""

CLOCK_GRACE_MS: Final = 60_000
"""How long, either side of a change of state, the stricter of both states holds."""

MAX_CLOCK_GRACE_MS: Final = 600_000
"""Ten minutes: clocks that differ by more are to be repaired, not allowed for."""

_CATEGORY: Final = re.compile(r"[^\W_]+(-[^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Agreement:
    """One version of an agreement.

    Attributes:
        identifier: what all its versions are called.
        version: from 1.
        predecessor: digest of the version before, 32 bytes; `NO_PREDECESSOR` for the first.
        digest: SHA-256 of the exact text, 32 bytes: what the parties sign names it.
        parties: two or more, in the order of the text.
        area: where it holds.
        categories: those that it names.
        other_categories: what is asked of all others.
        minima: by pair of categories.
        precision: how exact a notice is to be.
        routine: deadlines of routine messages; `urgent` and `flash` those of the others.
        ladder: from the first rung up.
        liveness: when a silent peer is stale, and when it is an alarm.
        test_call_every_ms: how often each pair of parties makes a test call.
        disclosures: who shows what to whom.
        frequencies: on which the parties listen.
        sites: protected places.
        ranges: what pressure, temperature and terrain can be.
        term: when it holds.
        quota: of filings withdrawn or amended.
        keep_ms: how long after its end the parties keep what was said.
        clock_grace_ms: how long either side of a change of state the stricter of both holds.

    Raises:
        MalformedInput: the terms contradict each other; `at` is the place in the text.
    """

    identifier: str
    version: int
    predecessor: bytes
    digest: bytes
    parties: tuple[PartyTerms, ...]
    area: Area
    categories: tuple[CategoryTerms, ...]
    other_categories: CategoryTerms
    minima: MinimaTable
    precision: Precision
    routine: Deadlines
    urgent: Deadlines
    flash: Deadlines
    ladder: tuple[Rung, ...]
    liveness: Liveness
    test_call_every_ms: int
    disclosures: DisclosureTable
    frequencies: tuple[Frequency, ...]
    sites: tuple[Site, ...]
    ranges: Ranges
    term: Term
    quota: Quota
    keep_ms: int
    clock_grace_ms: int = CLOCK_GRACE_MS
    _categories: dict[str, CategoryTerms] = field(init=False, repr=False, compare=False)
    _minima: dict[frozenset[str], Minima] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        verify_name(self.identifier)
        _verify_chain(self)
        _verify_parties(self)
        _verify_categories(self)
        verify_ladder(self.ladder)
        verify_single((frequency.name for frequency in self.frequencies), "the frequency", "frequency")
        verify_single((site.name for site in self.sites), "the site", "site")
        if not CLOCK_GRACE_MS <= self.clock_grace_ms <= MAX_CLOCK_GRACE_MS:
            raise MalformedInput(
                "the grace of clocks is out of range", code="agreement-grace", at="clock_grace", wanted="1 to 10 min"
            )
        pairs = {frozenset((pair.first_category, pair.second_category)): pair.minima for pair in self.minima.pairs}
        object.__setattr__(self, "_categories", {terms.name: terms for terms in self.categories})
        object.__setattr__(self, "_minima", pairs)

    def __hash__(self) -> int:
        """By the digest, which names the exact text."""
        return hash(self.digest)

    @property
    def party_names(self) -> tuple[str, ...]:
        """Names of the parties, in the order of the text."""
        return tuple(party.name for party in self.parties)

    def names_category(self, category: str) -> bool:
        """Whether the agreement says something of its own about a category."""
        return category_key(category) in self._categories

    def minima_for(self, first_category: str, second_category: str) -> Minima:
        """Minima between operations of two categories, in either order."""
        pair = frozenset((category_key(first_category), category_key(second_category)))
        return self._minima.get(pair, self.minima.default)

    def widest_minima_for(self, category: str) -> Minima:
        """The widest minima that an operation of a category can meet: bounds a search."""
        key = category_key(category)
        met = (pair.minima for pair in self.minima.pairs if key in (pair.first_category, pair.second_category))
        return reduce(widest, met, self.minima.default)

    def lead_time_ms(self, category: str) -> int:
        """How long before its start an operation of a category is to be told, in milliseconds."""
        return self._categories.get(category_key(category), self.other_categories).lead_time_ms

    def hazard_tail_ms(self, category: str) -> int:
        """How long the danger of an operation of a category outlives it, in milliseconds."""
        return self._categories.get(category_key(category), self.other_categories).hazard_tail_ms

    def deadlines_for(self, urgency: Urgency) -> Deadlines:
        """Within what time a message must have its answers."""
        return {Urgency.ROUTINE: self.routine, Urgency.URGENT: self.urgent, Urgency.FLASH: self.flash}[urgency]

    def disclosure_to(self, sender: str, recipient: str, category: str) -> DisclosureTerm:
        """What a party shows to another one of operations of a category."""
        return self.disclosures.term_for(sender, recipient, category_key(category))

    def role_after(self, waited_ms: int) -> Role:
        """The highest role that a message has reached which was sent so long ago and not answered."""
        return [rung.role for rung in self.ladder if rung.after_ms <= max(waited_ms, 0)][-1]

    def sites_digest(self) -> bytes:
        """SHA-256 over the whole list of sites, 32 bytes, whatever its order: both sides compare it by voice."""
        lines = sorted(
            f"{site.name}\t{site.position.lon_e7}\t{site.position.lat_e7}\t{site.radius_dmm}"
            f"\t{site.verified_on_ms}\t{site.expires_ms}\n"
            for site in self.sites
        )
        return sha256("".join(lines).encode()).digest()


def _verify_chain(agreement: Agreement) -> None:
    if not 1 <= agreement.version <= MAX_VERSION:
        raise MalformedInput(
            "the version is out of range", code="agreement-version", at="version", wanted=f"1 to {MAX_VERSION:,}"
        )
    if (agreement.version == 1) is not (agreement.predecessor == NO_PREDECESSOR):
        raise MalformedInput(
            "a first version names a predecessor, or a later one names none",
            code="agreement-predecessor",
            at="predecessor",
            wanted="the digest of the version before, from version 2 on",
        )


def _verify_parties(agreement: Agreement) -> None:
    count = len(agreement.parties)
    if not 2 <= count <= MAX_PARTIES:
        raise MalformedInput(
            f"{count} parties", code="agreement-parties", at="party", wanted=f"from 2 to {MAX_PARTIES}"
        )
    verify_single(agreement.party_names, "the party", "party")
    verify_single((party.root_key.hex() for party in agreement.parties), "the root key", "party")
    if not count < 2 * agreement.term.ratifiers_count <= 2 * count:
        raise MalformedInput(
            f"{agreement.term.ratifiers_count} of {count} parties cannot ratify",
            code="agreement-ratifiers",
            at="term.ratified_by",
            wanted='"all", or more than half: "2 of 3"',
        )
    for index, rule in enumerate(agreement.disclosures.rules):
        for key, name in (("from", rule.sender), ("to", rule.recipient)):
            _verify_known(name, agreement.party_names, f"disclosure.rule[{index}].{key}", "party")


def _verify_categories(agreement: Agreement) -> None:
    names = {terms.name for terms in agreement.categories}
    for name in names:
        if name != category_key(name) or not _CATEGORY.fullmatch(name) or name in RESERVED_CATEGORIES:
            raise MalformedInput(
                f"{name!r} cannot name a category",
                code="agreement-category",
                at=f"category.{name}",
                wanted="small letters and digits, joined by hyphens, and none of hazard, site and track",
            )
    for index, rule in enumerate(agreement.disclosures.rules):
        if rule.category is not None:
            _verify_known(rule.category, names, f"disclosure.rule[{index}].category", "category")
    for index, pair in enumerate(agreement.minima.pairs):
        for place, name in enumerate((pair.first_category, pair.second_category)):
            _verify_known(name, names | RESERVED_CATEGORIES, f"minima.pair[{index}].between[{place}]", "category")


def _verify_known(name: str, known: Iterable[str], at: str, kind: str) -> None:
    if name not in known:
        raise MalformedInput(
            f"the agreement knows no {kind} {name!r}",
            code="agreement-name-unknown",
            at=at,
            wanted="one of " + ", ".join(sorted(known)),
        )
