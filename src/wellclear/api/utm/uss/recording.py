"""Records what other USSs ask and tell, with what they were answered, whatever that was, within what a disk holds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final, cast

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPReceiveMessage, Message, Receive, Scope, Send

from wellclear.api.utm.admission import CALLER
from wellclear.api.utm.uss.asking import Exchange
from wellclear.api.utm.uss.journal import MAX_RECORDED_BYTES, Journal
from wellclear.transport.allowance import Allowances, Rate

NOBODYS: Final = frozenset({401, 403, 429})
"""Statuses of requests whose bodies and tokens are not kept: whoever may not speak fills no disk."""

REFUSALS: Final = Rate(per_s=1, burst=1_000)
"""Records of such requests, of all senders together: anyone can send them."""

BODIES: Final = Rate(per_s=4_096, burst=64 * 2**20)
"""Bytes of bodies that are kept for one sender: those of 20,000 ordinary notices at once, and of one each second."""

_BEARER: Final = "bearer "


def recording(journal: Journal, now_ms: Callable[[], int]) -> Callable[[ASGIApp], ASGIApp]:
    """Middleware that records every exchange once it is answered.

    Args:
        journal: where.
        now_ms: the time.
    """
    budget = Budget()

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
                recorded = budget.recorded(exchange, scope["state"].get(CALLER, ""))
                if recorded is not None:
                    await asyncio.to_thread(journal.served, recorded)

        return serve

    return around


class Budget:
    """What of exchanges is recorded. For one thread.

    Args:
        now_s: a clock that only goes forward.
    """

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._refusals: Allowances[str] = Allowances(REFUSALS)
        self._bodies: Allowances[str] = Allowances(BODIES)

    def recorded(self, exchange: Exchange, sender: str) -> Exchange | None:
        """An exchange as it is recorded; nothing for one that is not.

        Args:
            exchange: as it was.
            sender: who asked; empty where that is not known.
        """
        now_s = self._now_s()
        if exchange.status in NOBODYS:
            is_kept = self._refusals.spend("", 1, now_s)
            return replace(exchange, token="", body=b"") if is_kept else None
        if self._bodies.spend(sender, len(exchange.body) + len(exchange.answer), now_s):
            return exchange
        return replace(exchange, body=b"", answer=b"", problem="the bodies are not kept: this USS said too much")


def _url(scope: Scope) -> str:
    headers = dict(scope["headers"])
    host = headers.get(b"host", b"").decode("latin-1")
    query = scope["query_string"].decode("latin-1")
    return f"{scope['scheme']}://{host}{scope['path']}" + (f"?{query}" if query else "")


def _token(scope: Scope) -> str:
    """The token that was shown; what is none is not repeated."""
    shown = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
    return shown[len(_BEARER) :] if shown[: len(_BEARER)].lower() == _BEARER else ""
