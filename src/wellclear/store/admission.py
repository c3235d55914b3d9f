"""What every store refuses, in one place: an old term, a place that does not continue the log, a record not there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from wellclear.centre.ports.store import Batch
from wellclear.errors import NotFound, RuleViolated
from wellclear.trust.key_statement import Place

START: Final = Place(0, 0)
"""Where the first record of a store goes."""

RECORD_ARCHIVED: Final = "record-archived"
"""Code of `record_archived`."""

NO_BODY: Final = b""
"""Salt and content of a record whose body was moved to an archive file; a salt that is kept has 32 bytes."""


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


def verify_removal(start: Place, stop: int, salt: Callable[[int], bytes | None]) -> None:
    """Hold only if bodies are removed from the oldest on, without a gap.

    Args:
        start: the first record.
        stop: where the last one ends.
        salt: of a record of that epoch; `NO_BODY` of one that was archived, nothing where there is no record.

    Raises:
        RuleViolated: `archive-place`: bodies before are still there, or one of these is not.
    """
    follows = start.index == 0 or salt(start.index - 1) == NO_BODY
    if not (follows and start.index < stop and salt(start.index) and salt(stop - 1)):
        raise RuleViolated(
            f"the bodies {start.index} to {stop - 1} of epoch {start.epoch} are not the oldest that are there",
            code="archive-place",
            wanted="from the oldest body that is in the store, without a gap",
        )


def end_after(batch: Batch, end: Place) -> Place:
    """Where the next record goes once a batch is written; a batch without records opens no epoch."""
    return Place(batch.start.epoch, batch.start.index + len(batch.records)) if batch.records else end


def no_record(epoch: int, index: int) -> NotFound:
    """What a reader raises for a record that is not there."""
    return NotFound(f"the log has no record {index} in epoch {epoch}", code="no-record")


def record_archived(epoch: int, index: int, file: str = "") -> NotFound:
    """What a reader raises for a record whose body was moved to an archive file that it does not have.

    Args:
        epoch: of the record.
        index: of the record.
        file: name of the archive file, where it is known.
    """
    return NotFound(
        f"the body of record {index} in epoch {epoch} was moved to an archive file that is not here",
        code="record-archived",
        at=file,
        wanted=f"the file {file}" if file else "the centre's folder with its archive files",
    )
