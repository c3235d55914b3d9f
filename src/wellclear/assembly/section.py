"""What sections of the settings have in common."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

Line = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]+\Z")]
Port = Annotated[int, Meta(ge=1, le=65_535)]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings that belong together; one that is not known is refused."""
