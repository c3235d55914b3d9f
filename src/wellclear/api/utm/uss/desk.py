"""What planning works with, and what the authority leaves open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wellclear.api.utm.uss.airspace import Airspace
from wellclear.api.utm.uss.changing import Changing, Identity
from wellclear.api.utm.uss.flight import Flights
from wellclear.api.utm.uss.journal import Journal
from wellclear.api.utm.uss.users import Users


@dataclass(frozen=True, slots=True)
class Rules:
    """What the authority leaves open.

    Attributes:
        equal_permitted: whether flights of one priority may be in conflict.
        constraints_forbid: whether a constraint forbids a flight; else its user is told.
    """

    equal_permitted: bool = False
    constraints_forbid: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """What planning works with.

    Attributes:
        identity: who we are.
        flights: of this USS.
        airspace: what else is there.
        changing: makes changes.
        users: are told.
        journal: records attempts.
        now_ms: the time.
        rules: what the authority leaves open.
    """

    identity: Identity
    flights: Flights
    airspace: Airspace
    changing: Changing
    users: Users
    journal: Journal
    now_ms: Callable[[], int]
    rules: Rules = Rules()
