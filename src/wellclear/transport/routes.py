"""The HTTP routes between centres."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, Router, post

from wellclear.protocol.envelope import Lane
from wellclear.transport.heart import HEARTBEAT_MEDIA
from wellclear.transport.receiving import Caller, Receiving

SAFETY_PATH: Final = "/peer/v1/safety"
"""Where envelopes of the safety lane go."""

ENVELOPES_PATH: Final = "/peer/v1/envelopes"
"""Where all others go."""

HEARTBEAT_PATH: Final = "/peer/v1/heartbeat"
"""Where heartbeats go."""

KEY_HEADER: Final = "wellclear-key"
"""Header that names the key by which the content is signed."""

AnyRequest = Request[Any, Any, Any]


def peer_routes(receiving: Receiving) -> Router:
    """The routes that counterparties use.

    Args:
        receiving: what becomes of what they send.
    """

    @post(SAFETY_PATH, status_code=200, include_in_schema=False)
    async def safety(request: AnyRequest) -> Response[bytes]:
        return _answer(await receiving.envelopes(Lane.SAFETY, _caller(request)))

    @post(ENVELOPES_PATH, status_code=200, include_in_schema=False)
    async def envelopes(request: AnyRequest) -> Response[bytes]:
        return _answer(await receiving.envelopes(Lane.ORDINARY, _caller(request)))

    @post(HEARTBEAT_PATH, status_code=200, include_in_schema=False)
    async def heartbeat(request: AnyRequest) -> Response[bytes]:
        return _answer(await receiving.heartbeat(_caller(request)))

    return Router("/", route_handlers=[safety, envelopes, heartbeat])


def _caller(request: AnyRequest) -> Caller:
    address = request.client.host if request.client else ""
    return Caller(address, request.headers.get(KEY_HEADER, ""), request.receive)


def _answer(heartbeat: bytes) -> Response[bytes]:
    return Response(heartbeat, media_type=HEARTBEAT_MEDIA)
