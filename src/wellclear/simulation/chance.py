"""Chance from one seed: each uncertain thing draws from a stream of its own, so that dropping one leaves the others."""

from __future__ import annotations

from hashlib import blake2b
from random import Random


def stream(seed: int, *names: object) -> Random:
    """A stream of chance that a seed and names give, the same in every process.

    Args:
        seed: of the schedule.
        names: what the stream is for.
    """
    text = "\n".join((str(seed), *map(str, names)))
    return Random(int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big"))  # noqa: S311 - no secret
