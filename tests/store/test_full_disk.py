"""A full disk refuses a batch with `OSError`; what was acknowledged before is kept, and writing goes on with room."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from log_growth import batch_at, verify_tree
from wellclear.store.opening import open_store

HERE = Path(__file__).parent


@pytest.mark.parametrize("limit_bytes", [100_000, 150_001, 300_000])
def test_a_full_disk_ends_the_process_and_loses_nothing(tmp_path: Path, limit_bytes: int) -> None:
    path = tmp_path / "centre" / "log.sqlite"
    command = [sys.executable, str(HERE / "full_disk.py"), str(path), str(limit_bytes)]
    done = subprocess.run(command, capture_output=True, env=os.environ | {"PYTHONPATH": str(HERE.parent)}, check=False)
    assert done.returncode == 3, done.stderr
    assert b"the store failed" in done.stderr
    acknowledged = int(done.stdout.split()[-1])
    with closing(open_store(path)) as store, closing(store.reader()) as reader:
        assert reader.end().index >= acknowledged > 0
        verify_tree(reader, 0, 0, reader.end().index)
        store.write(store.lead(), batch_at(reader, [b"there is room again"]))
