"""The log as it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from wellclear.api.views.view import View, as_json
from wellclear.centre.entries.link import Said, Took
from wellclear.centre.entries.text import parse_entry
from wellclear.centre.incident import Incident
from wellclear.centre.log.tracing import Trace, trace
from wellclear.centre.ports.store import Reader, Record
from wellclear.errors import NotFound
from wellclear.protocol.envelope import parse_own
from wellclear.trust.key_statement import Place

MAX_PAGE: Final = 200
"""Entries of one page."""

MAX_SEARCHED: Final = 10_000
"""Entries that are looked at for one page where some are sought: half a second's work."""


class EntryView(View, frozen=True):
    """One entry of the log.

    Attributes:
        epoch: of the log.
        index: within the epoch.
        entry: what it says, as values; exact bytes in it are base64.
        says: kind and body of the envelope that it holds, as values; nothing for others.
        content: its exact bytes.
        salt: what the leaf commits to besides.
        leaf: hash of the leaf.
    """

    epoch: int
    index: int
    entry: dict[str, Any]
    says: dict[str, Any] | None
    content: bytes
    salt: bytes
    leaf: bytes


class LogPage(View, frozen=True):
    """Some entries, in order.

    Attributes:
        epoch: of the log.
        start: index of the first.
        size: entries of that epoch.
        newest_epoch: the newest one.
        entries: at most `MAX_PAGE`.
        next: index from which the next page goes on; nothing at the end.
    """

    epoch: int
    start: int
    size: int
    newest_epoch: int
    entries: tuple[EntryView, ...]
    next: int | None = None


@dataclass(slots=True)
class Sought:
    """Which entries are wanted.

    Attributes:
        kind: of the entry, or of the envelope that it holds; empty for all.
        own: the own party.
        incident: what they are about, or answer; nothing for anything.
        digests: of the envelopes found so far.
    """

    kind: str = ""
    own: str = ""
    incident: Incident | None = None
    digests: set[bytes] = field(default_factory=set)

    @property
    def is_all(self) -> bool:
        """Whether every entry is wanted."""
        return not self.kind and self.incident is None

    def takes(self, content: bytes) -> bool:
        """Whether an entry is one of them; asked in the order of the log."""
        if self.is_all:
            return True
        entry = parse_entry(content)
        found = trace(self.own, entry)
        kinds = {str(entry.__struct_config__.tag), *([found.opened.envelope.kind.value] if found.opened else [])}
        return self._is_about(found) and (not self.kind or self.kind.casefold() in {kind.casefold() for kind in kinds})

    def _is_about(self, found: Trace) -> bool:
        if self.incident is None:
            return True
        named = found.subjects & self.incident.subjects or found.follows & self.digests
        if not named and found.alarm != (self.incident.alarm or None):
            return False
        self.digests |= {found.digest} - {b""}
        return True


def log_page(reader: Reader, epoch: int | None, start: int, count: int, sought: Sought) -> LogPage:
    """Entries of the log.

    Args:
        reader: of the store.
        epoch: which one; nothing for the newest.
        start: index of the first that is looked at; a negative one counts from the end.
        count: how many, at most `MAX_PAGE`.
        sought: which.

    Raises:
        NotFound: `log-epoch`: there is no such epoch.
    """
    newest = reader.end().epoch
    wanted = newest if epoch is None else epoch
    if not 0 <= wanted <= newest:
        raise NotFound(f"the log has no epoch {wanted}", code="log-epoch", at="epoch", wanted=f"0 to {newest}")
    size, most = reader.size(wanted), max(0, min(count, MAX_PAGE))
    first = max(0, size + start) if start < 0 else min(start, size)
    stop = min(size, first + (most if sought.is_all else MAX_SEARCHED))
    entries: list[EntryView] = []
    for index, record in enumerate(reader.records(Place(wanted, first), stop), start=first):
        if len(entries) == most:
            stop = index
            break
        if sought.takes(record.content):
            entries.append(_view(wanted, index, record))
    goes_on = stop if stop < size else None
    return LogPage(epoch=wanted, start=first, size=size, newest_epoch=newest, entries=tuple(entries), next=goes_on)


def _view(epoch: int, index: int, record: Record) -> EntryView:
    values = as_json(record.content) or {}
    return EntryView(
        epoch=epoch,
        index=index,
        entry=values,
        says=_says(values, record.content),
        content=record.content,
        salt=record.salt,
        leaf=record.leaf,
    )


def _says(values: dict[str, Any], content: bytes) -> dict[str, Any] | None:
    if values.get("entry") not in {"said", "took"}:
        return None
    entry = parse_entry(content)
    if not isinstance(entry, Said | Took):
        return None
    envelope = parse_own(entry.raw).envelope
    return {
        "kind": envelope.kind.value,
        "sender": envelope.sender,
        "recipient": envelope.recipient,
        "lane": envelope.lane.value,
        "sequence": envelope.sequence,
        "body": as_json(bytes(envelope.body)),
    }
