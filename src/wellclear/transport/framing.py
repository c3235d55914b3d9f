"""A batch of envelopes in one request: each is four bytes of its length, most significant first, and its bytes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from wellclear.errors import MalformedInput, RuleViolated
from wellclear.protocol.envelope import MAX_ENVELOPE_BYTES

MAX_BATCH_BYTES: Final = 8_388_608
"""Bytes of one request: eight of the largest envelopes, as much as an upload."""

MAX_BATCH_ENVELOPES: Final = 64
"""Envelopes of one request: one batch of the writer, so that one answer waits for one flush."""

_LENGTH_BYTES: Final = 4


def print_batch(envelopes: Iterable[bytes]) -> bytes:
    """The body of a request with these envelopes, in their order."""
    return b"".join(len(raw).to_bytes(_LENGTH_BYTES) + raw for raw in envelopes)


def parse_batch(body: bytes) -> tuple[bytes, ...]:
    """The envelopes of a body, in their order; none of them is looked at.

    Raises:
        MalformedInput: `batch-form`: lengths and bytes do not fit; `envelope-size`: one is too large.
        RuleViolated: `batch-envelopes`: too many.
    """
    envelopes: list[bytes] = []
    start = 0
    while start < len(body):
        length_bytes = int.from_bytes(body[start : start + _LENGTH_BYTES])
        if length_bytes > MAX_ENVELOPE_BYTES:
            raise MalformedInput(
                f"an envelope of {length_bytes:,} bytes",
                code="envelope-size",
                at=f"[{len(envelopes)}]",
                wanted=f"at most {MAX_ENVELOPE_BYTES:,} bytes",
            )
        end = start + _LENGTH_BYTES + length_bytes
        if end > len(body) or not length_bytes:
            raise MalformedInput(
                "the batch ends within an envelope", code="batch-form", at=f"[{len(envelopes)}]", wanted="length, bytes"
            )
        if len(envelopes) == MAX_BATCH_ENVELOPES:
            raise RuleViolated("too many envelopes", code="batch-envelopes", wanted=f"at most {MAX_BATCH_ENVELOPES}")
        envelopes.append(body[start + _LENGTH_BYTES : end])
        start = end
    return tuple(envelopes)
