"""An agency of the demonstration: its centre's directory, process and officer."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wellclear.api.client import CentreClient, context_for
from wellclear.assembly.clock import wall_ms
from wellclear.assembly.initialising import RootKeeping, init_centre
from wellclear.assembly.officers import add_officer, keep_accounts
from wellclear.assembly.own_keys import card_file
from wellclear.assembly.settings import Listen, Settings
from wellclear.cli.mechanism.desk import Desk
from wellclear.cli.mechanism.kept_sessions import KeptSession
from wellclear.errors import PeerUnavailable
from wellclear.model.agreement.ladder import Role
from wellclear.model.card import Card, print_card
from wellclear.store.opening import open_store
from wellclear.trust.password import PASSWORD_SALT_BYTES

LOOPBACK: Final = "127.0.0.1"
STORE: Final = "log.sqlite"
OUTPUT: Final = "serve.log"
"""File beside the centre with what its process printed."""

START_S: Final = 30.0
"""How long a centre may take to start: a slow machine under load."""

STOP_S: Final = 10.0
"""How long a centre may take to stop before it is killed; what it accepted is on disk either way."""

POLL_S: Final = 0.1
TAIL_LINES: Final = 12
"""Lines of a centre's output that are shown when it does not start."""

ROLES: Final = (Role.DUTY_OFFICER, Role.SUPERVISOR, Role.AUTHORITY)
_PROGRAM: Final = "import sys; from wellclear.cli.main import main; sys.exit(main())"


@dataclass(frozen=True, slots=True)
class Agency:
    """A party whose centre was made.

    Attributes:
        card: of the party.
        directory: of the centre.
        officer: name of its officer, who may act in every role needed.
        password: of the officer.
    """

    card: Card
    directory: Path
    officer: str
    password: str

    @property
    def party(self) -> str:
        """Its name."""
        return self.card.party

    @property
    def url(self) -> str:
        """Where its centre is reached."""
        return self.card.urls[0]

    @property
    def card_path(self) -> Path:
        """Where its card lies."""
        return card_file(self.directory, self.party)

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """The desk of its officer, logged in."""
        with CentreClient(self.url, context_for(self.card)) as client:
            view = client.log_in(self.officer, self.password)
            session = KeptSession(self.url, self.party, self.officer, view.roles, view.token, print_card(self.card))
            yield Desk(client, session, None)


def free_ports(count: int) -> tuple[int, ...]:
    """Ports of loopback that nobody uses now, all different."""
    with ExitStack() as stack:
        opened = [stack.enter_context(socket.create_server((LOOPBACK, 0))) for _ in range(count)]
        return tuple(int(one.getsockname()[1]) for one in opened)


def make_agency(folder: Path, party: str, officer: str, port: int) -> Agency:
    """Make keys, settings, an empty log and one officer, as ``wellclear centre init`` and ``centre officer`` do.

    Raises:
        WellclearError, OSError: it cannot be made.
    """
    directory = folder / party
    settings = Settings(party, STORE, Listen(LOOPBACK, port, f"https://{LOOPBACK}:{port}"))
    card = init_centre(directory, settings, RootKeeping(secrets.token_hex(16)), wall_ms())
    password, salt = secrets.token_hex(8), secrets.token_bytes(PASSWORD_SALT_BYTES)
    store = open_store(directory / STORE)
    try:
        keep_accounts(store, store.lead(), lambda reader: add_officer(reader, officer, ROLES, password, salt))
    finally:
        store.close()
    return Agency(card, directory, officer, password)


@contextmanager
def serving(agencies: Sequence[Agency]) -> Iterator[None]:
    """Run the centres of agencies, each as its own process, and stop them all in the end, whatever happens.

    Raises:
        PeerUnavailable: `demo-centre`: one of them does not start; with the end of what it printed.
    """
    with ExitStack() as stack:
        started = [(agency, stack.enter_context(_process(agency))) for agency in agencies]
        for agency, process in started:
            _await_start(agency, process)
        yield


@contextmanager
def _process(agency: Agency) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", _PROGRAM, "centre", "serve", str(agency.directory)]
    with (agency.directory / OUTPUT).open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own program
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_S)
        process.kill()
        process.wait()


def _await_start(agency: Agency, process: subprocess.Popen[bytes]) -> None:
    until_s = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < until_s:
        with suppress(PeerUnavailable), CentreClient(agency.url, context_for(agency.card)) as client:
            if client.health().leads:
                return
        time.sleep(POLL_S)
    lines = (agency.directory / OUTPUT).read_text(errors="replace").splitlines()[-TAIL_LINES:]
    raise PeerUnavailable(
        f"the centre of {agency.party} does not start: {' | '.join(lines) or 'it says nothing'}",
        code="demo-centre",
        at=agency.url,
        wanted="a free port of 127.0.0.1, and a machine that is not overloaded",
    )
