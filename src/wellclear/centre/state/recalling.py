"""What was said in an epoch that ended, and that an officer must say again or withdraw."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recalled:
    """An own operation as counterparties were told of it, beyond what the restored store knew.

    Attributes:
        identifier: of the operation.
        kind: of the newest envelope about it: ``NOTICE``, ``AMEND`` or ``WITHDRAW``.
        number: of the newest version that was told.
        told: each counterparty with the version that it was told last.
        said_ms: when the newest one was said.
        place: epoch and index of the newest one in the own log as it was.
        ends_ms: when the newest version is over.
    """

    identifier: str
    kind: str
    number: int
    told: tuple[tuple[str, bytes], ...]
    said_ms: int
    place: tuple[int, int]
    ends_ms: int
