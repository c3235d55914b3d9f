"""Bodies that were moved to archive files are read as if they were in the store, whatever store it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from log_growth import grown, verify_tree, without_body
from rig.ledgers import NOW_MS, grown_old
from wellclear.assembly.archiving import archive_log
from wellclear.centre.log import archiving
from wellclear.centre.log.archives import Archive, archives_of
from wellclear.centre.log.recomputing import recompute
from wellclear.centre.ports.store import ArchivableStore, Record
from wellclear.errors import RuleViolated
from wellclear.store.archive_file import open_archive
from wellclear.store.archived import ArchivedStore, verify_archives
from wellclear.trust.key_statement import Place
from wellclear.trust.merkle import EMPTY
from wellclear.trust.proofs import inclusion_proof, tree_root, verify_inclusion

ENTRIES = 12
"""Of which the first three, the begin, are of `NOW_MS`, and each other one a second later."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def store(opening: Callable[[], ArchivableStore], folder: Path) -> Iterator[ArchivableStore]:
    """North's log of twelve entries, with the folder of its archive files."""
    kept = opening()
    grown_old(ENTRIES - 3, kept)
    yield ArchivedStore(kept, folder)
    kept.close()


def archive(store: ArchivableStore, folder: Path, before_s: int) -> list[Archive]:
    """Archive what is older than so many seconds after `NOW_MS`, a minute later."""
    return list(archive_log(store, folder, None, NOW_MS + 1_000 * before_s, NOW_MS + 60_000))


def all_of(store: ArchivableStore, first: int = 0) -> list[Record]:
    with closing(store.reader()) as reader:
        return list(reader.records(Place(0, first), reader.size(0)))


def test_old_bodies_move_and_are_read_from_their_files(
    store: ArchivableStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archiving, "MAX_ARCHIVED_RECORDS", 4)
    before = all_of(store)
    moved = archive(store, folder, 7)
    assert [(one.first, one.stop) for one in moved] == [(0, 4), (4, 8), (8, 9)]
    assert sorted(path.name for path in folder.iterdir()) == sorted(one.file for one in moved)
    assert {oct(path.stat().st_mode & 0o777) for path in folder.iterdir()} == {"0o600"}
    assert all_of(store) == before
    assert [all_of(store, first) for first in (3, 4, 8, 9, 11)] == [before[first:] for first in (3, 4, 8, 9, 11)]
    with closing(store.reader()) as reader:
        assert archives_of(reader) == moved
        assert list(reader.records(Place(0, 2), 2)) == []
        assert list(reader.records(Place(0, 2), 6)) == before[2:6]
        assert verify_archives(reader, folder) == 3
        verify_tree(reader, 0, 0, ENTRIES)
        assert len(list(recompute(reader))) == ENTRIES
    assert archive(store, folder, 7) == []
    assert [(one.first, one.stop) for one in archive(store, folder, 9)] == [(9, 11)]
    assert all_of(store) == before
    with open_archive(folder / moved[1].file) as opened:
        assert (opened.header.party, opened.header.epoch) == ("north", 0)
        assert opened.header.checkpoint.startswith("wellclear.log/north/0\n")


def test_bodies_are_removed_and_all_else_stays(opening: Callable[[], ArchivableStore]) -> None:
    store = opening()
    term = store.lead()
    first = grown(store, term, [b"%d" % number for number in range(300)], beside={"checkpoint": b"300"})
    reader = store.reader()
    root, proof = tree_root(300, partial(reader.node, 0)), inclusion_proof(3, 300, partial(reader.node, 0))
    store.remove_bodies(term, Place(0, 0), 5, {"archived/0/0": b"there"})
    store.remove_bodies(term, Place(0, 5), 260, {"archived/0/5": b"here"})
    assert [without_body(reader, Place(0, at), 300) for at in (0, 4, 5, 259)] == ["record-archived"] * 4
    assert tuple(reader.records(Place(0, 260), 300)) == first.records[260:]
    assert (reader.end(), reader.size(0), reader.beside("checkpoint")) == (Place(0, 300), 300, b"300")
    assert list(reader.names("archived/")) == ["archived/0/0", "archived/0/5"]
    assert [reader.node(0, 0, index) for index in range(300)] == [record.leaf for record in first.records]
    assert tree_root(300, partial(reader.node, 0)) == root
    verify_inclusion(first.records[3].leaf, 3, 300, inclusion_proof(3, 300, partial(reader.node, 0)), root)
    assert inclusion_proof(3, 300, partial(reader.node, 0)) == proof
    reader.close()
    store.close()
    store = opening()
    reader = store.reader()
    assert without_body(reader, Place(0, 0), 1) == "record-archived"
    more = grown(store, store.lead(), [b"more"], epoch=1)
    assert tuple(reader.records(Place(1, 0), 1)) == more.records
    assert without_body(reader, Place(0, 260), 301) == "no-record"
    reader.close()
    store.close()


def test_bodies_of_all_records_may_go_and_the_log_goes_on(opening: Callable[[], ArchivableStore]) -> None:
    store = opening()
    term = store.lead()
    grown(store, term, [b"a", b"b", b"c"])
    store.remove_bodies(term, Place(0, 0), 3, {})
    with closing(store.reader()) as reader:
        assert reader.end() == Place(0, 3)
        more = grown(store, term, [b"d"])
        assert tuple(reader.records(Place(0, 3), 4)) == more.records
        assert tree_root(4, partial(reader.node, 0)) == EMPTY.extend([reader.node(0, 0, at) for at in range(4)]).root
    store.close()


@pytest.mark.parametrize(
    ("start", "stop"),
    [
        (Place(0, 1), 4),
        (Place(0, 0), 4),
        (Place(0, 3), 4),
        (Place(0, 2), 2),
        (Place(0, 2), 1),
        (Place(0, 2), 7),
        (Place(0, 6), 7),
        (Place(1, 0), 1),
        (Place(1, 2), 3),
    ],
)
def test_bodies_are_removed_from_the_oldest_on_alone(
    opening: Callable[[], ArchivableStore], start: Place, stop: int
) -> None:
    store = opening()
    term = store.lead()
    grown(store, term, [b"a", b"b", b"c", b"d", b"e", b"f"])
    store.remove_bodies(term, Place(0, 0), 2, {"archived/0/0": b"there"})
    with closing(store.reader()) as reader:
        for asking, at, code in ((term, start, "archive-place"), (term + 1, Place(0, 2), "term-superseded")):
            with pytest.raises(RuleViolated) as refused:
                store.remove_bodies(asking, at, stop, {"archived/0/0": b"elsewhere"})
            assert refused.value.code == code
        assert reader.beside("archived/0/0") == b"there"
        assert [record.content for record in reader.records(Place(0, 2), 6)] == [b"c", b"d", b"e", b"f"]
    store.close()
