"""Raising alarms: one cause raises one alarm, which stands until a named officer acknowledges it."""

from __future__ import annotations

from wellclear.centre.decide.draft import Draft
from wellclear.centre.entries.alarms import Raised


def raise_alarm(draft: Draft, kind: str, party: str, subject: str, words: str) -> None:
    """Raise an alarm, unless the same one stands already and nobody acknowledged it.

    Args:
        draft: the decision.
        kind: stable word.
        party: whom it concerns.
        subject: what it is about.
        words: what is the matter and what to do.
    """
    name = f"{kind}\t{party}\t{subject}"
    standing = draft.state.alarms.get(name)
    if standing is not None and not standing.acknowledged_by and standing.words == words:
        return
    draft.add(Raised(at_ms=draft.now_ms, alarm=name, kind=kind, party=party, subject=subject, words=words))
