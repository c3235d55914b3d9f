"""The demonstration runs to its end as for a user: three centres, each its own process, and nothing is left behind."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PATIENCE_S = 240
"""It takes a minute and a half, of which one is the grace of clocks; a loaded machine takes longer."""


def test_the_demonstration_shows_the_whole_mechanism(surroundings: dict[str, str], tmp_path: Path) -> None:
    program = str(Path(sys.executable).parent / "wellclear")
    folder = tmp_path / "centres"
    folder.mkdir()
    done = subprocess.run(
        [program, "demo", "--once", "--out", "shown"],
        cwd=tmp_path,
        env=surroundings | {"TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for words in (
        r"signs for it, byte for byte",
        r"T73_148, 15 volumes, tanker: calfire CLEAR; county received, CLEAR; usfs received, CLEAR",
        r"T72_137, 12 volumes, tanker: usfs CONFLICT; calfire received, CONFLICT",
        r"N429DF_108, 54 volumes, helicopter: county CLEAR; \d",
        r"SETTLED +Informed, not protected",
        r"shown on-conflict",
        r"N429DF_108: CONFLICT, found by",
        r"received, LATE by \d min",
        r"usfs +its centre has it after \d+ ms",
        r"acknowledged by whitehorse",
        r"signed envelopes stand in two logs",
        r"county +https://127\.0\.0\.1:\d+ +officer okafor +password [0-9a-f]{16}",
    ):
        assert re.search(words, done.stdout), f"{words}\n{done.stdout}"
    assert "NOT ACKNOWLEDGED" not in done.stdout
    assert (tmp_path / "shown" / "demo-map.html").is_file()
    assert list(folder.iterdir()) == []
    assert "Traceback" not in done.stderr
