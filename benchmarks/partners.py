"""Centres with real keys and stores, in one process and without lines between them, for measurements."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Final

from wellclear.assembly.means import verified_ring, verify_agreed
from wellclear.centre.commands import Command, DraftAgreement, EnrolParty, File, StepAgreement
from wellclear.centre.entries.link import Began
from wellclear.centre.inputs import Act, Arrived, Beat, Heard, Tick
from wellclear.centre.means import Means
from wellclear.centre.ports.store import Store
from wellclear.centre.state.state import State
from wellclear.centre.writer import MAX_BATCH, Outcome, Writer, replay
from wellclear.errors import VerificationFailed
from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.model.agreement.steps import StepKind
from wellclear.model.agreement.text import agreement_digest
from wellclear.model.operation import Operation
from wellclear.model.operation_text import print_operation
from wellclear.model.volume import Volume
from wellclear.protocol.bodies import SignedStatement
from wellclear.protocol.envelope import open_envelope
from wellclear.simulation.agreement import agreement_text
from wellclear.simulation.keys import card, real_key
from wellclear.store.opening import open_store
from wellclear.trust.ed25519 import Verifier

START_MS: Final = 1_796_104_800_000
HOUR_MS: Final = 3_600_000
PARTIES: Final = ("north", "south")


class Centre:
    """One of them."""

    def __init__(self, party: str, store: Store, clock: list[int]) -> None:
        self.party, self.store, self._clock = party, store, clock
        self._chance = random.Random(party)  # noqa: S311 - the same in every run
        reader = store.reader()
        self.writer = Writer(store, store.lead(), replay(reader))
        reader.close()

    @property
    def state(self) -> State:
        """As far as it is on disk."""
        return self.writer.log.state

    def means(self) -> Means:
        """Real keys; chance that every run has alike."""
        return Means(
            now_ms=self._clock[0],
            error_ms=10,
            random=self._chance.randbytes,
            signer=real_key(self.party, "message"),
            checkpoints=lambda _party: (),
            cosigned=lambda _party: (),
            verify_ring=verified_ring,
            verify_agreed=verify_agreed,
        )

    def take(self, *inputs: Act | Arrived | Beat | Tick) -> list[Outcome]:
        """Take a batch; a refusal is raised, since a measurement refuses nothing."""
        outcomes = self.writer.take(inputs, self.means)
        for outcome in outcomes:
            if outcome.refused is not None:
                raise outcome.refused
        return outcomes

    def act(self, command: Command) -> None:
        """An officer commands."""
        self.take(Act("officer", "duty-officer", command))

    def waiting(self, party: str) -> list[bytes]:
        """What a counterparty has not acknowledged, in order."""
        lanes = self.state.peers[party].out.values()
        return [lane.unacknowledged[number] for lane in lanes for number in sorted(lane.unacknowledged)]


class Partners:
    """Some centres, under one agreement in force."""

    def __init__(self, folder: Path, parties: tuple[str, ...] = PARTIES) -> None:
        self.clock = [START_MS]
        self.centres = {name: Centre(name, open_store(str(folder / name)), self.clock) for name in parties}
        for name, centre in self.centres.items():
            centre.writer.append((Began(at_ms=START_MS, party=name, epoch=0),), random.Random(1).randbytes)  # noqa: S311 - the same in every run
            for other in (card(party) for party in parties if party != name):
                stated = tuple(SignedStatement(one.payload, one.signature) for one in other.statements)
                centre.act(EnrolParty(party=other.party, root=other.root, card=b"", statements=stated))
        self.pass_by(0)
        self._agree(agreement_text(parties, "full"))

    def key_of(self, public: bytes) -> tuple[str, Verifier]:
        """The party of a key."""
        for name in self.centres:
            if real_key(name, "message").verifier.public == public:
                return name, real_key(name, "message").verifier
        raise VerificationFailed("not enrolled", code="key-unknown")

    def deliver(self) -> None:
        """Until none has anything to say."""
        ways = [(name, to) for name in self.centres for to in self.centres if to != name]
        while sum(self._deliver(name, to) for name, to in ways):
            pass

    def _deliver(self, name: str, to: str) -> int:
        """What one says to another is taken there, and acknowledged."""
        centre, other = self.centres[name], self.centres[to]
        raws = centre.waiting(to)
        for start in range(0, len(raws), MAX_BATCH):
            other.take(*(Arrived(open_envelope(raw, self.key_of)) for raw in raws[start : start + MAX_BATCH]))
        if raws:
            centre.take(Beat(to, other.state.peers[name].holds))
        return len(raws)

    def pass_by(self, passed_ms: int) -> None:
        """Time goes on; all are heard."""
        self.clock[0] += passed_ms
        for centre in self.centres.values():
            centre.take(Tick({name: Heard(self.clock[0]) for name in centre.state.peers}, 10))

    def _agree(self, text: bytes) -> None:
        digest = agreement_digest(text)
        first = next(iter(self.centres.values()))
        first.act(DraftAgreement(text=text))
        first.act(StepAgreement(step=StepKind.PROPOSE, digest=digest))
        self.deliver()
        for centre in self.centres.values():
            centre.act(StepAgreement(step=StepKind.SIGN, digest=digest))
            self.deliver()
        self.pass_by(61_000)
        self.pass_by(61_000)
        self.deliver()


def plan(party: str, number: int, chance: random.Random) -> File:
    """An operation of an hour in a disc of 5 km, somewhere in 600 km square and 300 hours, at one of many levels."""
    position = Position(chance.randrange(60_000_000, 140_000_000), chance.randrange(420_000_000, 480_000_000))
    floor_dmm = chance.randrange(1, 100) * 1_000_000
    start_ms = START_MS + chance.randrange(2, 302) * HOUR_MS
    volume = Volume(
        Footprint.circle(position, 50_000_000),
        Band(Height(floor_dmm, Reference.AMSL), Height(floor_dmm + 3_000_000, Reference.AMSL)),
        Span(start_ms, start_ms + HOUR_MS),
    )
    return File(content=print_operation(Operation(party, f"{party}-{number}", (volume,), "transport")))
