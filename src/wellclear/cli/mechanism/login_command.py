"""`wellclear login` and `wellclear logout`."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Annotated, Final

from cyclopts import Parameter

from wellclear.cli.asking import ask_secret
from wellclear.cli.centre_command import PASSWORD_VARIABLE
from wellclear.cli.mechanism.desk import NEWEST, CentreOptions, client_for, connected, read_card_file
from wellclear.cli.mechanism.kept_sessions import KeptSession, forget_session, keep_session
from wellclear.cli.screen import open_screen, print_labelled, print_line
from wellclear.cli.visible import visible
from wellclear.errors import MalformedInput, VerificationFailed
from wellclear.model.card import parse_card

MAX_PASSWORD_CHARACTERS: Final = 1_000
"""Read from standard input; more than any password has."""


def login(
    *,
    officer: Annotated[str, Parameter(metavar="NAME", help="Name of your account at the centre.")],
    centre: Annotated[str, Parameter(metavar="URL", help="Address of the centre; else the one on its card.")] = "",
    card: Annotated[
        str, Parameter(metavar="FILE", help="The own centre's card: its certificate must be the one stated there.")
    ] = "",
    password_stdin: Annotated[bool, Parameter(help="Read the password from standard input, its first line.")] = False,
) -> None:
    """Log in; later commands work in this session. The password is asked for, or taken from WELLCLEAR_PASSWORD."""
    content = read_card_file(card) if card else b""
    if not centre and not content:
        raise MalformedInput(
            "which centre", code="centre-unstated", at="--centre", wanted="--centre URL or --card FILE"
        )
    url = centre or parse_card(content).urls[0]
    session = KeptSession(url, "", officer, (), "", content)
    with client_for(session) as client:
        password = _first_line() if password_stdin else ask_secret(f"Password of {officer}", PASSWORD_VARIABLE)
        view = client.log_in(officer, password)
    keep_session(KeptSession(url, view.party, view.officer, view.roles, view.token, content))
    screen = open_screen()
    print_labelled(screen, "logged in", f"{visible(view.officer)} at {visible(view.party)}, {visible(url)}")
    print_labelled(screen, "acts as", ", ".join(view.roles))
    print_line(screen, "Next: wellclear inbox")


def logout(*, at: CentreOptions = NEWEST) -> None:
    """Close the session at the centre, and forget it here."""
    with connected(at) as desk:
        with suppress(VerificationFailed):  # it had ended already
            desk.client.log_out()
        forget_session(desk.session)
    print_line(open_screen(), f"{visible(desk.session.officer)} is logged out of {visible(desk.session.party)}")


def _first_line() -> str:
    return sys.stdin.readline(MAX_PASSWORD_CHARACTERS).rstrip("\r\n")
