"""The thread in which the one writer runs: it takes batches, proves that it leads, and ends at the first failure."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any, Final

import structlog

from wellclear.assembly.figures import Figures
from wellclear.assembly.intake import Beginning, Intake, Keeping, Waiting, is_urgent
from wellclear.centre.inputs import Input
from wellclear.centre.means import Means
from wellclear.centre.snapshot import Log
from wellclear.centre.writer import MAX_BATCH, Outcome, Writer
from wellclear.errors import PeerUnavailable, RuleViolated, WellclearError
from wellclear.trust.key_statement import Place

PROVE_S: Final = 0.5
"""How often the writer of a store that others may lead writes that it still does, when it has nothing else to write."""

DOUBT_S: Final = 2.0
"""After so long without a commit a centre speaks no more: another one may lead by then."""

LEAD: Final = "lead"
"""Name beside the log under which the leader shows that it lives: its term and a number that grows."""

RELEASED: Final = b"released"
"""What stands there after a leader stopped on purpose: whoever waits need not wait longer."""

log = structlog.get_logger("wellclear.writer")


class Writing(threading.Thread):
    """Runs the writer.

    Args:
        writer: over the centre's store; this thread alone uses it.
        term: of this writer.
        intake: what waits.
        means: time, chance and keys.
        shared: whether another process may take the lead, so that it must be proven.
        changed: called after each batch that changed anything, and at the end, in this thread.

    Attributes:
        figures: what was written, and how long it took.
        failure: why it ended, if it failed.
    """

    def __init__(  # noqa: PLR0913 - this is where the writer's world is put together
        self,
        writer: Writer,
        term: int,
        intake: Intake,
        means: Callable[[], Means],
        *,
        shared: bool,
        changed: Callable[[], None],
    ) -> None:
        super().__init__(name="writer", daemon=True)
        self._writer, self._term = writer, term
        self._intake, self._means = intake, means
        self._shared, self._changed = shared, changed
        self._proofs = 0
        self._under_way: list[Future[Any]] = []
        self._held_over: list[Waiting] = []
        self._committed_s = time.monotonic()
        self.figures = Figures()
        self.failure: BaseException | None = None

    @property
    def log(self) -> Log:
        """The log as far as it is on disk."""
        return self._writer.log

    @property
    def leads(self) -> bool:
        """Whether a commit that succeeded, or an idle look where nobody else may lead, began within the last `DOUBT_S`.

        It counts from its begin: a process may be stopped between the commit and its answer, and another one lead by
        the time it goes on.
        """
        return self.failure is None and time.monotonic() - self._committed_s < DOUBT_S

    def run(self) -> None:
        """Take batches until the intake is closed and empty, or something fails."""
        try:
            while self._held_over or not self._intake.finished:
                self._step()
            if self._shared:
                self._writer.keep({LEAD: RELEASED})
        except BaseException as failure:  # noqa: BLE001 - the writer's loop: whatever failed, the process must know
            self.failure = failure
            log.critical("the writer ended", why=str(failure), family=type(failure).__name__)
        finally:
            self._intake.close()
            self._give_up()
            self._changed()

    def _step(self) -> None:
        batch, keepings = self._next()
        self._under_way = _futures(batch, keepings)
        before, started_s = self.log, time.monotonic()
        if batch:
            self._take(batch)
        self._tell(before)  # it is marked and said while the rest is kept
        taken = self.log
        self._keep(keepings)
        self._tell(taken)
        if self.log is not before or not self._shared:
            self._committed_s = started_s
        elif time.monotonic() - self._committed_s >= PROVE_S:
            self._prove()

    def _tell(self, before: Log) -> None:
        """Say that the log has grown, if it has."""
        if self.log is not before:
            self._changed()

    def _next(self) -> tuple[list[Waiting], list[Keeping | Beginning]]:
        """The next batch: what concerns life, then what the one before held over, then the rest."""
        held, self._held_over = self._held_over, []
        batch, keepings = self._taken(0 if held else PROVE_S / 2, MAX_BATCH - len(held))
        urgent = sum(is_urgent(waiting.taken) for waiting in batch)
        return batch[:urgent] + held + batch[urgent:], keepings

    def _taken(self, most_s: float, most: int = MAX_BATCH) -> tuple[list[Waiting], list[Keeping | Beginning]]:
        """The next batch, without what was given up before its turn; from here on nothing can be given up."""
        batch, keepings = self._intake.take(most_s, most)
        return (
            [waiting for waiting in batch if waiting.outcome.set_running_or_notify_cancel()],
            [keeping for keeping in keepings if keeping.kept.set_running_or_notify_cancel()],
        )

    def _take(self, batch: Sequence[Waiting]) -> None:
        started_s = time.monotonic()
        try:
            outcomes = self._writer.take(self._in_turn(batch), self._means)
        except (WellclearError, OSError):
            raise
        except Exception as slip:  # noqa: BLE001 - the writer's loop, see `_singly`
            outcomes = self._singly(batch, slip)
        self.figures.wrote(len(outcomes), outcomes, time.monotonic() - started_s)
        self._held_over = list(batch[len(outcomes) :])
        for waiting, outcome in zip(batch, outcomes, strict=False):  # what is held over has none yet
            waiting.outcome.set_result(outcome)

    def _in_turn(self, batch: Sequence[Waiting]) -> Iterator[Input]:
        """The inputs of a batch, until it must close: what concerns life is written without waiting for the rest."""
        urgent = True
        for place, waiting in enumerate(batch):
            before, urgent = urgent, is_urgent(waiting.taken)
            if place and not urgent and (before or self._intake.urgent):
                return
            yield waiting.taken

    def _singly(self, batch: Sequence[Waiting], slip: Exception) -> list[Outcome]:
        """Take the inputs of a batch one by one, since the decision of one of them failed by a fault of our own.

        Deciding changes nothing until it is written, so that the others are taken, and no peer can stop the centre by
        sending again and again what trips it. Where the fault was in writing the writer keeps nothing more, and ends.
        """
        if len(batch) == 1:
            log.error("a fault of the program", input=type(batch[0].taken).__name__, exc_info=slip)
            state = self.log.state
            refused = RuleViolated("a fault of the program; this was not taken", code="fault", wanted="a report of it")
            self._writer.keep({})
            return [Outcome((), Place(state.epoch, state.index), refused)]
        outcomes: list[Outcome] = []
        for waiting in batch:
            try:
                outcomes += self._writer.take([waiting.taken], self._means)
            except (WellclearError, OSError):
                raise
            except Exception as own:  # noqa: BLE001 - the writer's loop
                outcomes += self._singly([waiting], own)
        return outcomes

    def _keep(self, keepings: Sequence[Keeping | Beginning]) -> None:
        """What stands beside the log in one flush, of two under one name the later; then a new epoch."""
        beside = {name: content for one in keepings if isinstance(one, Keeping) for name, content in one.beside.items()}
        if beside:
            self._committing(partial(self._writer.keep, beside))
        for beginning in keepings:
            if isinstance(beginning, Beginning) and (entries := beginning.decide(self._writer.log.state)):
                self._committing(partial(self._writer.append, entries, self._means().random))
        for keeping in keepings:
            keeping.kept.set_result(None)

    def _prove(self) -> None:
        self._proofs += 1
        self._committing(partial(self._writer.keep, {LEAD: f"{self._term} {self._proofs}".encode()}))

    def _committing(self, commit: Callable[[], None]) -> None:
        """A commit, which shows that this process leads; it counts from its begin, see `leads`."""
        started_s = time.monotonic()
        commit()
        self._committed_s = started_s

    def _give_up(self) -> None:
        """Nobody waits for what will not come; whether a batch that was under way is on disk only a replay tells."""
        self._under_way += _futures(self._held_over, ())
        while not self._intake.finished:
            self._under_way += _futures(*self._taken(0))
        for future in self._under_way:
            if not future.done():
                future.set_exception(_stopped())


def _futures(batch: Sequence[Waiting], keepings: Sequence[Keeping | Beginning]) -> list[Future[Any]]:
    """Where the outcomes of these go."""
    return [*(waiting.outcome for waiting in batch), *(keeping.kept for keeping in keepings)]


def _stopped() -> PeerUnavailable:
    return PeerUnavailable(
        "the centre stopped; whether this is on disk is not known", code="centre-stopped", wanted="a look at the log"
    )
