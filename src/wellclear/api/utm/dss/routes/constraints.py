"""Constraint references over HTTP."""

from __future__ import annotations

from typing import Final

import msgspec
from litestar import Response, Router, delete, get, post, put

from wellclear.api.utm.answers import AnyRequest, answered, made_of
from wellclear.api.utm.dss.asked import area_asked, constrained_extent
from wellclear.api.utm.dss.constraints import CONSTRAINTS, PutConstraint
from wellclear.api.utm.dss.entities import DeleteEntity, GetEntity, QueryEntities
from wellclear.api.utm.dss.routes.paths import identifier_in, verify_whole, version_in
from wellclear.api.utm.dss.service import Dss
from wellclear.api.utm.tokens.verifying import Caller
from wellclear.api.utm.wire.references import PutConstraintReferenceParameters, QueryParameters

ROOT = "/dss/v1/constraint_references"

_QUERY: Final = msgspec.json.Decoder(QueryParameters)
_CONSTRAINT: Final = msgspec.json.Decoder(PutConstraintReferenceParameters)


def constraint_routes(dss: Dss) -> Router:
    """The five operations; a version that is missing when one is deleted is told by us."""
    paths = [f"{ROOT}/{{entityid:str}}", f"{ROOT}/{{entityid:str}}/{{ovn:str}}"]

    @post(f"{ROOT}/query", operation_id="queryConstraintReferences")
    async def query(request: AnyRequest) -> Response[bytes]:
        """All constraints in a volume."""
        caller = dss.admission.caller(request, "queryConstraintReferences")
        _, extent = await made_of(request, _QUERY, lambda asked: area_asked(asked, dss.admission.now_ms()))
        return answered(await dss.turns.take(QueryEntities(CONSTRAINTS, caller, extent, dss.settings)))

    @get(f"{ROOT}/{{entityid:str}}", operation_id="getConstraintReference")
    async def read(request: AnyRequest) -> Response[bytes]:
        """One constraint."""
        caller = dss.admission.caller(request, "getConstraintReference")
        act = GetEntity(CONSTRAINTS, caller, identifier_in(request, "entityid"), dss.settings)
        return answered(await dss.turns.take(act))

    @put(f"{ROOT}/{{entityid:str}}", operation_id="createConstraintReference")
    async def create(request: AnyRequest) -> Response[bytes]:
        """Create a constraint."""
        caller = dss.admission.caller(request, "createConstraintReference")
        verify_whole(request, "ovn")
        return await _put(dss, request, caller, identifier_in(request, "entityid"), None)

    @put(f"{ROOT}/{{entityid:str}}/{{ovn:str}}", operation_id="updateConstraintReference")
    async def update(request: AnyRequest) -> Response[bytes]:
        """Change a constraint."""
        caller = dss.admission.caller(request, "updateConstraintReference")
        return await _put(dss, request, caller, identifier_in(request, "entityid"), version_in(request, "ovn"))

    @delete(paths, status_code=200, operation_id="deleteConstraintReference")
    async def remove(request: AnyRequest) -> Response[bytes]:
        """End a constraint."""
        caller = dss.admission.caller(request, "deleteConstraintReference")
        act = DeleteEntity(
            CONSTRAINTS, caller, identifier_in(request, "entityid"), version_in(request, "ovn"), dss.settings
        )
        return answered(await dss.turns.take(act))

    return Router("/", route_handlers=[query, read, create, update, remove])


async def _put(dss: Dss, request: AnyRequest, caller: Caller, identifier: str, ovn: str | None) -> Response[bytes]:
    asked, extent = await made_of(request, _CONSTRAINT, lambda body: constrained_extent(body.extents))
    act = PutConstraint(caller, identifier, ovn, asked, extent, dss.settings)
    return answered(await dss.turns.take(act), 201 if ovn is None else 200)
