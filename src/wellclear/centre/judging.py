"""The own verdicts: of own versions against all that is known, of a peer's version against what the peer may see.

Own operations are not compared with each other: one party coordinates its own aircraft. Notices of third parties are
not in a verdict toward a peer, since what they disclosed was not disclosed to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import msgspec

from wellclear.centre.agreeing import ever_shared, read, shared, terms_for, widest_reach
from wellclear.centre.comparing import FOREVER_MS, Compared, Pair, Terms, effective, pair_of, too_close
from wellclear.centre.neighbourhood import Ground, cells_of, ground_of
from wellclear.centre.state.agreements import HeldAgreement
from wellclear.centre.state.hotline import HeldHazard
from wellclear.centre.state.operations import HeldNotice, OwnOperation
from wellclear.centre.state.state import State, is_whole
from wellclear.centre.views import seen_by
from wellclear.errors import MalformedInput
from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Band
from wellclear.geo.span import Span
from wellclear.model.agreement.clauses import HAZARD, SITE, Site
from wellclear.model.agreement.terms import Agreement
from wellclear.model.operation import Operation
from wellclear.model.operation_text import print_operation
from wellclear.model.volume import Volume
from wellclear.protocol.verdict import Clash, Finding, Verdict, not_assessed, verdict_of


def own_verdict(state: State, own: OwnOperation) -> Verdict:
    """The own verdict of an own version: against every notice held, every hazard and every site."""
    side = own_side(own)
    near = (state.notices[name] for name in notices_near(state, side))
    clashes = [clash for held in near if (clash := own_clash(state, own, held)) is not None]
    clashes += [clash for one in state.hazards.values() if (clash := own_hazard_clash(state, own, one)) is not None]
    for agreement in agreements_of(state, own):
        clashes.extend(_site_clashes(side, agreement))
    return verdict_of(tuple(dict.fromkeys(clashes)))


def peer_verdict(state: State, held: HeldNotice) -> Verdict:
    """The verdict of a peer's version toward that peer: own operations as it may see them, hazards it was told, sites.

    Outside every agreement nothing is disclosed in answer: NOT ASSESSED.
    """
    if outside_agreement(state, held):
        return not_assessed("outside-agreement")
    side = held_side(state, held)
    near = (state.own[name] for name in own_near(state, side))
    clashes = [clash for own in near if (clash := peer_clash(state, held, own)) is not None]
    clashes += [clash for one in state.hazards.values() if (clash := peer_hazard_clash(state, held, one)) is not None]
    for agreement, _ in shared(state, held.party):
        clashes.extend(_site_clashes(side, agreement))
    return verdict_of(tuple(dict.fromkeys(clashes)))


def hazards_told(state: State, party: str) -> Iterator[HeldHazard]:
    """Hazards that a counterparty told, or was told."""
    return (hazard for hazard in state.hazards.values() if _knows(party, hazard))


def _knows(party: str, hazard: HeldHazard) -> bool:
    return hazard.party == party or party in hazard.told


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
    found = _found(own_pair(state, own, held))
    if found is None:
        return None
    return msgspec.structs.replace(found, party=held.party, identifier=held.notice.identifier, whole=held.notice.whole)


def peer_clash(state: State, held: HeldNotice, own: OwnOperation) -> Clash | None:
    """How a peer's notice clashes with an own version as that peer may see it; nothing if they are clear."""
    found = _found(peer_pair(state, held, own))
    if found is None:
        return None
    return msgspec.structs.replace(found, party=state.party, identifier=own.filed.identifier, whole=own.filed.whole)


def own_pair(state: State, own: OwnOperation, held: HeldNotice) -> Pair | None:
    """What is compared for an own version's verdict; nothing if one of the two is over."""
    if held.ended or own.ended:
        return None
    return pair_of(own_side(own), held_side(state, held), _terms(state, own, held))


