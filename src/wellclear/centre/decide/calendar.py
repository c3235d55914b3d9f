"""What agreements put on the calendar: test calls, reviews, sites to verify again; and hazards that nobody ended."""

from __future__ import annotations

from wellclear.centre.agreeing import read, shared
from wellclear.centre.comparing import Compared, effective
from wellclear.centre.decide.alarming import raise_once
from wellclear.centre.decide.calling import call_by_itself
from wellclear.centre.decide.draft import Draft
from wellclear.centre.entries.link import Condition
from wellclear.geo.time_text import print_date_time_group
from wellclear.model.agreement.terms import Agreement
from wellclear.protocol.envelope import Kind


def keep_calendar(draft: Draft) -> None:
    """Everything that is due by now."""
    _test_calls(draft)
    for held in {held.digest: held for party in draft.state.peers for held, _ in shared(draft.state, party)}.values():
        agreement = read(held.text)
        _review(draft, agreement)
        _sites(draft, agreement)
    _leftovers(draft)


def _test_calls(draft: Draft) -> None:
    """Test calls that the agreements ask for, and those that nobody answered."""
    state, newest = draft.state, dict[str, int]()
    for call in state.calls.values():
        if call.kind != Kind.TEST or call.party != state.party:
            continue
        for party in call.told:
            newest[party] = max(newest.get(party, 0), call.called_ms)
            if party not in call.answered and call.due_ms <= draft.now_ms:
                words = f"{party} has not answered a test call: the line or its centre is down. Call by voice."
                raise_once(draft, "test", party, call.identifier, words)
    for party in draft.counterparties():
        every_ms = min((agreement.test_call_every_ms for _, agreement in shared(state, party)), default=0)
        since_ms = max(newest.get(party, 0), _governed_ms(draft, party))
        live = state.peers[party].condition is Condition.LIVE
        if every_ms and live and draft.now_ms >= since_ms + every_ms:
            call_by_itself(draft, party)


def _governed_ms(draft: Draft, party: str) -> int:
    """Since when what governs with a counterparty has governed."""
    times = (governed.at_ms for governed in draft.state.governed.values() if governed.party == party)
    return max(times, default=0)


def _review(draft: Draft, agreement: Agreement) -> None:
    """The day on which the parties look at an agreement again."""
    if agreement.term.review_on_ms <= draft.now_ms:
        words = f"{agreement.identifier} version {agreement.version} is to be reviewed today: call its parties."
        raise_once(draft, "review", "", f"{agreement.identifier}@{agreement.version}", words)


def _sites(draft: Draft, agreement: Agreement) -> None:
    """Protected sites whose position was confirmed too long ago; they stay protected."""
    for site in agreement.sites:
        if site.expires_ms <= draft.now_ms:
            since = print_date_time_group(site.expires_ms)
            words = (
                f"the position of the protected site {site.name} was to be verified again by {since}."
                " It stays protected. Verify it, and put the day into the next version of the agreement."
            )
            raise_once(draft, "site", "", f"{agreement.identifier}@{agreement.version} {site.name}", words)


def _leftovers(draft: Draft) -> None:
    """Own hazards that were to be over and still stand."""
    for hazard in draft.state.hazards.values():
        if hazard.party != draft.state.party or hazard.ended:
            continue
        ends_ms = max(volume.span.end_ms for volume in effective(Compared(hazard.content)).volumes)
        if ends_ms <= draft.now_ms:
            words = (
                f"the own hazard {hazard.identifier} was to end at {print_date_time_group(ends_ms, to='up')}"
                " and stands: all who were told keep clear. Say ALL-CLEAR, or see that it is still dangerous."
            )
            raise_once(draft, "leftover", "", f"{hazard.identifier} {hazard.since_ms}", words)
