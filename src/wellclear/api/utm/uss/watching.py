"""What a USS does of itself: sends again what was not taken, finishes what was cut off, ends what is over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import structlog

from wellclear.api.utm.uss.flight import Flight, Flights
from wellclear.api.utm.uss.journal import Journal
from wellclear.api.utm.uss.peers import Peers
from wellclear.api.utm.uss.planning import Planning
from wellclear.api.utm.uss.users import Users
from wellclear.api.utm.uss.volumes import ends_ms
from wellclear.errors import WellclearError

EVERY_S: Final = 1.0
"""How often it is looked at: users are told within 5 s."""

CUT_OFF_MS: Final = 30_000
"""How old an attempt is when it is taken to be cut off: longer than the longest change takes."""

FORGET_EVERY_MS: Final = 3_600_000
"""How often old records are removed."""

log = structlog.get_logger("wellclear.utm")


class Watching:
    """Looks at all of it, once at each call of `look`.

    Args:
        flights: of this USS.
        planning: finishes what was cut off.
        peers: are told again.
        users: are told.
        journal: forgets what is old.
        now_ms: the time.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the parts of a USS, named where it is put together
        self,
        flights: Flights,
        planning: Planning,
        peers: Peers,
        users: Users,
        journal: Journal,
        now_ms: Callable[[], int],
    ) -> None:
        self._flights, self._planning, self._peers, self._users = flights, planning, peers, users
        self._journal, self._now_ms = journal, now_ms
        self._told, self._forgot_ms = set[str](), 0

    def look(self) -> None:
        """One round."""
        self._peers.tell_again()
        for flight, revision in self._flights.all():
            try:
                self._look_at(flight, revision)
            except WellclearError as error:
                log.info("a flight waits", flight=flight.identifier, code=error.code, why=error.message)
        if self._now_ms() - self._forgot_ms > FORGET_EVERY_MS:
            self._forgot_ms = self._now_ms()
            self._journal.forget_old()

    def _look_at(self, flight: Flight, revision: int) -> None:
        now_ms = self._now_ms()
        if flight.attempt is not None:
            if self._flights.age_ms(flight) > CUT_OFF_MS:
                self._planning.mended(flight, revision)
            return
        if flight.reference is None or ends_ms(flight.details) > now_ms:
            return
        if flight.reference.state == "Accepted":
            self._planning.close(flight.identifier)
        elif flight.identifier not in self._told:
            self._told.add(flight.identifier)
            self._users.tell(
                flight.owner, flight.identifier, "The flight is in use past its end: change or close it.", "CMSA0300"
            )
