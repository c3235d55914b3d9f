from __future__ import annotations

import io
import json
from typing import Literal

import pytest
import structlog

from wellclear.assembly.logs import HIDDEN, set_up_logs
from wellclear.assembly.settings import Log


@pytest.fixture(autouse=True)
def usual_logs() -> object:
    yield
    structlog.reset_defaults()


def written(form: Literal["text", "json"], level: Literal["info", "warning"] = "info") -> str:
    stream = io.StringIO()
    set_up_logs(Log(level, form), stream)
    log = structlog.get_logger("wellclear.test")
    log.info("logged in", officer="ada", password="correct horse", session_token="abc", Authorization="Bearer abc")  # noqa: S106 - what must be hidden
    secret = "correct horse"  # noqa: S105 - as above
    try:
        int(secret[:0])
    except ValueError:
        log.exception("a fault")
    return stream.getvalue()


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_is_written(form: Literal["text", "json"]) -> None:
    shown = written(form)
    assert "ada" in shown
    assert HIDDEN in shown
    assert "ValueError: invalid" in shown
    assert "correct horse" not in shown
    assert "abc" not in shown


def test_json_has_one_object_a_line() -> None:
    rows = [json.loads(line) for line in written("json").splitlines()]
    assert [row["level"] for row in rows] == ["info", "error"]
    assert rows[0]["event"] == "logged in"


def test_what_is_below_the_level_is_not_written() -> None:
    assert "logged in" not in written("json", "warning")
