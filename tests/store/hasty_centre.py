"""`wellclear centre serve`, with a store that says it has written what it has not: the control of the campaigns.

    python hasty_centre.py DIRECTORY

Batches wait in memory until some more have come, so that a killed process takes with it what it had acknowledged.
"""

from __future__ import annotations

import sys

from wellclear.centre.ports.store import Batch
from wellclear.cli.main import main
from wellclear.store.sqlite import SqliteStore

HELD_BACK = 12
"""Batches with records that wait in memory: what an officer gives within some tenths of a second."""

waiting: list[Batch] = []
honest_write = SqliteStore.write


def write(store: SqliteStore, term: int, batch: Batch) -> None:
    """Keep a batch in memory, and say that it is on disk."""
    waiting.append(batch)
    if len(waiting) > HELD_BACK or not batch.records:
        for each in waiting:
            honest_write(store, term, each)
        waiting.clear()


SqliteStore.write = write  # type: ignore[method-assign] # that is the fault
sys.exit(main(["centre", "serve", sys.argv[1]]))
