"""Identifiers of entities: version-4 UUIDs, written with dashes or as 32 hexadecimal digits."""

from __future__ import annotations

import re
from typing import Annotated, Final

from msgspec import Meta

from wellclear.errors import MalformedInput

Identifier = Annotated[
    str,
    Meta(
        pattern=r"^[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?4[0-9a-fA-F]{3}-?[89abAB][0-9a-fA-F]{3}-?[0-9a-fA-F]{12}\Z",
        max_length=36,
    ),
]
"""As it comes in a body; see `parse_identifier` for the one form in which it is kept."""

_IDENTIFIER: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_DIGITS: Final = re.compile(r"[0-9a-f]{32}")
_LENGTHS: Final = (8, 12, 16, 20)


def parse_identifier(text: str, at: str) -> str:
    """The one form of an identifier: lower case, with dashes.

    Args:
        text: in either form.
        at: where it stands.

    Raises:
        MalformedInput: `utm-identifier`: not a version-4 UUID.
    """
    lower = text.lower()
    if _DIGITS.fullmatch(lower):
        lower = "-".join(lower[start:end] for start, end in zip((0, *_LENGTHS), (*_LENGTHS, 32), strict=True))
    if not _IDENTIFIER.fullmatch(lower):
        raise MalformedInput(f"{text[:60]!r} is no identifier", code="utm-identifier", at=at, wanted="a version-4 UUID")
    return lower
