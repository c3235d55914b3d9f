"""Accounts of officers."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import TypeVar

import msgspec
from litestar import Router, get, patch, post
from litestar.params import FromPath, JSONBody

from wellclear.api.bodies import strictly
from wellclear.api.office import AnyRequest, Office, acting
from wellclear.api.permissions import ACCOUNTS, verify_rank
from wellclear.api.views.view import View
from wellclear.assembly.officers import (
    Accounts,
    add_officer,
    enable_officer,
    give_password,
    give_roles,
    officers,
)
from wellclear.centre.ports.store import Reader
from wellclear.errors import MalformedInput
from wellclear.model.agreement.ladder import Role
from wellclear.model.officer import Officer, parse_officer
from wellclear.trust.password import PASSWORD_SALT_BYTES

_T = TypeVar("_T")


class NewOfficer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An account to be made."""

    name: str
    roles: tuple[Role, ...]
    password: str


class OfficerChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One change of an account: exactly one of these is given."""

    password: str | None = None
    roles: tuple[Role, ...] | None = None
    enabled: bool | None = None


class OfficerView(View, frozen=True):
    """An account, without its password."""

    name: str
    roles: tuple[str, ...]
    enabled: bool


def account_routes(office: Office) -> Router:
    """List, make and change accounts."""

    @get("/v1/officers")
    async def listed() -> list[OfficerView]:
        """All accounts."""
        return await asyncio.to_thread(lambda: [_view(officer) for officer in _reading(office, officers)])

    @post("/v1/officers", status_code=201, before_request=strictly(NewOfficer))
    async def added(request: AnyRequest, data: JSONBody[NewOfficer]) -> OfficerView:
        """Make an account; for supervisors and higher."""
        verify_rank(acting(request).role, ACCOUNTS)
        salt = secrets.token_bytes(PASSWORD_SALT_BYTES)
        return await _keep(office, lambda reader: add_officer(reader, data.name, data.roles, data.password, salt))

    @patch("/v1/officers/{name:str}", before_request=strictly(OfficerChange))
    async def changed(request: AnyRequest, name: FromPath[str], data: JSONBody[OfficerChange]) -> OfficerView:
        """Change an account: the own password, or anything for supervisors and higher. Its sessions end."""
        officer = acting(request)
        if name != officer.officer.name or data.password is None:
            verify_rank(officer.role, ACCOUNTS)
        change = _change(name, data)
        return await _keep(office, change)

    return Router("/", route_handlers=[listed, added, changed], guards=[office.admit], tags=["accounts"])


async def _keep(office: Office, change: Callable[[Reader], Accounts]) -> OfficerView:
    accounts = await asyncio.to_thread(_reading, office, change)
    await office.centre.keep(accounts)
    (content,) = accounts.values()
    officer = parse_officer(content)
    office.gate.changed(officer, closes=True)
    return _view(officer)


def _change(name: str, asked: OfficerChange) -> Callable[[Reader], Accounts]:
    given = [field for field in (asked.password, asked.roles, asked.enabled) if field is not None]
    if len(given) != 1:
        raise MalformedInput("one change at a time", code="officer-change", wanted="password, roles or enabled")
    if asked.password is not None:
        password, salt = asked.password, secrets.token_bytes(PASSWORD_SALT_BYTES)
        return lambda reader: give_password(reader, name, password, salt)
    if asked.roles is not None:
        roles = asked.roles
        return lambda reader: give_roles(reader, name, roles)
    return lambda reader: enable_officer(reader, name, enabled=bool(asked.enabled))


def _reading(office: Office, read: Callable[[Reader], _T]) -> _T:
    reader = office.centre.reader()
    try:
        return read(reader)
    finally:
        reader.close()


def _view(officer: Officer) -> OfficerView:
    return OfficerView(name=officer.name, roles=tuple(role.value for role in officer.roles), enabled=officer.enabled)
