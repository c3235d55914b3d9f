"""Operational intent references over HTTP."""

from __future__ import annotations

from typing import Final

import msgspec
from litestar import Response, Router, delete, get, post, put

from wellclear.api.utm.answers import AnyRequest, answered, made_of
from wellclear.api.utm.dss.asked import area_asked, planned_extent
from wellclear.api.utm.dss.entities import DeleteEntity, GetEntity, QueryEntities
from wellclear.api.utm.dss.intents import INTENTS, PutIntent
from wellclear.api.utm.dss.routes.paths import identifier_in, verify_whole, version_in
from wellclear.api.utm.dss.service import Dss
from wellclear.api.utm.tokens.verifying import Caller
from wellclear.api.utm.wire.references import (
    AirspaceConflictResponse,
    PutOperationalIntentReferenceParameters,
    QueryParameters,
)

ROOT = "/dss/v1/operational_intent_references"

_QUERY: Final = msgspec.json.Decoder(QueryParameters)
_INTENT: Final = msgspec.json.Decoder(PutOperationalIntentReferenceParameters)


def intent_routes(dss: Dss) -> Router:
    """The five operations; a version that is missing when one is deleted is told by us."""
    paths = [f"{ROOT}/{{entityid:str}}", f"{ROOT}/{{entityid:str}}/{{ovn:str}}"]

    @post(f"{ROOT}/query", operation_id="queryOperationalIntentReferences")
    async def query(request: AnyRequest) -> Response[bytes]:
        """All intents in a volume."""
        caller = dss.admission.caller(request, "queryOperationalIntentReferences")
        _, extent = await made_of(request, _QUERY, lambda asked: area_asked(asked, dss.admission.now_ms()))
        return answered(await dss.turns.take(QueryEntities(INTENTS, caller, extent, dss.settings)))

    @get(f"{ROOT}/{{entityid:str}}", operation_id="getOperationalIntentReference")
    async def read(request: AnyRequest) -> Response[bytes]:
        """One intent."""
        caller = dss.admission.caller(request, "getOperationalIntentReference")
        act = GetEntity(INTENTS, caller, identifier_in(request, "entityid"), dss.settings)
        return answered(await dss.turns.take(act))

    @put(f"{ROOT}/{{entityid:str}}", operation_id="createOperationalIntentReference")
    async def create(request: AnyRequest) -> Response[bytes]:
        """Create an intent."""
        caller = dss.admission.caller(request, "createOperationalIntentReference")
        verify_whole(request, "ovn")
        return await _put(dss, request, caller, identifier_in(request, "entityid"), None)

    @put(f"{ROOT}/{{entityid:str}}/{{ovn:str}}", operation_id="updateOperationalIntentReference")
    async def update(request: AnyRequest) -> Response[bytes]:
        """Change an intent."""
        caller = dss.admission.caller(request, "updateOperationalIntentReference")
        return await _put(dss, request, caller, identifier_in(request, "entityid"), version_in(request, "ovn"))

    @delete(paths, status_code=200, operation_id="deleteOperationalIntentReference")
    async def remove(request: AnyRequest) -> Response[bytes]:
        """End an intent."""
        caller = dss.admission.caller(request, "deleteOperationalIntentReference")
        act = DeleteEntity(
            INTENTS, caller, identifier_in(request, "entityid"), version_in(request, "ovn"), dss.settings
        )
        return answered(await dss.turns.take(act))

    return Router("/", route_handlers=[query, read, create, update, remove])


async def _put(dss: Dss, request: AnyRequest, caller: Caller, identifier: str, ovn: str | None) -> Response[bytes]:
    asked, extent = await made_of(request, _INTENT, lambda body: planned_extent(body.extents))
    act = PutIntent(caller, identifier, ovn, asked, extent, dss.settings)
    answer = await dss.turns.take(act)
    if isinstance(answer, AirspaceConflictResponse):
        return answered(answer, 409)
    return answered(answer, 201 if ovn is None else 200)
