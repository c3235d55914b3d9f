"""`/uss/v1`: what peers ask and tell. `log_sets` is no route: a command exports them."""

from __future__ import annotations

from typing import Final

import msgspec
from litestar import MediaType, Response, Router, get, post
from litestar.exceptions import HTTPException

from wellclear.api.utm.admission import Admission
from wellclear.api.utm.answers import AnyRequest, answer_error, answer_http_error, answer_slip, answered, body_of
from wellclear.api.utm.dss.routes.paths import identifier_in
from wellclear.api.utm.uss.recording import recording
from wellclear.api.utm.uss.service import Uss
from wellclear.api.utm.wire.details import (
    GetConstraintDetailsResponse,
    GetOperationalIntentDetailsResponse,
    PutConstraintDetailsParameters,
    PutOperationalIntentDetailsParameters,
)
from wellclear.api.utm.wire.reports import ErrorReport
from wellclear.errors import WellclearError

_INTENT: Final = msgspec.json.Decoder(PutOperationalIntentDetailsParameters)
_CONSTRAINT: Final = msgspec.json.Decoder(PutConstraintDetailsParameters)
_REPORT: Final = msgspec.json.Decoder(ErrorReport)


def uss_routes(uss: Uss, admission: Admission) -> Router:
    """Routes for peers."""

    @get("/operational_intents/{entityid:str}", operation_id="getOperationalIntentDetails")
    async def intent(request: AnyRequest) -> Response[bytes]:
        """Details of an own intent."""
        admission.caller(request, "getOperationalIntentDetails")
        identifier = identifier_in(request, "entityid")
        return answered(GetOperationalIntentDetailsResponse(await uss.answer(lambda: uss.intent(identifier))))

    @get("/operational_intents/{entityid:str}/telemetry", operation_id="getOperationalIntentTelemetry")
    async def telemetry(request: AnyRequest) -> Response[bytes]:
        """Where an own flight is that left its intent."""
        admission.caller(request, "getOperationalIntentTelemetry")
        identifier = identifier_in(request, "entityid")
        return answered(await uss.answer(lambda: uss.telemetry(identifier)))

    @post("/operational_intents", operation_id="notifyOperationalIntentDetailsChanged")
    async def hear_intent(request: AnyRequest) -> Response[bytes]:
        """A peer's intent changed."""
        caller = admission.caller(request, "notifyOperationalIntentDetailsChanged")
        notice = await body_of(request, _INTENT)
        await uss.answer(lambda: uss.hearing.intent(caller.name, notice))
        return _nothing()

    @get("/constraints/{entityid:str}", operation_id="getConstraintDetails")
    async def constraint(request: AnyRequest) -> Response[bytes]:
        """Details of an own constraint."""
        admission.caller(request, "getConstraintDetails")
        identifier = identifier_in(request, "entityid")
        return answered(GetConstraintDetailsResponse(await uss.answer(lambda: uss.constraint(identifier))))

    @post("/constraints", operation_id="notifyConstraintDetailsChanged")
    async def hear_constraint(request: AnyRequest) -> Response[bytes]:
        """A peer's constraint changed."""
        caller = admission.caller(request, "notifyConstraintDetailsChanged")
        notice = await body_of(request, _CONSTRAINT)
        await uss.answer(lambda: uss.hearing.constraint(caller.name, notice))
        return _nothing()

    @post("/reports", operation_id="makeUssReport")
    async def report(request: AnyRequest) -> Response[bytes]:
        """A peer reports a problem."""
        caller = admission.caller(request, "makeUssReport")
        body = await body_of(request, _REPORT)
        return answered(await uss.answer(lambda: uss.hearing.report(caller.name, body)), 201)

    return Router(
        "/uss/v1",
        route_handlers=[intent, telemetry, hear_intent, constraint, hear_constraint, report],
        middleware=[recording(uss.journal, admission.now_ms)],
        exception_handlers={WellclearError: answer_error, HTTPException: answer_http_error, Exception: answer_slip},
    )


def _nothing() -> Response[bytes]:
    return Response(b"", status_code=204, media_type=MediaType.JSON)
