"""The web application of a centre: the routes of officers, and those of counterparties."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any, Final

import structlog
from litestar import Litestar, Request, Response
from litestar.datastructures import ResponseHeader
from litestar.exceptions import HTTPException
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

from wellclear.api.bodies import bounded
from wellclear.api.gate import Gate
from wellclear.api.office import Office
from wellclear.api.routes.accounts import account_routes
from wellclear.api.routes.commands import command_routes
from wellclear.api.routes.evidence import evidence_routes
from wellclear.api.routes.reads import read_routes
from wellclear.api.routes.sessions import session_routes
from wellclear.api.routes.watching import watching_routes
from wellclear.assembly.running import RunningCentre
from wellclear.errors import WellclearError
from wellclear.transport.http_errors import Fault, answer_error, answer_http_error
from wellclear.transport.routes import peer_routes

SECURITY_HEADERS: Final = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
"""Sent with every answer: nothing of it is kept, framed, sniffed or lent to another page."""

log = structlog.get_logger("wellclear.api")


def application(centre: RunningCentre) -> Litestar:
    """The web application of a running centre.

    Args:
        centre: that runs.
    """
    office = Office(centre, Gate(centre.reader))
    return Litestar(
        [
            peer_routes(centre.receiving, centre.answering, centre.recalling),
            session_routes(office),
            command_routes(office),
            read_routes(office),
            evidence_routes(office),
            account_routes(office),
            watching_routes(office),
        ],
        exception_handlers={
            WellclearError: answer_error,
            HTTPException: answer_http_error,
            Exception: _answer_slip,
        },
        middleware=[bounded],
        response_headers=[ResponseHeader(name=name, value=value) for name, value in SECURITY_HEADERS.items()],
        openapi_config=_openapi(),
        logging_config=None,
        request_max_body_size=None,
        debug=False,
    )


def _openapi() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="wellclear",
        version=version("wellclear"),
        description="The HTTP interface of a centre for its officers. It informs; it protects nobody.",
        path="/",
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        components=Components(security_schemes={"session": SecurityScheme(type="http", scheme="bearer")}),
        security=[{"session": []}],
    )


def _answer_slip(_request: Request[Any, Any, Any], slip: Exception) -> Response[Fault]:
    """A fault of our own: it is logged here, and nothing of it is shown."""
    log.error("a fault of the program", exc_info=slip)
    return Response(Fault("fault", "a fault of the program"), status_code=500)
