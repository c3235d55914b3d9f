"""The body of a request, read with a limit on its size and on every silence within it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from wellclear.errors import MalformedInput, PeerUnavailable

SILENCE_S: Final = 5.0
"""How long a sender may be silent in the middle of a message: as long as before it is stale."""

BODY_S: Final = 60.0
"""How long one message may take in all: 8 MiB over a line of 1.2 Mbit/s."""

Receive = Callable[[], Awaitable[Mapping[str, Any]]]


async def read_body(receive: Receive, most_bytes: int) -> bytes:
    """Read the body of a request.

    Args:
        receive: of ASGI.
        most_bytes: limit of its size.

    Raises:
        MalformedInput: `body-size`: it is larger.
        PeerUnavailable: `body-silent`: the sender fell silent; `body-slow`: it takes too long; `body-cut`: it left.
    """
    pieces: list[bytes] = []
    room_bytes = most_bytes
    try:
        async with asyncio.timeout(BODY_S):
            more = True
            while more:
                piece, more = await _piece(receive)
                room_bytes -= len(piece)
                if room_bytes < 0:
                    raise MalformedInput(
                        "the request is too large", code="body-size", wanted=f"at most {most_bytes:,} bytes"
                    )
                pieces.append(piece)
    except TimeoutError:
        raise PeerUnavailable("the request takes too long", code="body-slow", wanted=f"{BODY_S:.0f} s") from None
    return b"".join(pieces)


async def _piece(receive: Receive) -> tuple[bytes, bool]:
    try:
        async with asyncio.timeout(SILENCE_S):
            message = await receive()
    except TimeoutError:
        raise PeerUnavailable("the sender fell silent within a request", code="body-silent") from None
    if message["type"] == "http.disconnect":
        raise PeerUnavailable("the sender left within a request", code="body-cut")
    return message.get("body", b""), message.get("more_body", False)
