"""The names of a party's logs, of the keys that sign for them, and of what stands beside the own log about them."""

from __future__ import annotations

from typing import Final

CHECKPOINT: Final = "checkpoint"
"""Beside the log: the newest checkpoint that the centre signed, as a note."""

FRONTIER: Final = "checkpoint-frontier"
"""Beside the log: the frontier at that checkpoint, from which the next one is folded a second time."""

COSIGNED: Final = "cosigned/"
"""Beside the log, with a witness's name: the newest checkpoint of the own log that it co-signed."""

COSIGNED_BEFORE: Final = "cosigned-before/"
"""Beside the log, with a witness's name and epoch: the last checkpoint of an earlier epoch that it co-signed."""

WITNESSED: Final = "witnessed/"
"""Beside the log, with a party's name and epoch: the newest checkpoint of its log that the own centre co-signed."""

LIE: Final = "lie/"
"""Beside the log, with a party's name and epoch: proof that its log signed two histories."""


def origin_of(party: str, epoch: int) -> str:
    """Name of one life of a party's log."""
    return f"wellclear.log/{party}/{epoch}"


def witness_name(party: str) -> str:
    """Name under which a party co-signs."""
    return f"wellclear.witness/{party}"


def placed(prefix: str, party: str, epoch: int) -> str:
    """Name beside the log of what is kept for one life of a party's log."""
    return f"{prefix}{party}/{epoch}"


def place_of(prefix: str, name: str) -> tuple[str, int]:
    """Party and epoch of a name that `placed` gave."""
    party, epoch = name.removeprefix(prefix).rsplit("/", 1)
    return party, int(epoch)
