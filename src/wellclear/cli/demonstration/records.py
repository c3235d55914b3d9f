"""The logs of the demonstration compared: what each says it said is what the others took, byte for byte."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wellclear.api.views.log import MAX_PAGE
from wellclear.errors import VerificationFailed
from wellclear.trust.leaf import verify_opened
from wellclear.trust.merkle import split_root

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wellclear.api.views.log import EntryView
    from wellclear.cli.mechanism.desk import Desk


@dataclass(frozen=True, slots=True)
class Record:
    """One centre's log, each entry checked against its leaf.

    Attributes:
        party: whose.
        count: entries.
        root: of the Merkle tree over them.
        said: envelopes that it says it said, in base64 as they are shown.
        took: envelopes that it says it took from others.
    """

    party: str
    count: int
    root: bytes
    said: frozenset[str]
    took: frozenset[str]


def record_of(desk: Desk) -> Record:
    """A centre's log, read over its HTTP interface from its first entry on.

    Raises:
        VerificationFailed: `leaf-opened`: an entry is not the one of its leaf.
    """
    entries: list[EntryView] = []
    while True:
        page = desk.client.log(epoch=0, start=len(entries), count=MAX_PAGE)
        entries += page.entries
        if len(entries) >= page.size or not page.entries:
            break
    for entry in entries:
        verify_opened(entry.leaf, entry.salt, entry.content)
    return Record(
        party=desk.session.party,
        count=len(entries),
        root=split_root([entry.leaf for entry in entries]),
        said=_raw(entries, "said"),
        took=_raw(entries, "took"),
    )


def shared_count(records: Sequence[Record]) -> int:
    """Envelopes that stand in two logs, each as its sender says it.

    Raises:
        VerificationFailed: `record-differs`: one took what no other says it said.
    """
    said = frozenset[str]().union(*(record.said for record in records))
    for record in records:
        if not record.took <= said:
            raise VerificationFailed(
                f"{record.party} took what nobody says it said",
                code="record-differs",
                wanted="the same bytes in both logs",
            )
    return sum(len(record.took) for record in records)


def _raw(entries: Sequence[EntryView], kind: str) -> frozenset[str]:
    return frozenset(entry.entry["raw"] for entry in entries if entry.entry["entry"] == kind)
