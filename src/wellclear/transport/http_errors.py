"""Which HTTP status an error has, and how it is written: one table for peers and officers."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException

from wellclear.errors import (
    MalformedInput,
    NotFound,
    PeerUnavailable,
    RuleViolated,
    VerificationFailed,
    WellclearError,
)

STATUS_OF_FAMILY: Final[dict[type[WellclearError], int]] = {
    MalformedInput: 400,
    VerificationFailed: 403,
    NotFound: 404,
    RuleViolated: 409,
    PeerUnavailable: 503,
}
"""The status of each family of errors."""

STATUS_OF_CODE: Final[dict[str, int]] = {
    "session-missing": 401,
    "session-unknown": 401,
    "session-expired": 401,
    "login-refused": 401,
    "login-throttled": 429,
    "officer-role": 403,
    "role-low": 403,
    "body-size": 413,
    "body-silent": 408,
    "body-slow": 408,
    "body-cut": 408,
    "rate": 429,
    "queue-full": 429,
    "requests-under-way": 429,
}
"""The codes that HTTP has a status of its own for."""


class Fault(msgspec.Struct, frozen=True):
    """The body of every answer that is an error.

    Attributes:
        code: stable words joined by hyphens.
        message: what is wrong.
        at: where in the input; empty for none.
        wanted: what would be right; empty where the message says it.
    """

    code: str
    message: str
    at: str = ""
    wanted: str = ""


def status_of(error: WellclearError) -> int:
    """The HTTP status of an error."""
    status = STATUS_OF_CODE.get(error.code)
    if status is not None:
        return status
    return next(status for family, status in STATUS_OF_FAMILY.items() if isinstance(error, family))


def answer_error(_request: Request[Any, Any, Any], error: WellclearError) -> Response[Fault]:
    """The answer to a request that was refused. The connection ends with it: its body may not have been read."""
    fault = Fault(error.code, error.message, error.at, error.wanted)
    return Response(fault, status_code=status_of(error), media_type=MediaType.JSON, headers={"connection": "close"})


def answer_http_error(_request: Request[Any, Any, Any], error: HTTPException) -> Response[Fault]:
    """The answer where HTTP itself is at fault: no such path, no such method, a body that is not of its form."""
    words = {404: "no-such-path", 405: "no-such-method"}
    code = words.get(error.status_code, "request-form" if error.status_code < 500 else "fault")
    fault = Fault(code, error.detail)
    return Response(fault, status_code=error.status_code, media_type=MediaType.JSON, headers={"connection": "close"})
