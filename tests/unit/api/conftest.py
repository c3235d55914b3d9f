"""A centre's directory for the tests of its HTTP interface."""

from __future__ import annotations

from pathlib import Path

import pytest

from live.centres import make_centre


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Making the keys takes longer than the tests."""
    return make_centre("north", tmp_path_factory.mktemp("centres"))
