"""The client against a centre that serves over TLS."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import httpx
import pytest

from live.centres import make_centre, serving
from live.office import PASSWORD
from rig.plans import HOUR_MS, circle
from wellclear.api.client import CentreClient, context_for
from wellclear.api.routes.accounts import NewOfficer, OfficerChange
from wellclear.assembly.officers import add_officer
from wellclear.centre.commands import File, Withdraw
from wellclear.errors import MalformedInput, NotFound, PeerUnavailable, RuleViolated, VerificationFailed
from wellclear.model.agreement.ladder import Role

pytestmark = pytest.mark.anyio
_T = TypeVar("_T")


async def aside(do: Callable[[], _T]) -> _T:
    return await asyncio.to_thread(do)


async def test_what_officers_do_over_the_network(directory: Path) -> None:
    async with serving(directory) as live:
        reader = live.centre.reader()
        await live.centre.keep(add_officer(reader, "bob", [Role.SUPERVISOR], PASSWORD, os.urandom(16)))
        reader.close()
        keys, start_ms = live.centre.parts.keys, live.centre.now_ms() + HOUR_MS
        content = circle("north", "A/1", 100_000_000, 450_000_000, start_ms, start_ms + HOUR_MS)

        def work() -> None:
            with CentreClient(live.centre.parts.settings.listen.url, context_for(keys.card)) as client:
                assert client.health().leads
                with pytest.raises(VerificationFailed):
                    client.operations()
                assert client.log_in("bob", PASSWORD).roles == ("supervisor",)
                assert client.session().officer == "bob"
                done = client.give(File(content=content, remarks="first of the day"))
                assert done.entries[0].entry["entry"] == "filed"
                assert [view.identifier for view in client.operations()] == ["A/1"]
                assert client.operation("A/1").content == content
                with pytest.raises(NotFound):
                    client.operation("B/1")
                with pytest.raises(NotFound):
                    client.notice("south", "s/1")
                client.give(Withdraw(identifier="A/1", reason="weather"))
                assert client.operations() == []
                assert [view.ended for view in client.operations(everything=True)] == ["withdrawn"]
                for read in (client.notices, client.conflicts, client.resolutions, client.hazards, client.calls):
                    assert read() == []
                assert client.agreements() == client.links() == client.inbox() == client.alarms() == []
                assert client.log(start=0, count=1).entries[0].entry["entry"] == "began"
                client.add_officer(NewOfficer("eve", (Role.DUTY_OFFICER,), PASSWORD))
                assert not client.change_officer("eve", OfficerChange(enabled=False)).enabled
                assert [view.name for view in client.officers()] == ["bob", "eve"]
                client.role = "minister"
                with pytest.raises(VerificationFailed, match="minister"):
                    client.alarms()
                client.role = ""
                client.log_out()
                with pytest.raises(VerificationFailed):
                    client.session()

        await aside(work)


async def test_a_server_with_another_key_is_told_nothing(directory: Path, tmp_path: Path) -> None:
    other = make_centre("south", tmp_path)
    async with serving(directory) as live, serving(other) as stranger:
        context = context_for(stranger.centre.parts.keys.card)

        def work() -> None:
            with CentreClient(live.centre.parts.settings.listen.url, context) as client:
                with pytest.raises(PeerUnavailable) as caught:
                    client.log_in("bob", PASSWORD)
                assert caught.value.code == "centre-unreachable"

        await aside(work)


def _answer(status: int, _request: httpx.Request) -> httpx.Response:
    return httpx.Response(status, content=b'{"code":"c","message":"m","at":"a","wanted":"w"}')


def test_families_come_back() -> None:

    for status, family in ((400, MalformedInput), (404, NotFound), (409, RuleViolated), (503, PeerUnavailable)):
        transport = httpx.MockTransport(partial(_answer, status))
        with CentreClient("http://127.0.0.1", transport=transport) as client, pytest.raises(family) as caught:
            client.alarms()
        assert (caught.value.code, caught.value.at, caught.value.wanted) == ("c", "a", "w")
