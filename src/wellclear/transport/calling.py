"""One connection to a counterparty: signed bytes go, a signed heartbeat comes back.

Each lane and the heartbeats have a connection of their own, so that a large batch on a slow line delays no STOP.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Sequence
from typing import Final

import httpx

from wellclear.errors import PeerUnavailable
from wellclear.protocol.heartbeat import MAX_HEARTBEAT_BYTES
from wellclear.transport.liveness import Cause

CONNECT_S: Final = 3.0
"""How long a connection may take: less than a silent peer takes to be stale."""

ENDING_S: Final = 0.5
"""How long an exchange that is given up may take to end by itself."""

ANSWER_S: Final = 10.0
"""How long a peer may take to answer: a batch is on its disk in milliseconds, a queue in seconds."""

Context = Callable[[], ssl.SSLContext]
"""Makes a TLS context that holds only with a certificate whose pin the party's root stated."""


class Unreached(PeerUnavailable):
    """A counterparty was not reached, and why.

    Attributes:
        cause: unreachable, refused, or not answering.
    """

    def __init__(self, message: str, cause: Cause) -> None:
        super().__init__(message, code=f"peer-{cause.value.replace(' ', '-')}")
        self.cause = cause


class Connection:
    """One HTTP connection at a time to a counterparty, over the first of its addresses that answers.

    Args:
        urls: where its centre is reached, the best first.
        context: for https; not asked for plain http, which does not leave this machine.
        headers: of every request.
    """

    def __init__(self, urls: Sequence[str], context: Context, headers: dict[str, str]) -> None:
        self._urls = tuple(urls)
        self._context = context
        self._headers = headers
        self._client: httpx.AsyncClient | None = None
        self._way = 0

    async def post(self, path: str, body: bytes, most_bytes: int = MAX_HEARTBEAT_BYTES) -> bytes:
        """Send a request; after a failure the next one goes to the next address.

        Args:
            path: of the route.
            body: what is sent.
            most_bytes: limit of the answer.

        Returns:
            What was answered.

        Raises:
            Unreached: it was not answered, or refused.
        """
        if self._client is None:
            self._client = self._connect(self._urls[self._way % len(self._urls)])
        try:
            return await _ended(self._client, path, body, most_bytes)
        except Unreached as error:
            if error.cause is not Cause.REFUSED:
                self._way += 1
                await self.close()
            raise

    async def close(self) -> None:
        """Give the connection up; the next request makes a new one."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    def _connect(self, url: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=url,
            headers=self._headers,
            verify=self._context() if url.startswith("https://") else False,
            timeout=httpx.Timeout(ANSWER_S, connect=CONNECT_S),
            limits=httpx.Limits(max_connections=1, keepalive_expiry=60.0),
            trust_env=False,
        )


async def _ended(client: httpx.AsyncClient, path: str, body: bytes, most_bytes: int) -> bytes:
    """An exchange that, when it is cancelled, is given a moment to end by itself.

    A handshake that is cancelled leaves its socket open: what connects closes it after errors alone.
    """
    exchange = asyncio.ensure_future(_exchange(client, path, body, most_bytes))
    try:
        return await asyncio.shield(exchange)
    except asyncio.CancelledError:
        await asyncio.wait([exchange], timeout=ENDING_S)
        exchange.cancel()
        await asyncio.wait([exchange])
        if not exchange.cancelled():
            exchange.exception()  # which nobody asks for any more
        raise


async def _exchange(client: httpx.AsyncClient, path: str, body: bytes, most_bytes: int) -> bytes:
    try:
        async with client.stream("POST", path, content=body) as answer:
            content = bytearray()
            async for piece in answer.aiter_raw():
                content += piece
                if len(content) > most_bytes:
                    raise Unreached("the answer is too large", Cause.REFUSED)
    except (httpx.ReadTimeout, httpx.WriteTimeout, httpx.ReadError, httpx.RemoteProtocolError) as error:
        raise Unreached(f"no answer: {type(error).__name__}", Cause.NOT_ANSWERING) from error
    except (httpx.HTTPError, ssl.SSLError) as error:
        if _is_other_key(error):
            raise Unreached("the server has a key that the party's root never stated", Cause.REFUSED) from error
        raise Unreached(f"not reached: {type(error).__name__}", Cause.UNREACHABLE) from error
    if answer.status_code != httpx.codes.OK:
        raise Unreached(f"HTTP {answer.status_code}: {_first_words(content)}", Cause.REFUSED)
    return bytes(content)


def _is_other_key(error: BaseException | None) -> bool:
    """Whether the handshake ended because the server's key is not pinned; httpx keeps that as the cause."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None


def _first_words(content: bytearray) -> str:
    """What a peer gave as a reason, as far as a line of the log holds it."""
    return "".join(letter if letter.isprintable() else "?" for letter in content[:200].decode("utf-8", "replace"))
