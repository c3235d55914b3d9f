"""A running centre and its HTTP interface, in process."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from live.centres import running
from wellclear.api.application import application
from wellclear.assembly.officers import add_officer
from wellclear.assembly.running import RunningCentre
from wellclear.model.agreement.ladder import Role
from wellclear.store.memory import MemoryStore

PASSWORD = "correct horse battery"  # noqa: S105 - opens only what a test made


@asynccontextmanager
async def interface(directory: Path) -> AsyncIterator[tuple[RunningCentre, httpx.AsyncClient]]:
    """A running centre with two officers, and a client of its interface that is not logged in."""
    centre = running(directory, MemoryStore())
    await centre.start()
    for name, roles in (("ada", [Role.DUTY_OFFICER]), ("bob", [Role.SUPERVISOR, Role.AUTHORITY])):
        reader = centre.reader()
        await centre.keep(add_officer(reader, name, roles, PASSWORD, os.urandom(16)))
        reader.close()
    transport = httpx.ASGITransport(application(centre), raise_app_exceptions=False)  # type: ignore[arg-type] # ASGI
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            yield centre, client
    finally:
        await centre.stop()


async def log_in(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.post("/v1/session", json={"name": name, "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    client.headers["authorization"] = f"Bearer {answer.json()['token']}"
