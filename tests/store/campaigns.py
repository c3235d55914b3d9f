"""Campaigns of kills, each in a process of its own: one forks and must have one thread, one has threads and kills."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def run_campaign(program: str, folder: Path, *arguments: str) -> dict[str, Any]:
    """The figures that a campaign printed."""
    command = [sys.executable, str(HERE / program), str(folder), *arguments]
    environment = os.environ | {"PYTHONPATH": str(HERE.parent)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.stdout, done.stderr
    return json.loads(done.stdout)
