"""Figures of the writer, for whoever watches the centre."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from prometheus_client import Counter, Histogram

from wellclear.centre.writer import Outcome

_BUCKETS_S: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)


class Figures:
    """What was written, and how long it took. Each centre of a process has its own.

    Attributes:
        batches: that were taken.
        inputs: that were taken.
        refused: of these.
        entries: that were written.
        batch_s: from the decision of a batch to the end of its flush.
    """

    def __init__(self) -> None:
        self.batches = Counter("wellclear_batches", "Batches that the writer took.", registry=None)
        self.inputs = Counter("wellclear_inputs", "Inputs that the writer took.", registry=None)
        self.refused = Counter("wellclear_inputs_refused", "Inputs that were refused.", registry=None)
        self.entries = Counter("wellclear_entries_written", "Entries written since the start.", registry=None)
        self.batch_s = Histogram(
            "wellclear_batch_seconds", "Decision and flush of a batch.", buckets=_BUCKETS_S, registry=None
        )

    def wrote(self, inputs: int, outcomes: Sequence[Outcome], took_s: float) -> None:
        """Count one batch."""
        self.batches.inc()
        self.inputs.inc(inputs)
        self.refused.inc(sum(1 for outcome in outcomes if outcome.refused is not None))
        self.entries.inc(sum(len(outcome.entries) for outcome in outcomes))
        self.batch_s.observe(took_s)
