"""Entries about alarms: what an officer must act on, until a named one acknowledges it."""

from __future__ import annotations

from wellclear.centre.entries.entry import Entry


class Raised(Entry, frozen=True, tag="raised"):
    """An alarm was raised.

    Attributes:
        alarm: its identifier: kind and subject, so that one cause raises one alarm.
        kind: stable word: ``conflict``, ``late``, ``stop``, ``silent``, ``equivocation``...
        party: whom it concerns; empty for none.
        subject: operation, call or agreement that it is about.
        words: what is the matter, and what to do.
        sender_role: role of the officer whose message raised it; empty where none did.
    """

    alarm: str
    kind: str
    party: str
    subject: str
    words: str
    sender_role: str = ""


class Climbed(Entry, frozen=True, tag="climbed"):
    """Nobody acknowledged an alarm in time: it goes to the next role of the ladder as well."""

    alarm: str
    rung: int
    role: str


class Acknowledged(Entry, frozen=True, tag="acknowledged"):
    """A named officer acknowledged an alarm, and said what was done about it."""

    alarm: str
    officer: str
    role: str
    remark: str = ""
