"""The HTTP routes between centres."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, Router, post

from wellclear.protocol.envelope import Lane
from wellclear.transport.heart import HEARTBEAT_MEDIA
from wellclear.transport.recalling import Recalling
from wellclear.transport.receiving import Caller, Receiving

SAFETY_PATH: Final = "/peer/v1/safety"
"""Where envelopes of the safety lane go."""

ENVELOPES_PATH: Final = "/peer/v1/envelopes"
"""Where all others go."""

NEWEST_PATH: Final = "/peer/v1/newest"
"""Where a counterparty asks how far it goes what is held of it."""

RECALL_PATH: Final = "/peer/v1/recall"
"""Where it asks for the envelopes themselves."""

HEARTBEAT_PATH: Final = "/peer/v1/heartbeat"
"""Where heartbeats go."""

ANSWER_MEDIA: Final = "application/vnd.wellclear.answer"
"""Media type of an answer."""

KEY_HEADER: Final = "wellclear-key"
"""Header that names the key by which the content is signed."""

AnyRequest = Request[Any, Any, Any]


def peer_routes(receiving: Receiving, recalling: Recalling) -> Router:
    """The routes that counterparties use.

    Args:
        receiving: what becomes of what they send.
        recalling: answers what they ask.
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

    @post(NEWEST_PATH, status_code=200, include_in_schema=False)
    async def newest(request: AnyRequest) -> Response[bytes]:
        return Response(await recalling.newest(_caller(request)), media_type=ANSWER_MEDIA)

    @post(RECALL_PATH, status_code=200, include_in_schema=False)
    async def recall(request: AnyRequest) -> Response[bytes]:
        return Response(await recalling.recall(_caller(request)), media_type=ANSWER_MEDIA)

    return Router("/", route_handlers=[safety, envelopes, heartbeat, newest, recall])


def _caller(request: AnyRequest) -> Caller:
    address = request.client.host if request.client else ""
    return Caller(address, request.headers.get(KEY_HEADER, ""), request.receive)


def _answer(heartbeat: bytes) -> Response[bytes]:
    return Response(heartbeat, media_type=HEARTBEAT_MEDIA)
