"""Several centres in one process, with keys that cost nothing, a store in memory and a network that the test drives."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from wellclear.centre.commands import Command, DraftAgreement, EnrolParty, StepAgreement
from wellclear.centre.entries.entry import Entry
from wellclear.centre.entries.link import Began, StatedKey, StatedRing
from wellclear.centre.inputs import Act, Arrived, Beat, Heard, Input, Tick
from wellclear.centre.means import Means
from wellclear.centre.state.state import State
from wellclear.centre.writer import Log, Outcome, Writer, replay
from wellclear.errors import VerificationFailed
from wellclear.model.agreement.steps import StepKind
from wellclear.model.agreement.text import agreement_digest
from wellclear.protocol.envelope import Lane, open_envelope
from wellclear.simulation.keys import real_key
from wellclear.store.memory import MemoryStore


@dataclass(frozen=True)
class CheapKey:
    """A key whose signature is a hash that anybody could make; it signs and verifies as the protocols ask."""

    public: bytes

    def verify(self, message: bytes, signature: bytes) -> None:
        if signature != sha256(self.public + message).digest() * 2:
            raise VerificationFailed("not this key's", code="signature")

    @property
    def verifier(self) -> CheapKey:
        return self

    def sign(self, message: bytes) -> bytes:
        return sha256(self.public + message).digest() * 2


def key_for(party: str) -> CheapKey:
    return CheapKey(sha256(party.encode()).digest())


def ring_of(party: str) -> StatedRing:
    return StatedRing(party, (StatedKey("message", key_for(party).public, (0, 0)),), 1, bytes(32))


@dataclass
class Centre:
    """One party's centre."""

    party: str
    rig: Rig
    store: MemoryStore = field(default_factory=MemoryStore)
    error_ms: int = 10

    def __post_init__(self) -> None:
        self.random = random.Random(self.party)  # noqa: S311 - chance that every run has alike
        self.start()
        self.writer.append((Began(at_ms=self.rig.now_ms, party=self.party, epoch=0),), self.random.randbytes)

    def start(self) -> None:
        """Start anew from what the store holds."""
        reader = self.store.reader()
        self.writer = Writer(self.store, self.store.lead(), replay(reader))
        reader.close()

    @property
    def state(self) -> State:
        return self.writer.log.state

    @property
    def log(self) -> Log:
        return self.writer.log

    def means(self) -> Means:
        return Means(
            now_ms=self.rig.now_ms,
            error_ms=self.error_ms,
            random=self.random.randbytes,
            signer=key_for(self.party),
            checkpoints=lambda _party: (),
            cosigned=lambda _party: (),
            verify_ring=lambda party, _statements, _root: ring_of(party),
            verify_agreed=lambda _key, _text, _signature, _step: None,
        )

    def take(self, *inputs: Input) -> list[Outcome]:
        return self.writer.take(inputs, self.means)

    def act(self, command: Command, officer: str = "officer", role: str = "duty-officer") -> tuple[Entry, ...]:
        """An officer commands; a refusal is raised."""
        (outcome,) = self.take(Act(officer, role, command))
        if outcome.refused is not None:
            raise outcome.refused
        return outcome.entries

    def arrive(self, raw: bytes) -> Outcome:
        """A peer's envelope comes."""
        opened = open_envelope(raw, self.rig.key_of)
        return self.take(Arrived(opened))[0]


class Rig:
    """Centres that a test lets speak."""

    def __init__(self, *parties: str, now_ms: int = 1_796_104_800_000) -> None:
        self.now_ms = now_ms
        self.centres = {party: Centre(party, self) for party in parties}
        for centre in self.centres.values():
            for party in parties:
                if party != centre.party:
                    root = real_key(party, "root").verifier.public
                    centre.act(EnrolParty(party=party, root=root, card=b"", statements=()))
        self.tick()

    def __getitem__(self, party: str) -> Centre:
        return self.centres[party]

    def key_of(self, public: bytes) -> tuple[str, CheapKey]:
        for party in self.centres:
            if key_for(party).public == public:
                return party, key_for(party)
        raise VerificationFailed("no enrolled key", code="key-unknown")

    def tick(self, silent: Iterable[str] = ()) -> None:
        """Every centre ticks; all but the silent ones were just heard."""
        quiet = set(silent)
        for centre in self.centres.values():
            heard = {
                party: Heard(0 if party in quiet else self.now_ms)
                for party in centre.state.peers
                if centre.party not in quiet
            }
            centre.take(Tick(heard, centre.error_ms))

    def later(self, passed_ms: int, silent: Iterable[str] = ()) -> None:
        """Time goes on, with a tick at its end."""
        self.now_ms += passed_ms
        self.tick(silent)

    def waiting(self) -> list[tuple[str, bytes]]:
        """All that is in the outboxes: recipient and bytes; safety first, then in order of numbers."""
        found: list[tuple[str, bytes]] = []
        for centre in self.centres.values():
            for peer in centre.state.peers.values():
                for lane in (Lane.SAFETY, Lane.ORDINARY):
                    waiting = peer.out[lane].unacknowledged
                    found.extend((peer.party, waiting[number]) for number in sorted(waiting))
        return found

    def deliver(self, rounds: int = 20, keep: Callable[[str, bytes], bool] = lambda _to, _raw: True) -> None:
        """Deliver and deliver again until nothing new is said; what is delivered is acknowledged."""
        for _ in range(rounds):
            before = [centre.state.total for centre in self.centres.values()]
            for party, raw in self.waiting():
                if keep(party, raw):
                    self.centres[party].arrive(raw)
            self._acknowledge()
            if [centre.state.total for centre in self.centres.values()] == before:
                return
        raise AssertionError("the centres do not come to rest")

    def _acknowledge(self) -> None:
        for centre in self.centres.values():
            for peer in centre.state.peers.values():
                self.centres[peer.party].take(Beat(centre.party, peer.holds))

    def agree(self, text: str) -> bytes:
        """All parties sign an agreement, and it is in force."""
        digest = agreement_digest(text.encode())
        first, *others = self.centres.values()
        first.act(DraftAgreement(text=text.encode()))
        first.act(StepAgreement(step=StepKind.PROPOSE, digest=digest))
        self.deliver()
        for centre in (first, *others):
            centre.act(StepAgreement(step=StepKind.SIGN, digest=digest))
            self.deliver()
        self.later(61_000)
        self.later(61_000)
        self.deliver()
        return digest
