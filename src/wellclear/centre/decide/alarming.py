"""Raising alarms: one cause raises one alarm, which stands until a named officer acknowledges it."""

from __future__ import annotations

from wellclear.centre.decide.draft import Draft
from wellclear.centre.entries.alarms import Raised


def raise_alarm(  # noqa: PLR0913, PLR0917 - what an alarm is
    draft: Draft, kind: str, party: str, subject: str, words: str, sender_role: str = ""
) -> None:
    """Raise an alarm, unless the same one stands already and nobody acknowledged it.

    Args:
        draft: the decision.
        kind: stable word.
        party: whom it concerns.
        subject: what it is about.
        words: what is the matter and what to do.
        sender_role: role of the officer whose message it is; it rings with that rank at once.
    """
    name = alarm_name(kind, party, subject)
    standing = draft.state.alarms.get(name)
    if standing is not None and not standing.acknowledged_by and standing.words == words:
        return
    draft.add(
        Raised(
            at_ms=draft.now_ms,
            alarm=name,
            kind=kind,
            party=party,
            subject=subject,
            words=words,
            sender_role=sender_role,
        )
    )


def raise_once(draft: Draft, kind: str, party: str, subject: str, words: str) -> None:
    """Raise an alarm about what time brought, unless it was ever raised: what was acknowledged does not ring again.

    Args:
        draft: the decision.
        kind: stable word.
        party: whom it concerns.
        subject: what it is about, so that another occasion has another subject.
        words: what is the matter and what to do.
    """
    if alarm_name(kind, party, subject) not in draft.state.alarms:
        raise_alarm(draft, kind, party, subject, words)


def alarm_name(kind: str, party: str, subject: str) -> str:
    """An alarm's identifier: one cause, one alarm."""
    return f"{kind}\t{party}\t{subject}"
