"""Sessions of officers."""

from __future__ import annotations

import msgspec
from litestar import Router, delete, get, post
from litestar.params import JSONBody

from wellclear.api.bodies import strictly
from wellclear.api.office import AnyRequest, Office, acting
from wellclear.api.views.view import View
from wellclear.model.officer import Officer


class Login(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Name and password of an officer."""

    name: str
    password: str


class SessionView(View, frozen=True):
    """Who is logged in.

    Attributes:
        token: to be sent as ``authorization: Bearer TOKEN``; shown once, empty afterwards.
        officer: the name.
        roles: as what the officer may act, by rank; one of them goes into the header ``wellclear-role``.
        party: whose centre it is.
    """

    token: str
    officer: str
    roles: tuple[str, ...]
    party: str


def session_routes(office: Office) -> Router:
    """Log in, look who is logged in, log out."""

    @post("/v1/session", status_code=201, before_request=strictly(Login), tags=["session"])
    async def log_in(request: AnyRequest, data: JSONBody[Login]) -> SessionView:
        """Log in."""
        address = request.client.host if request.client else ""
        token, officer = await office.gate.open(data.name, data.password, address)
        return _view(office, token, officer)

    @get("/v1/session", guards=[office.admit], tags=["session"])
    async def session(request: AnyRequest) -> SessionView:
        """Who is logged in."""
        return _view(office, "", acting(request).officer)

    @delete("/v1/session", guards=[office.admit], tags=["session"])
    async def log_out(request: AnyRequest) -> None:
        """Log out."""
        office.gate.close(acting(request).token)

    return Router("/", route_handlers=[log_in, session, log_out])


def _view(office: Office, token: str, officer: Officer) -> SessionView:
    roles = tuple(role.value for role in officer.roles)
    return SessionView(token=token, officer=officer.name, roles=roles, party=office.centre.state.party)
