"""`wellclear centre`: make a centre, give it officers, enrol counterparties, serve."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

from cyclopts import App, Parameter

from wellclear.api.client import CentreClient, context_for
from wellclear.api.serving import Served, serve
from wellclear.assembly.clock import wall_ms
from wellclear.assembly.enrolling import enrol_party
from wellclear.assembly.initialising import RootKeeping, init_centre
from wellclear.assembly.leading import is_shared, only_process
from wellclear.assembly.officers import add_officer, keep_accounts
from wellclear.assembly.own_keys import card_file, read_own_card, read_settings
from wellclear.assembly.settings import Defaults, Listen, Settings
from wellclear.cli.asking import ask_agreement, ask_secret
from wellclear.cli.screen import open_screen, print_labelled, print_line
from wellclear.cli.visible import visible
from wellclear.errors import NotFound, RuleViolated
from wellclear.model.agreement.ladder import Role
from wellclear.model.card import MAX_CARD_BYTES, Card, card_fingerprint, parse_card
from wellclear.model.centre_url import parse_url
from wellclear.protocol.voice.check_words import check_words
from wellclear.store.opening import open_store
from wellclear.trust.password import PASSWORD_SALT_BYTES

DEFAULT_URL: Final = "https://127.0.0.1:8443"
"""Where a new centre is reached, if nothing else is said: by this machine alone."""

PASSPHRASE_VARIABLE: Final = "WELLCLEAR_PASSPHRASE"  # noqa: S105 - the name of a variable, not what it holds
"""Environment variable that gives the root key's passphrase to a script."""

PASSWORD_VARIABLE: Final = "WELLCLEAR_PASSWORD"  # noqa: S105 - as above
"""Environment variable that gives an officer's password to a script."""

Language = Literal["en", "ru", "he", "ar", "fr"]

centre = App(
    name="centre",
    help="Make and run a party's centre. It informs; it protects nobody.",
    help_epilogue="""Examples:

wellclear centre init --party north --url https://north.example:8443 /srv/wellclear

wellclear centre officer /srv/wellclear a.cohen --role duty-officer --role supervisor

wellclear centre serve /srv/wellclear

wellclear centre enrol south.card --centre /srv/wellclear --officer a.cohen

wellclear centre rotate /srv/wellclear message --root-key /media/root/north-7b0b7fe0ff99af53.root

wellclear centre tell /srv/wellclear --officer a.cohen

wellclear centre archive /srv/wellclear --before 2021-12-01""",
    help_format="plaintext",
    default_parameter=Parameter(negative=()),
)


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class PlaceOptions:
    """Where a new centre is, and where it keeps what."""

    url: Annotated[str, Parameter(help="Where counterparties and officers reach it.")] = DEFAULT_URL
    listen: Annotated[str, Parameter(help="Address of this machine to listen at; that of --url if left out.")] = ""
    store: Annotated[str, Parameter(help="File in the directory, or postgresql://...")] = "log.sqlite"
    root_directory: Annotated[Path | None, Parameter(help="Where the root key goes: a medium kept apart.")] = None


DEFAULT_PLACE: Final = PlaceOptions()


@centre.command
def init(
    directory: Annotated[Path, Parameter(help="Where; it must not exist yet.")],
    /,
    *,
    party: Annotated[str, Parameter(help="Name of the party: lower-case letters, digits, single hyphens.")],
    language: Annotated[tuple[str, ...], Parameter(help="What its officers read, the best first.")] = ("en",),
    place: PlaceOptions = DEFAULT_PLACE,
) -> None:
    """Make keys, settings and an empty log, and print the party's card.

    The root key is sealed with a passphrase, which is asked for, or taken from WELLCLEAR_PASSPHRASE.
    """
    reached = parse_url(place.url)
    listen = Listen(place.listen or reached.host, reached.port_number, place.url)
    settings = Settings(party, place.store, listen, Defaults(languages=language))
    passphrase = ask_secret("Passphrase for the root key", PASSPHRASE_VARIABLE, twice=True)
    card = init_centre(directory, settings, RootKeeping(passphrase, place.root_directory), wall_ms())
    screen = open_screen()
    print_labelled(screen, "card", visible(str(card_file(directory, party))))
    _print_check_words(card, "en")
    root = place.root_directory or directory / "root"
    print_line(screen, f"Move the root key from {visible(str(root))} to a medium that you lock away.")
    print_line(screen, f"Next: wellclear centre officer {visible(str(directory))} NAME --role supervisor")


