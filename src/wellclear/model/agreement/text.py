"""An agreement from the text that its parties sign byte for byte; `docs/agreements.md` has every key of it.

The text is TOML. Every number with a unit, every position and every time is a text in quotes that says its unit, its
notation and its ``Z``. What the format does not know is refused, wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from typing import Final, TypeVar

from wellclear.errors import MalformedInput
from wellclear.geo.envelope import Ranges
from wellclear.geo.quantity import (
    parse_distance_dmm,
    parse_duration_ms,
    parse_pressure_range_hpa,
    parse_temperature_range_k,
    parse_terrain_range_m,
)
from wellclear.model.agreement.clauses import (
    CategoryTerms,
    MinimaTable,
    PairMinima,
    PartyTerms,
    Precision,
    Quota,
    Term,
)
from wellclear.model.agreement.ladder import Deadlines, Liveness, Role, Rung
from wellclear.model.agreement.terms import CLOCK_GRACE_MS, MAX_PARTIES, NO_PREDECESSOR, Agreement
from wellclear.model.agreement.text_disclosure import read_disclosures
from wellclear.model.agreement.text_places import read_area, read_frequency, read_site
from wellclear.model.agreement.text_values import (
    MAX_ENTRIES,
    choice,
    parse_area_m2,
    parse_day_ms,
    parse_days_ms,
    parse_digest,
    parse_instant_ms,
    parse_language,
    parse_line,
    parse_name,
)
from wellclear.model.agreement.toml_table import Table, parse_toml
from wellclear.model.minima import Minima
from wellclear.trust.ed25519 import verify_enrolment

FORMAT: Final = "wellclear-agreement/v1"
"""First key of every text: what the others mean."""

OTHER_CATEGORIES: Final = "default"
"""The key under which stands what is asked of categories that the agreement does not name."""

_DISTANCE: Final = '"5 NM", "1000 ft" or "500 m"'
_DURATION: Final = '"45 s", "15 min" or "2 h"'
_INSTANT: Final = '"2026-12-01T06:00:00Z"'
_DAY: Final = '"2026-12-01"'
_HEX: Final = "64 hexadecimal digits, small letters"
_RATIFIERS: Final = re.compile(r"([1-9][0-9]?) of ([1-9][0-9]?)")

Value = TypeVar("Value")


def agreement_digest(text: bytes) -> bytes:
    """What names a version: SHA-256 of its exact text, 32 bytes."""
    return sha256(text).digest()


def parse_agreement(text: bytes) -> Agreement:
    """Read the text of one version.

    Raises:
        MalformedInput: it is not what `docs/agreements.md` describes; `at` is the place, such as `party[1].root_key`.
        RuleViolated: `disclosure-blind`.
    """
    table = parse_toml(text)
    table.text("format", choice(FORMAT), wanted=f'"{FORMAT}"')
    parties = tuple(each.means(_party) for each in table.tables("party", MAX_PARTIES))
    default, categories = _categories(table.table("category"))
    ranges = table.table("ranges", optional=True).means(_ranges)
    deadlines = table.table("deadlines")
    agreement = Agreement(
        identifier=table.text("identifier", parse_name, wanted='"north-sector"'),
        version=table.number("version", wanted="1"),
        predecessor=table.text("predecessor", parse_digest, wanted=_HEX, default=NO_PREDECESSOR),
        digest=agreement_digest(text),
        parties=parties,
        area=table.table("area").means(read_area),
        categories=categories,
        other_categories=default,
        minima=table.table("minima").means(_minima),
        precision=table.table("precision").means(_precision),
        routine=deadlines.table("routine").means(_deadlines),
        urgent=deadlines.table("urgent").means(_deadlines),
        flash=deadlines.table("flash").means(_deadlines),
        ladder=tuple(each.means(_rung) for each in table.tables("ladder", len(Role))),
        liveness=table.table("liveness", optional=True).means(_liveness),
        test_call_every_ms=table.text("test_call_every", _positive(parse_duration_ms), wanted=_DURATION),
        disclosures=table.table("disclosure").means(read_disclosures),
        frequencies=tuple(each.means(read_frequency) for each in table.tables("frequency", MAX_ENTRIES)),
        sites=tuple(each.means(read_site) for each in table.tables("site", MAX_ENTRIES)),
        ranges=ranges,
        term=table.table("term").means(_term(len(parties))),
        quota=table.table("quota").means(_quota),
        keep_ms=table.text("keep_records", parse_days_ms, wanted='"1825 days"'),
        clock_grace_ms=table.text("clock_grace", parse_duration_ms, wanted='"60 s"', default=CLOCK_GRACE_MS),
    )
    deadlines.finish()
    table.finish()
    return agreement


def _positive(read: Callable[[str], int]) -> Callable[[str], int]:
    def positive(text: str) -> int:
        value = read(text)
        if value == 0:
            raise MalformedInput("this is zero", code="agreement-zero", wanted="more than zero")
        return value

    return positive


def _party(table: Table) -> PartyTerms:
    return PartyTerms(
        name=table.text("name", parse_name, wanted='"north"'),
        title=table.text("title", parse_line, wanted='"Northern Air Command"'),
        root_key=table.text("root_key", _parse_root_key, wanted=_HEX),
        languages=table.texts("languages", parse_language, 8, wanted='["en", "fr"]'),
    )


def _parse_root_key(text: str) -> bytes:
    key = parse_digest(text)
    verify_enrolment(key)
    return key


def _categories(table: Table) -> tuple[CategoryTerms, tuple[CategoryTerms, ...]]:
    default = table.table(OTHER_CATEGORIES).means(_category(""))
    if len(table.keys()) > MAX_ENTRIES:
        raise MalformedInput("too many categories", code="toml-count", at=table.at, wanted=f"at most {MAX_ENTRIES:,}")
    named = tuple(table.table(name).means(_category(name)) for name in table.keys())  # noqa: SIM118 - no mapping
    return default, named


def _category(name: str) -> Callable[[Table], CategoryTerms]:
    def read(table: Table) -> CategoryTerms:
        return CategoryTerms(
            name,
            lead_time_ms=table.text("lead_time", parse_duration_ms, wanted=_DURATION),
            hazard_tail_ms=table.text("hazard_tail", parse_duration_ms, wanted=_DURATION),
        )

    return read


def _minima(table: Table) -> MinimaTable:
    default = table.table("default").means(_distances)
    pairs = tuple(each.means(_pair) for each in table.tables("pair", MAX_ENTRIES))
    return MinimaTable(default, pairs)


def _pair(table: Table) -> PairMinima:
    between = table.texts("between", str, 2, wanted='["jets", "helicopters"]')
    if len(between) != 2:
        raise MalformedInput(
            "minima hold between two categories",
            code="agreement-pair",
            at=table.place("between"),
            wanted='two names, which may be the same: ["jets", "jets"]',
        )
    return PairMinima(*between, _distances(table))


def _distances(table: Table) -> Minima:
    return Minima(
        lateral_dmm=table.text("lateral", parse_distance_dmm, wanted=_DISTANCE),
        vertical_dmm=table.text("vertical", parse_distance_dmm, wanted=_DISTANCE),
        time_ms=table.text("time", parse_duration_ms, wanted=_DURATION),
    )


def _precision(table: Table) -> Precision:
    return Precision(
        largest_area_m2=table.text("largest_area", _positive(parse_area_m2), wanted='"400 km2"'),
        shortest_notice_ms=table.text("shortest_notice", parse_duration_ms, wanted=_DURATION),
        name_alone=table.flag("name_alone"),
    )


def _deadlines(table: Table) -> Deadlines:
    return Deadlines(
        receipt_ms=table.text("receipt", parse_duration_ms, wanted=_DURATION),
        read_back_ms=table.text("read_back", parse_duration_ms, wanted=_DURATION),
        answer_ms=table.text("answer", parse_duration_ms, wanted=_DURATION),
    )


def _rung(table: Table) -> Rung:
    return Rung(
        role=Role(table.text("role", choice(*Role), wanted='"duty-officer"')),
        after_ms=table.text("after", parse_duration_ms, wanted=_DURATION),
    )


def _liveness(table: Table) -> Liveness:
    usual = Liveness()
    return Liveness(
        heartbeat_ms=table.text("heartbeat", parse_duration_ms, wanted='"1 s"', default=usual.heartbeat_ms),
        stale_ms=table.text("stale", parse_duration_ms, wanted='"5 s"', default=usual.stale_ms),
        alarm_ms=table.text("alarm", parse_duration_ms, wanted='"10 s"', default=usual.alarm_ms),
    )


def _ranges(table: Table) -> Ranges:
    return Ranges(
        pressure_hpa=_optional(table, "pressure", parse_pressure_range_hpa, '"980..1040"'),
        temperature_k=_optional(table, "temperature", parse_temperature_range_k, '"-20..+15"'),
        terrain=_optional(table, "terrain", parse_terrain_range_m, '"0m..4421m"'),
    )


def _optional(table: Table, key: str, read: Callable[[str], Value], wanted: str) -> Value | None:
    return table.text(key, read, wanted=wanted) if table.has(key) else None


def _term(party_count: int) -> Callable[[Table], Term]:
    def ratifiers_count(text: str) -> int:
        if text == "all":
            return party_count
        counts = _RATIFIERS.fullmatch(text)
        if counts is None or int(counts[2]) != party_count:
            raise MalformedInput(f"not a share of the {party_count} parties: {text!r}", code="agreement-ratifiers")
        return int(counts[1])

    def read(table: Table) -> Term:
        return Term(
            from_ms=table.text("from", parse_instant_ms, wanted=_INSTANT),
            until_ms=table.text("until", parse_instant_ms, wanted=_INSTANT),
            ratify_by_ms=table.text("ratify_by", parse_instant_ms, wanted=_INSTANT),
            ratifiers_count=table.text("ratified_by", ratifiers_count, wanted=f'"all" or "2 of {party_count}"'),
            review_on_ms=table.text("review_on", parse_day_ms, wanted=_DAY),
        )

    return read


def _quota(table: Table) -> Quota:
    return Quota(
        most_count=table.number("filings", wanted="20"),
        within_ms=table.text("within", _positive(parse_duration_ms), wanted=_DURATION),
    )
