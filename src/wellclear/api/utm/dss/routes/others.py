"""Availability and reports over HTTP."""

from __future__ import annotations

from typing import Final

import msgspec
from litestar import Response, Router, get, post, put

from wellclear.api.utm.answers import AnyRequest, answered, body_of
from wellclear.api.utm.dss.availability import GetAvailability, SetAvailability
from wellclear.api.utm.dss.reports import MakeReport
from wellclear.api.utm.dss.service import Dss
from wellclear.api.utm.tokens.verifying import MAX_CALLER_CHARACTERS, is_caller_name
from wellclear.api.utm.wire.availability import SetUssAvailabilityStatusParameters
from wellclear.api.utm.wire.reports import ErrorReport
from wellclear.errors import MalformedInput

AVAILABILITY = "/dss/v1/uss_availability/{uss_id:str}"

_AVAILABILITY: Final = msgspec.json.Decoder(SetUssAvailabilityStatusParameters)
_REPORT: Final = msgspec.json.Decoder(ErrorReport)


def other_routes(dss: Dss) -> Router:
    """The three operations."""

    @get(AVAILABILITY, operation_id="getUssAvailability")
    async def read(request: AnyRequest) -> Response[bytes]:
        """Whether a USS answers."""
        dss.admission.caller(request, "getUssAvailability")
        return answered(await dss.turns.take(GetAvailability(_uss(request))))

    @put(AVAILABILITY, operation_id="setUssAvailability")
    async def state(request: AnyRequest) -> Response[bytes]:
        """State whether a USS answers."""
        dss.admission.caller(request, "setUssAvailability")
        asked = await body_of(request, _AVAILABILITY)
        return answered(await dss.turns.take(SetAvailability(_uss(request), asked)))

    @post("/dss/v1/reports", operation_id="makeDssReport")
    async def report(request: AnyRequest) -> Response[bytes]:
        """Keep a report."""
        caller = dss.admission.caller(request, "makeDssReport")
        asked = await body_of(request, _REPORT)
        return answered(await dss.turns.take(MakeReport(caller, asked, dss.settings)), 201)

    return Router("/", route_handlers=[read, state, report])


def _uss(request: AnyRequest) -> str:
    text: str = request.path_params["uss_id"]
    if not is_caller_name(text):
        raise MalformedInput(
            "this names no USS",
            code="utm-uss-name",
            at="uss_id",
            wanted=f"at most {MAX_CALLER_CHARACTERS} printable characters",
        )
    return text
