"""Bodies of requests: bounded, strict JSON, and of one form."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar, cast

import msgspec
from litestar import Request
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPReceiveMessage, HTTPRequestEvent, Receive, Scope, Send

from wellclear.errors import MalformedInput
from wellclear.formats.json_text import check
from wellclear.transport.body import read_body

MAX_BODY_BYTES: Final = 2_097_152
"""Bytes of a request of an officer: the largest operation in base64 fits."""

PEER_PATHS: Final = "/peer/"
"""Where counterparties' routes begin, which read their own bodies."""

Form = TypeVar("Form")
AnyRequest = Request[Any, Any, Any]


def bounded(app: ASGIApp) -> ASGIApp:
    """Middleware: read the whole body first, within limits of size and silence."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["path"].startswith(PEER_PATHS):
            await app(scope, receive, send)
            return
        body: bytes | None = await read_body(receive, MAX_BODY_BYTES)

        async def replay() -> HTTPReceiveMessage:
            nonlocal body
            if body is None:
                return cast("HTTPReceiveMessage", await receive())
            whole, body = body, None
            return HTTPRequestEvent(type="http.request", body=whole, more_body=False)

        await app(scope, replay, send)

    return serve


def strictly(form: Any) -> Callable[[AnyRequest], Awaitable[None]]:  # noqa: ANN401 - a type, or a union of types
    """A hook that refuses a body which is not strictly of a form.

    Litestar alone would take keys given twice, and numbers given as text.

    Args:
        form: type of the body.

    Raises:
        MalformedInput: the hook does: `request-form`, or as `wellclear.formats.json_text.check`.
    """
    decoder = msgspec.json.Decoder(form)

    async def verify(request: AnyRequest) -> None:
        body = await request.body()
        check(body)
        try:
            decoder.decode(body)
        except msgspec.ValidationError as problem:
            wrong, _, place = str(problem).partition(" - at ")
            at = place.strip("`")
            raise MalformedInput("the request is not of its form", code="request-form", at=at, wanted=wrong) from None

    return verify
