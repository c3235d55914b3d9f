"""What a USS does of itself: sends again what was not taken, finishes what was cut off, ends what is over."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
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

FORGET_EVERY: Final = 3_600
"""Rounds after which old records are removed: an hour."""

log = structlog.get_logger("wellclear.utm")


class Watching:
    """A thread that does so, from `start` to `stop`.

    Args:
        flights: of this USS.
        planning: finishes what was cut off.
        peers: are told again.
        users: are told.
        journal: forgets what is old.
        now_ms: the time.
        besides: what else is to be looked at.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the parts of a USS, named where it is put together
        self,
        flights: Flights,
        planning: Planning,
        peers: Peers,
        users: Users,
        journal: Journal,
        now_ms: Callable[[], int],
        besides: Callable[[], None] = lambda: None,
    ) -> None:
        self._flights, self._planning, self._peers, self._users = flights, planning, peers, users
        self._journal, self._now_ms, self._besides = journal, now_ms, besides
        self._ended, self._told = Event(), set[str]()
        self._thread = Thread(target=self._run, name="utm-watch", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, once what is under way is done."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> None:
        """One round."""
        self._peers.tell_again()
        for flight, revision in self._flights.all():
            try:
                self._look_at(flight, revision)
            except WellclearError as error:
                log.info("a flight waits", flight=flight.identifier, code=error.code, why=error.message)
        self._besides()

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

    def _run(self) -> None:
        rounds = 0
        while not self._ended.wait(EVERY_S):
            rounds += 1
            try:
                self.look()
                if rounds % FORGET_EVERY == 1:
                    self._journal.forget_old()
            except Exception:  # the loop goes on: what failed is looked at again in a second
                log.exception("a round of the watch failed")
