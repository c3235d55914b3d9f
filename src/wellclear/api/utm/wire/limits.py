"""Limits of what a body may hold, and the plain types that they make; each limit has a name and a reason."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

MAX_UTM_BODY_BYTES: Final = 4 * 2**20
"""Bytes of a request: a key of 30,000 of the longest OVNs fits. A larger body is refused unread."""

MAX_UTM_URL_CHARACTERS: Final = 2_048
"""Characters of a USS's address: what browsers and proxies carry."""

MAX_UTM_VOLUMES: Final = 1_000
"""Volumes of one intent or constraint: a flight of a day in pieces of a minute and a half."""

MAX_UTM_TEXT_CHARACTERS: Final = 10_000
"""Characters of a text for which the interface names no limit; it is that of its own longest text."""

MAX_UTM_RECORD_CHARACTERS: Final = 3 * 2**20
"""Characters of a message recorded in a report: the largest body in base64 does not fit, every ordinary one does."""

MIN_OVN_CHARACTERS: Final = 16
"""Least length of an OVN, as the interface defines it."""

MAX_OVN_CHARACTERS: Final = 128
"""Greatest length of an OVN, as the interface defines it."""

MAX_REPORT_ID_CHARACTERS: Final = 128
"""As the interface defines it."""

MAX_INT32: Final = 2**31 - 1
"""Versions and notification indexes are integers of 32 bits."""

Text = Annotated[str, Meta(max_length=MAX_UTM_TEXT_CHARACTERS)]
ShortText = Annotated[str, Meta(max_length=200)]
Recorded = Annotated[str, Meta(max_length=MAX_UTM_RECORD_CHARACTERS)]
Ovn = Annotated[str, Meta(min_length=MIN_OVN_CHARACTERS, max_length=MAX_OVN_CHARACTERS)]
Count = Annotated[int, Meta(ge=0, le=MAX_INT32)]
Version = Annotated[int, Meta(ge=-MAX_INT32 - 1, le=MAX_INT32)]

UssUrl = Annotated[
    str, Meta(max_length=MAX_UTM_URL_CHARACTERS, pattern=r"^https?://[^\s/?#\x00-\x1f]+(/[^\s/?#\x00-\x1f]+)*\Z")
]
"""A base URL: no `/` at its end, no query."""


class Wire(msgspec.Struct, frozen=True, omit_defaults=True):
    """A body, or a part of one. What has its default, such as what is not known, is left out when it is written."""


def printed(body: Any) -> bytes:  # noqa: ANN401 - any of the structs
    """A body as JSON."""
    return msgspec.json.encode(body)
