"""What waits for the writer, and in which order it is taken.

First what concerns life: safety envelopes, and officers' STOP, EMERGENCY, HAZARD and ALL-CLEAR. Then what the centre
itself notices: ticks, heartbeats, refusals. Then everyone in turn, one input each: every officer and every counterparty
is one source, so that nobody's flood delays another.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Condition
from typing import Final

from wellclear.centre.commands import DeclareHazard, EndHazard, SayEmergency, SayStop
from wellclear.centre.entries.entry import Entry
from wellclear.centre.inputs import Act, Arrived, Input, ReturnedEnvelope
from wellclear.centre.state.state import State
from wellclear.centre.writer import BATCH_MS, MAX_BATCH, Outcome
from wellclear.errors import PeerUnavailable, RuleViolated
from wellclear.protocol.envelope import Lane

MAX_WAITING: Final = 256
"""Inputs of one source and rank that may wait: four batches; beyond that it is told to come again."""

MAX_URGENT_AT_ONCE: Final = 1
"""Inputs of one source in one batch that concern life: a hazard is compared with every plan, and whoever floods with
them delays another's STOP by no more than this."""

_URGENT: Final = (SayStop, SayEmergency, DeclareHazard, EndHazard)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An input that waits, and where its outcome goes."""

    taken: Input
    outcome: Future[Outcome] = field(default_factory=Future)


@dataclass(frozen=True, slots=True)
class Keeping:
    """Something to be kept beside the log, in the writer's term."""

    beside: Mapping[str, bytes]
    kept: Future[None] = field(default_factory=Future)


@dataclass(frozen=True, slots=True)
class Beginning:
    """A new epoch, to be begun between two batches.

    Attributes:
        decide: its first entries, over the state at that moment; none where it has begun already.
        kept: done once it is on disk.
    """

    decide: Callable[[State], Sequence[Entry]]
    kept: Future[None] = field(default_factory=Future)


def source_of(taken: Input) -> str:
    """Whose turn an input takes: an officer's, a party's, or the centre's own, which is empty."""
    if isinstance(taken, Act):
        return f"officer {taken.officer}"
    if isinstance(taken, ReturnedEnvelope):
        return f"party {taken.party}"
    return f"party {taken.opened.envelope.sender}" if isinstance(taken, Arrived) else ""


def is_urgent(taken: Input) -> bool:
    """Whether an input concerns life."""
    if isinstance(taken, Act):
        return isinstance(taken.command, _URGENT)
    return isinstance(taken, Arrived) and taken.opened.envelope.lane is Lane.SAFETY


class Intake:
    """Inputs of all threads, in the order in which the writer takes them."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._ranks = (_Turns(), _Turns(), _Turns())
        self._keepings: deque[Keeping | Beginning] = deque()
        self._closed = False

    def put(self, waiting: Waiting) -> None:
        """Let an input wait.

        Raises:
            RuleViolated: `queue-full`: too much of its source waits.
            PeerUnavailable: `centre-stopping`.
        """
        source = source_of(waiting.taken)
        rank = self._ranks[0 if is_urgent(waiting.taken) else 2 if source else 1]
        with self._changed:
            self._verify_open()
            rank.put(source, waiting)
            self._changed.notify()

    def keep(self, keeping: Keeping | Beginning) -> None:
        """Let something wait to be kept beside the log, or a new epoch to begin.

        Raises:
            PeerUnavailable: `centre-stopping`.
        """
        with self._changed:
            self._verify_open()
            self._keepings.append(keeping)
            self._changed.notify()

    def take(self, most_s: float, most: int = MAX_BATCH) -> tuple[list[Waiting], list[Keeping | Beginning]]:
        """The next batch: what is there, and what comes within `BATCH_MS` where more than one input waits.

        A single input, and whatever concerns life, goes at once: it is not made to wait for company.

        Args:
            most_s: how long to wait if nothing is there; 0 for not at all.
            most: how many inputs.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._count() or self._keepings, most_s)
            closes_s = time.monotonic() + BATCH_MS / 1_000
            while most_s and 1 < self._count() < most and not len(self._ranks[0]) and not self._closed:
                if not self._changed.wait(closes_s - time.monotonic()):
                    break
            batch: list[Waiting] = []
            for number, rank in enumerate(self._ranks):
                batch += rank.take(most - len(batch), most if number else MAX_URGENT_AT_ONCE)
            keepings = list(self._keepings)
            self._keepings.clear()
            return batch, keepings

    def close(self) -> None:
        """Take in no more; what waits is still taken."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @property
    def finished(self) -> bool:
        """Whether it is closed and nothing waits."""
        with self._changed:
            return self._closed and not self._count() and not self._keepings

    @property
    def urgent(self) -> bool:
        """Whether something waits that concerns life."""
        return bool(len(self._ranks[0]))

    def lengths(self) -> tuple[int, int, int]:
        """How much waits: what concerns life, the centre's own, everyone's."""
        with self._changed:
            urgent, own, ordinary = self._ranks
            return len(urgent), len(own), len(ordinary)

    def _count(self) -> int:
        return sum(len(rank) for rank in self._ranks)

    def _verify_open(self) -> None:
        if self._closed:
            raise PeerUnavailable("the centre is stopping", code="centre-stopping", wanted="another try in a while")


class _Turns:
    """Inputs by source; the sources take turns."""

    def __init__(self) -> None:
        self._sources: OrderedDict[str, deque[Waiting]] = OrderedDict()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def put(self, source: str, waiting: Waiting) -> None:
        queue = self._sources.get(source)
        if queue is not None and len(queue) >= MAX_WAITING:
            raise RuleViolated("too much of this source waits", code="queue-full", wanted="another try in a while")
        self._sources.setdefault(source, deque()).append(waiting)
        self._count += 1

    def take(self, most: int, most_of_one: int) -> list[Waiting]:
        """One of each source in turn, until there are so many, or so many of each."""
        taken: list[Waiting] = []
        for _ in range(most_of_one):
            for source in list(self._sources)[: most - len(taken)]:
                queue = self._sources.pop(source)
                taken.append(queue.popleft())
                if queue:
                    self._sources[source] = queue
        self._count -= len(taken)
        return taken
