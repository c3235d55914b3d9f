"""What every view has in common."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

import msgspec

from wellclear.centre.state.state import State
from wellclear.protocol.envelope import Lane, envelope_digest


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A part of what the centre knows, as JSON. Digests and exact bytes are base64, times milliseconds UTC."""


def as_json(content: bytes) -> dict[str, Any] | None:
    """The values of a JSON text that the centre keeps as exact bytes; nothing for none."""
    return cast("dict[str, Any]", msgspec.json.decode(content)) if content else None


def queued(state: State, party: str) -> frozenset[bytes]:
    """Digests of the envelopes to a party that it has not acknowledged."""
    peer = state.peers.get(party)
    if peer is None:
        return frozenset()
    return frozenset(_digest(raw) for lane in Lane for raw in peer.out[lane].unacknowledged.values())


@lru_cache(maxsize=4_096)
def _digest(raw: bytes) -> bytes:
    return envelope_digest(raw)
