"""When each counterparty was last heard, and how the newest attempt to reach it ended."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from wellclear.centre.inputs import Heard


class Cause(StrEnum):
    """Why a counterparty was not reached; nothing where it was."""

    NONE = ""
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    NOT_ANSWERING = "not answering"


class Links:
    """What the process knows of its links.

    Args:
        now_ms: the centre's clock.
    """

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._start_ms = now_ms()
        self._heard: dict[str, Heard] = {}

    def hear(self, party: str, *, behind: bool | None = None) -> None:
        """Something that this party signed came.

        Args:
            party: the counterparty.
            behind: whether it says that it made an assessment which has not come; None where it does not say.
        """
        known, now_ms = self.of(party), self._now_ms()
        behind_ms = known.behind_ms
        if behind is not None:
            behind_ms = (behind_ms or now_ms) if behind else 0
        self._heard[party] = Heard(now_ms, known.cause, behind_ms)

    def attempt(self, party: str, cause: Cause) -> None:
        """An attempt to reach a party ended."""
        known = self.of(party)
        self._heard[party] = Heard(known.last_ms, cause.value, known.behind_ms)

    def of(self, party: str) -> Heard:
        """What is known of the link to a party."""
        return self._heard.get(party, Heard(0))

    def since_start(self, party: str, stale_ms: int) -> Heard:
        """As `of`; who was never heard is stale from the start on, and silent only after the time that this takes.

        Args:
            party: the counterparty.
            stale_ms: after so long without a sign it is stale.
        """
        heard = self.of(party)
        return heard if heard.last_ms else Heard(self._start_ms - stale_ms, heard.cause)
