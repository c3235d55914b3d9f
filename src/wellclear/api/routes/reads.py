"""What officers read. Everything shown is on disk."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote

from litestar import Router, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, QueryParameter

from wellclear.api.office import AnyRequest, Office, acting
from wellclear.api.views.hotline import AlarmView, CallView, HazardView, alarm_views, call_view, hazard_view
from wellclear.api.views.inbox import InboxItem, inbox
from wellclear.api.views.log import MAX_PAGE, LogPage, Sought, log_page
from wellclear.api.views.notices import (
    ConflictView,
    NoticeDetail,
    NoticeView,
    ResolutionView,
    conflict_views,
    notice_detail,
    notice_view,
    resolution_view,
)
from wellclear.api.views.operations import OperationDetail, OperationView, operation_detail, operation_view
from wellclear.api.views.parties import (
    AgreementDetail,
    AgreementView,
    LinkView,
    agreement_detail,
    agreement_view,
    link_view,
)
from wellclear.api.views.witnesses import WitnessesView, witnesses_view
from wellclear.centre.commands import ReadNotice
from wellclear.centre.incident import incident_named
from wellclear.centre.state.state import key
from wellclear.errors import NotFound

Everything = Annotated[bool, QueryParameter(name="all", description="Also what is over.")]


def read_routes(office: Office) -> Router:
    """Everything that officers read."""
    lists = [*_of_operations(office), *_of_notices(office), *_of_hotline(office), *_of_parties(office), _of_log(office)]
    return Router("/v1", route_handlers=lists, guards=[office.admit], tags=["reads"])


def _of_operations(office: Office) -> list[HTTPRouteHandler]:
    @get("/operations")
    async def operations(everything: Everything = False) -> list[OperationView]:  # noqa: FBT002 - a query
        """Own operations, the next to start first."""
        state = office.state()
        live = [own for own in state.own.values() if everything or not own.ended]
        included = office.inclusion
        return [operation_view(state, own, included) for own in sorted(live, key=lambda own: own.filed.starts_ms)]

    @get("/operations/{identifier:path}")
    async def operation(request: AnyRequest, identifier: FromPath[Path]) -> OperationDetail:  # noqa: ARG001 - for the document
        """One own operation with its geometry."""
        state, (called,) = office.state(), _named(request, 1)
        own = state.own.get(called)
        if own is None:
            raise NotFound(f"no own operation {called!r}", code="operation-unknown", at="identifier")
        return operation_detail(state, own, office.inclusion)

    @get("/conflicts")
    async def conflicts() -> list[ConflictView]:
        """Conflicts of own operations, found by either side, and what could not be compared."""
        return list(conflict_views(office.state()))

    @get("/resolutions")
    async def resolutions() -> list[ResolutionView]:
        """Resolutions proposed by either side."""
        state = office.state()
        return [resolution_view(state, resolution) for resolution in state.resolutions.values()]

    return [operations, operation, conflicts, resolutions]


def _of_notices(office: Office) -> list[HTTPRouteHandler]:
    @get("/notices")
    async def notices(everything: Everything = False) -> list[NoticeView]:  # noqa: FBT002 - a query
        """Notices of counterparties without their geometry, the next to start first."""
        state = office.state()
        live = [held for held in state.notices.values() if everything or not held.ended]
        return [notice_view(state, held) for held in sorted(live, key=lambda held: held.notice.starts_ms)]

    @get("/notices/{party:str}/{identifier:path}")
    async def notice(request: AnyRequest, party: FromPath[str], identifier: FromPath[Path]) -> NoticeDetail:  # noqa: ARG001 - as above
        """One notice with its geometry. That this officer saw it goes on the record first."""
        officer, (_, called) = acting(request), _named(request, 2)
        command = ReadNotice(party=party, identifier=called)
        await office.centre.act(officer.officer.name, officer.role.value, command)
        state = office.state()
        return notice_detail(state, state.notices[key(party, called)])

    @get("/inbox")
    async def waiting() -> list[InboxItem]:
        """What waits for an officer, the most urgent first."""
        return list(inbox(office.state()))

    return [notices, notice, waiting]


def _of_hotline(office: Office) -> list[HTTPRouteHandler]:
    @get("/alarms")
    async def alarms() -> list[AlarmView]:
        """Alarms: those that nobody acknowledged first."""
        return list(alarm_views(office.state()))

    @get("/hazards")
    async def hazards(everything: Everything = False) -> list[HazardView]:  # noqa: FBT002 - a query
        """Hazards, with who was told and who was not."""
        state = office.state()
        return [hazard_view(state, hazard) for hazard in state.hazards.values() if everything or not hazard.ended]

    @get("/calls")
    async def calls() -> list[CallView]:
        """Calls, the newest first, with who acknowledged."""
        state, now_ms = office.state(), office.centre.now_ms()
        ordered = sorted(state.calls.values(), key=lambda call: -call.called_ms)
        return [call_view(call, now_ms) for call in ordered]

    return [alarms, hazards, calls]


def _of_parties(office: Office) -> list[HTTPRouteHandler]:
    @get("/links")
    async def links() -> list[LinkView]:
        """Counterparties, and how the link to each is."""
        state, known = office.state(), office.centre.links
        clocks = office.centre.heart.clocks
        return [
            link_view(state, state.peers[party], known.of(party), clocks.get(party)) for party in sorted(state.peers)
        ]

    @get("/agreements")
    async def agreements() -> list[AgreementView]:
        """Agreements, with what each party signed."""
        return [agreement_view(held) for held in office.state().agreements.values()]

    @get("/agreements/{digest:str}")
    async def agreement(digest: FromPath[str]) -> AgreementDetail:
        """One agreement with its exact text; the digest in hexadecimal."""
        held = office.state().agreements.get(digest)
        if held is None:
            raise NotFound("no such agreement is held", code="agreement-unknown", at="digest")
        return agreement_detail(held)

    @get("/witnesses")
    async def witnesses() -> WitnessesView:
        """Who co-signed how much of the own log, what was co-signed of others', and proofs of lies."""
        return witnesses_view(office.state(), office.centre.witnessing, office.centre.now_ms())

    return [links, agreements, agreement, witnesses]


def _named(request: AnyRequest, count: int) -> list[str]:
    """What the end of a path names, exactly: an identifier may hold a slash, which is escaped in the path."""
    raw = request.scope["raw_path"].decode("ascii").split("/v1/", 1)[1]
    parts = [unquote(part) for part in raw.split("/")[1:]]
    if len(parts) != count:
        raise NotFound("there is no such path", code="no-such-path", wanted="a slash within a name as %2F")
    return parts


def _of_log(office: Office) -> HTTPRouteHandler:
    @get("/log")
    async def log(
        epoch: FromQuery[int | None] = None,
        start: Annotated[int, QueryParameter(description="Index of the first; negative counts from the end.")] = -50,
        count: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)] = 50,
        kind: Annotated[str, QueryParameter(description="Of the entry, or of the envelope in it.")] = "",
        about: Annotated[str, QueryParameter(description="Operation, hazard, call, alarm or agreement.")] = "",
    ) -> LogPage:
        """Entries of the log; where some are sought, `next` says from where to go on, though none may be found."""
        state = office.state()
        sought = Sought(kind, state.party, incident_named(state, about) if about else None)

        def page() -> LogPage:
            reader = office.centre.reader()
            try:
                return log_page(reader, epoch, start, count, sought)
            finally:
                reader.close()

        return await asyncio.to_thread(page)

    return log
