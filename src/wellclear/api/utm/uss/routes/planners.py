"""`/flight_planning/v1` and `/versions`: what those ask who plan flights, and who test that it works."""

from __future__ import annotations

from collections.abc import Collection
from importlib.metadata import version
from typing import Final

import msgspec
from litestar import Response, Router, delete, get, post, put
from litestar.exceptions import HTTPException

from wellclear.api.utm.admission import Admission
from wellclear.api.utm.answers import AnyRequest, answer_error, answer_http_error, answer_slip, answered, body_of
from wellclear.api.utm.dss.routes.paths import identifier_in
from wellclear.api.utm.uss.flight_wire import (
    ClearAreaRequest,
    ClearAreaResponse,
    NotificationsResponse,
    PlanningResponse,
    StatusResponse,
    UpsertRequest,
    VersionResponse,
)
from wellclear.api.utm.uss.service import Uss
from wellclear.errors import MalformedInput, NotFound, WellclearError
from wellclear.geo.time_text import parse_rfc3339

_CLEARING: Final = msgspec.json.Decoder(ClearAreaRequest)
_FLIGHT: Final = msgspec.json.Decoder(UpsertRequest)


def planner_routes(uss: Uss, admission: Admission) -> Router:
    """Routes for those who plan flights."""

    @get("/status", operation_id="GetStatus")
    async def status(request: AnyRequest) -> Response[bytes]:
        """Whether this interface is there."""
        admission.caller(request, "GetStatus")
        return answered(StatusResponse("Ready", "Flight Planning Automated Testing Interface", "v0.7.0"))

    @post("/clear_area_requests", operation_id="ClearArea")
    async def clear_area(request: AnyRequest) -> Response[bytes]:
        """Remove all flights in an area."""
        admission.caller(request, "ClearArea")
        asked = await body_of(request, _CLEARING)
        return answered(ClearAreaResponse(await uss.plan(lambda: uss.clear_area(asked))))

    @put("/flight_plans/{flight_plan_id:str}", operation_id="UpsertFlightPlan")
    async def upsert(request: AnyRequest) -> Response[bytes]:
        """Make a plan or change it."""
        caller = admission.caller(request, "UpsertFlightPlan")
        identifier = identifier_in(request, "flight_plan_id")
        asked = await body_of(request, _FLIGHT)
        return answered(await uss.plan(lambda: uss.upsert(identifier, asked, caller.name)))

    @delete("/flight_plans/{flight_plan_id:str}", status_code=200, operation_id="DeleteFlightPlan")
    async def close(request: AnyRequest) -> Response[bytes]:
        """Close a plan."""
        admission.caller(request, "DeleteFlightPlan")
        identifier = _plan_in(request)
        done = await uss.plan(lambda: uss.planning.close(identifier))
        return answered(_there(done))

    @get("/user_notifications", operation_id="QueryUserNotifications")
    async def notifications(request: AnyRequest) -> Response[bytes]:
        """What a user was told."""
        caller = admission.caller(request, "QueryUserNotifications")
        after_ms, before_ms = _asked_ms(request, admission.now_ms())
        told = await uss.plan(lambda: uss.users.told(caller.name, after_ms, before_ms))
        return answered(NotificationsResponse(tuple(told)))

    return Router(
        "/flight_planning/v1",
        route_handlers=[status, clear_area, upsert, close, notifications],
        exception_handlers={WellclearError: answer_error, HTTPException: answer_http_error, Exception: answer_slip},
    )


def version_routes(admission: Admission, systems: Collection[str]) -> Router:
    """Routes for those who ask which version runs.

    Args:
        admission: of callers.
        systems: identities under which this system is known.
    """

    @get("/{system_identity:str}", operation_id="GetVersion")
    async def system_version(request: AnyRequest) -> Response[bytes]:
        """The version of this system."""
        admission.caller(request, "GetVersion")
        identity = _known(request.path_params["system_identity"], systems)
        return answered(VersionResponse(identity, f"v{version('wellclear')}"))

    return Router(
        "/versions",
        route_handlers=[system_version],
        exception_handlers={WellclearError: answer_error, HTTPException: answer_http_error, Exception: answer_slip},
    )


def _plan_in(request: AnyRequest) -> str:
    """The plan that a path names: what is no identifier names none, since the interface lists no other refusal."""
    try:
        return identifier_in(request, "flight_plan_id")
    except MalformedInput:
        return ""


def _there(done: PlanningResponse | None) -> PlanningResponse:
    if done is None:
        raise NotFound("there is no such flight plan", code="flight-unknown", at="flight_plan_id")
    return done


def _known(identity: str, systems: Collection[str]) -> str:
    if identity not in systems:
        raise NotFound("this system is not known here", code="system-unknown", at="system_identity")
    return identity


def _asked_ms(request: AnyRequest, now_ms: int) -> tuple[int, int]:
    """From when to when is asked about; until now if nothing else is said."""
    after_ms = _moment_ms(request, "after")
    before_ms = _moment_ms(request, "before") if "before" in request.query_params else now_ms
    if before_ms < after_ms:
        raise MalformedInput("before lies before after", code="request-form", at="before", wanted="a later time")
    return after_ms, before_ms


def _moment_ms(request: AnyRequest, name: str) -> int:
    text = request.query_params.get(name)
    if text is None:
        raise MalformedInput(f"{name} is missing", code="request-form", at=name, wanted="a time")
    try:
        return parse_rfc3339(text, finer="down")
    except MalformedInput as error:
        raise error.placed(name) from None