@centre.command
def officer(
    directory: Annotated[Path, Parameter(help="Of the centre, which must not be running.")],
    name: Annotated[str, Parameter(help="Lower-case letters, digits, single dots and hyphens.")],
    /,
    *,
    role: Annotated[tuple[Role, ...], Parameter(help="As what the officer may act; may be given again.")] = (
        Role.DUTY_OFFICER,
    ),
) -> None:
    """Make the first account; a running centre takes further ones over its HTTP interface.

    The password is asked for, or taken from WELLCLEAR_PASSWORD.
    """
    settings = read_settings(directory)
    if is_shared(settings.store):
        open_screen(stderr=True).print("Another process that leads on this database will end; it stands by anew.")
    password = ask_secret(f"Password of {name}", PASSWORD_VARIABLE, twice=True)
    salt = secrets.token_bytes(PASSWORD_SALT_BYTES)
    with only_process(directory):
        store = open_store(settings.store if is_shared(settings.store) else directory / settings.store)
        try:
            keep_accounts(store, store.lead(), lambda reader: add_officer(reader, name, role, password, salt))
        finally:
            store.close()
    print_line(open_screen(), f"{name} acts as {', '.join(role)}")


@centre.command
def enrol(
    card: Annotated[Path, Parameter(help="File with the card of the counterparty.")],
    /,
    *,
    centre: Annotated[Path, Parameter(help="Directory of the own centre, which must be running.")],
    officer: Annotated[str, Parameter(help="Who enrols: a supervisor or higher.")],
    language: Annotated[Language, Parameter(help="Language of the check words.")] = "en",
    words_match: Annotated[bool, Parameter(help="The check words were compared already: do not ask.")] = False,
) -> None:
    """Enrol a counterparty, once its officer and yours have compared the check words of its card by voice.

    The password is asked for, or taken from WELLCLEAR_PASSWORD.
    """
    parsed = _read_card(card)
    _print_check_words(parsed, language)
    if not words_match:
        ask_agreement(f"Does the officer of {parsed.party} read the same words")
    settings = read_settings(centre)
    context = context_for(read_own_card(centre, settings.party)) if settings.secured else None
    password = ask_secret(f"Password of {officer}", PASSWORD_VARIABLE)
    with CentreClient(settings.listen.url, context) as client:
        roles = client.log_in(officer, password).roles
        client.role = roles[-1]
        client.give(enrol_party(parsed))
        client.log_out()
    print_line(open_screen(), f"{parsed.party} is enrolled")


@centre.command(name="serve")
def serve_command(
    directory: Annotated[Path, Parameter(help="Of the centre.")],
    /,
    *,
    store: Annotated[str | None, Parameter(help="Where the log is, if not where the settings say.")] = None,
) -> int:
    """Run the centre until SIGTERM or Ctrl-C; what was accepted is then on disk.

    On postgresql:// this process stands by while another one leads, and takes over when that one is silent.
    Exit code 74: the store failed; 75: another process leads. Start it again after either.
    """

    def ready(served: Served) -> None:
        screen = open_screen()
        centre = served.centre
        print_labelled(screen, "serving", f"{visible(centre.state.party)} at {visible(served.url)}")
        if centre.begun:
            print_labelled(screen, "OLD COPY", f"{centre.begun}: epoch {centre.state.epoch} begins, nothing is settled")
            print_line(screen, "Restate or withdraw what `wellclear inbox` shows, and call your counterparties.")
        if centre.state.unconfirmed:
            print_labelled(screen, "UNCONFIRMED", "until a counterparty has said what it holds; nothing settles")
        screen.file.flush()

    return int(serve(directory, store, ready))


def _read_card(path: Path) -> Card:
    try:
        with path.open("rb") as file:
            return parse_card(file.read(MAX_CARD_BYTES + 1))
    except FileNotFoundError:
        raise NotFound("there is no such card", code="card-missing", at=str(path)) from None
    except IsADirectoryError:
        raise RuleViolated("this is a directory", code="card-missing", at=str(path), wanted="a card") from None


def _print_check_words(card: Card, language: str) -> None:
    screen = open_screen()
    print_labelled(screen, "party", card.party)
    print_labelled(screen, "reached at", ", ".join(card.urls))
    print_labelled(screen, "check words", " ".join(check_words(card_fingerprint(card), language)))


for _name, _function, _help in (
    ("keys", "keys", "Show a centre's keys, and from which entry of its log each holds."),
    ("rotate", "rotate_command", "Make a new key and retire the old one."),
    ("revoke", "revoke_command", "State that others may have used a key, and make another."),
    ("tell", "tell", "Tell all counterparties of the own keys, after the root changed them."),
):
    centre.command(f"wellclear.cli.centre_keys_command:{_function}", name=_name, help=_help)
centre.command("wellclear.cli.archive_command:archive_command", name="archive")
