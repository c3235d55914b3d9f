"""The clauses of an agreement in words, one row each, for officers and for comparing versions."""

from __future__ import annotations

from collections.abc import Iterator

from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.height_text import print_height
from wellclear.geo.limits import DMM_PER_M
from wellclear.geo.position_text import print_decimal
from wellclear.geo.quantity import print_distance, print_duration
from wellclear.geo.time_text import print_rfc3339
from wellclear.model.agreement.clauses import CategoryTerms
from wellclear.model.agreement.disclosure import DisclosureTerm
from wellclear.model.agreement.ladder import Urgency
from wellclear.model.agreement.terms import NO_PREDECESSOR, Agreement
from wellclear.model.agreement.text_values import DAY_MS
from wellclear.model.minima_text import print_minima

Rows = Iterator[tuple[str, str]]
"""What a clause is about, and what it says."""


def clauses_in_words(agreement: Agreement) -> dict[str, str]:
    """Every clause by what it is about, in the order of the text: ``minima between jets and site`` and so on."""
    return dict(
        row
        for rows in (_head, _term, _parties, _area, _categories, _distances, _answers, _disclosures, _places)
        for row in rows(agreement)
    )


def disclosure_in_words(term: DisclosureTerm) -> str:
    """What is shown: ``full``, or ``coarse: cells of level 10, bins of 5000ft and 1h``."""
    if term.grid is None:
        return term.disclosure.value
    levels, times = print_distance(term.grid.level_bin_dmm, ("ft", "m")), print_duration(term.grid.time_bin_ms)
    return f"{term.disclosure.value}: cells of level {term.grid.s2_level}, bins of {levels} and {times}"


def footprint_in_words(footprint: Footprint) -> str:
    """A footprint with all its positions."""
    points = ", ".join(print_decimal(point) for point in footprint.points)
    if footprint.core is Core.POINT:
        return f"circle of {_radius(footprint.buffer_dmm)} around {points}"
    if footprint.core is Core.LINE:
        return f"corridor of {_radius(footprint.buffer_dmm)} either side of {points}"
    around = f", and {_radius(footprint.buffer_dmm)} around it" if footprint.buffer_dmm else ""
    return f"area {points}{around}"


def _head(agreement: Agreement) -> Rows:
    yield "identifier", agreement.identifier
    yield "version", str(agreement.version)
    yield "predecessor", "none" if agreement.predecessor == NO_PREDECESSOR else agreement.predecessor.hex()


def _term(agreement: Agreement) -> Rows:
    term = agreement.term
    yield "in force from", print_rfc3339(term.from_ms)
    yield "in force until", print_rfc3339(term.until_ms)
    yield "ratified by", print_rfc3339(term.ratify_by_ms)
    yield "parties that must ratify", f"{term.ratifiers_count} of {len(agreement.parties)}"
    yield "reviewed on", _day(term.review_on_ms)
    yield "clock grace", print_duration(agreement.clock_grace_ms)
    yield "records kept", f"{agreement.keep_ms // DAY_MS} days"
    yield "test call every", print_duration(agreement.test_call_every_ms)
    quota = agreement.quota
    yield "filings withdrawn or amended", f"at most {quota.most_count} within {print_duration(quota.within_ms)}"


def _parties(agreement: Agreement) -> Rows:
    for party in agreement.parties:
        yield f"party {party.name}, title", party.title
        yield f"party {party.name}, root key", party.root_key.hex()
        yield f"party {party.name}, languages", ", ".join(party.languages)


def _area(agreement: Agreement) -> Rows:
    band = agreement.area.band
    yield "area, heights", f"{print_height(band.floor)} to {print_height(band.ceiling, end='ceiling')}"
    for number, footprint in enumerate(agreement.area.footprints, start=1):
        yield f"area, footprint {number}", footprint_in_words(footprint)
    ranges = agreement.ranges
    for name, ends, unit in (
        ("pressure", ranges.pressure_hpa, "hPa"),
        ("temperature", ranges.temperature_k, "K off the standard atmosphere"),
        ("terrain", ranges.terrain, "m"),
    ):
        if isinstance(ends, tuple):
            yield f"range of {name}", f"{ends[0]:.15g} to {ends[1]:.15g} {unit}"


def _categories(agreement: Agreement) -> Rows:
    yield from _category("other categories", agreement.other_categories)
    for terms in agreement.categories:
        yield from _category(f"category {terms.name}", terms)


def _category(called: str, terms: CategoryTerms) -> Rows:
    yield f"{called}, lead time", print_duration(terms.lead_time_ms)
    yield f"{called}, hazard tail", print_duration(terms.hazard_tail_ms)


def _distances(agreement: Agreement) -> Rows:
    yield "minima between all others", print_minima(agreement.minima.default)
    for pair in agreement.minima.pairs:
        first, second = sorted((pair.first_category, pair.second_category))
        yield f"minima between {first} and {second}", print_minima(pair.minima)
    precision = agreement.precision
    yield "largest area of a volume", f"{precision.largest_area_m2:,} m2"
    yield "shortest notice", print_duration(precision.shortest_notice_ms)
    yield "name of a place alone", "may be sent" if precision.name_alone else "may not be sent"


def _answers(agreement: Agreement) -> Rows:
    for urgency in Urgency:
        deadlines = agreement.deadlines_for(urgency)
        yield f"{urgency.value} message, receipt", print_duration(deadlines.receipt_ms)
        yield f"{urgency.value} message, read-back", print_duration(deadlines.read_back_ms)
        yield f"{urgency.value} message, answer", print_duration(deadlines.answer_ms)
    for rung in agreement.ladder:
        yield f"ladder, {rung.role.value}", f"after {print_duration(rung.after_ms)}"
    yield "heartbeat every", print_duration(agreement.liveness.heartbeat_ms)
    yield "silent peer stale after", print_duration(agreement.liveness.stale_ms)
    yield "silent peer an alarm after", print_duration(agreement.liveness.alarm_ms)


def _disclosures(agreement: Agreement) -> Rows:
    yield "disclosure in all other cases", disclosure_in_words(agreement.disclosures.default)
    for rule in agreement.disclosures.rules:
        category = rule.category or "any other category"
        yield f"disclosure from {rule.sender} to {rule.recipient}, {category}", disclosure_in_words(rule.term)


def _places(agreement: Agreement) -> Rows:
    for frequency in agreement.frequencies:
        yield f"frequency {frequency.name}", frequency.channel
    for site in agreement.sites:
        yield f"site {site.name}, place", f"{_radius(site.radius_dmm)} around {print_decimal(site.position)}"
        yield f"site {site.name}, verified on", _day(site.verified_on_ms)
        yield f"site {site.name}, expires", print_rfc3339(site.expires_ms)
    if agreement.sites:
        yield "list of sites, hash", agreement.sites_digest().hex()


def _radius(radius_dmm: int) -> str:
    return print_distance(radius_dmm, ("NM", "km", "m") if radius_dmm >= 1_000 * DMM_PER_M else ("m",))


def _day(time_ms: int) -> str:
    return print_rfc3339(time_ms)[:10]
