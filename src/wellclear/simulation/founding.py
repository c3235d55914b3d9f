"""How simulated centres begin: enrolled, and with an agreement in force. Done once a process by the real core."""

from __future__ import annotations

from functools import lru_cache

from wellclear.centre.commands import DraftAgreement, EnrolParty, StepAgreement
from wellclear.centre.entries.link import Began, Enrolled, StatedRing
from wellclear.centre.inputs import Act, Arrived, Beat, Heard, Input, Tick
from wellclear.centre.snapshot import Log
from wellclear.model.agreement.steps import StepKind
from wellclear.model.agreement.text import agreement_digest
from wellclear.model.card import print_card
from wellclear.protocol.bodies import SignedStatement
from wellclear.simulation.agreement import agreement_text
from wellclear.simulation.chance import stream
from wellclear.simulation.disk import Disk, Kept
from wellclear.simulation.keys import Keyring, card, stated_ring
from wellclear.simulation.node import Centre
from wellclear.simulation.plans import START_MS

_SETTLED_MS = 10 * 60_000
"""How long before the schedule the agreement came into force: longer than its grace."""


@lru_cache(maxsize=64)
def founded(parties: tuple[str, ...], disclosure: str, *, real: bool) -> dict[str, tuple[Kept, Log]]:
    """The disks and logs of centres that just agreed.

    Args:
        parties: whose centres.
        disclosure: what the first shows the others.
        real: whether keys are Ed25519.
    """
    centres = {party: _begun(party, Keyring(real)) for party in parties}
    for centre in centres.values():
        _enrol(centre, parties)
    text = agreement_text(parties, disclosure)
    for number, centre in enumerate(centres.values()):
        if number == 0:
            _do(centre, DraftAgreement(text=text))
        _do(centre, StepAgreement(step=StepKind.SIGN, digest=agreement_digest(text)))
        _exchange(centres)
    for centre in centres.values():
        heard = {party: Heard(START_MS - 1) for party in parties if party != centre.party}
        _take(centre, START_MS, Tick(heard, centre.clock.error_ms))
    _exchange(centres)
    return {party: (centre.disk.kept, centre.running.log) for party, centre in centres.items()}


def _begun(party: str, keyring: Keyring) -> Centre:
    centre = Centre(party, Disk(), keyring, stream(0, "founding", party))
    centre.start()
    own = card(party)
    at_ms = START_MS - _SETTLED_MS
    entries = (
        Began(at_ms=at_ms, party=party, epoch=0),
        Enrolled(
            at_ms=at_ms,
            officer="",
            party=party,
            root=own.root,
            card=print_card(own),
            ring=StatedRing(party, (), 0, b""),
        ),
    )
    centre.running.append(entries, centre.chance.randbytes)
    return centre


def _enrol(centre: Centre, parties: tuple[str, ...]) -> None:
    for party in parties:
        if party == centre.party:
            continue
        other = card(party)
        stated = tuple(SignedStatement(signed.payload, signed.signature) for signed in other.statements)
        stated_ring(party, stated, other.root)
        _do(centre, EnrolParty(party=party, root=other.root, card=print_card(other), statements=stated))


def _do(centre: Centre, command: DraftAgreement | StepAgreement | EnrolParty) -> None:
    _take(centre, START_MS - _SETTLED_MS, Act("founder", "authority", command))


def _take(centre: Centre, world_ms: int, taken: Input) -> None:
    for outcome in centre.running.take([taken], lambda: centre.means(world_ms)):
        if outcome.refused is not None:
            raise outcome.refused


def _exchange(centres: dict[str, Centre]) -> None:
    """Carry everything that is said to everyone, until nothing is left to say."""
    for world_ms in range(START_MS - _SETTLED_MS, START_MS - _SETTLED_MS + 20_000, 2_000):
        for centre in centres.values():
            for party, other in centres.items():
                if party == centre.party:
                    continue
                for raw in centre.due(party, world_ms):
                    _take(other, world_ms, Arrived(other.opened(raw)))
                _take(centre, world_ms, Beat(party, other.holds(centre.party)))
