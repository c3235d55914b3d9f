"""What a USS does of itself goes on after every failure, and a store that is away is said in one line."""

from __future__ import annotations

from threading import Event
from typing import Any

from structlog.testing import capture_logs

from wellclear.api.utm.uss.repeating import Repeating

PATIENCE_S = 20.0


def logged(failure: Exception) -> Any:  # noqa: ANN401 - what structlog captures
    """What is logged of a failure of one round, after which another one came."""
    rounds, again = [failure], Event()

    def work() -> None:
        if rounds:
            raise rounds.pop()
        again.set()

    repeating = Repeating("round", work, 0.0)
    with capture_logs() as logs:
        repeating.start()
        assert again.wait(PATIENCE_S)
        repeating.stop()
    (said,) = logs
    return said


def test_a_store_that_fails_is_said_in_a_line() -> None:
    said = logged(OSError("the store failed: away"))
    assert (said["log_level"], said["reason"]) == ("error", "the store failed: away")
    assert "exc_info" not in said


def test_a_slip_is_shown_whole() -> None:
    assert logged(ValueError("a slip"))["exc_info"]
