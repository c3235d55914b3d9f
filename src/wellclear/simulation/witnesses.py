"""Checkpoints between simulated centres: signed, offered, co-signed, and compared with what others were shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256

from wellclear.centre.log.checkpointing import sign_next
from wellclear.centre.log.comparing import Views
from wellclear.centre.log.known import KnownLog, LogKey, held_checkpoint
from wellclear.centre.log.lies import Fork, verify_lie
from wellclear.centre.log.offering import cosigned_size as kept_size
from wellclear.centre.log.offering import offer_from, subtrees_in
from wellclear.centre.log.origin import CHECKPOINT, COSIGNED, WITNESSED, origin_of, place_of, placed
from wellclear.centre.log.witnessing import Offer, Witness, cosign
from wellclear.centre.ports.store import Batch
from wellclear.errors import MalformedInput, NotFound, RuleViolated, VerificationFailed
from wellclear.protocol.witnessing import Lie
from wellclear.simulation.node import Centre
from wellclear.trust.checkpoint import Checkpoint, sign_checkpoint
from wellclear.trust.merkle import EMPTY
from wellclear.trust.note import print_note
from wellclear.trust.note_key import NoteKey, SignatureKind
from wellclear.trust.proofs import subtrees_of


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A witness's answer: the note with its cosignature."""

    epoch: int
    note: bytes


@dataclass(frozen=True, slots=True)
class Wanted:
    """A witness's answer: the size from which the proof must lead."""

    epoch: int
    size: int


Carried = Offer | Cosignature | Wanted | Lie
"""What travels between centres about their logs, besides the notes in heartbeats."""


@dataclass(slots=True)
class SplitView:
    """How a lying centre shows one other party another tree.

    Attributes:
        victim: to whom.
        epoch: of its log.
        since: entries that both trees share.
    """

    victim: str
    epoch: int
    since: int

    def leaf(self, centre: Centre, index: int) -> bytes:
        """Hash of a leaf of the other tree."""
        if index < self.since:
            return centre.disk.kept.epochs[self.epoch][index].leaf
        return sha256(b"another history %d" % index).digest()


@dataclass(slots=True)
class Held:
    """What a centre's rim remembers of logs while it runs.

    Attributes:
        proofs: of lies, by party.
        views: what was shown to whom.
        wanted: sizes that witnesses asked for, by witness and epoch.
    """

    proofs: dict[str, Lie] = field(default_factory=dict)
    views: Views = field(default_factory=Views)
    wanted: dict[tuple[str, int], int] = field(default_factory=dict)


def known_log(centre: Centre, party: str, epoch: int) -> KnownLog:
    """A party's log as the others know it."""
    verifier = centre.keyring.log_signer(party).verifier
    return KnownLog(party, epoch, (LogKey(NoteKey(origin_of(party, epoch), SignatureKind.ED25519, verifier)),))


def sign(centre: Centre) -> bool:
    """Sign the log as far as it is on disk; whether there is a checkpoint that may leave.

    A disk that does not lead from the last checkpoint to the tree is signed no more.
    """
    log, reader = centre.running.log, centre.disk.reader()
    signer = centre.keyring.log_signer(centre.party)
    try:
        signed = sign_next(reader, centre.party, log.frontier, log.state.epoch, signer)
    except (VerificationFailed, NotFound):
        return False
    if signed is not None:
        _keep(centre, signed.beside)
    return reader.beside(CHECKPOINT) is not None


def offer(centre: Centre, held: Held, witness: str, fork: SplitView | None = None) -> Offer | None:
    """The newest checkpoint, with the proof that this witness needs; nothing where it has co-signed that."""
    note = centre.disk.kept.names[CHECKPOINT]
    checkpoint, epoch = held_checkpoint(note), centre.state.epoch
    if checkpoint.origin != origin_of(centre.party, epoch):
        return None
    done = cosigned_size(centre, witness)
    older = held.wanted.get((witness, epoch), done)
    forked = fork is not None and fork.victim == witness and fork.epoch == epoch and checkpoint.size > fork.since
    if older > checkpoint.size or (done == checkpoint.size and not forked):
        return None
    if fork is None or not forked:
        return offer_from(subtrees_in(centre.disk.reader(), epoch), epoch, note, older)
    leaf = partial(fork.leaf, centre)
    root = EMPTY.extend(leaf(index) for index in range(checkpoint.size)).root
    other = Checkpoint(checkpoint.origin, checkpoint.size, root)
    note = print_note(sign_checkpoint(other, checkpoint.origin, centre.keyring.log_signer(centre.party)))
    return offer_from(subtrees_of(leaf), epoch, note, older)


