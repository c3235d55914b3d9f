"""Being witnessed and being a witness: offers, cosignatures, comparisons and proofs between running centres."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Coroutine, Sequence
from typing import Any, Final

import msgspec

from wellclear.assembly.comparing import Comparing
from wellclear.assembly.known_logs import House, Kept, log_named, log_of, read_store, verifier_of
from wellclear.assembly.means import Witnessed
from wellclear.assembly.proving import Proving
from wellclear.assembly.signing import Signing
from wellclear.centre.entries.link import StatedRing
from wellclear.centre.inputs import Arrived
from wellclear.centre.log.known import KnownLog, held_checkpoint, witness_key
from wellclear.centre.log.lies import Fork
from wellclear.centre.log.offering import offer_from, subtrees_in
from wellclear.centre.log.origin import COSIGNED, COSIGNED_BEFORE, origin_of, placed
from wellclear.centre.log.witnessing import Offer, Witness, cosign
from wellclear.centre.state.state import State
from wellclear.centre.writer import Outcome
from wellclear.errors import RuleViolated, VerificationFailed
from wellclear.protocol.witnessing import MAX_ENCLOSED, MAX_LIES, MAX_SHOWN, Ask, CheckpointOffer, Cosign, Proof
from wellclear.trust.key_statement import Place
from wellclear.trust.note import parse_note, print_note

MAX_EPOCHS: Final = 64
"""Epochs of one party's log that are witnessed: a restored backup each; more are a lie, or a machine to be replaced."""


