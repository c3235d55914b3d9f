"""What a USS keeps, as a port: small documents by kind and name, each with a revision that only grows.

The documents stand in the database of the DSS, so that any number of instances share them. Two instances that change
one document at once do not overwrite one another: who names another revision than the newest is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from wellclear.errors import RuleViolated

ANY: Final = -1
"""A revision that stands for whichever is there."""

MAX_LISTED: Final = 100_000
"""Documents that one listing returns: more flights than one operator's system has under way, and a bound on memory."""

MAX_PAGE_DOCUMENTS: Final = 100
"""Documents that are read at once where all are gone through: of the largest some hundred megabytes."""


class Kind(StrEnum):
    """What a document is."""

    FLIGHT = "flight"
    """A flight planned here."""

    INTENT_OF = "intent-of"
    """The flight of an operational intent of our own."""

    INTENT = "intent"
    """The newest details of a peer's operational intent, by its identifier; its time is its end."""

    CONSTRAINT = "constraint"
    """The newest details of a peer's constraint, by its identifier; its time is its end."""

    PUBLISHED = "published"
    """A constraint of our own."""

    ANSWER = "answer"
    """The answer to a request, by its identifier: a repeated request gets it again."""

    NOTIFICATION = "notification"
    """What a user was told."""

    RECORD = "record"
    """What the standard wants logged."""

    REPORT = "report"
    """What a peer reported to us."""

    STANDING = "standing"
    """How what a centre publishes stands."""

    WATCH = "watch"
    """A subscription for a place that is watched."""

    OWED = "owed"
    """A notice that a peer has not taken yet."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A document.

    Attributes:
        name: within its kind.
        revision: from 1.
        at_ms: when it happened, was written, or ends.
        content: exact bytes.
    """

    name: str
    revision: int
    at_ms: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Held:
    """How much is kept.

    Attributes:
        count: documents.
        size_bytes: of their contents.
    """

    count: int
    size_bytes: int


class Keeping(Protocol):
    """Where a USS keeps its documents; for any thread. Every method raises OSError where storage fails."""

    def get(self, kind: Kind, name: str) -> Kept | None:
        """The newest revision of a document."""

    def put(  # noqa: PLR0913, PLR0917 - what a document is
        self, kind: Kind, name: str, content: bytes, at_ms: int, revision: int = ANY, owner: str = ""
    ) -> int:
        """Write a document, durable on return.

        Args:
            kind: of the document.
            name: within its kind.
            content: of it.
            at_ms: when it happened; or when it ends.
            revision: that it replaces; 0 where there must be none yet.
            owner: whose it is, where that is counted.

        Returns:
            Its new revision.

        Raises:
            RuleViolated: `kept-changed`: another one is the newest.
        """

    def remove(self, kind: Kind, name: str, revision: int = ANY) -> None:
        """Remove a document; nothing where there is none.

        Raises:
            RuleViolated: `kept-changed`: another revision is the newest.
        """

    def listed(self, kind: Kind, start_ms: int = 0, end_ms: int | None = None) -> tuple[Kept, ...]:
        """The documents of a kind whose time lies from `start_ms` to `end_ms`, both included, by their time.

        Raises:
            RuleViolated: `kept-many`: more than `MAX_LISTED`; nothing is cut silently.
        """

    def each(self, kind: Kind, start_ms: int = 0, end_ms: int | None = None) -> Iterator[Kept]:
        """As `listed`, however many there are, read in pieces.

        What is changed meanwhile may be met as it was, as it is, or both.
        """

    def held(self, kind: Kind, owner: str | None = None) -> Held:
        """How much is kept of a kind, of one owner or of all."""

    def clear(self, kind: Kind, before_ms: int) -> None:
        """Remove the documents of a kind whose time lies before."""

    def close(self) -> None:
        """Give the connection up."""


def changed() -> RuleViolated:
    """The refusal of a revision that is not the newest."""
    return RuleViolated("another change came first", code="kept-changed", wanted="another try")
