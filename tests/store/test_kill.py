"""Nothing that was acknowledged is lost when the writing process is killed, at whatever moment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
SEED = 20261122
SHARES = 4
"""The long campaign in parts, so that all cores work at it."""


def campaign(folder: Path, *arguments: str) -> dict[str, Any]:
    """Figures of a campaign of kills; it is light and of one thread, so that it may fork."""
    command = [sys.executable, str(HERE / "kill_campaign.py"), str(folder), *arguments]
    environment = os.environ | {"PYTHONPATH": str(HERE.parent)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def found(figures: dict[str, Any]) -> list[int]:
    return [figures[name] for name in ("lost", "numbers_used_twice", "terms_used_twice")]


def test_two_hundred_kills_lose_nothing(tmp_path: Path) -> None:
    figures = campaign(tmp_path, "--kills", "200", "--seed", str(SEED))
    assert found(figures) == [0, 0, 0], figures
    assert figures["kills"] == 200
    # it was killed everywhere: while opening, and between the flush and the acknowledgement
    assert min(figures["while_opening"], figures["kept_unacknowledged"]) > 0, figures
    assert figures["acknowledged"] > 1_000, figures


def test_a_worker_that_acknowledges_too_early_is_caught(tmp_path: Path) -> None:
    figures = campaign(tmp_path, "--kills", "30", "--seed", "1", "--early")
    assert figures["lost"] > 0, figures


@pytest.mark.torture
@pytest.mark.parametrize("share", range(SHARES))
def test_ten_thousand_kills_lose_nothing(share: int, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    seed = int(request.config.getoption("--hypothesis-seed", None) or SEED) + share
    figures = campaign(tmp_path, "--kills", str(10_000 // SHARES), "--seed", str(seed))
    request.node.user_properties.append(("kills", json.dumps(figures)))
    assert found(figures) == [0, 0, 0], figures
    assert figures["kills"] == 10_000 // SHARES
