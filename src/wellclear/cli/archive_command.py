"""`wellclear centre archive`: move the bodies of old entries out of the store, into files that are verified."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from wellclear.assembly.archiving import archive_log
from wellclear.assembly.clock import wall_ms
from wellclear.assembly.high_water import HighWater
from wellclear.assembly.leading import is_shared, only_process
from wellclear.assembly.own_keys import read_settings
from wellclear.assembly.settings import ARCHIVE_FOLDER, store_address
from wellclear.cli.screen import counted, open_screen, print_labelled
from wellclear.cli.visible import visible
from wellclear.cli.watch import Watch
from wellclear.model.agreement.text_values import parse_day_ms
from wellclear.store.opening import open_store


def archive_command(
    directory: Annotated[Path, Parameter(help="Of the centre, which must not be running.")],
    /,
    *,
    before: Annotated[
        str, Parameter(metavar="DAY", help="Entries of this day (UTC) and later stay; never less than the term.")
    ] = "",
) -> None:
    """Move the contents of old entries from the store to files in the folder `archive`, each verified first.

    Old is what was written longer ago than the longest term of keeping of all agreements that ever governed. Where none
    did, --before must say. The hashes stay in the store, so that the log goes on and every proof holds. Nothing is
    deleted: keep the files, and copy them with the store.
    """
    settings = read_settings(directory)
    before_ms = parse_day_ms(before) if before else None
    folder, mark = directory / ARCHIVE_FOLDER, HighWater(directory / settings.high_water).newest
    screen, moved, files = open_screen(), 0, 0
    if is_shared(settings.store):
        words = "Stop the centre on every machine first: one that leads will end, one that stands by breaks this off."
        open_screen(stderr=True).print(words)
    with only_process(directory):
        store = open_store(store_address(settings, directory), folder)
        try:
            with Watch() as watch:
                for archive in archive_log(store, folder, mark, before_ms, wall_ms()):
                    moved, files = moved + archive.stop - archive.first, files + 1
                    watch(moved, moved, f"{moved:,} entries")
        finally:
            store.close()
    if files:
        print_labelled(
            screen, "ARCHIVED", f"{moved:,} entries in {counted(files, 'file')} in {visible(str(folder))}", "bold"
        )
    else:
        print_labelled(screen, "NOTHING OLD", "no entry was moved")
