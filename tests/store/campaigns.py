"""Campaigns of kills, each in a process of its own: one forks and must have one thread, one has threads and kills."""

from __future__ import annotations

import argparse
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


def asked_of(about: str | None) -> argparse.Namespace:
    """What a campaign of so many kills is asked for, on its command line."""
    options = argparse.ArgumentParser(description=about)
    options.add_argument("folder", type=Path)
    options.add_argument("--kills", type=int, required=True)
    options.add_argument("--seed", type=int, required=True)
    options.add_argument("--early", action="store_true")
    return options.parse_args()
