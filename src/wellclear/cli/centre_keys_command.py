"""`wellclear centre keys`, `rotate`, `revoke`, `tell`: keys that the root changes, and who is told of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from wellclear.api.client import CentreClient, context_for
from wellclear.assembly.clock import wall_ms
from wellclear.assembly.enrolling import state_keys
from wellclear.assembly.leading import is_shared
from wellclear.assembly.own_keys import card_file, read_own_card, read_settings
from wellclear.assembly.rotating import Change, Fresh, revoke, rotate
from wellclear.assembly.secret_files import open_root_file
from wellclear.cli.asking import ask_agreement, ask_secret
from wellclear.cli.centre_command import PASSPHRASE_VARIABLE, PASSWORD_VARIABLE
from wellclear.cli.screen import DANGER, counted, open_screen, print_labelled, print_line
from wellclear.cli.visible import visible
from wellclear.errors import MalformedInput, NotFound
from wellclear.store.opening import open_store
from wellclear.trust.key_statement import KeyPurpose, Place

if TYPE_CHECKING:
    from wellclear.model.card import Card
    from wellclear.trust.keys import KeyRecord

AHEAD: Final = 1_000
"""Entries of the own log before a new key holds, if nothing else is said: time for every counterparty to be told."""

_PLACE: Final = re.compile(r"(?P<epoch>[0-9]{1,9})/(?P<index>[0-9]{1,15})")

Directory = Annotated[Path, Parameter(help="Of the centre.")]
RootKey = Annotated[Path, Parameter(name="--root-key", metavar="FILE", help="The root key's sealed file.")]


def keys(directory: Directory, /) -> None:
    """Show the keys of a centre: from which entry of its log each holds, and to which."""
    screen = open_screen()
    for record in read_own_card(directory, read_settings(directory).party).ring.records:
        style = DANGER if record.compromised is not None else ""
        print_labelled(screen, record.purpose.value, f"{record.key.hex()}  {_record_words(record)}", style)


def rotate_command(
    directory: Directory,
    purpose: Annotated[KeyPurpose, Parameter(help="What the key is for.")],
    /,
    *,
    root_key: RootKey,
    ahead: Annotated[int, Parameter(metavar="ENTRIES", help="After how many more entries the new key holds.")] = AHEAD,
) -> None:
    """Make a new key and retire the old one; what that signed stays. The root key's passphrase is asked for."""
    root = open_root_file(root_key, read_settings(directory).party, ask_secret("Passphrase", PASSPHRASE_VARIABLE))
    end = _end(directory)
    made = Place(end.epoch, end.index + ahead)
    ended = Place(made.epoch, made.index + (ahead if purpose is KeyPurpose.TLS else 0))
    _changed(directory, rotate(directory, root, purpose, Change(made, ended), Fresh(wall_ms())))
    print_line(open_screen(), f"The new key holds from entry {made.epoch}/{made.index}: start the centre again before.")


def revoke_command(
    directory: Directory,
    key: Annotated[str, Parameter(metavar="KEY", help="The start of the key, as `keys` shows it.")],
    /,
    *,
    root_key: RootKey,
    since: Annotated[
        str,
        Parameter(
            metavar="EPOCH/INDEX", help="From which entry on it may have been in wrong hands; far back if unknown."
        ),
    ],
    yes: Annotated[bool, Parameter(help="Do not ask.")] = False,
) -> None:
    """State that others may have used a key: what it signed since no longer counts. Another is made in its stead."""
    settings = read_settings(directory)
    record = _the_key(read_own_card(directory, settings.party), key)
    place = _place(since)
    if not yes:
        ask_agreement(f"Revoke the {record.purpose.value} key {record.key.hex()[:16]} from entry {since} on, for good")
    root = open_root_file(root_key, settings.party, ask_secret("Passphrase", PASSPHRASE_VARIABLE))
    _changed(directory, revoke(directory, root, record.key, Change(_end(directory), place), Fresh(wall_ms())))
    print_line(
        open_screen(), "Call every counterparty by voice NOW: until it knows, the thief signs as you do.", DANGER
    )
    print_line(open_screen(), "Then start the centre again.")


def tell(
    directory: Directory,
    /,
    *,
    officer: Annotated[str, Parameter(help="Who tells it; a supervisor.")],
) -> None:
    """Tell all counterparties what the root states of this centre's keys; the centre must be running."""
    settings = read_settings(directory)
    card = read_own_card(directory, settings.party)
    password = ask_secret(f"Password of {officer}", PASSWORD_VARIABLE)
    with CentreClient(settings.listen.url, context_for(card) if settings.secured else None) as client:
        client.role = client.log_in(officer, password).roles[-1]
        client.give(state_keys(card))
        told = client.links()
        client.log_out()
    screen = open_screen()
    print_labelled(screen, "TOLD", f"{counted(len(card.statements), 'statement')} of the root", "bold")
    for link in told:
        waiting = "waits for the link" if link.condition != "live" else "its link is live"
        print_labelled(screen, f"  {visible(link.party)}", waiting, "" if link.condition == "live" else DANGER)


def _changed(directory: Path, card: Card) -> None:
    """Show what became of the card, and what to do next."""
    screen = open_screen()
    print_labelled(screen, "card", f"{visible(str(card_file(directory, card.party)))}, changed by the root", "bold")
    for record in card.ring.records:
        print_labelled(screen, f"  {record.purpose.value}", f"{record.key.hex()[:16]}  {_record_words(record)}")
    print_labelled(screen, "next", f"wellclear centre tell {visible(str(directory))} --officer NAME")


def _record_words(record: KeyRecord) -> str:
    words = f"from entry {record.made.epoch}/{record.made.index}"
    if record.retired is not None:
        words += f", retired at {record.retired.epoch}/{record.retired.index}"
    if record.compromised is not None:
        words += f", COMPROMISED from {record.compromised.epoch}/{record.compromised.index} on"
    return words


def _the_key(card: Card, start: str) -> KeyRecord:
    found = [record for record in card.ring.records if start and record.key.hex().startswith(start.lower())]
    if len(found) != 1:
        raise NotFound(
            f"{len(found)} keys of the card begin with {start[:64]!r}", code="key-unknown", wanted="as `keys` shows it"
        )
    return found[0]


def _place(text: str) -> Place:
    match = _PLACE.fullmatch(text)
    if match is None:
        raise MalformedInput(
            f"{text[:40]!r} is no place of a log", code="place-form", at="--since", wanted="EPOCH/INDEX, such as 0/1200"
        )
    return Place(int(match["epoch"]), int(match["index"]))


def _end(directory: Path) -> Place:
    """Where the log's next entry goes."""
    address = read_settings(directory).store
    store = open_store(address if is_shared(address) else directory / address)
    try:
        reader = store.reader()
        try:
            return reader.end()
        finally:
            reader.close()
    finally:
        store.close()
