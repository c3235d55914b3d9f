"""The web application of the service alone, and its routes for an application that has others too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from litestar import Litestar, Router
from litestar.datastructures import ResponseHeader
from litestar.exceptions import HTTPException

from wellclear.api.utm.answers import answer_error, answer_http_error, answer_slip
from wellclear.api.utm.dss.routes.constraints import constraint_routes
from wellclear.api.utm.dss.routes.intents import intent_routes
from wellclear.api.utm.dss.routes.others import other_routes
from wellclear.api.utm.dss.routes.subscriptions import subscription_routes
from wellclear.api.utm.dss.service import Dss
from wellclear.api.utm.watching import watching_routes
from wellclear.errors import WellclearError

SECURITY_HEADERS: Final = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
}
"""Sent with every answer: nothing of it is kept or sniffed."""


def dss_routes(dss: Dss) -> Router:
    """All routes of `/dss/v1`, with their own answers to errors."""
    return Router(
        "/",
        route_handlers=[intent_routes(dss), constraint_routes(dss), subscription_routes(dss), other_routes(dss)],
        exception_handlers={WellclearError: answer_error, HTTPException: answer_http_error, Exception: answer_slip},
    )


def application(dss: Dss, others: Sequence[Router] = (), *, serves_dss: bool = True) -> Litestar:
    """The service alone: its routes, health and metrics.

    Args:
        dss: the service.
        others: further routes, such as those of a USS.
        serves_dss: whether the DSS is served; not where the USS uses another one.
    """
    own = [dss_routes(dss)] if serves_dss else []
    return Litestar(
        [*own, *others, watching_routes(dss)],
        exception_handlers={WellclearError: answer_error, HTTPException: answer_http_error, Exception: answer_slip},
        response_headers=[ResponseHeader(name=name, value=value) for name, value in SECURITY_HEADERS.items()],
        openapi_config=None,
        logging_config=None,
        request_max_body_size=None,
        debug=False,
    )
