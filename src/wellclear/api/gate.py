"""Who comes in: name and password open a session, whose token is asked for with every request."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from wellclear.api.permissions import verify_permitted
from wellclear.assembly.clock import steady_ms
from wellclear.assembly.logins import DOORKEEPER_BYTES, Doorkeeper, Throttle
from wellclear.assembly.officers import officer_named
from wellclear.assembly.sessions import TOKEN_BYTES, Sessions
from wellclear.centre.commands import Command
from wellclear.centre.ports.store import Reader
from wellclear.errors import MalformedInput, NotFound, VerificationFailed
from wellclear.model.agreement.ladder import Role
from wellclear.model.officer import Officer

MAX_HASHES: Final = 2
"""Passwords that are hashed at a time: each takes 64 MiB and a core for a tenth of a second."""

_BEARER: Final = "bearer "


@dataclass(frozen=True, slots=True)
class Acting:
    """An officer in a role.

    Attributes:
        officer: who.
        role: as what.
        token: of the session.
    """

    officer: Officer
    role: Role
    token: str

    def verify_may(self, command: Command) -> None:
        """Hold only if the role may give a command; errors as `verify_permitted`."""
        verify_permitted(self.role, command)


class Gate:
    """Sessions of officers. All but the hashing happens in one thread.

    Args:
        reader: makes readers of the store, where the accounts are.
        now_ms: time that never goes back.
    """

    def __init__(self, reader: Callable[[], Reader], now_ms: Callable[[], int] = steady_ms) -> None:
        self._reader, self._now_ms = reader, now_ms
        self._throttle, self._sessions = Throttle(), Sessions()
        self._doorkeeper: Doorkeeper | None = None
        self._hashing = asyncio.Semaphore(MAX_HASHES)
        self._officers: dict[str, Officer] = {}

    async def open(self, name: str, password: str, address: str) -> tuple[str, Officer]:
        """Let an officer in.

        Args:
            name: as it was typed.
            password: as it was typed.
            address: where the request comes from.

        Returns:
            The session's token, and the officer.

        Raises:
            RuleViolated: `login-throttled`.
            VerificationFailed: `login-refused`.
        """
        self._throttle.attempt(name, address, self._now_ms())
        async with self._hashing:
            officer = await asyncio.to_thread(self._verified, name, password)
        self._throttle.succeeded(name, address)
        self._officers[officer.name] = officer
        return self._sessions.open(officer.name, secrets.token_bytes(TOKEN_BYTES), self._now_ms()), officer

    def acting(self, authorization: str, role: str) -> Acting:
        """The officer of a request, and the role that it is made in.

        Args:
            authorization: the header ``authorization``.
            role: the header ``wellclear-role``; empty for the lowest role that the officer has.

        Raises:
            VerificationFailed: `session-missing`, `session-unknown` or `session-expired`.
            MalformedInput: `role-unknown`.
            RuleViolated: `officer-role`.
        """
        token = _token(authorization)
        officer = self._officers[self._sessions.officer(token, self._now_ms())]
        if not role:
            return Acting(officer, officer.roles[0], token)
        if role not in set(Role):
            raise MalformedInput("there is no such role", code="role-unknown", at="wellclear-role", wanted=_roles())
        officer.verify_role(Role(role))
        return Acting(officer, Role(role), token)

    def close(self, token: str) -> None:
        """Let an officer out.

        Raises:
            VerificationFailed: `session-unknown`.
        """
        self._sessions.close(token)

    def changed(self, officer: Officer, *, closes: bool) -> None:
        """An account changed; `closes` where its sessions end with that."""
        self._officers[officer.name] = officer
        if closes:
            self._sessions.close_all(officer.name)

    def _verified(self, name: str, password: str) -> Officer:
        if self._doorkeeper is None:
            self._doorkeeper = Doorkeeper(secrets.token_bytes(DOORKEEPER_BYTES))
        reader = self._reader()
        try:
            officer: Officer | None = officer_named(reader, name)
        except (NotFound, MalformedInput):
            officer = None
        finally:
            reader.close()
        return self._doorkeeper.verify(officer, password)


def _token(authorization: str) -> str:
    if not authorization.lower().startswith(_BEARER):
        raise VerificationFailed(
            "the request names no session", code="session-missing", wanted="authorization: Bearer TOKEN"
        )
    return authorization[len(_BEARER) :].strip()


def _roles() -> str:
    return ", ".join(role.value for role in Role)
