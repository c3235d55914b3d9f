"""A centre whose disk is full ends at once, and what it had acknowledged is there when it is started again."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

from live.centres import make_centre
from live.office import PASSWORD
from live.process import Process, declare, load
from wellclear.api.serving import Ended
from wellclear.assembly.officers import add_officer, keep_accounts
from wellclear.model.agreement.ladder import Role
from wellclear.store.opening import open_store

ROOM_BYTES = 1_000_000
PATIENCE_S = 40.0


def test_a_full_disk_ends_the_centre_and_loses_nothing(tmp_path: Path) -> None:
    directory = make_centre("north", tmp_path, secured=False)
    with closing(open_store(directory / "log.sqlite")) as store:
        salt = os.urandom(16)
        roles = [Role.DUTY_OFFICER]
        keep_accounts(store, store.lead(), lambda reader: add_officer(reader, "ada", roles, PASSWORD, salt))
    full = Process(directory, "log.sqlite", most_bytes=ROOM_BYTES)
    try:
        full.hear("serving")
        done = load(full)
        assert full.process.wait(PATIENCE_S) == Ended.STORE_FAILED
    finally:
        full.end()
    assert len(done) > 10
    again = Process(directory, "log.sqlite")
    try:
        again.hear("serving")
        with again.office() as client:
            held = [view.identifier for view in client.hazards()]
            assert set(done) <= set(held)
            assert len(held) <= len(done) + 1
            declare(client, "after")
        again.process.terminate()
        assert again.process.wait(PATIENCE_S) == Ended.STOPPED
    finally:
        again.end()