class Witnessing:
    """All that a running centre does about logs, besides writing its own.

    Args:
        house: the centre.
        kept: what stands beside the log.
        own_ring: the own keys.

    Attributes:
        kept: as given; it changes.
        signing: signs the own log.
        comparing: compares what was shown to whom.
        proving: asks for proofs and gives them.
    """

    def __init__(self, house: House, kept: Kept, own_ring: StatedRing) -> None:
        self._house, self._own_ring = house, own_ring
        self.kept = kept
        self.signing = Signing(house, kept)
        self.comparing = Comparing(house, kept, own_ring)
        self.proving = Proving(house, kept, self.comparing)
        self._wanted: dict[tuple[str, int], int] = {}
        self._told: defaultdict[str, set[tuple[str, int]]] = defaultdict(set)
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def works(self) -> tuple[Coroutine[Any, Any, None], ...]:
        """Take up where the last process ended; what goes on until the centre stops."""
        self.proving.receipts.begin(self._house.state, self._house.now_ms())
        self.comparing.begin()
        return self.signing.run(), self.comparing.look(), self.proving.look()

    @property
    def witnessed(self) -> Witnessed:
        """What decisions need of it; asked in the writer's thread."""
        return Witnessed(self._enclosed, self._first_uncosigned)

    @property
    def own(self) -> str:
        """The newest own checkpoint that is stored, as a note; empty while there is none."""
        return self.kept.own.decode()

    def shown(self) -> tuple[str, ...]:
        """The newest checkpoint of each log that was co-signed here, for heartbeats."""
        return tuple(note.decode() for _, note in self.kept.newest().values())[:MAX_SHOWN]

    def _enclosed(self, recipient: str) -> tuple[str, ...]:
        """Notes for an envelope: of the recipient's log first, then of third ones."""
        newest = {party: note.decode() for party, (_, note) in self.kept.newest().items()}
        own = [newest.pop(recipient)] if recipient in newest else []
        return (*own, *newest.values())[:MAX_ENCLOSED]

    def _first_uncosigned(self, party: str) -> tuple[tuple[int, int], ...]:
        """Per epoch of a party's log, the first index that was not co-signed here."""
        return tuple(
            (epoch, held_checkpoint(note).size)
            for (owner, epoch), note in sorted(self.kept.witnessed.items())
            if owner == party
        )

    async def offer(self, witness: str) -> CheckpointOffer | None:
        """As in `Witnesses`."""
        state = self._house.state
        own = held_checkpoint(self.kept.own)
        lies = [
            lie for place, lie in self.kept.lies.items() if place not in self._told[witness] and lie.party != witness
        ]
        if self.signing.stopped or own.origin != origin_of(state.party, state.epoch):
            return None
        older_size = self.kept.cosigned_size(state.party, state.epoch, witness)
        if older_size == own.size and not lies:
            return None
        older_size = self._wanted.get((witness, state.epoch), older_size)
        if older_size > own.size:
            self.comparing.say_behind(witness, older_size, own.size)
            return None
        note, epoch = self.kept.own, state.epoch
        made = await read_store(
            self._house, lambda reader: offer_from(subtrees_in(reader, epoch), epoch, note, older_size)
        )
        return CheckpointOffer(
            party=state.party,
            recipient=witness,
            epoch=epoch,
            note=made.note.decode(),
            older_size=made.older_size,
            proof=made.proof,
            lies=tuple(lies[:MAX_LIES]),
        )

    async def take_cosign(self, offer: CheckpointOffer, answer: Cosign) -> None:
        """As in `Witnesses`.

        Raises:
            VerificationFailed: the cosignature does not hold, or is of something else.
            MalformedInput: it is no note.
            RuleViolated: `cosign-refused`: the witness refused.
        """
        witness = offer.recipient
        self._told[witness].update((lie.party, lie.epoch) for lie in offer.lies)
        self._wanted.pop((witness, offer.epoch), None)
        if answer.wanted >= 0:
            self._wanted[witness, offer.epoch] = answer.wanted
            return
        if answer.refused:
            raise RuleViolated(f"{witness} does not co-sign: {answer.refused[:80]}", code="cosign-refused")
        note = parse_note(answer.note.encode())
        if note.text != parse_note(offer.note.encode()).text:
            raise VerificationFailed("another checkpoint than the one offered is co-signed", code="cosign-other")
        witness_key(note, self._house.state.peers[witness].ring, verifier_of)
        self._keep_cosigned(witness, print_note(note))

    def _keep_cosigned(self, witness: str, note: bytes) -> None:
        """Keep a cosignature with the next checkpoint; that of an earlier epoch is kept besides."""
        before = self.kept.cosigned.get(witness)
        beside = {f"{COSIGNED}{witness}": note}
        origin = held_checkpoint(before).origin
        if before is not None and origin != held_checkpoint(note).origin:
            epoch = log_named(before)[1]
            beside[placed(COSIGNED_BEFORE, witness, epoch)] = before
            self.kept.cosigned_before = {**self.kept.cosigned_before, (witness, epoch): before}
        self.kept.cosigned = {**self.kept.cosigned, witness: note}
        self.signing.keep_later(beside)

    async def take_offer(self, offer: CheckpointOffer) -> Cosign:
        """As in `Witnesses`; the cosignature leaves once it is remembered on disk.

        Raises:
            VerificationFailed: the log did not sign it, or the proof does not hold.
            MalformedInput: it is no checkpoint.
            PeerUnavailable: the centre is stopping.
        """
        state = self._house.state
        party = offer.party
        self.comparing.take_lies(offer.lies, party)
        answer = Cosign(party=state.party, recipient=party, answers=b"")
        async with self._locks[party]:
            try:
                note = await self._cosigned(offer)
            except Fork as fork:
                await self.comparing.keep_lie(fork.lie)
                return msgspec.structs.replace(answer, refused=fork.code)
            except RuleViolated as refused:
                wanted = int(refused.wanted) if refused.code == "witness-size" else -1
                return msgspec.structs.replace(answer, refused=refused.code, wanted=wanted)
        return msgspec.structs.replace(answer, note=note.decode())

    async def _cosigned(self, offer: CheckpointOffer) -> bytes:
        """The offered checkpoint with the own cosignature, remembered on disk."""
        state, known = self._house.state, self._verified_offer(offer)
        held = self.kept.witnessed.get((offer.party, offer.epoch))
        by = Witness(state.party, self._house.log_signer(Place(state.epoch, state.index)))
        given = Offer(offer.epoch, offer.note.encode(), offer.older_size, offer.proof)
        done = cosign(given, held, known, by, time_s=self._house.now_ms() // 1_000)
        self.comparing.views.hold(known, done.note)
        if done.beside:
            await self._house.keep(done.beside)
            self.kept.witnessed = {**self.kept.witnessed, (offer.party, offer.epoch): done.note}
        return done.note

    def _verified_offer(self, offer: CheckpointOffer) -> KnownLog:
        """The log of an offer that may be co-signed.

        Raises:
            RuleViolated: why it may not.
        """
        if self.signing.stopped:
            raise RuleViolated("this centre's own disk does not hold", code="signing-stopped")
        if self._house.state.peers[offer.party].lied or any(party == offer.party for party, _ in self.kept.lies):
            raise RuleViolated("a lie of this party is proven", code="log-lied")
        epochs = [epoch for party, epoch in self.kept.witnessed if party == offer.party]
        if epochs and offer.epoch < max(epochs):
            raise RuleViolated("a later epoch of that log was co-signed", code="epoch-ended", at="epoch")
        if len(epochs) >= MAX_EPOCHS and offer.epoch not in epochs:
            raise RuleViolated("too many epochs", code="epochs-many", at="epoch", wanted=f"at most {MAX_EPOCHS}")
        known = log_of(self._house.state, self._own_ring, offer.party, offer.epoch)
        if known is None:
            raise RuleViolated("not enrolled", code="party-unknown")
        return known

    def took(self, before: State, arrived: Sequence[Arrived], outcomes: Sequence[Outcome]) -> None:
        """Envelopes were taken: compare the checkpoints in them, and let RECEIPTs be proven.

        Args:
            before: the state when they arrived.
            arrived: the envelopes.
            outcomes: of each.
        """
        self.proving.receipts.took(before, arrived, outcomes, self._house.now_ms())
        for one, outcome in zip(arrived, outcomes, strict=True):
            if outcome.entries:
                self.comparing.compare(one.opened.envelope.sender, one.opened.envelope.checkpoints[:MAX_ENCLOSED])

    def ask(self, party: str) -> Ask | None:
        """As in `Witnesses`."""
        return self.proving.ask(party)

    async def take_proof(self, ask: Ask, answer: Proof) -> None:
        """As in `Witnesses`; errors as `Proving.take_proof`."""
        await self.proving.take_proof(ask, answer)

    async def prove(self, ask: Ask) -> Proof:
        """As in `Witnesses`."""
        return await self.proving.prove(ask)
