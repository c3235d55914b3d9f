"""What a run consists of, as its rules see it: the centres, the lines, each step and each packet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Protocol

from wellclear.centre.inputs import Input
from wellclear.centre.snapshot import Log
from wellclear.centre.writer import Outcome
from wellclear.protocol.envelope import Held
from wellclear.protocol.recall import Answer, Question
from wellclear.simulation.network import Network
from wellclear.simulation.node import Centre
from wellclear.simulation.schedule import Schedule
from wellclear.simulation.witnesses import Carried
from wellclear.simulation.witnesses import Held as HeldNotes


class Broken(Exception):  # noqa: N818 - a rule is broken; nothing went wrong in the program
    """A rule does not hold.

    Attributes:
        rule: which.
        words: how.
        world: in which, as it was then.
    """

    world: World | None = None

    def __init__(self, rule: str, words: str) -> None:
        super().__init__(f"{rule}: {words}")
        self.rule = rule
        self.words = words


@dataclass(frozen=True, slots=True)
class Beating:
    """A heartbeat on a line.

    Attributes:
        holds: what the sender holds of the recipient.
        notes: checkpoints of third logs that the sender co-signed: party, epoch, note.
        epoch: of the sender's log.
    """

    holds: Held
    notes: tuple[tuple[str, int, bytes], ...] = ()
    epoch: int = 0


@dataclass(frozen=True, slots=True)
class Packet:
    """What is on a line: an envelope's bytes, a heartbeat, what a restored centre asks, or what is said of logs."""

    sender: str
    recipient: str
    load: bytes | Beating | Question | Answer | Carried


@dataclass(frozen=True, slots=True)
class Step:
    """One batch of one centre, on disk.

    Attributes:
        centre: which.
        inputs: what was decided.
        outcomes: of each.
        before: the log before.
        after: the log after.
    """

    centre: Centre
    inputs: Sequence[Input]
    outcomes: Sequence[Outcome]
    before: Log
    after: Log


class Rule(Protocol):
    """What must never break; each counts how often it could have."""

    name: str
    chances: int

    def stepped(self, world: World, step: Step) -> None:
        """After each batch of a centre that does not lie."""

    def sent(self, world: World, centre: Centre, packet: Packet) -> None:
        """Before a packet of a centre that does not lie leaves."""

    def crashed(self, world: World, centre: Centre) -> None:
        """Before a centre's process ends."""

    def started(self, world: World, centre: Centre, *, restored: bool) -> None:
        """After a centre's process started again."""

    def ended(self, world: World) -> None:
        """After the whole schedule."""


@dataclass(slots=True)
class World:
    """A run at an instant.

    Attributes:
        schedule: what is run.
        centres: by party.
        network: the lines.
        now_ms: the world's time, UTC.
        faults: how often each kind was injected.
        inputs: how many were decided.
        logs: what each centre holds of others' logs, and the proofs that it keeps.
        trace: what happened, for people: time, party, words.
        tracing: whether `trace` is kept.
    """

    schedule: Schedule
    centres: dict[str, Centre]
    network: Network
    now_ms: int = field(init=False)
    faults: Counter[str] = field(default_factory=Counter)
    inputs: int = 0
    logs: dict[str, HeldNotes] = field(default_factory=dict)
    trace: list[tuple[int, str, str]] = field(default_factory=list)
    tracing: bool = False
    _digest: blake2b = field(default_factory=lambda: blake2b(digest_size=16))

    def __post_init__(self) -> None:
        self.now_ms = self.schedule.start_ms
        self.logs = {party: HeldNotes() for party in self.centres}

    @property
    def digest(self) -> str:
        """Of everything that was written and sent so far."""
        return self._digest.hexdigest()

    def stamp(self, party: str, content: bytes) -> None:
        """Something was written or sent."""
        self._digest.update(b"%d %s %b\n" % (self.now_ms, party.encode(), content))

    def tell(self, party: str, words: str) -> None:
        """Something happened that a reader of the trace wants to know."""
        if self.tracing:
            self.trace.append((self.now_ms - self.schedule.start_ms, party, words))

    def honest(self, party: str) -> bool:
        """Whether a party's centre does not lie."""
        return party != self.schedule.liar
