"""The own verdicts: of own versions against all that is known, of a peer's version against what the peer may see.

Own operations are not compared with each other: one party coordinates its own aircraft. Notices of third parties are
not in a verdict toward a peer, since what they disclosed was not disclosed to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import msgspec

from wellclear.centre.agreeing import ever_shared, read, shared, terms_for, widest_reach
from wellclear.centre.comparing import Compared, Terms, effective, too_close
from wellclear.centre.neighbourhood import cells_of
from wellclear.centre.state.hotline import HeldHazard
from wellclear.centre.state.operations import HeldNotice, OwnOperation
from wellclear.centre.state.state import State, is_whole
from wellclear.centre.views import seen_by
from wellclear.errors import MalformedInput
from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Band
from wellclear.geo.limits import MAX_TIME_MS
from wellclear.geo.span import Span
from wellclear.model.agreement.clauses import HAZARD, SITE, Site
from wellclear.model.agreement.terms import Agreement
from wellclear.model.operation import Operation
from wellclear.model.operation_text import parse_operation, print_operation
from wellclear.model.volume import Volume
from wellclear.protocol.verdict import Clash, Finding, Verdict, not_assessed, verdict_of


def own_verdict(state: State, own: OwnOperation) -> Verdict:
    """The own verdict of an own version: against every notice held, every hazard and every site."""
    side = own_side(own)
    category = effective(side).category
    near = (state.notices[name] for name in notices_near(state, side))
    clashes = [clash for held in near if (clash := own_clash(state, own, held)) is not None]
    clashes += [clash for one in state.hazards.values() if (clash := own_hazard_clash(state, own, one)) is not None]
    for _, agreement in _own_agreements(state, own):
        clashes.extend(_site_clashes(side, category, agreement))
    return verdict_of(tuple(dict.fromkeys(clashes)))


def peer_verdict(state: State, held: HeldNotice) -> Verdict:
    """The verdict of a peer's version toward that peer: own operations as it may see them, hazards it was told, sites.

    Outside every agreement nothing is disclosed in answer: NOT ASSESSED.
    """
    if outside_agreement(state, held):
        return not_assessed("outside-agreement")
    side, category = held_side(state, held), held.notice.category
    near = (state.own[name] for name in own_near(state, side))
    clashes = [clash for own in near if (clash := peer_clash(state, held, own)) is not None]
    clashes += [clash for one in state.hazards.values() if (clash := peer_hazard_clash(state, held, one)) is not None]
    for _, agreement in shared(state, held.party):
        clashes.extend(_site_clashes(side, category, agreement))
    return verdict_of(tuple(dict.fromkeys(clashes)))


def cautious(state: State, verdict: Verdict) -> Verdict:
    """A verdict that the log can answer for: what it has lost may conflict, so that without it CLEAR is doubt."""
    return not_assessed("log-restored") if verdict.finding is Finding.CLEAR and not is_whole(state) else verdict


def own_near(state: State, side: Compared) -> tuple[str, ...]:
    """Identifiers of the live own operations that may come too close to a version, and none that do left out.

    A counterparty may see an own operation as a cover, which reaches farther than the operation itself.
    """
    return state.around_own.near(cells_of(side, widest_reach(state)))


def notices_near(state: State, side: Compared) -> tuple[str, ...]:
    """Names of the live notices that may come too close to a version, and none that do left out."""
    return state.around_notices.near(cells_of(side, widest_reach(state)))


def outside_agreement(state: State, held: HeldNotice) -> bool:
    """Whether nothing is disclosed in answer to a notice: no agreement is in force, or it was filed under none.

    What holds now counts, and not what held when it arrived: a notice may come just before the agreement that it names
    is in force by the own clock.
    """
    return not shared(state, held.party) or held.agreement.hex() not in state.agreements


def own_clash(state: State, own: OwnOperation, held: HeldNotice) -> Clash | None:
    """How an own version clashes with a peer's notice, as far as both are known here; nothing if they are clear."""
    if held.ended or own.ended:
        return None
    found = too_close(own_side(own), held_side(state, held), _terms(state, own, held))
    if found is None:
        return None
    return msgspec.structs.replace(found, party=held.party, identifier=held.notice.identifier, whole=held.notice.whole)


def peer_clash(state: State, held: HeldNotice, own: OwnOperation) -> Clash | None:
    """How a peer's notice clashes with an own version as that peer may see it; nothing if they are clear."""
    if held.ended or own.ended:
        return None
    seen = seen_by(state, own, held.party)
    if seen is None:
        return None
    found = too_close(seen, held_side(state, held), _terms(state, own, held))
    if found is None:
        return None
    return msgspec.structs.replace(found, party=state.party, identifier=own.filed.identifier, whole=own.filed.whole)


def own_hazard_clash(state: State, own: OwnOperation, hazard: HeldHazard) -> Clash | None:
    """How an own version clashes with a hazard, which lasts from its start until its ALL-CLEAR."""
    side = own_side(own)
    return _hazard_clash(state, side, effective(side).category, hazard, hazard.party)


