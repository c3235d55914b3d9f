"""The log as it is read."""

from __future__ import annotations

from typing import Any, Final

from wellclear.api.views.view import View, as_json
from wellclear.centre.entries.link import Said, Took
from wellclear.centre.entries.text import parse_entry
from wellclear.centre.ports.store import Reader
from wellclear.errors import NotFound
from wellclear.protocol.envelope import parse_own
from wellclear.trust.key_statement import Place

MAX_PAGE: Final = 200
"""Entries of one page."""


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
    """

    epoch: int
    start: int
    size: int
    newest_epoch: int
    entries: tuple[EntryView, ...]


def log_page(reader: Reader, epoch: int | None, start: int, count: int) -> LogPage:
    """Entries of the log.

    Args:
        reader: of the store.
        epoch: which one; nothing for the newest.
        start: index of the first; a negative one counts from the end.
        count: how many, at most `MAX_PAGE`.

    Raises:
        NotFound: `log-epoch`: there is no such epoch.
    """
    newest = reader.end().epoch
    wanted = newest if epoch is None else epoch
    if not 0 <= wanted <= newest:
        raise NotFound(f"the log has no epoch {wanted}", code="log-epoch", at="epoch", wanted=f"0 to {newest}")
    size = reader.size(wanted)
    first = max(0, size + start) if start < 0 else min(start, size)
    stop = min(size, first + max(0, min(count, MAX_PAGE)))
    entries = []
    for index, record in enumerate(reader.records(Place(wanted, first), stop), start=first):
        values = as_json(record.content) or {}
        entries.append(
            EntryView(
                epoch=wanted,
                index=index,
                entry=values,
                says=_says(values, record.content),
                content=record.content,
                salt=record.salt,
                leaf=record.leaf,
            )
        )
    return LogPage(epoch=wanted, start=first, size=size, newest_epoch=newest, entries=tuple(entries))


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
