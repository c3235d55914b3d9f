"""How a process that serves ended."""

from __future__ import annotations

from enum import IntEnum


class Ended(IntEnum):
    """How the process ended; numbers of sysexits.h."""

    STOPPED = 0
    """Asked to; everything accepted is on disk."""

    STORE_FAILED = 74
    """A flush failed: whether the batch is on disk is unknown; start again, and the log tells."""

    SUPERSEDED = 75
    """Another process leads; start again to stand by."""
