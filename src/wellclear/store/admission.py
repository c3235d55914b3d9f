"""What every store refuses, in one place: an old term, a place that does not continue the log, a record not there."""

from __future__ import annotations

from typing import Final

from wellclear.centre.ports.store import Batch
from wellclear.errors import NotFound, RuleViolated
from wellclear.trust.key_statement import Place

START: Final = Place(0, 0)
"""Where the first record of a store goes."""


def verify_term(term: int, newest: int) -> None:
    """Hold only if a writer still leads.

    Args:
        term: the term of the writer that asks.
        newest: the newest term of the store; 0 before any.

    Raises:
        RuleViolated: `term-superseded`: it is not the newest.
    """
    if not 0 < term == newest:
        raise RuleViolated(
            f"another writer leads: this one has term {term}, the newest is {newest}",
            code="term-superseded",
            wanted="start anew and take the lead",
        )


def verify_place(batch: Batch, end: Place) -> None:
    """Hold only if a batch continues the log or begins a later epoch.

    One is left out where the log that was lost had begun it already.

    Args:
        batch: what is to be written.
        end: the store's end.

    Raises:
        RuleViolated: `batch-place`: it does neither.
    """
    if batch.start != end and (batch.start.epoch <= end.epoch or batch.start.index):
        raise RuleViolated(
            f"a batch at epoch {batch.start.epoch}, index {batch.start.index} does not continue the log",
            code="batch-place",
            wanted=f"epoch {end.epoch}, index {end.index}, or the start of a later epoch",
        )


def end_after(batch: Batch, end: Place) -> Place:
    """Where the next record goes once a batch is written; a batch without records opens no epoch."""
    return Place(batch.start.epoch, batch.start.index + len(batch.records)) if batch.records else end


def no_record(epoch: int, index: int) -> NotFound:
    """What a reader raises for a record that is not there."""
    return NotFound(f"the log has no record {index} in epoch {epoch}", code="no-record")
