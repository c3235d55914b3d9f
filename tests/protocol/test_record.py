"""What the log keeps of who said, saw and did what, and when by whose clock."""

from __future__ import annotations

import pytest

from rig.centres import Centre, Rig
from rig.plans import HOUR_MS, agreement, circle
from wellclear.centre.commands import File, ReadNotice
from wellclear.centre.entries.entry import Entry
from wellclear.centre.entries.link import Said, Took
from wellclear.centre.entries.operations import ReadByOfficer
from wellclear.centre.entries.text import parse_entry
from wellclear.protocol.envelope import Kind, parse_own
from wellclear.trust.key_statement import Place

HERE = (100_000_000, 450_000_000)


@pytest.fixture
def rig() -> Rig:
    made = Rig("north", "south")
    made.agree(agreement("north", "south"))
    start_ms = made.now_ms + 2 * HOUR_MS
    made["north"].error_ms, made["south"].error_ms = 120, 30
    made["north"].act(File(content=circle("north", "n1", *HERE, start_ms, start_ms + HOUR_MS)))
    made.now_ms += 700
    made.deliver()
    return made


def entries(centre: Centre) -> list[Entry]:
    reader = centre.store.reader()
    try:
        return [parse_entry(record.content) for record in reader.records(Place(0, 0), reader.size(0))]
    finally:
        reader.close()


def test_the_record_holds_both_clocks_with_their_errors(rig: Rig) -> None:
    kept = entries(rig["south"])
    (took,) = [one for one in kept if isinstance(one, Took) and parse_own(one.raw).envelope.kind is Kind.NOTICE]
    (said,) = [one for one in kept if isinstance(one, Said) and parse_own(one.raw).envelope.kind is Kind.RECEIPT]
    theirs, ours = parse_own(took.raw).envelope, parse_own(said.raw).envelope
    assert (took.at_ms - theirs.at_ms, theirs.error_ms) == (700, 120)
    assert (ours.at_ms, ours.error_ms) == (took.at_ms, 30)


def test_who_looked_at_a_notice_is_on_the_record(rig: Rig) -> None:
    rig["south"].act(ReadNotice(party="north", identifier="n1"), officer="Vera")
    rig["south"].act(ReadNotice(party="north", identifier="n1"), officer="Boris")
    looks = [one for one in entries(rig["south"]) if isinstance(one, ReadByOfficer)]
    assert [(one.officer, one.party, one.identifier) for one in looks] == [
        ("Vera", "north", "n1"),
        ("Boris", "north", "n1"),
    ]
