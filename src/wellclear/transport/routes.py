"""The HTTP routes between centres."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, Router, post

from wellclear.protocol.envelope import Lane
from wellclear.transport.heart import HEARTBEAT_MEDIA
from wellclear.transport.recalling import Recalling
from wellclear.transport.receiving import Caller, Receiving
from wellclear.transport.witnessing import CHECKPOINT_PATH, PROOF_PATH, WITNESSING_MEDIA, Answering

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


def peer_routes(receiving: Receiving, answering: Answering, recalling: Recalling) -> Router:
    """The routes that counterparties use.

    Args:
        receiving: what becomes of what they send.
        answering: answers what they say and ask about logs.
        recalling: answers what they ask of what is held.
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

    @post(CHECKPOINT_PATH, status_code=200, include_in_schema=False)
    async def checkpoint(request: AnyRequest) -> Response[bytes]:
        return _answer(await answering.checkpoint(_caller(request)), WITNESSING_MEDIA)

    @post(PROOF_PATH, status_code=200, include_in_schema=False)
    async def proof(request: AnyRequest) -> Response[bytes]:
        return _answer(await answering.proof(_caller(request)), WITNESSING_MEDIA)

    @post(NEWEST_PATH, status_code=200, include_in_schema=False)
    async def newest(request: AnyRequest) -> Response[bytes]:
        return _answer(await recalling.newest(_caller(request)), ANSWER_MEDIA)

    @post(RECALL_PATH, status_code=200, include_in_schema=False)
    async def recall(request: AnyRequest) -> Response[bytes]:
        return _answer(await recalling.recall(_caller(request)), ANSWER_MEDIA)

    return Router("/", route_handlers=[safety, envelopes, heartbeat, checkpoint, proof, newest, recall])


def _caller(request: AnyRequest) -> Caller:
    address = request.client.host if request.client else ""
    return Caller(address, request.headers.get(KEY_HEADER, ""), request.receive)


def _answer(content: bytes, media: str = HEARTBEAT_MEDIA) -> Response[bytes]:
    return Response(content, media_type=media)
