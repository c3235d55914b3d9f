"""A real centre whose old entries were moved to archive files: it goes on, shows them, proves them, and misses them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from live.centres import PATIENCE_S, Live, Time, introduce, make_centre, serving
from wellclear.api.views.log import Sought, log_page
from wellclear.assembly.exporting import export_evidence
from wellclear.assembly.settings import ARCHIVE_FOLDER
from wellclear.centre.commands import ExportEvidence, SayStop
from wellclear.centre.log.archives import archives_of
from wellclear.centre.log.origin import CHECKPOINT
from wellclear.cli.main import main
from wellclear.store.opening import open_store, reading
from wellclear.trust.checkpoint import parse_checkpoint
from wellclear.trust.evidence import Evidence, print_evidence
from wellclear.trust.note import parse_note
from wellclear.verifier.judging import check
from wellclear.verifier.report import Verdict

pytestmark = pytest.mark.anyio
DAY_MS = 86_400_000
LONG_AGO = Time(-10 * DAY_MS)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@asynccontextmanager
async def up(directory: Path, time: Time) -> AsyncIterator[Live]:
    """The centre of a directory, as `wellclear centre serve` puts it together."""
    store = open_store(directory / "log.sqlite", directory / ARCHIVE_FOLDER)
    try:
        async with serving(directory, store, time=time, mark=directory / "high-water") as live:
            yield live
    finally:
        store.close()


def signed(live: Live) -> int:
    """How many entries the newest checkpoint covers."""
    with closing(live.centre.reader()) as reader:
        note = reader.beside(CHECKPOINT)
    return 0 if note is None else parse_checkpoint(parse_note(note).text).size


def day(ago: int) -> str:
    return (datetime.now(UTC) - timedelta(days=ago)).date().isoformat()


@pytest.fixture
async def spoken(tmp_path: Path) -> Path:
    """North's directory, ten days after it said STOP to south, and was stopped."""
    north, south = (make_centre(party, tmp_path) for party in ("north", "south"))
    async with up(north, LONG_AGO) as said_by, up(south, LONG_AGO) as heard_by:
        await introduce(said_by, heard_by)
        async with asyncio.timeout(PATIENCE_S):
            await said_by.centre.act("ada", "duty-officer", SayStop(to=("south",), text="cease now"))
            await heard_by.until(lambda centre: any(call.text == "cease now" for call in centre.state.calls.values()))
            await said_by.until(lambda centre: not centre.state.awaited)
            size = said_by.centre.state.index
            await said_by.until(lambda _centre: signed(said_by) >= size)
    return north


def archived(directory: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Archive all that is old; the one file that was made."""
    capsys.readouterr()
    assert main(["centre", "archive", str(directory), "--before", day(1)]) == 0
    assert "ARCHIVED" in capsys.readouterr().out
    (file,) = (directory / ARCHIVE_FOLDER).iterdir()
    return file


async def test_old_entries_are_shown_and_proven_out_of_their_archive(
    spoken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = archived(spoken, capsys)
    assert oct(file.stat().st_mode & 0o777) == "0o600"
    assert main(["centre", "archive", str(spoken), "--before", day(1)]) == 0
    assert "NOTHING OLD" in capsys.readouterr().out
    assert main(["log", "verify", str(spoken)]) == 0
    assert "1 archive file" in " ".join(capsys.readouterr().out.split())
    async with up(spoken, Time()) as live:
        with closing(live.centre.reader()) as reader:
            (archive,) = archives_of(reader)
            page = log_page(reader, 0, 0, 200, Sought())
        assert [entry.index for entry in page.entries][:2] == [0, 1]
        assert page.entries[0].entry["entry"] == "began"
        (call,) = (call.identifier for call in live.centre.state.calls.values())
        command = ExportEvidence(about=call)
        evidence = await export_evidence(live.centre, "bob", "supervisor", command)
    assert isinstance(evidence, Evidence)
    old = [entry for entry in evidence.entries if entry.index < archive.stop]
    assert any(b"cease now" in entry.content or b"said" in entry.content for entry in old)
    roots = {keys.party: keys.root for keys in evidence.keys}
    report = check(print_evidence(evidence), roots)
    assert report.verdict is Verdict.HOLDS, report.first_fault
    assert main(["log", "verify", str(spoken)]) == 0


async def test_a_flipped_byte_of_an_archive_is_named(spoken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = archived(spoken, capsys)
    content = file.read_bytes()
    for place, code in (
        (len(content) - 3, "archive-leaf"),
        (60, "archive-"),
        (content.index(b"\n", 40) + 7, "archive-"),
    ):
        file.write_bytes(content[:place] + bytes((content[place] ^ 1,)) + content[place + 1 :])
        assert main(["log", "verify", str(spoken)]) == 1
        shown = " ".join(capsys.readouterr().out.split())
        assert "FIRST BAD" in shown
        assert file.name in shown
        assert f"[{code}" in shown
    file.write_bytes(content)
    assert main(["log", "verify", str(spoken)]) == 0


async def test_a_centre_goes_on_without_its_archive_and_says_what_is_missing(
    spoken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = archived(spoken, capsys)
    apart = file.rename(spoken.parent / file.name)
    async with up(spoken, Time()) as live:
        assert live.centre.state.calls
        size = live.centre.state.index
        await live.until(lambda _centre: signed(live) >= size)
    assert main(["log", "verify", str(spoken)]) == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert re.search(rf"MISSING .*epoch 0, entry 0 {file.name}: .*\[record-archived\]", shown), shown
    assert main(["log", "verify", str(spoken), "--archive", str(apart.parent)]) == 0
    assert main(["log", "verify", "--store", str(spoken / "log.sqlite"), "--archive", str(apart.parent)]) == 0


async def test_what_is_young_or_in_use_is_not_archived(spoken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words, code in (
        ([], "archive-term"),
        (["--before", day(-2)], "archive-young"),
        (["--before", "yesterday"], "day-text"),
    ):
        assert main(["centre", "archive", str(spoken), *words]) == 2
        assert f"[{code}]" in capsys.readouterr().err
    assert main(["centre", "archive", str(spoken), "--before", day(30)]) == 0
    assert "NOTHING OLD" in capsys.readouterr().out
    assert not (spoken / ARCHIVE_FOLDER).exists()
    with reading(spoken / "log.sqlite") as reader:
        assert archives_of(reader) == []
