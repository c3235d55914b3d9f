"""Commands of officers: one route for all, since a command is a value with a name."""

from __future__ import annotations

from typing import Any

from litestar import Router, post
from litestar.params import JSONBody

from wellclear.api.bodies import strictly
from wellclear.api.office import AnyRequest, Office, acting
from wellclear.api.views.view import View, as_json
from wellclear.centre.commands import Command
from wellclear.centre.entries.entry import Entry
from wellclear.centre.entries.text import print_entry


class MadeView(View, frozen=True):
    """An entry that a command made.

    Attributes:
        index: place in the log.
        entry: what it says, as values.
    """

    index: int
    entry: dict[str, Any]


class DoneView(View, frozen=True):
    """What became of a command; all of it is on disk.

    Attributes:
        epoch: of the log.
        entries: in order; none where the command changed nothing.
    """

    epoch: int
    entries: tuple[MadeView, ...]


def command_routes(office: Office) -> Router:
    """Give a command."""

    @post("/v1/commands", status_code=200, guards=[office.admit], before_request=strictly(Command), tags=["commands"])
    async def command(request: AnyRequest, data: JSONBody[Command]) -> DoneView:
        """Give a command. The answer comes once what it made is on disk; the header wellclear-role says as what."""
        officer = acting(request)
        officer.verify_may(data)
        outcome = await office.centre.act(officer.officer.name, officer.role.value, data)
        made = tuple(_made(outcome.start.index + place, entry) for place, entry in enumerate(outcome.entries))
        return DoneView(epoch=outcome.start.epoch, entries=made)

    return Router("/", route_handlers=[command])


def _made(index: int, entry: Entry) -> MadeView:
    return MadeView(index=index, entry=as_json(print_entry(entry)) or {})
