from __future__ import annotations

import msgspec
import pytest

from unit.centre.log.logs import LOG, WITNESS
from wellclear.centre.entries.alarms import Acknowledged
from wellclear.centre.entries.entry import Entry
from wellclear.centre.entries.link import Took
from wellclear.centre.entries.text import print_entry
from wellclear.centre.log.offering import offer_from, show_included, subtrees_in, verify_included
from wellclear.centre.ports.store import Batch, Reader, Record
from wellclear.centre.tree import grown
from wellclear.errors import MalformedInput, NotFound, RuleViolated, VerificationFailed
from wellclear.protocol.bodies import Stop, print_body
from wellclear.protocol.envelope import Envelope, Held, Kind, Lane, print_envelope
from wellclear.protocol.witnessing import Included
from wellclear.store.memory import MemoryStore
from wellclear.trust.checkpoint import Checkpoint, sign_checkpoint
from wellclear.trust.key_statement import Place
from wellclear.trust.leaf import salted_leaf
from wellclear.trust.merkle import EMPTY
from wellclear.trust.note import print_note

ORIGIN = "wellclear.log/west/0"
TAKEN, SECRET, REFUSED = 3, 4, 5


def said(sender: str, text: str) -> bytes:
    envelope = Envelope(
        kind=Kind.STOP,
        sender=sender,
        epoch=2,
        recipient="west",
        lane=Lane.SAFETY,
        sequence=1,
        previous=bytes(32),
        other_lane=0,
        holds=Held(),
        at_ms=1,
        error_ms=1,
        index=17,
        body=print_body(Stop(identifier="s", about="", text=text, relayed=b"")),
    )
    return print_envelope(envelope, WITNESS)


ENVELOPE = said("south", "cease")


@pytest.fixture(scope="module")
def reader() -> Reader:
    """The log of west: among seven entries one that took an envelope of south, one that refused one."""
    entries: list[Entry] = [Acknowledged(at_ms=1, alarm="a", officer="ada", role="r") for _ in range(7)]
    entries[TAKEN] = Took(at_ms=1, raw=ENVELOPE, late_ms=5, marks=("LATE",))
    entries[REFUSED] = Took(at_ms=1, raw=said("south", "refused"), refused="rate")
    contents = [print_entry(entry) for entry in entries]
    records = [
        Record(content, bytes([number]) * 32, salted_leaf(bytes([number]) * 32, content))
        for number, content in enumerate(contents)
    ]
    nodes, _ = grown(EMPTY, [record.leaf for record in records])
    store = MemoryStore()
    store.write(store.lead(), Batch(Place(0, 0), tuple(records), nodes))
    return store.reader()


def checkpoint(reader: Reader, size: int = 7) -> Checkpoint:
    return Checkpoint(ORIGIN, size, EMPTY.extend(reader.node(0, 0, index) for index in range(size)).root)


def test_an_entry_that_took_an_envelope_is_opened_to_its_sender_and_proven(reader: Reader) -> None:
    included = show_included(reader, "south", Place(0, TAKEN), 7)
    assert (included.said_epoch, included.said_index) == (2, 17)
    assert ENVELOPE not in included.before + included.after
    verify_included(included, ENVELOPE, checkpoint(reader))


@pytest.mark.parametrize(
    ("party", "index", "family"),
    [
        ("south", SECRET, RuleViolated),
        ("north", TAKEN, RuleViolated),
        ("south", 7, NotFound),
        ("south", 6, RuleViolated),
    ],
    ids=["another entry", "another party", "beyond the end", "the last entry"],
)
def test_nothing_else_is_opened(reader: Reader, party: str, index: int, family: type[Exception]) -> None:
    with pytest.raises(family):
        show_included(reader, party, Place(0, index), 7)


def test_what_does_not_stand_there_is_not_believed(reader: Reader) -> None:
    included = show_included(reader, "south", Place(0, TAKEN), 7)
    for other, raw, size in (
        (included, said("south", "another"), 7),
        (included, ENVELOPE, 6),
        (msgspec.structs.replace(included, index=TAKEN + 1), ENVELOPE, 7),
        (msgspec.structs.replace(included, salt=bytes(32)), ENVELOPE, 7),
        (msgspec.structs.replace(included, after=included.after.replace(b"LATE", b"EARLY")), ENVELOPE, 7),
        (msgspec.structs.replace(included, proof=included.proof[:-1]), ENVELOPE, 7),
    ):
        with pytest.raises(VerificationFailed):
            verify_included(other, raw, checkpoint(reader, size))
    refused = show_included(reader, "south", Place(0, REFUSED), 7)
    with pytest.raises(VerificationFailed):
        verify_included(refused, said("south", "refused"), checkpoint(reader))


def test_a_leaf_that_is_no_entry_proves_nothing() -> None:
    included = Included(0, 0, 0, bytes(32), b"not JSON", b"")
    with pytest.raises(MalformedInput):
        verify_included(included, b"", Checkpoint(ORIGIN, 1, salted_leaf(bytes(32), b"not JSON")))


def test_a_checkpoint_is_offered_from_the_size_that_is_held(reader: Reader) -> None:
    own = print_note(sign_checkpoint(checkpoint(reader), ORIGIN, LOG))
    subtrees = subtrees_in(reader, 0)
    assert offer_from(subtrees, 0, own, 0).proof == ()
    assert offer_from(subtrees, 0, own, 7).proof == ()
    assert offer_from(subtrees, 0, own, 5).proof
    with pytest.raises(RuleViolated):
        offer_from(subtrees, 0, own, 8)
