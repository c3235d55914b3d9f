"""Who files and takes back, again and again, may be probing for what was not disclosed: beyond the quota it rings."""

from __future__ import annotations

from wellclear.centre.agreeing import shared
from wellclear.centre.decide.alarming import raise_alarm
from wellclear.centre.decide.draft import Draft
from wellclear.geo.quantity import print_duration


def look_for_probing(draft: Draft, party: str) -> None:
    """Raise an alarm where a counterparty has withdrawn or amended more than an agreement's quota.

    Args:
        draft: the decision, after the withdrawal or amendment.
        party: the counterparty.
    """
    times = draft.state.filings.get(party, ())
    for _, agreement in shared(draft.state, party):
        quota = agreement.quota
        lately = sum(at_ms > draft.now_ms - quota.within_ms for at_ms in times)
        if lately > quota.most_count:
            words = (
                f"{party} withdrew or amended more than {quota.most_count} filings within"
                f" {print_duration(quota.within_ms)}: it may be PROBING for what is not disclosed to it."
                " What it learns is the cover and no more. Ask it why, by voice."
            )
            raise_alarm(draft, "probing", party, agreement.identifier, words)
