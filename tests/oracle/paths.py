"""The two paths of detection, as a test's parameter."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final, Literal

import pytest

Path = Literal["shapely", "compiled"]

NUMBA: Final = find_spec("numba") is not None
needs_numba = pytest.mark.skipif(not NUMBA, reason="the compiled path needs numba (extra `fast`)")
PATHS = pytest.mark.parametrize(
    "path", ["shapely", pytest.param("compiled", marks=[pytest.mark.compiled, needs_numba])]
)
