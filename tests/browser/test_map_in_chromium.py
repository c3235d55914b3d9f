"""The map in a real Chromium without a GPU and without a network: it draws, and it complains about nothing."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from wellclear.cli.main import main

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
KILL_S = 120

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """What the page became after its script ran, and what the browser logged."""
    folder: Path = tmp_path_factory.mktemp("map")
    assert main(["demo", "--check-only", "--out", str(folder)]) == 0
    words = [
        str(CHROMIUM),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-software-rasterizer",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--user-data-dir={folder / 'profile'}",
        "--enable-logging=stderr",
        "--virtual-time-budget=4000",
        "--dump-dom",
        (folder / "demo-map.html").as_uri(),
    ]
    done = subprocess.run(words, capture_output=True, text=True, timeout=KILL_S, check=True)
    return done.stdout, done.stderr


def test_the_script_runs_under_its_policy_and_lists_the_conflicts(shown: tuple[str, str]):
    page, log = shown
    assert "CONSOLE" not in log
    listed = re.search(r"CONFLICT: (\d+) of (\d+) shown<", page)
    assert listed is not None
    assert listed[1] == listed[2]
    assert int(listed[1]) > 0
    assert len(re.findall(r'<button type="button"', page)) == min(int(listed[1]), 300)


def test_the_canvas_is_drawn_and_the_clock_is_in_utc(shown: tuple[str, str]):
    page, _ = shown
    canvas = re.search(r'<canvas id="map"[^>]*width="(\d+)" height="(\d+)"', page)
    assert canvas is not None
    assert int(canvas[1]) > 100
    assert "all times (UTC)" in page
