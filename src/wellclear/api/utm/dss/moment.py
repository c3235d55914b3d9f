"""When a request is decided, and the chance that it is given: rules have neither clock nor chance of their own."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Final
from uuid import UUID

CHANCE_BYTES: Final = 64
"""What one request is given: 24 for an OVN, 16 for an identifier, 24 for a version."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When, and with what chance.

    Attributes:
        now_ms: the time, UTC.
        chance: 64 bytes that nobody can guess.
    """

    now_ms: int
    chance: bytes

    @property
    def ovn(self) -> str:
        """A new OVN: 32 characters, 192 bits that cannot be guessed."""
        return urlsafe_b64encode(self.chance[:24]).decode()

    @property
    def identifier(self) -> str:
        """A new identifier."""
        return str(UUID(bytes=self.chance[24:40], version=4))

    @property
    def version(self) -> str:
        """A new version of a subscription or of an availability."""
        return urlsafe_b64encode(self.chance[40:64]).decode()
