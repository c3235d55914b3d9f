"""Nothing that a centre said is lost when its process is killed under load, at whatever moment, starting included."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from store.campaigns import run_campaign

SEED = 20261126
SHARES = 20
"""The long campaign in parts, so that all cores work at it and each tells its figures when it is done."""


def compared(figures: dict[str, Any]) -> list[int]:
    names = ("acts_acknowledged", "envelopes_at_the_peer", "receipts_at_the_peer", "acknowledged_to_the_peer")
    return [figures[name] for name in names]


def test_a_centre_that_is_killed_loses_nothing_that_it_said(tmp_path: Path) -> None:
    figures = run_campaign("centre_kill_campaign.py", tmp_path, "--kills", "10", "--seed", str(SEED))
    assert figures["lost"] == figures["numbers_used_twice"] == 0, figures
    assert figures["kills"] == 10
    assert min(*compared(figures), figures["while_starting"]) > 0, figures


def test_a_centre_that_answers_before_the_disk_is_caught(tmp_path: Path) -> None:
    figures = run_campaign("centre_kill_campaign.py", tmp_path, "--kills", "4", "--seed", "1", "--early")
    assert figures["lost"] > 0, figures


@pytest.mark.torture
@pytest.mark.parametrize("share", range(SHARES))
def test_ten_thousand_kills_of_a_centre_lose_nothing(
    share: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    seed = int(request.config.getoption("--hypothesis-seed", None) or SEED) + share
    figures = run_campaign("centre_kill_campaign.py", tmp_path, "--kills", str(10_000 // SHARES), "--seed", str(seed))
    request.node.user_properties.append(("centre_kills", json.dumps(figures)))
    assert figures["lost"] == figures["numbers_used_twice"] == 0, figures
    assert figures["kills"] == 10_000 // SHARES
