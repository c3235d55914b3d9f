"""How kernels are compiled: once, kept on disk, and without the interpreter's lock, so that threads share the work."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from importlib.resources import files
from typing import Any, Final, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])

OPTIONS: Final[dict[str, Any]] = {"nogil": True, "boundscheck": False, "error_model": "numpy"}


def _digest() -> str:
    """What all kernels together are made of."""
    made_of = hashlib.sha256()
    for package in ("wellclear.detect.compiled", "wellclear.detect", "wellclear.geo"):
        for file in sorted(files(package).iterdir(), key=lambda one: one.name):
            if file.name.endswith(".py"):
                made_of.update(file.read_bytes())
    return made_of.hexdigest()[:16]


SOURCE: Final = _digest()


def kernel(function: F) -> F:
    """Compile a function of numbers and arrays on its first call.

    The compiler keeps what it made beside the source, under the function's name, and looks whether that one file
    changed; kernels call kernels of other files, so the name carries a digest of all of them. Where nothing can be
    kept, it compiles anew in each process.
    """
    function.__qualname__ = f"{function.__qualname__}_{SOURCE}"
    compiler: Any = numba.njit
    try:
        return cast("F", compiler(cache=True, **OPTIONS)(function))
    except RuntimeError:
        return cast("F", compiler(**OPTIONS)(function))
