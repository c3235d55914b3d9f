"""How kernels are compiled: once, kept on disk, and without the interpreter's lock, so that threads share the work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function of numbers and arrays on its first call."""
    compiled: Callable[..., Any] = numba.njit(nogil=True, cache=True, boundscheck=False, error_model="numpy")(function)
    return compiled
