"""`/uss/v1`: what peers ask and tell. `log_sets` is no route: a command exports them."""

from __future__ import annotations

from typing import Final

from litestar import MediaType, Response, Router, get, post
from litestar.params import FromPath

from wellclear.api.utm.tokens.scopes import SCOPES_OF_OPERATION
from wellclear.api.utm.uss.routes.answering import AnyRequest, Counter, answer_refusal, as_json, in_thread
from wellclear.api.utm.wire.bodies import parse_body
from wellclear.api.utm.wire.details import (
    GetConstraintDetailsResponse,
    GetOperationalIntentDetailsResponse,
    PutConstraintDetailsParameters,
    PutOperationalIntentDetailsParameters,
)
from wellclear.api.utm.wire.identifiers import parse_identifier
from wellclear.api.utm.wire.reports import ErrorReport
from wellclear.errors import WellclearError

_SCOPES: Final = SCOPES_OF_OPERATION


def peer_routes_of_uss(counter: Counter) -> Router:
    """Routes for peers."""
    uss = counter.uss

    @get("/operational_intents/{entityid:str}")
    async def intent(request: AnyRequest, entityid: FromPath[str]) -> Response[bytes]:
        """Details of an own intent."""
        counter.enter(request, _SCOPES["getOperationalIntentDetails"])
        identifier = parse_identifier(entityid, "entityid")
        return as_json(GetOperationalIntentDetailsResponse(await in_thread(lambda: uss.intent(identifier))))

    @get("/operational_intents/{entityid:str}/telemetry")
    async def telemetry(request: AnyRequest, entityid: FromPath[str]) -> Response[bytes]:
        """Where an own flight is that left its intent."""
        counter.enter(request, _SCOPES["getOperationalIntentTelemetry"])
        identifier = parse_identifier(entityid, "entityid")
        return as_json(await in_thread(lambda: uss.telemetry(identifier)))

    @post("/operational_intents")
    async def hear_intent(request: AnyRequest) -> Response[bytes]:
        """A peer's intent changed."""
        caller = counter.enter(request, _SCOPES["notifyOperationalIntentDetailsChanged"])
        notice = parse_body(await request.body(), PutOperationalIntentDetailsParameters)
        await in_thread(lambda: uss.hearing.intent(caller.name, notice))
        return _nothing()

    @get("/constraints/{entityid:str}")
    async def constraint(request: AnyRequest, entityid: FromPath[str]) -> Response[bytes]:
        """Details of an own constraint."""
        counter.enter(request, _SCOPES["getConstraintDetails"])
        identifier = parse_identifier(entityid, "entityid")
        return as_json(GetConstraintDetailsResponse(await in_thread(lambda: uss.constraint(identifier))))

    @post("/constraints")
    async def hear_constraint(request: AnyRequest) -> Response[bytes]:
        """A peer's constraint changed."""
        caller = counter.enter(request, _SCOPES["notifyConstraintDetailsChanged"])
        notice = parse_body(await request.body(), PutConstraintDetailsParameters)
        await in_thread(lambda: uss.hearing.constraint(caller.name, notice))
        return _nothing()

    @post("/reports")
    async def report(request: AnyRequest) -> Response[bytes]:
        """A peer reports a problem."""
        caller = counter.enter(request, _SCOPES["makeUssReport"])
        body = parse_body(await request.body(), ErrorReport)
        return as_json(await in_thread(lambda: uss.hearing.report(caller.name, body)), 201)

    return Router(
        "/uss/v1",
        route_handlers=[intent, telemetry, hear_intent, constraint, hear_constraint, report],
        exception_handlers={WellclearError: answer_refusal},
        include_in_schema=False,
    )


def _nothing() -> Response[bytes]:
    return Response(b"", status_code=204, media_type=MediaType.JSON)
