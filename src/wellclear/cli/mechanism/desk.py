"""The officer's desk: the session that a command works in, and the role in which it commands."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Final

from cyclopts import Parameter

from wellclear.api.client import CentreClient, context_for
from wellclear.api.permissions import verify_permitted
from wellclear.api.routes.commands import DoneView
from wellclear.centre.commands import Command
from wellclear.cli.mechanism.kept_sessions import KeptSession, read_sessions
from wellclear.errors import NotFound, RuleViolated
from wellclear.model.agreement.ladder import Role
from wellclear.model.card import parse_card
from wellclear.model.centre_url import parse_url

CENTRE_VARIABLE: Final = "WELLCLEAR_CENTRE"
"""Environment variable with the centre's address, for scripts."""

TOKEN_VARIABLE: Final = "WELLCLEAR_TOKEN"  # noqa: S105 - the name of a variable, not what it holds
"""Environment variable with the token of a session, for scripts: nothing is read from the user's directory then."""

CARD_VARIABLE: Final = "WELLCLEAR_CARD"
"""Environment variable with the name of the file of the centre's card, for scripts that speak https."""


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class CentreOptions:
    """Which session a command works in."""

    centre: Annotated[
        str,
        Parameter(metavar="URL", help="Address of the centre; else WELLCLEAR_CENTRE, or where you logged in last."),
    ] = ""
    officer: Annotated[
        str, Parameter(metavar="NAME", help="Whose session, where several are logged in from this account.")
    ] = ""
    role: Annotated[
        Role | None, Parameter(metavar="ROLE", help="As what you act; else the lowest of your roles that may do it.")
    ] = None


NEWEST: Final = CentreOptions()


@dataclass(frozen=True, slots=True)
class Desk:
    """An officer at a centre.

    Attributes:
        client: speaks with the centre.
        session: who is logged in.
        chosen: role that the officer chose; None for the lowest that may do it.
    """

    client: CentreClient
    session: KeptSession
    chosen: Role | None

    def give(self, command: Command) -> DoneView:
        """Give a command in the role chosen, else in the lowest of the officer's roles that may.

        Raises:
            RuleViolated: `role-low`: none may.
            WellclearError: what the centre refuses.
        """
        self.act_as(command)
        return self.client.give(command)

    def act_as(self, command: Command) -> None:
        """Act in the role chosen, else in the lowest of the officer's roles that may give a command."""
        self.client.role = (self.chosen or self._lowest(command)).value

    def now_ms(self) -> int:
        """The time by the centre's clock."""
        return self.client.health().now_ms

    def _lowest(self, command: Command) -> Role:
        roles = [Role(name) for name in self.session.roles]
        for role in roles[:-1]:
            try:
                verify_permitted(role, command)
            except RuleViolated:
                continue
            return role
        return roles[-1]  # if not even this one may, the centre says so


@contextmanager
def connected(options: CentreOptions) -> Iterator[Desk]:
    """The desk of the session that the options name.

    Raises:
        NotFound: `session-none`: nobody is logged in there.
        WellclearError: the centre's card or the kept sessions cannot be read.
    """
    session = _from_environment(options) or _kept(options)
    with client_for(session) as client:
        if not session.roles:
            view = client.session()
            session = KeptSession(session.url, view.party, view.officer, view.roles, session.token, session.card)
        yield Desk(client, session, options.role)


def client_for(session: KeptSession) -> CentreClient:
    """A client for a session; over https it holds only with the centre of the session's card.

    Raises:
        RuleViolated: `card-needed`: https, and no card.
    """
    if not parse_url(session.url).secured:
        return CentreClient(session.url, token=session.token)
    if not session.card:
        raise RuleViolated(
            "whether this is the centre cannot be told without its card",
            code="card-needed",
            at=session.url,
            wanted=f"--card FILE, or {CARD_VARIABLE}",
        )
    return CentreClient(session.url, context_for(parse_card(session.card)), token=session.token)


def _from_environment(options: CentreOptions) -> KeptSession | None:
    """The session that a script gives; None where it gives no token."""
    token = os.environ.get(TOKEN_VARIABLE, "")
    if not token:
        return None
    url = options.centre or os.environ.get(CENTRE_VARIABLE, "")
    if not url:
        raise NotFound(f"a token, and no centre for it: {CENTRE_VARIABLE} is not set", code="session-none")
    card = os.environ.get(CARD_VARIABLE, "")
    return KeptSession(url, "", "", (), token, read_card_file(card) if card else b"")


def read_card_file(name: str) -> bytes:
    """Exact bytes of a card in a file.

    Raises:
        NotFound: `card-missing`.
    """
    try:
        with open(name, "rb") as file:  # noqa: PTH123 - a name as the user typed it
            return file.read()
    except OSError as error:
        raise NotFound(f"the card cannot be read: {error.strerror}", code="card-missing", at=name) from None


def _kept(options: CentreOptions) -> KeptSession:
    url = options.centre or os.environ.get(CENTRE_VARIABLE, "")
    for session in read_sessions():
        if url in {"", session.url} and options.officer in {"", session.officer}:
            return session
    raise NotFound(
        "nobody is logged in there",
        code="session-none",
        at=url,
        wanted="wellclear login --centre URL --officer NAME",
    )
