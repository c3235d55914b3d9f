"""Checkpoints between simulated centres: signed, offered, co-signed, and compared with what others were shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache, partial
from hashlib import sha256
from typing import Final

from wellclear.centre.log.checkpointing import sign_next
from wellclear.centre.log.origin import CHECKPOINT, COSIGNED, WITNESSED, origin_of
from wellclear.centre.log.witnessing import Fork, Offer, Witness, compare_views, cosign
from wellclear.centre.ports.store import Batch
from wellclear.errors import MalformedInput, NotFound, RuleViolated, VerificationFailed
from wellclear.simulation.node import Centre
from wellclear.trust.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint
from wellclear.trust.merkle import EMPTY
from wellclear.trust.note import parse_note, print_note
from wellclear.trust.note_key import NoteKey, SignatureKind
from wellclear.trust.proofs import Subtrees, consistency_proof, subtrees_of

_READ: Final = 256

LEAST_HELD: Final = 1
"""The smallest log of which a proof says anything."""


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


@dataclass(frozen=True, slots=True)
class Proof:
    """Two checkpoints of one size with different roots, both signed by the same log."""

    party: str
    epoch: int
    one: bytes
    other: bytes


Carried = Offer | Cosignature | Wanted | Proof
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
        compared: notes that were compared already.
        wanted: sizes that witnesses asked for, by witness and epoch.
    """

    proofs: dict[str, Proof] = field(default_factory=dict)
    compared: set[tuple[bytes, bytes]] = field(default_factory=set)
    wanted: dict[tuple[str, int], int] = field(default_factory=dict)


def log_key(centre: Centre, party: str, epoch: int) -> NoteKey:
    """The key by which a party's log is verified."""
    return NoteKey(origin_of(party, epoch), SignatureKind.ED25519, centre.keyring.log_signer(party).verifier)


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
    checkpoint, epoch = _read(note), centre.state.epoch
    if checkpoint.origin != origin_of(centre.party, epoch):
        return None
    done = cosigned_size(centre, witness)
    older = held.wanted.get((witness, epoch), done)
    forked = fork is not None and fork.victim == witness and fork.epoch == epoch and checkpoint.size > fork.since
    if older > checkpoint.size or (done == checkpoint.size and not forked):
        return None

    subtrees: Subtrees = partial(centre.disk.reader().node, epoch)
    if fork is not None and forked:
        leaf = partial(fork.leaf, centre)
        root = EMPTY.extend(leaf(index) for index in range(checkpoint.size)).root
        other = Checkpoint(checkpoint.origin, checkpoint.size, root)
        note = print_note(sign_checkpoint(other, checkpoint.origin, centre.keyring.log_signer(centre.party)))
        subtrees = subtrees_of(leaf)
    proof = consistency_proof(older, checkpoint.size, subtrees) if older >= LEAST_HELD else ()
    return Offer(epoch, note, older, proof)


@lru_cache(maxsize=_READ)
def _read(note: bytes) -> Checkpoint:
    """What a note of the own disk says."""
    return parse_checkpoint(parse_note(note).text)


def cosigned_size(centre: Centre, witness: str) -> int:
    """How many entries of the newest epoch a witness has co-signed."""
    note = centre.disk.kept.names.get(f"{COSIGNED}{witness}")
    if note is None:
        return 0
    checkpoint = _read(note)
    return checkpoint.size if checkpoint.origin == origin_of(centre.party, centre.state.epoch) else 0


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
    name = f"{WITNESSED}{sender}/{offered.epoch}"
    by = Witness(centre.party, centre.keyring.log_signer(centre.party))
    key = log_key(centre, sender, offered.epoch)
    try:
        done = cosign(offered, centre.disk.kept.names.get(name), sender, key, by, time_s=time_s)
    except RuleViolated as refused:
        return Wanted(offered.epoch, int(refused.wanted))
    except Fork as fork:
        held.proofs[sender] = Proof(sender, offered.epoch, fork.one, fork.other)
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
            party, epoch = name.removeprefix(WITNESSED).rsplit("/", 1)
            if party != for_party:
                found.append((party, int(epoch), note))
    return tuple(found)


def compare(centre: Centre, held: Held, heard: Iterable[tuple[str, int, bytes]]) -> None:
    """Compare notes that another witness sent with those that were co-signed here.

    Raises:
        Fork: they prove that a log lied; the proof is kept.
    """
    for party, epoch, note in heard:
        own = centre.disk.kept.names.get(f"{WITNESSED}{party}/{epoch}")
        if party == centre.party or own is None or (own, note) in held.compared or party in held.proofs:
            continue
        held.compared.add((own, note))
        try:
            compare_views(own, [note], log_key(centre, party, epoch), origin_of(party, epoch))
        except Fork as fork:
            held.proofs[party] = Proof(party, epoch, fork.one, fork.other)
            raise
        except (VerificationFailed, MalformedInput):
            continue


def _take_proof(centre: Centre, held: Held, proof: Proof) -> None:
    """Keep another witness's proof, once both checkpoints were verified."""
    origin, key = origin_of(proof.party, proof.epoch), log_key(centre, proof.party, proof.epoch)
    try:
        one, other = (open_checkpoint(note, key, origin) for note in (proof.one, proof.other))
    except (VerificationFailed, MalformedInput):
        return
    if one.size == other.size and one.root != other.root:
        held.proofs.setdefault(proof.party, proof)


def _keep(centre: Centre, beside: dict[str, bytes]) -> None:
    """Write beside the log."""
    centre.disk.write(centre.disk.kept.term, Batch(centre.disk.end(), beside=beside))
