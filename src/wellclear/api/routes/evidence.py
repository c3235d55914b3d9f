"""What is shown of the log to others: proofs, and the evidence of an incident."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import MediaType, Response, Router, get, post
from litestar.params import FromQuery, JSONBody, QueryParameter

from wellclear.api.bodies import strictly
from wellclear.api.office import AnyRequest, Office, acting
from wellclear.assembly.exporting import export_evidence, prove_log
from wellclear.centre.commands import ExportEvidence
from wellclear.trust.evidence import print_evidence

Size = Annotated[int, QueryParameter(ge=0, description="Entries of the log; 0 for that of its newest checkpoint.")]


def evidence_routes(office: Office) -> Router:
    """Prove, and export evidence; both as exact bytes, which `wellclear evidence verify` reads."""

    @get("/log/proof")
    async def proof(index: FromQuery[int], epoch: FromQuery[int | None] = None, size: Size = 0) -> Response[bytes]:
        """That an entry stands in the log of a size: wellclear-proof/v1."""
        office.state()
        return _exact(print_evidence(await prove_log(office.centre, epoch, index, (size,))))

    @get("/log/consistency")
    async def consistency(older: Size, newer: Size, epoch: FromQuery[int | None] = None) -> Response[bytes]:
        """That the log of a size continues that of a smaller one: wellclear-proof/v1."""
        office.state()
        return _exact(print_evidence(await prove_log(office.centre, epoch, None, (older, newer))))

    @post("/evidence", status_code=200, before_request=strictly(ExportEvidence))
    async def evidence(request: AnyRequest, data: JSONBody[ExportEvidence]) -> Response[bytes]:
        """What the log holds about an incident: wellclear-evidence/v1. That it was asked for goes on the record."""
        officer = acting(request)
        officer.verify_may(data)
        shown = await export_evidence(office.centre, officer.officer.name, officer.role.value, data)
        return _exact(print_evidence(shown))

    routes: list[Any] = [proof, consistency, evidence]
    return Router("/v1", route_handlers=routes, guards=[office.admit], tags=["evidence"])


def _exact(content: bytes) -> Response[bytes]:
    return Response(content, media_type=MediaType.JSON)
