"""Showing a centre's log to others: under a checkpoint signed by now, and co-signed as far as counterparties answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar

import structlog

from wellclear.assembly.running import RunningCentre
from wellclear.centre.commands import ExportEvidence
from wellclear.centre.incident import sought
from wellclear.centre.log.gathering import gather
from wellclear.centre.log.origin import CHECKPOINT, COSIGNED, origin_of
from wellclear.centre.log.proving import Exporter, prove_entry, prove_grown, prove_incident
from wellclear.centre.ports.store import Reader
from wellclear.errors import NotFound, PeerUnavailable, RuleViolated
from wellclear.trust.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint
from wellclear.trust.evidence import Evidence, LogProof, PartyKeys
from wellclear.trust.key_statement import KeyPurpose, Place
from wellclear.trust.note import parse_note, print_note
from wellclear.trust.proofs import tree_root

COSIGN_WAIT_S: Final = 2.0
"""How long counterparties are waited for to co-sign: at a live link they take less than a second."""

LOOK_S: Final = 0.1
"""How often it is looked whether they did."""

log = structlog.get_logger("wellclear.evidence")
_A = TypeVar("_A")


async def export_evidence(centre: RunningCentre, officer: str, role: str, command: ExportEvidence) -> Evidence:
    """What the log holds about an incident, with what proves it; that it was asked for is in it.

    Args:
        centre: that runs.
        officer: who asks.
        role: as what.
        command: what about.

    Raises:
        WellclearError: as `RunningCentre.act`, `sought`, `gather`.
    """
    outcome = await centre.act(officer, role, command)
    end = Place(outcome.start.epoch, outcome.start.index + len(outcome.entries))
    await _covered(centre, end)
    return await _read(centre, lambda reader: _gathered(centre, reader, command, end))


async def prove_log(centre: RunningCentre, epoch: int | None, index: int | None, sizes: tuple[int, ...]) -> LogProof:
    """That an entry stands in the log, or that it only grew.

    Args:
        centre: that runs.
        epoch: of the log; nothing for the newest.
        index: of the entry; nothing to prove growth.
        sizes: with an entry none or the size in which it is proven; else an older and a newer size.

    Raises:
        NotFound: `log-epoch`, `proof-leaf`, `proof-size`.
    """
    state = centre.state
    wanted = state.epoch if epoch is None else epoch
    if not 0 <= wanted <= state.epoch:
        raise NotFound(f"the log has no epoch {wanted}", code="log-epoch", at="epoch", wanted=f"0 to {state.epoch}")
    await _covered(centre, Place(state.epoch, state.index))

    def prove(reader: Reader) -> LogProof:
        note = _note(centre, reader, wanted)
        if index is not None:
            return prove_entry(reader, _own_keys(centre), note, Place(wanted, index), *sizes)
        older, newer = sizes
        return prove_grown(reader, _own_keys(centre), note, wanted, (older, newer))

    return await _read(centre, prove)


async def _covered(centre: RunningCentre, end: Place) -> None:
    """Wait for a checkpoint over the log up to a place, and a little for those who co-sign.

    Raises:
        PeerUnavailable: `checkpoint-awaited`: none is stored in time.
        RuleViolated: `signing-stopped`.
    """
    _verify_signing(centre)
    loop = asyncio.get_running_loop()
    until_s = loop.time() + COSIGN_WAIT_S
    while loop.time() < until_s and not await _read(centre, lambda reader: _is_cosigned(centre, reader, end)):  # noqa: ASYNC110 - others write it
        await asyncio.sleep(LOOK_S)
    if await _read(centre, lambda reader: _size(reader.beside(CHECKPOINT), centre, end) >= end.index):
        return
    _verify_signing(centre)
    raise PeerUnavailable(
        "no checkpoint covers the log yet", code="checkpoint-awaited", wanted="another try in a while"
    )


def _verify_signing(centre: RunningCentre) -> None:
    """Hold only while the centre signs its log."""
    stopped = centre.witnessing.signing.stopped
    if stopped:
        raise RuleViolated(f"nothing more of this log is signed: {stopped}", code="signing-stopped")


def _is_cosigned(centre: RunningCentre, reader: Reader, end: Place) -> bool:
    """Whether all who ever co-signed have done so up to a place; true where nobody did, since nobody is waited for."""
    kept = [reader.beside(name) for name in reader.names(COSIGNED)]
    return all(_size(note, centre, end) >= end.index for note in kept)


def _size(note: bytes | None, centre: RunningCentre, end: Place) -> int:
    """Size of a kept checkpoint of an epoch; 0 for none."""
    if note is None:
        return 0
    checkpoint = parse_checkpoint(parse_note(note).text)
    return checkpoint.size if checkpoint.origin == origin_of(centre.state.party, end.epoch) else 0


def _gathered(centre: RunningCentre, reader: Reader, command: ExportEvidence, end: Place) -> Evidence:
    state = centre.state
    incident = sought(state, command)
    found = gather(reader, state.party, incident, end, lambda read: log.debug("gathering", read=read))
    notes = {epoch: _note(centre, reader, epoch) for epoch in {place.epoch for place in found.places}}
    at = Place(end.epoch, end.index - 1)
    signer = centre.parts.keys.signer(KeyPurpose.MESSAGE, at)
    by = Exporter(_own_keys(centre), signer, at, centre.now_ms(), notes)
    return prove_incident(reader, by, incident.words, found)


def _note(centre: RunningCentre, reader: Reader, epoch: int) -> bytes:
    """The newest checkpoint of an epoch; of one that has ended, whose last one is not kept, one is signed now."""
    origin = origin_of(centre.state.party, epoch)
    note = reader.beside(CHECKPOINT)
    if note is not None and parse_checkpoint(parse_note(note).text).origin == origin:
        return note
    _verify_signing(centre)
    size = reader.size(epoch)
    checkpoint = Checkpoint(origin, size, tree_root(size, lambda level, index: reader.node(epoch, level, index)))
    signer = centre.parts.keys.signer(KeyPurpose.LOG, Place(epoch, size - 1))
    return print_note(sign_checkpoint(checkpoint, origin, signer))


def _own_keys(centre: RunningCentre) -> PartyKeys:
    card = centre.parts.keys.card
    return PartyKeys(card.party, card.root, tuple((one.payload, one.signature) for one in card.statements))


async def _read(centre: RunningCentre, read: Callable[[Reader], _A]) -> _A:
    """Read the store in a thread."""

    def reading() -> _A:
        reader = centre.reader()
        try:
            return read(reader)
        finally:
            reader.close()

    return await asyncio.to_thread(reading)
