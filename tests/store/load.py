"""Load on a store whose disk is recorded, and what of it is found after a loss of power."""

from __future__ import annotations

import random
import shutil
from contextlib import closing
from pathlib import Path

from log_growth import batch_by_chance, verify_tree
from store.sqlite_disk import Disk, Recording, Step, put
from wellclear.errors import WellclearError
from wellclear.store.sqlite import SqliteStore
from wellclear.trust.key_statement import Place

SEED = 20261122


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - repeatable moments, no secret


def load(store: SqliteStore, recording: Recording, batches: int, chance: random.Random) -> None:
    """Write batches, and note in the recording when each is acknowledged."""
    term = store.lead()
    with closing(store.reader()) as reader:
        for _ in range(batches):
            batch = batch_by_chance(reader, chance, (1, 1, 2, 7, 30), 3_000)
            store.write(term, batch)
            leaves = b"".join(record.leaf for record in batch.records)
            recording.steps.append(Step("ack", offset=batch.start.index, content=leaves))


def lost(disk: Disk, folder: Path, chance: random.Random) -> int:
    """How many acknowledged records are not there; all of them where the store cannot be read."""
    put(disk.left(chance), folder)
    try:
        with closing(SqliteStore(folder / "log.sqlite")) as store, closing(store.reader()) as reader:
            store.lead()
            kept = [record.leaf for record in reader.records(Place(0, 0), reader.end().index)]
            verify_tree(reader, 0, 0, len(kept))
    except (OSError, WellclearError, AssertionError):
        return max(len(disk.acknowledged), 1)
    finally:
        shutil.rmtree(folder)
    return sum(kept[index : index + 1] != [leaf] for index, leaf in disk.acknowledged.items())
