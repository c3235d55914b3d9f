from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from wellclear.errors import MalformedInput, PeerUnavailable
from wellclear.transport import body as module
from wellclear.transport.body import Receive, read_body


def pieces(*given: bytes) -> Receive:
    left = list(given)

    async def receive() -> Mapping[str, Any]:
        if not left:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left) or len(given) == 1}

    return receive


def test_a_body_is_put_together() -> None:
    assert asyncio.run(read_body(pieces(b"ab", b"", b"c"), 3)) == b"abc"


def test_one_byte_too_many_is_refused() -> None:
    with pytest.raises(MalformedInput) as caught:
        asyncio.run(read_body(pieces(b"ab", b"cd"), 3))
    assert caught.value.code == "body-size"


def test_a_sender_that_falls_silent_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SILENCE_S", 0.01)
    with pytest.raises(PeerUnavailable) as caught:
        asyncio.run(read_body(pieces(b"half"), 100))
    assert caught.value.code == "body-silent"


def test_a_sender_that_trickles_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BODY_S", 0.02)

    async def trickle() -> Mapping[str, Any]:
        await asyncio.sleep(0.005)
        return {"type": "http.request", "body": b"x", "more_body": True}

    with pytest.raises(PeerUnavailable) as caught:
        asyncio.run(read_body(trickle, 10_000))
    assert caught.value.code == "body-slow"


def test_a_sender_that_leaves_is_noticed() -> None:
    async def gone() -> Mapping[str, Any]:
        return {"type": "http.disconnect"}

    with pytest.raises(PeerUnavailable) as caught:
        asyncio.run(read_body(gone, 10))
    assert caught.value.code == "body-cut"
