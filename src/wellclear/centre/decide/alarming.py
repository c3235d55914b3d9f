"""Raising alarms: one cause raises one alarm, which stands until a named officer acknowledges it."""

from __future__ import annotations

from typing import Final

from wellclear.centre.decide.draft import Draft
from wellclear.centre.entries.alarms import Raised

MAX_RINGING: Final = 500
"""Alarms about one counterparty that ring at a time: what is beyond rings as one, since nobody reads more, and each is
looked at again every second."""

FLOOD: Final = "flood"
"""The alarm that stands for those beyond `MAX_RINGING`."""

_LIFE_ROOM: Final = 2
"""STOP and EMERGENCY ring one by one up to so many times `MAX_RINGING`: nothing else said leaves them without room."""

_LIFE: Final = frozenset({"stop", "emergency"})

_OWN_CONCLUSIONS: Final = frozenset({"equivocation", "key", "silent", "probing", "clock", "views", "inclusion"})
"""What the centre itself concludes of a counterparty: no flood of what that one says hides it."""


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
    if standing is None or standing.acknowledged_by:
        room = MAX_RINGING * (_LIFE_ROOM if kind in _LIFE else 1)
        if party and kind not in _OWN_CONCLUSIONS and len(draft.state.ringing.get(party, ())) >= room:
            kind, subject, words, sender_role = FLOOD, "", _flood_words(party), ""
            name = alarm_name(kind, party, subject)
            if name in draft.state.ringing[party]:
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


def _flood_words(party: str) -> str:
    return (
        f"MORE THAN {MAX_RINGING} ALARMS about {party} ring: what is beyond rings as this one. "
        "It is taken, assessed and logged. Call by voice, and acknowledge what is dealt with."
    )


def alarm_name(kind: str, party: str, subject: str) -> str:
    """An alarm's identifier: one cause, one alarm."""
    return f"{kind}\t{party}\t{subject}"
