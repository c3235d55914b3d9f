"""How simulated centres begin: enrolled, and with an agreement in force. Done once a process by the real core."""

from __future__ import annotations

from datetime import UTC, datetime
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

_SETTLED_MS = 10 * 60_000
"""How long before the schedule the agreement came into force: longer than its grace."""


@lru_cache(maxsize=64)
def founded(
    parties: tuple[str, ...], disclosure: str, start_ms: int, area: tuple[str, str], *, real: bool
) -> dict[str, tuple[Kept, Log]]:
    """The disks and logs of centres that just agreed.

    Args:
        parties: whose centres.
        disclosure: what the first shows the others.
        start_ms: when the schedule begins, UTC.
        area: centre and radius of the agreement's area.
        real: whether keys are Ed25519.
    """
    agreed_ms = start_ms - _SETTLED_MS
    centres = {party: _begun(party, Keyring(real), agreed_ms) for party in parties}
    for centre in centres.values():
        _enrol(centre, parties, agreed_ms)
    year = datetime.fromtimestamp(start_ms / 1000, UTC).year
    text = agreement_text(parties, disclosure, year, area)
    for number, centre in enumerate(centres.values()):
        if number == 0:
            _do(centre, DraftAgreement(text=text), agreed_ms)
        _do(centre, StepAgreement(step=StepKind.SIGN, digest=agreement_digest(text)), agreed_ms)
        _exchange(centres, agreed_ms)
    for centre in centres.values():
        heard = {party: Heard(start_ms - 1) for party in parties if party != centre.party}
        _take(centre, start_ms, Tick(heard, centre.clock.error_ms))
    _exchange(centres, agreed_ms)
    return {party: (centre.disk.kept, centre.running.log) for party, centre in centres.items()}


def _begun(party: str, keyring: Keyring, at_ms: int) -> Centre:
    centre = Centre(party, Disk(), keyring, stream(0, "founding", party))
    centre.start(at_ms)
    own = card(party)
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


def _enrol(centre: Centre, parties: tuple[str, ...], at_ms: int) -> None:
    for party in parties:
        if party == centre.party:
            continue
        other = card(party)
        stated = tuple(SignedStatement(signed.payload, signed.signature) for signed in other.statements)
        stated_ring(party, stated, other.root)
        _do(centre, EnrolParty(party=party, root=other.root, card=print_card(other), statements=stated), at_ms)


def _do(centre: Centre, command: DraftAgreement | StepAgreement | EnrolParty, at_ms: int) -> None:
    _take(centre, at_ms, Act("founder", "authority", command))


def _take(centre: Centre, world_ms: int, taken: Input) -> None:
    for outcome in centre.running.take([taken], lambda: centre.means(world_ms)):
        if outcome.refused is not None:
            raise outcome.refused


def _exchange(centres: dict[str, Centre], from_ms: int) -> None:
    """Carry everything that is said to everyone, until nothing is left to say."""
    for world_ms in range(from_ms, from_ms + 20_000, 2_000):
        for centre in centres.values():
            for party, other in centres.items():
                if party == centre.party:
                    continue
                for raw in centre.due(party, world_ms):
                    _take(other, world_ms, Arrived(other.opened(raw)))
                _take(centre, world_ms, Beat(party, other.holds(centre.party)))
