"""Large bodies are read beside the event loop, so that others are answered meanwhile."""

from __future__ import annotations

import asyncio
from threading import Event

import msgspec
import pytest

from wellclear.api.utm.answers import MAX_READ_AT_ONCE_BYTES, AnyRequest, body_of, made_of
from wellclear.api.utm.wire.references import QueryParameters
from wellclear.errors import MalformedInput

PATIENCE_S = 20.0
DECODER = msgspec.json.Decoder(QueryParameters)


def request(content: bytes) -> AnyRequest:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": content, "more_body": False}

    return AnyRequest({"type": "http", "state": {}}, receive=receive)  # type: ignore[arg-type] # what is read of it


def large(content: bytes = b"{}") -> bytes:
    return content + b" " * MAX_READ_AT_ONCE_BYTES


def test_the_loop_goes_on_while_a_large_body_is_read() -> None:
    went_on = Event()

    async def both() -> bool:
        reading = asyncio.create_task(made_of(request(large()), DECODER, lambda _: went_on.wait(PATIENCE_S)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        went_on.set()
        _, waited = await reading
        return waited

    assert asyncio.run(both())


def test_what_is_wrong_with_a_body_is_said_whatever_its_size() -> None:
    for content in (b"{", large(b"{")):
        with pytest.raises(MalformedInput):
            asyncio.run(body_of(request(content), DECODER))
    for content in (b"{}", large()):
        assert asyncio.run(body_of(request(content), DECODER)) == QueryParameters()
