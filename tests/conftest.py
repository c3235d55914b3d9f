"""What holds for every test: Hypothesis repeats itself exactly, and a run may forbid skips."""

from __future__ import annotations

import logging
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("steady", derandomize=True, deadline=None, database=None)
settings.register_profile("torture", derandomize=False, deadline=None, database=None, print_blob=True)
settings.load_profile("steady")

for chatty in ("httpx", "httpcore"):
    # one line a request, under each test that fails: a centre that serves silences them likewise
    logging.getLogger(chatty).setLevel(logging.WARNING)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--forbid-skips", action="store_true", help="count every skipped test as failed")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, pytest.TestReport]:
    report: pytest.TestReport = yield
    if report.skipped and not hasattr(report, "wasxfail") and item.config.getoption("--forbid-skips"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which this run forbids: {report.longrepr}"
    return report
