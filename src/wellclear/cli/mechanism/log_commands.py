"""`wellclear log`: what a centre said, took and decided; whether it is as it was written; proofs of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from cyclopts import App, Parameter

from wellclear.assembly.own_keys import read_own_card, read_settings
from wellclear.assembly.settings import ARCHIVE_FOLDER, store_address
from wellclear.centre.log.recomputing import recompute
from wellclear.cli import screen as look
from wellclear.cli.exit_codes import ExitCode
from wellclear.cli.mechanism.desk import NEWEST, CentreOptions, Desk, connected
from wellclear.cli.mechanism.printed import print_as_json, print_time
from wellclear.cli.visible import visible, visible_name
from wellclear.cli.watch import Watch
from wellclear.errors import MalformedInput, RuleViolated, WellclearError
from wellclear.model.card import print_card
from wellclear.store.admission import RECORD_ARCHIVED
from wellclear.store.archived import verify_archives
from wellclear.store.opening import reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wellclear.api.views.log import EntryView

PAGE: Final = 200
"""Entries asked for at a time."""

SHOWN: Final = 50
"""Entries shown where no number is said."""

_WHO: Final = ("officer", "party", "role")
_WHAT: Final = (
    "act",
    "identifier",
    "subject",
    "about",
    "words",
    "reason",
    "remark",
    "step",
    "condition",
    "cause",
    "phase",
)

log = App(
    name="log",
    help="Show, verify and prove the log, and who holds it. It says what was said and when; not that it was true.",
    help_epilogue="""Examples:

wellclear log show --about S-17

wellclear log verify /srv/wellclear

wellclear log prove 4711 > proof.json

wellclear log prove --consistency 4000 4711

