"""Old bodies leave the store for verified files, and only what is old, covered and as it was written."""

from __future__ import annotations

import random
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from rig.ledgers import NOW_MS, grown_old
from wellclear.assembly.archiving import archive_log
from wellclear.assembly.high_water import Mark
from wellclear.centre.entries.link import Began
from wellclear.centre.log import archiving
from wellclear.centre.log.archives import Archive, archives_of
from wellclear.centre.log.recomputing import recompute
from wellclear.centre.ports.store import ArchivableStore, Batch, Record
from wellclear.centre.snapshot import NAME, load_snapshot
from wellclear.centre.writer import Writer, replay
from wellclear.errors import NotFound, RuleViolated, VerificationFailed, WellclearError
from wellclear.store.archived import ArchivedStore, verify_archives
from wellclear.store.memory import MemoryStore
from wellclear.trust.key_statement import Place

ENTRIES = 12
"""Of which the first three, the begin, are of `NOW_MS`, and each other one a second later."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def plain(folder: Path) -> ArchivedStore:
    kept = MemoryStore()
    grown_old(ENTRIES - 3, kept)
    return ArchivedStore(kept, folder)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archiving, "MAX_ARCHIVED_RECORDS", 4)


def archive(store: ArchivableStore, folder: Path, before_s: int, mark: Mark | None = None) -> list[Archive]:
    """Archive what is older than so many seconds after `NOW_MS`, a minute later."""
    return list(archive_log(store, folder, mark, NOW_MS + 1_000 * before_s, NOW_MS + 60_000))


def all_of(store: ArchivableStore, first: int = 0) -> list[Record]:
    with closing(store.reader()) as reader:
        return list(reader.records(Place(0, first), reader.size(0)))


def refusal(store: ArchivableStore, folder: Path, before_s: int = 9, mark: Mark | None = None) -> WellclearError:
    with pytest.raises(WellclearError) as refused:
        archive(store, folder, before_s, mark)
    return refused.value


def test_a_start_reads_from_the_snapshot_and_else_from_the_files(plain: ArchivedStore, folder: Path) -> None:
    with closing(plain.reader()) as reader:
        state = replay(reader).state
        assert load_snapshot(reader) is None
    moved = archive(plain, folder, 9)
    with closing(plain.reader()) as reader:
        snapshot = load_snapshot(reader)
    assert snapshot is not None
    assert snapshot.state.index >= moved[-1].stop
    apart = folder.rename(folder.with_name("elsewhere"))
    with closing(plain.reader()) as reader:
        assert replay(reader).state == state
        with pytest.raises(NotFound, match=moved[0].file) as missing:
            list(recompute(reader))
        assert (missing.value.code, missing.value.at) == ("record-archived", f"epoch 0, entry 0 {moved[0].file}")
        with pytest.raises(NotFound, match="record 0"):
            verify_archives(reader, folder)
    term = plain.lead()
    with closing(plain.reader()) as reader:
        plain.write(term, Batch(reader.end(), beside={NAME: b"of another version"}))
        with pytest.raises(NotFound, match=moved[0].file):
            replay(reader)
        apart.rename(folder)
        assert replay(reader).state == state


def test_only_what_the_newest_checkpoint_covers_moves(plain: ArchivedStore, folder: Path) -> None:
    ledger = grown_old(3)
    note = ledger.cosign(ledger)
    term = plain.lead()
    with closing(plain.reader()) as reader:
        plain.write(term, Batch(reader.end(), beside={"cosigned/south": note}))
    assert [(one.first, one.stop) for one in archive(plain, folder, 60)] == [(0, 4), (4, 6)]


def test_an_epoch_that_ended_moves_as_a_whole_and_one_without_a_checkpoint_stays(
    plain: ArchivedStore, folder: Path
) -> None:
    with closing(plain.reader()) as reader:
        writer = Writer(plain, plain.lead(), replay(reader))
    writer.append((Began(at_ms=NOW_MS + 10_000, party="north", epoch=1, reason="a test"),), random.Random(1).randbytes)  # noqa: S311 - the same in every run
    before = all_of(plain)
    assert [(one.epoch, one.first, one.stop) for one in archive(plain, folder, 60)] == [
        (0, 0, 4),
        (0, 4, 8),
        (0, 8, 12),
    ]
    assert all_of(plain) == before
    with closing(plain.reader()) as reader:
        assert reader.end() == Place(1, 1)
        assert len(list(reader.records(Place(1, 0), 1))) == 1
        assert len(list(recompute(reader))) == ENTRIES + 1


@pytest.mark.parametrize("index", [0, 5])
def test_nothing_moves_once_an_entry_is_not_as_it_was_written(plain: ArchivedStore, folder: Path, index: int) -> None:
    kept = plain._store._kept.records  # type: ignore[attr-defined]
    record, completed = kept[0, index]
    kept[0, index] = (replace(record, content=record.content + b" "), completed)
    fault = refusal(plain, folder)
    assert (fault.code, fault.at) == ("leaf-opened", f"epoch 0, entry {index}")
    with closing(plain.reader()) as reader:
        assert [one.stop for one in archives_of(reader)] == ([] if index < 4 else [4])


def test_nothing_moves_of_a_tree_that_is_not_the_signed_one(plain: ArchivedStore, folder: Path) -> None:
    kept = plain._store._kept.records  # type: ignore[attr-defined]
    record, _ = kept[0, 3]
    kept[0, 3] = (record, bytes(64))
    assert refusal(plain, folder).code == "archive-tree"
    assert not folder.exists()


def test_a_store_that_was_put_back_is_not_archived(plain: ArchivedStore, folder: Path) -> None:
    assert refusal(plain, folder, mark=Mark(0, ENTRIES + 1, "00")).code == "archive-old-copy"
    assert not folder.exists()


def test_a_file_that_is_there_already_is_made_again(plain: ArchivedStore, folder: Path) -> None:
    twin = MemoryStore()
    grown_old(ENTRIES - 3, twin)
    first = archive(plain, folder, 9)
    (folder / first[0].file).write_bytes(b"half of")
    (folder / f".{first[1].file}.unfinished").write_bytes(b"of a kill")
    assert archive(ArchivedStore(twin, folder), folder, 9) == first
    assert all_of(plain) == all_of(ArchivedStore(twin, folder))
    assert len(list(folder.iterdir())) == len(first)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda content: content[:-1], "archive-format"),
        (lambda content: content[:-2] + b"  ", "archive-leaf"),
        (lambda content: b"wellclear-archive/v2" + content[20:], "archive-format"),
        (lambda content: content.replace(b'"first":0', b'"first":1'), "archive-other"),
        (lambda content: content.replace(b'"stop":4', b'"stop":0'), "archive-format"),
        (lambda content: content.replace(b'"party"', b'"Party"'), "archive-format"),
        (lambda content: content[: content.index(b"\n", 30) + 20], "archive-format"),
        (lambda _content: b"", "archive-format"),
    ],
)
def test_a_spoiled_file_is_never_taken_for_the_log(
    plain: ArchivedStore, folder: Path, spoil: partial[bytes], code: str
) -> None:
    first, *_ = archive(plain, folder, 9)
    path = folder / first.file
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(WellclearError) as fault:
        all_of(plain)
    assert (fault.value.code, fault.value.at) == (code, first.file)
    with closing(plain.reader()) as reader, pytest.raises(VerificationFailed) as changed:
        verify_archives(reader, folder)
    assert (changed.value.code, changed.value.at) == ("archive-digest", first.file)


@pytest.mark.parametrize(("before_s", "code"), [(None, "archive-term"), (61, "archive-young")])
def test_without_an_agreement_a_past_day_must_be_said(
    plain: ArchivedStore, folder: Path, before_s: int | None, code: str
) -> None:
    wanted_ms = None if before_s is None else NOW_MS + 1_000 * before_s
    with pytest.raises(RuleViolated) as refused:
        list(archive_log(plain, folder, None, wanted_ms, NOW_MS + 60_000))
    assert refused.value.code == code
