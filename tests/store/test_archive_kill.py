"""No body is lost when the process that moves it to an archive file is killed, at whatever line."""

from __future__ import annotations

from pathlib import Path

from store.campaigns import run_campaign


def test_a_kill_at_any_line_of_the_moving_loses_nothing(tmp_path: Path) -> None:
    figures = run_campaign("archive_kill_campaign.py", tmp_path, "--every", "17")
    assert (figures["unreadable"], figures["damaged_after"]) == (0, 0), figures
    # it was killed before and after bodies left the store, and while a file was there that the store did not know yet
    assert min(figures["kills"] - figures["moved_at_kill"], figures["moved_at_kill"], figures["files_beside"]) > 5, (
        figures
    )


def test_bodies_that_leave_before_their_file_is_written_are_missed(tmp_path: Path) -> None:
    figures = run_campaign("archive_kill_campaign.py", tmp_path, "--early", "--every", "17")
    assert figures["unreadable"] > 0, figures
