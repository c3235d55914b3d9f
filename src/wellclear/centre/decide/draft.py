"""The entries of one decision as they are made, each over the state after the one before it."""

from __future__ import annotations

from wellclear.centre.apply.entry import apply_entry
from wellclear.centre.entries.entry import Entry
from wellclear.centre.entries.link import Said
from wellclear.centre.means import Means
from wellclear.centre.state.state import State
from wellclear.protocol.bodies import Body, print_body
from wellclear.protocol.envelope import Envelope, Kind, Lane, envelope_digest, print_envelope


class Draft:
    """One decision in the making; the state it started from is not touched.

    Attributes:
        state: after the entries so far.
        entries: so far.
        means: time, chance and keys.
    """

    def __init__(self, state: State, means: Means) -> None:
        self.state = state
        self.entries: list[Entry] = []
        self.means = means

    @property
    def now_ms(self) -> int:
        """The time of the decision."""
        return self.means.now_ms

    def add(self, entry: Entry) -> None:
        """One more entry."""
        self.state = apply_entry(self.state, entry)
        self.entries.append(entry)

    def say(  # noqa: PLR0913 - what an envelope holds besides its numbers
        self,
        recipient: str,
        kind: Kind,
        body: Body,
        *,
        answers: bytes = b"",
        agreement: bytes = b"",
        role: str = "",
    ) -> bytes:
        """Say something to a counterparty: the next envelope of its lane.

        Returns:
            The envelope's digest.
        """
        state, lane = self.state, kind.lane
        peer = state.peers[recipient]
        other = Lane.ORDINARY if lane is Lane.SAFETY else Lane.SAFETY
        envelope = Envelope(
            kind=kind,
            sender=state.party,
            epoch=state.epoch,
            recipient=recipient,
            lane=lane,
            sequence=peer.out[lane].newest + 1,
            previous=peer.out[lane].previous,
            other_lane=peer.out[other].newest,
            holds=peer.holds,
            answers=answers,
            agreement=agreement,
            role=role,
            at_ms=self.now_ms,
            error_ms=self.means.error_ms,
            index=state.index,
            checkpoints=self.means.checkpoints(recipient),
            body=print_body(body),
        )
        raw = print_envelope(envelope, self.means.signer)
        self.add(Said(at_ms=self.now_ms, raw=raw))
        return envelope_digest(raw)

    def counterparties(self) -> tuple[str, ...]:
        """All enrolled counterparties, in order."""
        return tuple(sorted(self.state.peers))
