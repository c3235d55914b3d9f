"""Answers that are errors."""

from __future__ import annotations

from wellclear.api.utm.wire.limits import Wire
from wellclear.errors import WellclearError


class ErrorResponse(Wire, frozen=True):
    """What is wrong, for people; and the stable code of it, which the interface lets us add."""

    message: str
    code: str = ""


def fault_of(error: WellclearError) -> ErrorResponse:
    """An error as the interface writes it: place, what is wrong, what would be right."""
    return ErrorResponse(str(error), error.code)
