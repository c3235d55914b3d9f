"""`/flight_planning/v1` and `/versions`: what those ask who plan flights, and who test that it works."""

from __future__ import annotations

from collections.abc import Collection
from importlib.metadata import version
from typing import Final

from litestar import Response, Router, delete, get, post, put
from litestar.params import FromPath

from wellclear.api.utm.uss.flight_wire import (
    ClearAreaRequest,
    ClearAreaResponse,
    NotificationsResponse,
    StatusResponse,
    UpsertRequest,
    VersionResponse,
)
from wellclear.api.utm.uss.routes.answering import AnyRequest, Counter, answer_refusal, as_json, in_thread
from wellclear.api.utm.wire.bodies import parse_body
from wellclear.api.utm.wire.identifiers import parse_identifier
from wellclear.errors import MalformedInput, NotFound, WellclearError
from wellclear.geo.time_text import parse_rfc3339

DIRECTING: Final = frozenset({"interuss.flight_planning.direct_automated_test"})
PLANNING: Final = frozenset({"interuss.flight_planning.plan"})
VERSIONS: Final = frozenset({"interuss.versioning.read_system_versions"})


def planner_routes(counter: Counter) -> Router:
    """Routes for those who plan flights."""
    uss = counter.uss

    @get("/status")
    async def status(request: AnyRequest) -> Response[bytes]:
        """Whether this interface is there."""
        counter.enter(request, DIRECTING)
        return as_json(StatusResponse("Ready", "Flight Planning Automated Testing Interface", "v0.7.0"))

    @post("/clear_area_requests")
    async def clear_area(request: AnyRequest) -> Response[bytes]:
        """Remove all flights in an area."""
        counter.enter(request, DIRECTING)
        asked = parse_body(await request.body(), ClearAreaRequest)
        return as_json(ClearAreaResponse(await in_thread(lambda: uss.clear_area(asked))))

    @put("/flight_plans/{flight_plan_id:str}")
    async def upsert(request: AnyRequest, flight_plan_id: FromPath[str]) -> Response[bytes]:
        """Make a plan or change it."""
        caller = counter.enter(request, PLANNING)
        identifier = parse_identifier(flight_plan_id, "flight_plan_id")
        asked = parse_body(await request.body(), UpsertRequest)
        return as_json(await in_thread(lambda: uss.upsert(identifier, asked, caller.name)))

    @delete("/flight_plans/{flight_plan_id:str}", status_code=200)
    async def close(request: AnyRequest, flight_plan_id: FromPath[str]) -> Response[bytes]:
        """Close a plan."""
        counter.enter(request, DIRECTING)
        identifier = parse_identifier(flight_plan_id, "flight_plan_id")
        done = await in_thread(lambda: uss.planning.close(identifier))
        if done is None:
            raise NotFound("there is no such flight plan", code="flight-unknown", at="flight_plan_id")
        return as_json(done)

    @get("/user_notifications")
    async def notifications(request: AnyRequest) -> Response[bytes]:
        """What a user was told."""
        caller = counter.enter(request, PLANNING)
        after_ms = _moment_ms(request, "after")
        before_ms = _moment_ms(request, "before") if "before" in request.query_params else counter.now_ms()
        if before_ms < after_ms:
            raise MalformedInput("before lies before after", code="request-form", at="before", wanted="a later time")
        told = await in_thread(lambda: uss.users.told(caller.name, after_ms, before_ms))
        return as_json(NotificationsResponse(tuple(told)))

    return Router(
        "/flight_planning/v1",
        route_handlers=[status, clear_area, upsert, close, notifications],
        exception_handlers={WellclearError: answer_refusal},
        include_in_schema=False,
    )


def version_routes(counter: Counter, systems: Collection[str]) -> Router:
    """Routes for those who ask which version runs.

    Args:
        counter: where requests come in.
        systems: identities under which this system is known.
    """

    @get("/{system_identity:str}")
    async def system_version(request: AnyRequest, system_identity: FromPath[str]) -> Response[bytes]:
        """The version of this system."""
        counter.enter(request, VERSIONS)
        if system_identity not in systems:
            raise NotFound("this system is not known here", code="system-unknown", at="system_identity")
        return as_json(VersionResponse(system_identity, f"v{version('wellclear')}"))

    return Router(
        "/versions",
        route_handlers=[system_version],
        exception_handlers={WellclearError: answer_refusal},
        include_in_schema=False,
    )


def _moment_ms(request: AnyRequest, name: str) -> int:
    text = request.query_params.get(name)
    if text is None:
        raise MalformedInput(f"{name} is missing", code="request-form", at=name, wanted="a time")
    try:
        return parse_rfc3339(text, finer="down")
    except MalformedInput as error:
        raise error.placed(name) from None
