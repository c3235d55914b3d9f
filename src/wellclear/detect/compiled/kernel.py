"""How kernels are compiled: once, kept on disk, and without the interpreter's lock, so that threads share the work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile a function of numbers and arrays on its first call."""
    return cast("F", numba.njit(nogil=True, cache=True, boundscheck=False, error_model="numpy")(function))
