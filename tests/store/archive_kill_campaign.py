"""Kill a process that moves old bodies to archive files at each line that it comes to, and look whether one is lost.

    python archive_kill_campaign.py FOLDER

A worker archives a copy of one log; it kills itself with SIGKILL at the first line of the moving, the next one at the
second, and so on, until one comes to the end. After each kill the log is read out of store and files, then archived to
the end. Prints its figures. With `--early` the worker removes bodies before it writes the file: a campaign that then
finds nothing lost would prove nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Final

from log_growth import verify_tree
from rig.ledgers import NOW_MS, grown_old
from wellclear.assembly import archiving, secret_files
from wellclear.centre.log import archiving as choosing
from wellclear.centre.log.archives import archives_of
from wellclear.centre.ports.store import Record
from wellclear.centre.writer import replay
from wellclear.errors import WellclearError
from wellclear.store import sqlite
from wellclear.store.archived import verify_archives
from wellclear.store.opening import open_store
from wellclear.trust.key_statement import Place

ENTRIES: Final = 12
"""Entries of the log, of which the last one stays in the store."""

ENTRIES_A_FILE: Final = 4
BEFORE_MS: Final = NOW_MS + 9_000
TRACED: Final = {module.__file__ for module in (archiving, secret_files, sqlite)}
"""Where a worker may be killed: in the moving, the writing of files and the store."""

Archiving = Callable[[Path], None]


@dataclass
class Figures:
    """What a campaign counted."""

    kills: int = 0
    unreadable: int = 0
    moved_at_kill: int = 0
    files_beside: int = 0
    damaged_after: int = 0


def archive(folder: Path) -> None:
    """Move all that is old, as the command does."""
    with closing(open_store(folder / "log.sqlite", folder / "archive")) as store:
        for _ in archiving.archive_log(store, folder / "archive", None, BEFORE_MS, BEFORE_MS):
            pass


def archive_early(folder: Path) -> None:
    """The same in the wrong order."""
    with closing(open_store(folder / "log.sqlite", folder / "archive")) as store, closing(store.reader()) as reader:
        term = store.lead()
        state = replay(reader).state
        for old in list(choosing.old_entries(reader, state, BEFORE_MS)):
            store.remove_bodies(term, old.start, old.stop, {})
            written = archiving._written(folder / "archive", old, state.party)
            store.write(term, sqlite.Batch(reader.end(), beside=written.beside))


def kill_at(step: int, folder: Path, work: Archiving) -> bool:
    """Whether a worker came to a step and was killed there; else it came to the end."""
    worker = os.fork()
    if worker == 0:
        left = step

        def count(_frame: FrameType, event: str, _argument: object) -> Callable[..., object] | None:
            nonlocal left
            left -= event == "line"
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return count

        def begin(frame: FrameType, _event: str, _argument: object) -> Callable[..., object] | None:
            return count if frame.f_code.co_filename in TRACED else None

        sys.settrace(begin)
        try:
            work(folder)
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(worker, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        sys.exit("the worker ended by itself")
    return os.WIFSIGNALED(status)


def read(folder: Path) -> tuple[list[Record], int]:
    """All entries, out of store and files, each verified; and how many files the store knows."""
    with closing(open_store(folder / "log.sqlite", folder / "archive")) as store, closing(store.reader()) as reader:
        size = reader.size(0)
        verify_tree(reader, 0, 0, size)
        verify_archives(reader, folder / "archive")
        replay(reader)
        return list(reader.records(Place(0, 0), size)), len(archives_of(reader))


def main() -> int:
    """Run the campaign."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--early", action="store_true")
    options.add_argument("--every", type=int, default=1, help="lines from one kill to the next")
    given = options.parse_args()
    choosing.MAX_ARCHIVED_RECORDS = ENTRIES_A_FILE
    pristine, folder, figures = given.folder / "pristine", given.folder / "killed", Figures()
    with closing(open_store(pristine / "log.sqlite")) as store:
        grown_old(ENTRIES - 3, store)
    archived = given.folder / "kept"
    shutil.copytree(pristine, archived)
    archive(archived)  # so that a snapshot is there
    all_records, _ = read(archived)
    if given.early:
        keep_snapshot(pristine)
    step, work = 1, archive_early if given.early else archive
    while True:
        shutil.copytree(pristine, folder)
        if not kill_at(step, folder, work):
            break
        figures.kills += 1
        judge(folder, all_records, figures)
        shutil.rmtree(folder)
        step += given.every
    sys.stdout.write(json.dumps(asdict(figures)))
    return 0


def keep_snapshot(folder: Path) -> None:
    """Keep a snapshot and move nothing."""
    with closing(open_store(folder / "log.sqlite")) as store:
        for _ in archiving.archive_log(store, folder / "archive", None, NOW_MS, BEFORE_MS):
            pass


def judge(folder: Path, wanted: list[Record], figures: Figures) -> None:
    """What a kill left, and what becomes of it when the moving is done again."""
    try:
        found, moved = read(folder)
    except WellclearError:
        figures.unreadable += 1
        return
    figures.unreadable += found != wanted
    figures.moved_at_kill += moved > 0
    figures.files_beside += len([*(folder / "archive").glob("*")]) > moved
    archive(folder)
    found, moved = read(folder)
    figures.damaged_after += found != wanted or moved != (ENTRIES - 1 + ENTRIES_A_FILE - 1) // ENTRIES_A_FILE


if __name__ == "__main__":
    sys.exit(main())
