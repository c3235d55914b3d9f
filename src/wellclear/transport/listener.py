"""Where a centre listens: uvicorn with limits on everything that a stranger may make it wait for."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import h11
import uvicorn
from litestar import Litestar
from uvicorn.protocols.http.h11_impl import H11Protocol

from wellclear.model.centre_url import is_loopback

MAX_CONNECTIONS: Final = 1_000
"""Connections at a time, from all: 64 counterparties have four each, and 1,000 officers share the rest in turn."""

MAX_ADDRESS_CONNECTIONS: Final = 200
"""Connections at a time from one address, such as a watch room's; a proxy on this machine may have all there are."""

HEAD_S: Final = 10.0
"""How long a request's head may take from the connection on; a link that is idle between requests has longer."""

IDLE_S: Final = 75
"""How long a connection may idle between two requests: longer than the 60 s after which our own side lets it go."""

MAX_HEAD_BYTES: Final = 16_384
"""Bytes of a request's head, and at most a slice more; ours have below 500."""

_SLICE_BYTES: Final = 4_096
"""So much of a head is parsed at a time: the parser holds the limit only for what has not come whole."""

STOP_S: Final = 5
"""How long a request that is under way may take when the centre stops."""

BACKLOG: Final = 128
"""Connections that wait to be accepted."""


class _Impatient(H11Protocol):
    """Closes a connection whose first request does not come, and new ones where there are too many.

    uvicorn's own limit would answer 503 on every connection, those of counterparties that stand already included.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's own
        super().connection_made(transport)
        self._patience = self.loop.call_later(HEAD_S, self._close_silent)
        if len(self.connections) > MAX_CONNECTIONS:
            transport.abort()
        clients = [getattr(other, "client", None) for other in self.connections]
        address = self.client[0] if self.client else ""
        same = len([client for client in clients if client and client[0] == address])
        if same > MAX_ADDRESS_CONNECTIONS and not is_loopback(address):
            transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take a head in slices, and all else as it comes."""
        while data and self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            super().data_received(data[:_SLICE_BYTES])
            data = data[_SLICE_BYTES:]
        if data and not self.transport.is_closing():
            super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._patience.cancel()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """End at once where nothing is under way: a TLS peer that idles would not answer a farewell."""
        if vars(self)["cycle"] is None or self.cycle.response_complete:
            self.transport.abort()
        else:
            super().shutdown()

    def _close_silent(self) -> None:
        if vars(self)["scope"] is None:  # set by the first whole head
            self.transport.abort()


class _Server(uvicorn.Server):
    """Leaves signals to the process, and says when it serves."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.serving = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept."""
        await super().startup(sockets)
        self.serving.set()


class Listener:
    """Serves an application on an address.

    Args:
        application: what is served.
        address: of this machine.
        port: number of the port; 0 for any that is free.
        context: for TLS; None for plain http, which the settings allow on loopback alone.

    Attributes:
        port: number of the port.

    Raises:
        OSError: the address is taken, or not one of this machine.
    """

    def __init__(self, application: Litestar, address: str, port: int, context: ssl.SSLContext | None) -> None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._socket = socket.create_server((address, port), family=family, backlog=BACKLOG)
        # accepted connections inherit it; asyncio sets it only where the socket names its protocol, which this does not
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            application,
            http=_Impatient,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=IDLE_S,
            timeout_graceful_shutdown=STOP_S,
            h11_max_incomplete_event_size=MAX_HEAD_BYTES,
            ssl_context_factory=None if context is None else lambda _config, _default: context,
        )
        self._server = _Server(config)
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to serve."""
        self._serving = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        await self._server.serving.wait()

    async def stop(self) -> None:
        """Take no more connections, let what is under way end, and close."""
        self._server.should_exit = True
        serving, self._serving = self._serving, None
        if serving is not None:
            await serving
        self._socket.close()
