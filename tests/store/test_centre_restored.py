"""A process whose store was put back says so when it serves, and begins a new epoch by its mark alone."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

from live.centres import make_centre
from live.office import PASSWORD
from live.process import Process, declare
from wellclear.assembly.officers import add_officer, keep_accounts
from wellclear.model.agreement.ladder import Role
from wellclear.store.opening import open_store


def made(folder: Path) -> Path:
    directory = make_centre("north", folder, secured=False)
    with closing(open_store(directory / "log.sqlite")) as store:
        roles, salt = [Role.DUTY_OFFICER], os.urandom(16)
        keep_accounts(store, store.lead(), lambda reader: add_officer(reader, "ada", roles, PASSWORD, salt))
    return directory


def served(directory: Path, *names: str, says: str = "serving") -> tuple[int, list[str]]:
    """Serve, declare hazards, and end by a kill; the epoch, and the hazards that were held."""
    process = Process(directory, "log.sqlite")
    try:
        process.hear(says)
        with process.office() as client:
            for name in names:
                declare(client, name)
            return client.health().epoch, sorted(view.identifier for view in client.hazards())
    finally:
        process.end()


def test_a_killed_centre_goes_on_and_a_restored_one_begins_anew(tmp_path: Path) -> None:
    directory = made(tmp_path)
    assert served(directory, "a") == (0, ["a"])
    assert served(directory) == (0, ["a"])
    with closing(open_store(directory / "log.sqlite")) as store:
        store.lead()
    copy = shutil.copytree(directory, tmp_path / "copy")
    assert served(directory, "b") == (0, ["a", "b"])
    for path in directory.glob("log.sqlite*"):
        path.unlink()
    for path in copy.glob("log.sqlite*"):
        shutil.copy(path, directory)
    assert served(directory, "c", says="OLD COPY") == (1, ["a", "c"])
    assert served(directory) == (1, ["a", "c"])
