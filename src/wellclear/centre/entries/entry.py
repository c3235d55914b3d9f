"""What every entry has."""

from __future__ import annotations

import msgspec


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="entry"):
    """One thing that a centre said, received or decided.

    Attributes:
        at_ms: when, by the centre's own clock.
    """

    at_ms: int
