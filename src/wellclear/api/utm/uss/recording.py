"""Records what other USSs ask and tell, with what they were answered, whatever that was."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, cast

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPReceiveMessage, Message, Receive, Scope, Send

from wellclear.api.utm.uss.asking import Exchange
from wellclear.api.utm.uss.journal import MAX_RECORDED_BYTES, Journal

NOBODYS: Final = frozenset({401, 403})
"""Statuses of requests whose bodies are not kept: whoever may not speak fills no disk."""

_BEARER: Final = "bearer "


def recording(journal: Journal, now_ms: Callable[[], int]) -> Callable[[ASGIApp], ASGIApp]:
    """Middleware that records every exchange once it is answered.

    Args:
        journal: where.
        now_ms: the time.
    """

    def around(app: ASGIApp) -> ASGIApp:
        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != ScopeType.HTTP:
                await app(scope, receive, send)
                return
            asked, answered, status, asked_ms = bytearray(), bytearray(), 0, now_ms()

            async def heard() -> HTTPReceiveMessage:
                message = cast("HTTPReceiveMessage", await receive())
                if message["type"] == "http.request":
                    asked.extend(message["body"][: MAX_RECORDED_BYTES + 1 - len(asked)])
                return message

            async def said(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                elif message["type"] == "http.response.body":
                    answered.extend(message["body"][: MAX_RECORDED_BYTES + 1 - len(answered)])
                await send(message)

            try:
                await app(scope, heard, said)
            finally:
                if status in NOBODYS:
                    asked.clear()
                exchange = Exchange(
                    scope["method"],
                    _url(scope),
                    _token(scope),
                    bytes(asked),
                    asked_ms,
                    now_ms(),
                    status,
                    bytes(answered),
                    "" if status else "no answer was given",
                )
                await asyncio.to_thread(journal.served, exchange)

        return serve

    return around


def _url(scope: Scope) -> str:
    headers = dict(scope["headers"])
    host = headers.get(b"host", b"").decode("latin-1")
    query = scope["query_string"].decode("latin-1")
    return f"{scope['scheme']}://{host}{scope['path']}" + (f"?{query}" if query else "")


def _token(scope: Scope) -> str:
    """The token that was shown; what is none is not repeated."""
    shown = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
    return shown[len(_BEARER) :] if shown[: len(_BEARER)].lower() == _BEARER else ""
