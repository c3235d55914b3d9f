"""Who witnesses the own log, which logs are witnessed here, and what was proven of them."""

from __future__ import annotations

from wellclear.api.views.view import View
from wellclear.assembly.known_logs import Kept, verifier_of
from wellclear.assembly.receipts import OVERDUE_MS
from wellclear.assembly.witnessing import Witnessing
from wellclear.centre.log.known import held_checkpoint, witness_key
from wellclear.centre.log.origin import origin_of
from wellclear.centre.state.state import State
from wellclear.errors import VerificationFailed
from wellclear.trust.note import parse_note
from wellclear.trust.note_key import cosigned_s


class WitnessView(View, frozen=True):
    """A witness of one epoch of the own log.

    Attributes:
        party: who.
        epoch: of the own log.
        size: entries that it co-signed; 0 for none.
        cosigned_ms: when, by its clock; 0 for never.
        lag: entries of that epoch that it has not co-signed.
        note: the checkpoint with its cosignature; empty for none.
    """

    party: str
    epoch: int
    size: int
    cosigned_ms: int
    lag: int
    note: str


class WitnessedView(View, frozen=True):
    """A log that is witnessed here.

    Attributes:
        party: whose.
        epoch: of it.
        size: entries that were co-signed here.
        root: over them.
        note: the checkpoint with the own cosignature.
        unproven: receipts of that party whose place in its log is overdue to be proven.
        unreconciled: other witnesses that were shown what is not yet compared with this.
    """

    party: str
    epoch: int
    size: int
    root: bytes
    note: str
    unproven: int
    unreconciled: tuple[str, ...]


class LieView(View, frozen=True):
    """Proof that a log signed two histories, for whoever wants to verify it: see the page on trust.

    Attributes:
        party: whose log.
        epoch: of it.
        older: the checkpoint with fewer entries, or either of two of one size.
        newer: the other.
        prefix_root: root of the newer tree at the older one's size.
        proof: from there to the newer root.
    """

    party: str
    epoch: int
    older: str
    newer: str
    prefix_root: bytes
    proof: tuple[bytes, ...]


class WitnessesView(View, frozen=True):
    """All about checkpoints.

    Attributes:
        epoch: of the own log.
        entries: of that epoch.
        signed: entries that the newest own checkpoint covers.
        stopped: why nothing is signed any more; empty while all is well.
        witnesses: of the own log, each epoch that someone co-signed.
        witnessed: logs of others, the newest epoch of each.
        lies: what is proven.
    """

    epoch: int
    entries: int
    signed: int
    stopped: str
    witnesses: tuple[WitnessView, ...]
    witnessed: tuple[WitnessedView, ...]
    lies: tuple[LieView, ...]


def witnesses_view(state: State, witnessing: Witnessing, now_ms: int) -> WitnessesView:
    """Everything about checkpoints, as it is shown.

    Args:
        state: of the centre.
        witnessing: its part that witnesses.
        now_ms: the time.
    """
    kept = witnessing.kept
    return WitnessesView(
        epoch=state.epoch,
        entries=state.index,
        signed=signed_size(state, kept),
        stopped=witnessing.signing.stopped,
        witnesses=(*_of_earlier_epochs(state, kept), *(_witness(state, kept, party) for party in sorted(state.peers))),
        witnessed=tuple(
            _witnessed(witnessing, party, epoch, note, now_ms) for party, (epoch, note) in kept.newest().items()
        ),
        lies=tuple(
            LieView(
                party=lie.party,
                epoch=lie.epoch,
                older=lie.older,
                newer=lie.newer,
                prefix_root=lie.prefix_root,
                proof=lie.proof,
            )
            for lie in kept.lies.values()
        ),
    )


def signed_size(state: State, kept: Kept) -> int:
    """Entries of the newest epoch that the own newest checkpoint covers."""
    own = held_checkpoint(kept.own)
    return own.size if own.origin == origin_of(state.party, state.epoch) else 0


def _witness(state: State, kept: Kept, party: str) -> WitnessView:
    size = kept.cosigned_size(state.party, state.epoch, party)
    note = kept.cosigned[party] if size else b""
    return _cosigned(state, party, state.epoch, note, lag=state.index - size)


def _of_earlier_epochs(state: State, kept: Kept) -> tuple[WitnessView, ...]:
    earlier = [(party, epoch, note) for (party, epoch), note in kept.cosigned_before.items()]
    return tuple(_cosigned(state, party, epoch, note) for party, epoch, note in sorted(earlier))


def _cosigned(state: State, party: str, epoch: int, note: bytes, lag: int = 0) -> WitnessView:
    return WitnessView(
        party=party,
        epoch=epoch,
        size=held_checkpoint(note).size,
        cosigned_ms=_cosigned_ms(state, party, note) if note else 0,
        lag=lag,
        note=note.decode(),
    )


def _cosigned_ms(state: State, party: str, note: bytes) -> int:
    """When a witness co-signed; 0 where its key was compromised since."""
    try:
        parsed = parse_note(note)
        return cosigned_s(parsed, witness_key(parsed, state.peers[party].ring, verifier_of))[-1] * 1_000
    except VerificationFailed:
        return 0


def _witnessed(witnessing: Witnessing, party: str, epoch: int, note: bytes, now_ms: int) -> WitnessedView:
    checkpoint = held_checkpoint(note)
    others = witnessing.comparing.views.unreconciled(now_ms)
    return WitnessedView(
        party=party,
        epoch=epoch,
        size=checkpoint.size,
        root=checkpoint.root,
        note=note.decode(),
        unproven=witnessing.proving.receipts.overdue(party, now_ms, OVERDUE_MS),
        unreconciled=tuple(other.witness for other in others if (other.log.party, other.log.epoch) == (party, epoch)),
    )
