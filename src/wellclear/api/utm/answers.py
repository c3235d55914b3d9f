"""How requests of this interface are read and answered over HTTP: statuses, bodies, faults."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

import msgspec
import structlog
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException

from wellclear.api.utm.wire.bodies import Body, parse_body
from wellclear.api.utm.wire.faults import ErrorResponse, fault_of
from wellclear.api.utm.wire.limits import MAX_UTM_BODY_BYTES, printed
from wellclear.errors import (
    MalformedInput,
    NotFound,
    PeerUnavailable,
    RuleViolated,
    VerificationFailed,
    WellclearError,
)
from wellclear.transport.body import read_body

AnyRequest = Request[Any, Any, Any]

STATUS_OF_FAMILY: Final[dict[type[WellclearError], int]] = {
    MalformedInput: 400,
    VerificationFailed: 401,
    NotFound: 404,
    RuleViolated: 400,
    PeerUnavailable: 408,
}
"""The status of each family of errors: here the interface knows the statuses, not we."""

STATUS_OF_CODE: Final[dict[str, int]] = {
    "utm-scope": 403,
    "utm-owner": 403,
    "utm-other": 409,
    "utm-version": 409,
    "utm-down": 412,
    "utm-limit": 429,
    "utm-rate": 429,
    "intent-manager": 403,
    "version-old": 409,
    "kept-changed": 409,
    "telemetry-state": 409,
    "telemetry-none": 412,
    "reports-many": 429,
    "told-many": 429,
    "utm-busy": 429,
}
"""The codes that have a status of their own."""

MAX_READ_AT_ONCE_BYTES: Final = 16_384
"""Bytes of a body that is read at once, in milliseconds; the largest take a third of a second, and others wait."""

_READING: Final = ThreadPoolExecutor(1, "utm-body")
Made = TypeVar("Made")

TOO_LARGE: Final = frozenset({"body-size", "utm-area", "utm-points", "vertices-count"})
"""What is 413 where the interface lists that, and 400 elsewhere."""

LISTS_413: Final = frozenset(
    {
        "queryOperationalIntentReferences",
        "createOperationalIntentReference",
        "updateOperationalIntentReference",
        "queryConstraintReferences",
        "createConstraintReference",
        "updateConstraintReference",
        "querySubscriptions",
    }
)
"""Operations for which the interface lists 413."""

log = structlog.get_logger("wellclear.utm")


async def body_of(request: AnyRequest, decoder: msgspec.json.Decoder[Body]) -> Body:
    """The body of a request.

    Raises:
        MalformedInput: `body-size`, or as `parse_body`.
        PeerUnavailable: as `wellclear.transport.body.read_body`.
    """
    body, _ = await made_of(request, decoder, lambda _: None)
    return body


async def made_of(
    request: AnyRequest, decoder: msgspec.json.Decoder[Body], make: Callable[[Body], Made]
) -> tuple[Body, Made]:
    """The body of a request, and what is made of it; large ones one after the other, beside the event loop.

    Args:
        request: as it came.
        decoder: of the body.
        make: makes something of the body, in any thread.

    Raises:
        MalformedInput: as `body_of`; whatever `make` raises.
        PeerUnavailable: as `body_of`.
    """
    content = await read_body(request.receive, MAX_UTM_BODY_BYTES)

    def read() -> tuple[Body, Made]:
        body = parse_body(content, decoder)
        return body, make(body)

    if len(content) <= MAX_READ_AT_ONCE_BYTES:
        return read()
    return await asyncio.get_running_loop().run_in_executor(_READING, read)


def answered(body: Any, status: int = 200) -> Response[bytes]:  # noqa: ANN401 - any of the structs
    """An answer."""
    return Response(printed(body), status_code=status, media_type=MediaType.JSON)


def answer_error(request: AnyRequest, error: WellclearError) -> Response[bytes]:
    """The answer to a request that was refused."""
    status = STATUS_OF_CODE.get(error.code)
    if status is None:
        status = next(status for family, status in STATUS_OF_FAMILY.items() if isinstance(error, family))
    if error.code in TOO_LARGE and _operation(request) in LISTS_413:
        status = 413
    return _refused(fault_of(error), status)


def answer_http_error(_request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """The answer where there is no such path or method."""
    codes = {404: "no-such-path", 405: "no-such-method"}
    code = codes.get(error.status_code, "request-form" if error.status_code < 500 else "fault")
    return _refused(ErrorResponse(error.detail, code), error.status_code)


def answer_slip(request: AnyRequest, slip: Exception) -> Response[bytes]:
    """A fault of our own, or of the store: it is logged, and nothing of it is shown."""
    if isinstance(slip, OSError):
        return _refused(ErrorResponse("the store failed; whether the change was made is not known", "store"), 500)
    log.error("a fault of the program", operation=_operation(request), exc_info=slip)
    return _refused(ErrorResponse("a fault of the program", "fault"), 500)


def _refused(fault: ErrorResponse, status: int) -> Response[bytes]:
    """The connection ends where the body of the request may not have been read."""
    unread = status in {401, 403, 408, 413, 500} or fault.code in {"body-size", "utm-rate"}
    headers = {"connection": "close"} if unread else {}
    if status == 401:
        headers["www-authenticate"] = "Bearer"
    return Response(printed(fault), status_code=status, media_type=MediaType.JSON, headers=headers)


def _operation(request: AnyRequest) -> str:
    """The interface's name of the operation; empty where there is none."""
    found = getattr(request.scope.get("route_handler"), "operation_id", None)
    return found if isinstance(found, str) else ""