def cosigned_size(centre: Centre, witness: str) -> int:
    """How many entries of the newest epoch a witness has co-signed."""
    return kept_size(centre.disk.reader(), centre.party, centre.state.epoch, witness)


def take(centre: Centre, held: Held, sender: str, carried: Carried, time_s: int) -> Carried | None:
    """What a centre answers to what another says of logs.

    Raises:
        Fork: what came proves that a log lied; the proof is kept.
    """
    if isinstance(carried, Offer):
        return _cosign(centre, held, sender, carried, time_s)
    if isinstance(carried, Cosignature):
        if carried.epoch == centre.state.epoch:
            held.wanted.pop((sender, carried.epoch), None)
            _keep(centre, {f"{COSIGNED}{sender}": carried.note})
        return None
    if isinstance(carried, Wanted):
        if carried.epoch == centre.state.epoch:
            held.wanted[sender, carried.epoch] = carried.size
        return None
    _take_proof(centre, held, carried)
    return None


def _cosign(centre: Centre, held: Held, sender: str, offered: Offer, time_s: int) -> Carried | None:
    if sender in held.proofs:
        return None
    name = placed(WITNESSED, sender, offered.epoch)
    by = Witness(centre.party, centre.keyring.log_signer(centre.party))
    known = known_log(centre, sender, offered.epoch)
    try:
        done = cosign(offered, centre.disk.kept.names.get(name), known, by, time_s=time_s)
        held.views.hold(known, done.note)
    except RuleViolated as refused:
        return Wanted(offered.epoch, int(refused.wanted))
    except Fork as fork:
        held.proofs[sender] = fork.lie
        raise
    except (VerificationFailed, MalformedInput):
        return None
    _keep(centre, done.beside)
    return Cosignature(offered.epoch, done.note)


def witnessed(centre: Centre, for_party: str) -> tuple[tuple[str, int, bytes], ...]:
    """The notes of third logs that a centre co-signed: party, epoch, note."""
    found = []
    for name, note in centre.disk.kept.names.items():
        if name.startswith(WITNESSED):
            party, epoch = place_of(WITNESSED, name)
            if party != for_party:
                found.append((party, epoch, note))
    return tuple(found)


def compare(centre: Centre, held: Held, witness: str, heard: Iterable[tuple[str, int, bytes]]) -> None:
    """Compare notes that another witness sent with those that were co-signed here.

    Raises:
        Fork: they prove that a log lied; the proof is kept.
    """
    for party, epoch, note in heard:
        if party == centre.party or party in held.proofs:
            continue
        known, own = known_log(centre, party, epoch), centre.disk.kept.names.get(placed(WITNESSED, party, epoch))
        try:
            if own is not None:
                held.views.hold(known, own)
            held.views.hear(known, witness, note, 0)
        except Fork as fork:
            held.proofs[party] = fork.lie
            raise
        except (VerificationFailed, MalformedInput):
            continue


def _take_proof(centre: Centre, held: Held, proof: Lie) -> None:
    """Keep another witness's proof, once both checkpoints were verified."""
    try:
        verify_lie(proof, known_log(centre, proof.party, proof.epoch))
    except (VerificationFailed, MalformedInput):
        return
    held.proofs.setdefault(proof.party, proof)


def _keep(centre: Centre, beside: dict[str, bytes]) -> None:
    """Write beside the log."""
    centre.disk.write(centre.disk.kept.term, Batch(centre.disk.end(), beside=beside))
