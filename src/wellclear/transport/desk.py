"""What the links need of the centre that they serve: its state on disk, its writer, its key and its clock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from wellclear.centre.inputs import Arrived, Input
from wellclear.centre.state.state import State
from wellclear.centre.writer import Outcome
from wellclear.trust.signing import SigningKey


class Desk(Protocol):
    """A running centre, as its links see it. Everything is called from one event loop."""

    @property
    def state(self) -> State:
        """What is on disk."""

    @property
    def leads(self) -> bool:
        """Whether the writer could commit a moment ago; where not, nothing may leave in the centre's name."""

    @property
    def signer(self) -> SigningKey:
        """The message key that holds now."""

    @property
    def checkpoint(self) -> str:
        """The newest own checkpoint that is stored, as a signed note; empty while there is none."""

    def shown(self) -> tuple[str, ...]:
        """The newest checkpoints that the centre co-signed, as notes: for its heartbeats."""

    def compare(self, party: str, notes: Sequence[str]) -> None:
        """Compare what another witness was shown of logs with what was shown here."""

    def may_say(self, party: str) -> bool:
        """Whether a counterparty was asked what it holds, so that what is ordinary may be said to it."""

    def now_ms(self) -> int:
        """UTC by the centre's clock."""

    def error_ms(self) -> int:
        """The largest error that the clock may have."""

    async def take(self, arrived: Sequence[Arrived]) -> Sequence[Outcome]:
        """What became of envelopes, once that is on disk.

        Raises:
            RuleViolated: `queue-full`: more of this peer waits already than is taken in.
            PeerUnavailable: `centre-stopping`.
        """

    def tell(self, taken: Input) -> None:
        """Put an input before the writer, whose outcome nobody waits for."""
