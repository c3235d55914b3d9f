"""The exact bytes of an entry: JSON with its kind, and back."""

from __future__ import annotations

from typing import Final

import msgspec

from wellclear.centre.entries.agreements import Drafted, Governed, Phased, Stepped
from wellclear.centre.entries.alarms import Acknowledged, Climbed, Raised
from wellclear.centre.entries.entry import Entry
from wellclear.centre.entries.hotline import Called, HazardDeclared, HazardEnded
from wellclear.centre.entries.link import (
    Acked,
    Began,
    ClockDoubted,
    Enrolled,
    Equivocated,
    ForkProven,
    Judged,
    KeysStated,
    Linked,
    Said,
    Took,
    Turned,
)
from wellclear.centre.entries.operations import (
    Acted,
    Expired,
    Filed,
    Overdue,
    ReadByOfficer,
    Readdressed,
    Withdrawn,
)
from wellclear.centre.entries.recalling import Confirmed, PeerBegan, TakenBack, Unconfirmed
from wellclear.errors import MalformedInput

AnyEntry = (
    Acked
    | Acknowledged
    | Acted
    | Began
    | Called
    | Climbed
    | ClockDoubted
    | Confirmed
    | Drafted
    | Enrolled
    | Equivocated
    | Expired
    | Filed
    | ForkProven
    | Governed
    | HazardDeclared
    | HazardEnded
    | Judged
    | KeysStated
    | Linked
    | Overdue
    | PeerBegan
    | Phased
    | Raised
    | ReadByOfficer
    | Readdressed
    | Said
    | Stepped
    | TakenBack
    | Took
    | Turned
    | Unconfirmed
    | Withdrawn
)
"""Every kind of entry. A kind is never changed, only added to: logs are readable for ever."""

_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final[msgspec.json.Decoder[AnyEntry]] = msgspec.json.Decoder(AnyEntry)


def print_entry(entry: Entry) -> bytes:
    """Exact bytes of an entry."""
    return _ENCODER.encode(entry)


def parse_entry(content: bytes) -> AnyEntry:
    """The entry of exact bytes.

    Raises:
        MalformedInput: they are none.
    """
    try:
        return _DECODER.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise MalformedInput(f"not an entry of a log: {problem}", code="entry-form") from problem
