"""One simulated centre: the real writer over a virtual disk, its clock, its inbox and its outbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from wellclear.centre.agreeing import liveness
from wellclear.centre.commands import StateKeys
from wellclear.centre.decide.contracting import AGREEMENT_TYPE
from wellclear.centre.decide.recalling import Loss, decide_began
from wellclear.centre.entries.link import Said
from wellclear.centre.entries.text import parse_entry
from wellclear.centre.inputs import Act, Heard, Input, Tick, TurnedAway
from wellclear.centre.means import Means
from wellclear.centre.prejudging import GeometryHere, brings_geometry, prejudge
from wellclear.centre.snapshot import Log
from wellclear.centre.state.state import State
from wellclear.centre.writer import Writer, replay
from wellclear.errors import RuleViolated, VerificationFailed
from wellclear.model.agreement.steps import StepKind
from wellclear.protocol.envelope import Held, Kind, Lane, Opened, open_envelope, parse_own
from wellclear.simulation.clock import VirtualClock
from wellclear.simulation.disk import Disk, Kept
from wellclear.simulation.inbox import Inbox
from wellclear.simulation.keys import Keyring, stated_ring
from wellclear.trust.key_statement import KeyPurpose, Place
from wellclear.trust.signing import SigningKey, VerifyingKey
from wellclear.trust.typed import Signed, verify_typed

IN_FLIGHT: Final = 16
"""Envelopes of one lane that are sent and not acknowledged."""

RESEND_MS: Final = 1_000
"""When what was not acknowledged is sent again."""

_GEOMETRY: Final = GeometryHere()


@dataclass(slots=True)
class Centre:
    """A centre and the machine that it runs on.

    Attributes:
        party: whose.
        disk: what survives.
        clock: what it reads.
        keyring: all keys.
        chance: random bytes of its own.
        generation: of the message key that it signs with.
        changing_key: whether an officer asked to use the second one.
        writer: the real one; None while the process is not running.
        inbox: what waits for the writer.
        heard_ms: when each peer was last heard, by the world's clock, since the process started.
        causes: how the newest attempt to reach each peer ended.
        turned: what of each peer was not taken.
        sent_ms: when each envelope in flight was last sent: recipient, lane, epoch, number.
        backup: newest copy of the disk.
        mark: how far the log was when it was last written: kept outside the store.
        starts: how often it was started.
        started_ms: when last, by the world's clock.
        batch_due: whether a batch is about to be taken.
        restored: whether its disk was ever replaced by a copy.
        unsure: what waited for a receipt when its newest epoch began: whether it ever left nobody knows.
        reading: how far it has read in each other centre's log what it lacks.
    """

    party: str
    disk: Disk
    keyring: Keyring
    chance: Random
    clock: VirtualClock = field(default_factory=VirtualClock)
    generation: int = 0
    changing_key: bool = False
    writer: Writer | None = None
    inbox: Inbox = field(default_factory=Inbox)
    heard_ms: dict[str, int] = field(default_factory=dict)
    causes: dict[str, str] = field(default_factory=dict)
    turned: dict[str, Counter[str]] = field(default_factory=dict)
    sent_ms: dict[tuple[str, Lane, int, int], int] = field(default_factory=dict)
    backup: Kept | None = None
    mark: Place = field(default_factory=lambda: Place(0, 0))
    starts: int = 0
    started_ms: int = 0
    batch_due: bool = False
    restored: bool = False
    unsure: frozenset[str] = frozenset()
    reading: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def running(self) -> Writer:
        """The writer of the running process.

        Raises:
            RuleViolated: it is not running.
        """
        if self.writer is None:
            raise RuleViolated("the process is not running", code="simulated-down")
        return self.writer

    @property
    def state(self) -> State:
        """What is published."""
        return self.running.log.state

    def start(self, world_ms: int, log: Log | None = None) -> None:
        """Start the process: replay the disk, or take a log that was replayed before."""
        term = self.disk.lead()
        self.writer = Writer(self.disk, term, log or replay(self.disk.reader()))
        self.inbox, self.batch_due = Inbox(), False
        self.heard_ms, self.causes, self.turned, self.sent_ms = {}, {}, {}, {}
        self.starts, self.started_ms = self.starts + 1, world_ms
        if self.changing_key:
            self.generation = int(self._said_keys())

    def _said_keys(self) -> bool:
        """Whether the log says that the second key holds."""
        entries = (parse_entry(record.content) for own in self.disk.kept.epochs.values() for record in own)
        return any(isinstance(entry, Said) and parse_own(entry.raw).envelope.kind is Kind.KEY for entry in entries)

    def stop(self) -> None:
        """End the process, with all that it remembers."""
        self.writer = None

    def begin_epoch(self, reason: str, world_ms: int) -> None:
        """Open a new epoch of the log, since the disk is behind what peers hold."""
        self.unsure = frozenset(self.state.awaited)
        loss = Loss(self.mark.epoch, reason)
        entries = decide_began(self.state, self.means(world_ms), loss, self.clock.read_ms(world_ms))
        self.running.append(entries, self.chance.randbytes)
        self.sent_ms, self.reading = {}, {}

    def put(self, source: str, taken: Input, *, safety: bool) -> None:
        """Let an input wait; its geometry is worked on now, over the state that is published now."""
        if brings_geometry(taken):
            taken = prejudge(self.state, taken, _GEOMETRY)
        self.inbox.put(source, taken, safety=safety)

    def means_in_turn(self, inputs: Sequence[Input], world_ms: int) -> Callable[[], Means]:
        """Time, chance and keys for each input in turn; the second key signs what comes after the word of it."""
        turns = iter(inputs)
        newest: list[Input] = []

        def means() -> Means:
            if newest and isinstance(newest[0], Act) and isinstance(newest[0].command, StateKeys):
                self.generation = 1
            newest[:] = [taken for taken in (next(turns, None),) if taken is not None]
            return self.means(world_ms)

        return means

    def means(self, world_ms: int) -> Means:
        """Time, chance and keys, for one decision."""
        return Means(
            now_ms=self.clock.read_ms(world_ms),
            error_ms=self.clock.error_ms,
            random=self.chance.randbytes,
            signer=self.signer,
            checkpoints=no_checkpoints,
            cosigned=no_cosignatures,
            verify_ring=lambda party, stated, root: stated_ring(party, tuple(stated), root),
            verify_agreed=self._verify_agreed,
        )

    @property
    def signer(self) -> SigningKey:
        """The message key."""
        return self.keyring.signer(self.party, self.generation)

    def opened(self, raw: bytes) -> Opened:
        """Verify an envelope by the keys that the state names.

        Raises:
            WellclearError: it is none, or not signed by a key that counts.
        """
        return open_envelope(raw, self._key_of)

    def _key_of(self, key: bytes) -> tuple[str, VerifyingKey]:
        for peer in self.state.peers.values():
            if any(record.key == key and record.purpose == KeyPurpose.MESSAGE for record in peer.ring.records):
                return peer.party, self.keyring.verifier(peer.party, key)
        raise VerificationFailed("no enrolled key", code="key-unknown")

    def _verify_agreed(self, key: bytes, text: bytes, signature: bytes, step: StepKind) -> None:
        if step is StepKind.SIGN:
            verify_typed(Signed(AGREEMENT_TYPE, text, signature), self._key_of(key)[1])

    def holds(self, party: str) -> Held:
        """What it holds of a peer without a gap."""
        return self.state.peers[party].holds

    def tick(self, world_ms: int) -> Tick:
        """What is seen of links and clock; elapsed times are right whatever the clock says.

        A peer that was not heard since the start is stale from the start on.
        """
        now_ms = self.clock.read_ms(world_ms)
        unheard_ms = {
            party: world_ms - self.heard_ms[party]
            if party in self.heard_ms
            else world_ms - self.started_ms + liveness(self.state, party).stale_ms
            for party in self.state.peers
        }
        heard = {party: Heard(now_ms - since_ms, self.causes.get(party, "")) for party, since_ms in unheard_ms.items()}
        return Tick(heard, self.clock.error_ms)

    def turned_away(self) -> list[TurnedAway]:
        """What was not taken since the last time."""
        turned, self.turned = self.turned, {}
        return [TurnedAway(party, tuple(sorted(codes.items()))) for party, codes in sorted(turned.items())]

    def turn_away(self, party: str, code: str) -> None:
        """Count what was not taken."""
        self.turned.setdefault(party, Counter())[code] += 1

    def due(self, party: str, world_ms: int) -> Iterator[bytes]:
        """What is to be sent to a peer now, safety first: what was not sent yet, or not acknowledged in time."""
        state = self.state
        peer = state.peers[party]
        for lane in (Lane.SAFETY, Lane.ORDINARY):
            waiting = peer.out[lane].unacknowledged
            for sequence in sorted(waiting)[:IN_FLIGHT]:
                flight = (party, lane, state.epoch, sequence)
                sent_ms = self.sent_ms.get(flight)
                if sent_ms is None or world_ms - sent_ms >= RESEND_MS:
                    self.sent_ms[flight] = world_ms
                    yield waiting[sequence]


def no_checkpoints(_party: str) -> tuple[str, ...]:
    """No checkpoints are held."""
    return ()


def no_cosignatures(_party: str) -> tuple[tuple[int, int], ...]:
    """Nothing was co-signed."""
    return ()