def peer_pair(state: State, held: HeldNotice, own: OwnOperation) -> Pair | None:
    """What is compared for a verdict toward a peer; nothing if one of the two is over, or nothing may be shown."""
    if held.ended or own.ended:
        return None
    seen = seen_by(state, own, held.party)
    return None if seen is None else pair_of(seen, held_side(state, held), _terms(state, own, held))


def own_hazard_clash(state: State, own: OwnOperation, hazard: HeldHazard) -> Clash | None:
    """How an own version clashes with a hazard, which lasts from its start until its ALL-CLEAR."""
    return _hazard_clash(hazard, hazard_pair(state, own_side(own), hazard, hazard.party))


def peer_hazard_clash(state: State, held: HeldNotice, hazard: HeldHazard) -> Clash | None:
    """How a peer's notice clashes with a hazard that the peer knows; nothing where it was not told of it."""
    if not _knows(held.party, hazard):
        return None
    return _hazard_clash(hazard, hazard_pair(state, held_side(state, held), hazard, held.party))


def _found(pair: Pair | None) -> Clash | None:
    return None if pair is None else too_close(pair)


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


def hazard_pair(state: State, side: Compared, hazard: HeldHazard, party: str) -> Pair | None:
    """What is compared with a hazard, which lasts from its start until its ALL-CLEAR; nothing if that was said."""
    if hazard.ended:
        return None
    terms = terms_for(state, party, effective(side).category, HAZARD, ())
    return pair_of(side, Compared(hazard.content, FOREVER_MS), terms)


def _hazard_clash(hazard: HeldHazard, pair: Pair | None) -> Clash | None:
    found = _found(pair)
    if found is None:
        return None
    return msgspec.structs.replace(found, against="hazard", party=hazard.party, identifier=hazard.identifier)


def agreements_of(state: State, own: OwnOperation) -> Iterator[HeldAgreement]:
    """The agreements held under which an own version stands."""
    held = (state.agreements.get(digest.hex()) for digest in own.agreements)
    return (each for each in held if each is not None)


def site_pairs(side: Compared, agreement: HeldAgreement) -> Iterator[tuple[Site, Pair]]:
    """What is compared with each protected place that a version may come too close to, at any height."""
    value, operation = read(agreement.text), effective(side)
    if not value.sites:
        return
    span = Span(
        min(volume.span.start_ms for volume in operation.volumes),
        max(volume.span.end_ms for volume in operation.volumes),
    )
    terms = Terms(value.minima_for(operation.category, SITE), value.ranges)
    for site in _sites_near(agreement.text, ground_of(side, terms.minima)):
        yield site, pair_of(side, Compared(_site_content(site, span)), terms)


def _site_clashes(side: Compared, agreement: HeldAgreement) -> Iterator[Clash]:
    """Every protected place that a version comes over or nearer to than its minima."""
    for site, pair in site_pairs(side, agreement):
        found = too_close(pair)
        if found is not None:
            yield msgspec.structs.replace(found, against="site", party="", identifier=site.name)


def _sites_near(text: bytes, ground: Ground | None) -> tuple[Site, ...]:
    """The protected places of an agreement that may lie on this ground, and none that do left out."""
    found = _ground_of_sites(text)
    return tuple(site for site, its in found if ground is None or its is None or not ground.isdisjoint(its))


@lru_cache(maxsize=256)
def _ground_of_sites(text: bytes) -> tuple[tuple[Site, Ground | None], ...]:
    """Each protected place with the tiles of ground on which it lies."""
    return tuple((site, ground_of(Compared(_site_content(site, Span(0, 1))))) for site in read(text).sites)


@lru_cache(maxsize=10_000)
def _site_content(site: Site, span: Span) -> bytes:
    """Exact bytes of an operation that stands over a protected place from the ground up, all the time."""
    volume = Volume(Footprint.circle(site.position, site.radius_dmm), Band(None, None), span)
    return print_operation(Operation("site", site.name, (volume,)))
