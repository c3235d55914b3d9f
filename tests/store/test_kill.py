"""Nothing that was acknowledged is lost when the writing process is killed, at whatever moment."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from store.campaigns import run_campaign

SEED = 20261122
SHARES = 4
"""The long campaign in parts, so that all cores work at it."""


def found(figures: dict[str, Any]) -> list[int]:
    return [figures[name] for name in ("lost", "numbers_used_twice", "terms_used_twice")]


def test_two_hundred_kills_lose_nothing(tmp_path: Path) -> None:
    figures = run_campaign("kill_campaign.py", tmp_path, "--kills", "200", "--seed", str(SEED))
    assert found(figures) == [0, 0, 0], figures
    assert figures["kills"] == 200
    # it was killed everywhere: while opening, and between the flush and the acknowledgement
    assert min(figures["while_opening"], figures["kept_unacknowledged"]) > 0, figures
    assert figures["acknowledged"] > 1_000, figures


def test_a_worker_that_acknowledges_too_early_is_caught(tmp_path: Path) -> None:
    figures = run_campaign("kill_campaign.py", tmp_path, "--kills", "30", "--seed", "1", "--early")
    assert figures["lost"] > 0, figures


@pytest.mark.torture
@pytest.mark.parametrize("share", range(SHARES))
def test_ten_thousand_kills_lose_nothing(share: int, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    seed = int(request.config.getoption("--hypothesis-seed", None) or SEED) + share
    figures = run_campaign("kill_campaign.py", tmp_path, "--kills", str(10_000 // SHARES), "--seed", str(seed))
    request.node.user_properties.append(("kills", json.dumps(figures)))
    assert found(figures) == [0, 0, 0], figures
    assert figures["kills"] == 10_000 // SHARES