wellclear log witnesses""",
    help_format="plaintext",
    default_parameter=Parameter(negative=()),
)

log.command("wellclear.cli.mechanism.witnesses_command:witnesses", name="witnesses")

Epoch = Annotated[int | None, Parameter(metavar="N", help="Which life of the log; the newest if left out.")]
Json = Annotated[bool, Parameter(help="Print JSON for programs.")]


@log.command
def show(  # noqa: PLR0913 - the parts of one question
    *,
    epoch: Epoch = None,
    from_: Annotated[
        int | None,
        Parameter(name="--from", metavar="INDEX", help="First entry to look at; the last ones if left out."),
    ] = None,
    count: Annotated[int, Parameter(metavar="N", help="How many to show at most.")] = SHOWN,
    kind: Annotated[
        str, Parameter(metavar="KIND", help="Of the entry or the message in it, such as filed, NOTICE, raised.")
    ] = "",
    about: Annotated[
        str, Parameter(metavar="IDENTIFIER", help="Operation, PARTY/IDENTIFIER, hazard, call, alarm or agreement.")
    ] = "",
    json: Json = False,
    at: CentreOptions = NEWEST,
) -> None:
    """Show entries of the log, oldest first: when, where, of which kind, by whom, about what."""
    if count < 1:
        raise MalformedInput("no entries are asked for", code="log-count", at="--count", wanted="1 or more")
    start = from_ if from_ is not None else (0 if kind or about else -count)
    with connected(at) as desk, Watch() as watch:
        entries = list(_entries(desk, watch, epoch, start, count, kind, about))
    if json:
        print_as_json(entries)
        return
    screen = look.open_screen()
    table = look.grid(screen, "time", "place", "kind", "who", "what")
    for entry in entries:
        table.add_row(*(visible_name(word) for word in _row(entry)))
    look.print_table(screen, table)
    look.print_line(screen, f"{look.counted(len(entries), 'entry').replace('entrys', 'entries')} shown", "dim")


@log.command
def verify(
    directory: Annotated[Path | None, Parameter(help="Of the centre, which may be running.")] = None,
    /,
    *,
    store: Annotated[str, Parameter(metavar="ADDRESS", help="A store alone: a file, or postgresql://...")] = "",
    archive: Annotated[
        Path | None, Parameter(metavar="FOLDER", help="Its archive files, if not `archive` beside the file.")
    ] = None,
    json: Json = False,
) -> int:
    """Recompute the whole log from its first entry, and name the first that is not as it must be.

    Every leaf, node and signature, the newest checkpoint and all co-signatures, and every archive file. Nothing is
    changed or repaired.
    """
    if (directory is None) is (not store):
        raise RuleViolated("a centre's directory, or a store", code="log-which", wanted="DIRECTORY or --store ADDRESS")
    address: str | Path = store
    folder = archive or Path(store).parent / ARCHIVE_FOLDER
    if directory is not None:
        settings = read_settings(directory)
        print_card(read_own_card(directory, settings.party))  # keys that do not hold are said first
        address, folder = store_address(settings, directory), archive or directory / ARCHIVE_FOLDER
    done, files, fault = 0, 0, None
    with reading(address, folder) as reader, Watch() as watch:
        try:
            for done, total in recompute(reader):
                watch(done, total, f"{done:,} of {total:,} entries")
            files = verify_archives(reader, folder)
        except WellclearError as found:
            fault = found
    if json:
        print_as_json(_verified(done, fault))
    elif fault is None:
        words = f"{done:,} entries, each as it was written and signed"
        words += f"; {look.counted(files, 'archive file')}" if files else ""
        look.print_labelled(look.open_screen(), "HOLDS", words, "bold")
    else:
        label = "MISSING" if fault.code == RECORD_ARCHIVED else "FIRST BAD"
        words = f"{visible(str(fault))} [{fault.code}]; {done:,} entries before it hold"
        look.print_labelled(look.open_screen(), label, words, look.DANGER)
    return ExitCode.NONE if fault is None else ExitCode.CONFLICTS


@log.command
def prove(
    place: Annotated[int | None, Parameter(metavar="INDEX", help="Of the entry, as log show prints it.")] = None,
    /,
    *,
    epoch: Epoch = None,
    to: Annotated[
        int, Parameter(metavar="SIZE", help="Prove it in the log of so many entries; else in the newest checkpoint's.")
    ] = 0,
    consistency: Annotated[
        tuple[int, int] | None, Parameter(metavar="OLD NEW", help="Prove that the log of NEW entries continues OLD.")
    ] = None,
    at: CentreOptions = NEWEST,
) -> None:
    """Print a proof as JSON: that an entry stands in the log, or that the log only grew.

    It shows nothing of what entries say. `wellclear evidence verify` checks it.
    """
    if (place is None) is (consistency is None):
        raise RuleViolated("an entry, or two sizes", code="proof-which", wanted="INDEX or --consistency OLD NEW")
    with connected(at) as desk:
        if consistency is not None:
            proof = desk.client.prove_grown(*consistency, epoch=epoch)
        else:
            proof = desk.client.prove_entry(place or 0, epoch=epoch, size=to)
    look.write_document(proof)


def _entries(  # noqa: PLR0913, PLR0917 - as `show`
    desk: Desk, watch: Watch, epoch: int | None, start: int, count: int, kind: str, about: str
) -> Iterator[EntryView]:
    """Pages one after the other, until there are as many as wanted, or no more."""
    found, after = 0, start
    while found < count:
        page = desk.client.log(epoch=epoch, start=after, count=min(PAGE, count - found), kind=kind, about=about)
        yield from page.entries
        found += len(page.entries)
        if page.next is None:
            return
        after = page.next
        watch(after, page.size, f"{after:,} of {page.size:,} entries")


def _row(entry: EntryView) -> tuple[str, str, str, str, str]:
    values = entry.entry
    when, place = print_time(int(values.get("at_ms", 0))), f"{entry.epoch}/{entry.index}"
    if entry.says is not None:
        who = f"{entry.says['sender']} to {entry.says['recipient']}"
        return when, place, f"{values['entry']} {entry.says['kind']}", who, _what(entry.says["body"] or {})
    who = next((str(values[name]) for name in _WHO if values.get(name)), "")
    return when, place, str(values.get("entry", "")), who, _what(values)


def _what(values: dict[str, Any]) -> str:
    return ", ".join(str(values[name]) for name in (*_WHAT, "text", "code") if isinstance(values.get(name), str | int))


def _verified(done: int, fault: WellclearError | None) -> dict[str, object]:
    if fault is None:
        return {"holds": True, "entries": done}
    first_bad = {"at": fault.at, "code": fault.code, "message": fault.message, "wanted": fault.wanted}
    return {"holds": False, "entries": done, "first_bad": first_bad}
