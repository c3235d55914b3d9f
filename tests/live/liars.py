"""A running centre that lies about its log: it shows one witness another history than the rest."""

from __future__ import annotations

from hashlib import sha256

from live.centres import Live
from wellclear.centre.log.known import held_checkpoint
from wellclear.centre.log.offering import offer_from
from wellclear.protocol.witnessing import CheckpointOffer
from wellclear.trust.checkpoint import Checkpoint, sign_checkpoint
from wellclear.trust.key_statement import Place
from wellclear.trust.merkle import EMPTY
from wellclear.trust.note import print_note
from wellclear.trust.proofs import subtrees_of


class SplitView:
    """From now on a running centre shows its victim a tree of its own.

    Args:
        live: the liar.
        victim: the party to whom it shows another history.
        longer: by how many entries that history is longer.
    """

    def __init__(self, live: Live, victim: str, longer: int = 0) -> None:
        self._live, self._victim, self._longer = live, victim, longer
        self._since = live.centre.witnessing.kept.cosigned_size(live.centre.state.party, 0, victim)
        self._honest = live.centre.witnessing.offer
        live.centre.witnessing.offer = self._offer  # type: ignore[method-assign] # this is how it lies

    async def _offer(self, witness: str) -> CheckpointOffer | None:
        offer = await self._honest(witness)
        if offer is None or witness != self._victim:
            return offer
        true = held_checkpoint(offer.note.encode())
        size = true.size + self._longer
        leaves = [self._leaf(index) for index in range(size)]
        checkpoint = Checkpoint(true.origin, size, EMPTY.extend(leaves).root)
        signer = self._live.centre.log_signer(Place(offer.epoch, true.size - 1))
        note = print_note(sign_checkpoint(checkpoint, true.origin, signer))
        made = offer_from(subtrees_of(leaves.__getitem__), offer.epoch, note, offer.older_size)
        return CheckpointOffer(
            party=offer.party,
            recipient=witness,
            epoch=offer.epoch,
            note=note.decode(),
            older_size=made.older_size,
            proof=made.proof,
        )

    def _leaf(self, index: int) -> bytes:
        if index >= self._since:
            return sha256(b"another history %d" % index).digest()
        reader = self._live.centre.reader()
        try:
            return reader.node(0, 0, index)
        finally:
            reader.close()