def peer_hazard_clash(state: State, held: HeldNotice, hazard: HeldHazard) -> Clash | None:
    """How a peer's notice clashes with a hazard that the peer knows; nothing where it was not told of it."""
    if hazard.party != held.party and held.party not in hazard.told:
        return None
    return _hazard_clash(state, held_side(state, held), held.notice.category, hazard, held.party)


def changed_by(verdict: Verdict | None, against: tuple[str, str, str], found: Clash | None) -> Verdict | None:
    """A verdict with its clash against one thing replaced; nothing where it must be made anew from all.

    Args:
        verdict: the newest one.
        against: ``operation`` or ``hazard``, whose, and what its party calls it.
        found: how they clash now; nothing if they are clear.
    """
    if verdict is None or verdict.reason or verdict.count != len(verdict.clashes):
        return None
    kept = [clash for clash in verdict.clashes if (clash.against, clash.party, clash.identifier) != against]
    return verdict_of((*kept, found) if found is not None else tuple(kept))


def own_side(own: OwnOperation) -> Compared:
    """An own version whole, with its hazard tail."""
    return Compared(own.filed.content, own.filed.hazard_tail_ms)


def held_side(state: State, held: HeldNotice) -> Compared:
    """A peer's version as it was told; a place name alone makes the whole area of the agreement hot.

    Raises:
        MalformedInput: a name alone, and no agreement says what area is meant.
    """
    notice = held.notice
    if not notice.name_alone:
        return Compared(notice.operation, notice.hazard_tail_ms)
    agreement = next(iter(ever_shared(state, held.party)[-1:]), None)
    named = state.agreements.get(held.agreement.hex())
    agreement = read(named.text) if named is not None else agreement
    if agreement is None:
        raise MalformedInput("a place name alone, and no agreement says what area is meant", code="notice-unbounded")
    span = Span(notice.starts_ms, max(notice.ends_ms, notice.starts_ms + 1))
    return Compared(area_content(agreement, held.party, notice.identifier, notice.category, span))


@lru_cache(maxsize=1_000)
def area_content(agreement: Agreement, party: str, identifier: str, category: str, span: Span) -> bytes:
    """Exact bytes of an operation that may use the whole area of an agreement."""
    area = agreement.area
    volumes = tuple(
        Volume(footprint, area.band, span, str(number)) for number, footprint in enumerate(area.footprints, 1)
    )
    return print_operation(Operation(party, identifier, volumes, category))


def _terms(state: State, own: OwnOperation, held: HeldNotice) -> Terms:
    named = tuple(sorted({*own.agreements, held.agreement}))
    return terms_for(state, held.party, effective(own_side(own)).category, held.notice.category, named)


def _hazard_clash(state: State, side: Compared, category: str, hazard: HeldHazard, party: str) -> Clash | None:
    if hazard.ended:
        return None
    terms = terms_for(state, party, category, HAZARD, ())
    found = too_close(side, Compared(persisting(hazard.content)), terms)
    if found is None:
        return None
    return msgspec.structs.replace(found, against="hazard", party=hazard.party, identifier=hazard.identifier)


@lru_cache(maxsize=1_000)
def persisting(content: bytes) -> bytes:
    """A hazard's exact bytes with volumes that last until the ALL-CLEAR, whatever end they were given."""
    hazard = parse_operation(content)
    volumes = tuple(
        Volume(volume.footprint, volume.band, Span(volume.span.start_ms, MAX_TIME_MS), volume.name)
        for volume in hazard.volumes
    )
    return print_operation(Operation(hazard.party, hazard.identifier, volumes, hazard.category, hazard.priority))


def _own_agreements(state: State, own: OwnOperation) -> Iterable[tuple[bytes, Agreement]]:
    for digest in own.agreements:
        held = state.agreements.get(digest.hex())
        if held is not None:
            yield digest, read(held.text)


def _site_clashes(side: Compared, category: str, agreement: Agreement) -> Iterator[Clash]:
    """Every protected place that a version comes over or nearer to than its minima, at any height."""
    terms = Terms(agreement.minima_for(category, SITE), agreement.ranges)
    operation = effective(side)
    span = Span(
        min(volume.span.start_ms for volume in operation.volumes),
        max(volume.span.end_ms for volume in operation.volumes),
    )
    for site in agreement.sites:
        content = _site_content(site, span)
        found = too_close(side, Compared(content), terms)
        if found is not None:
            yield msgspec.structs.replace(found, against="site", party="", identifier=site.name)


@lru_cache(maxsize=10_000)
def _site_content(site: Site, span: Span) -> bytes:
    """Exact bytes of an operation that stands over a protected place from the ground up, all the time."""
    volume = Volume(Footprint.circle(site.position, site.radius_dmm), Band(None, None), span)
    return print_operation(Operation("site", site.name, (volume,)))
