"""Entries about a store that was restored: whether it is the newest, and what comes back from counterparties."""

from __future__ import annotations

from wellclear.centre.entries.entry import Entry


class Unconfirmed(Entry, frozen=True, tag="unconfirmed"):
    """The centre started, and no counterparty has said yet that the store holds all that it ever said."""


class Confirmed(Entry, frozen=True, tag="confirmed"):
    """A counterparty holds nothing of the own centre that the log lacks; what it held was taken back before.

    Attributes:
        party: which.
        checkpoint: newest checkpoint of the own log that it co-signed, as a signed note; empty where it has none.
    """

    party: str
    checkpoint: str = ""


class TakenBack(Entry, frozen=True, tag="taken-back"):
    """An envelope that the own centre had said in an epoch that ended, and that its store had lost.

    Attributes:
        party: the counterparty that was told, and gave it back.
        raw: its exact bytes; the own signature was verified.
    """

    party: str
    raw: bytes


class PeerBegan(Entry, frozen=True, tag="peer-began"):
    """A counterparty's log began a new epoch: its store was restored, and it may have forgotten what it took.

    Attributes:
        party: which.
        epoch: of its log, from now on.
    """

    party: str
    epoch: int
