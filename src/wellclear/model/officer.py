"""Officers: the persons who have an account at a centre, and as what they may act.

An account is kept as one canonical JSON text, so that reading and writing it again gives the same bytes. It is never
deleted, since the log names who acted: it is disabled.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

import msgspec

from wellclear.errors import MalformedInput, RuleViolated
from wellclear.model.agreement.ladder import Role
from wellclear.trust.password import verify_password_hash

MAX_OFFICER_BYTES: Final = 4_096
"""Bytes of one account: ten times those of an officer with every role."""

_NAME: Final = re.compile(r"(?=.{1,40}\Z)[a-z0-9]+([.-][a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Officer:
    """A person with an account.

    Attributes:
        name: by which every act is signed for: lower-case letters, digits, single dots and hyphens, at most 40.
        roles: as what the officer may act, in order of rank; at least one.
        password: what `hash_password` gave.
        enabled: whether the officer may log in.

    Raises:
        MalformedInput: `officer-name`, `officer-roles`, or the password's hash is none.
    """

    name: str
    roles: tuple[Role, ...]
    password: str = field(repr=False)
    enabled: bool = True

    def __post_init__(self) -> None:
        verify_officer_name(self.name)
        if not self.roles or list(self.roles) != sorted(set(self.roles), key=lambda role: role.rank):
            raise MalformedInput(
                "an officer acts as something", code="officer-roles", wanted="roles, each once, by rank"
            )
        verify_password_hash(self.password)

    def verify_role(self, role: Role) -> None:
        """Hold only if the officer may act as this.

        Raises:
            RuleViolated: `officer-role`.
        """
        if role not in self.roles:
            raise RuleViolated(
                f"{self.name} does not act as {role.value}", code="officer-role", wanted=", ".join(self.roles)
            )


class _Account(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    roles: tuple[Role, ...]
    password: str
    enabled: bool


_ACCOUNT: Final = msgspec.json.Decoder(_Account)


def print_officer(officer: Officer) -> bytes:
    """The account as it is kept: compact JSON, ``name``, ``roles``, ``password`` and ``enabled``, in this order."""
    return msgspec.json.encode(_Account(officer.name, officer.roles, officer.password, officer.enabled))


def parse_officer(content: bytes) -> Officer:
    """An account from its one form.

    Raises:
        MalformedInput: `officer-account`: it is not what `print_officer` writes; or as `Officer`.
    """
    try:
        account = _ACCOUNT.decode(content[: MAX_OFFICER_BYTES + 1])
    except (msgspec.DecodeError, UnicodeDecodeError):
        account = None
    if account is None or msgspec.json.encode(account) != content:
        raise MalformedInput("this is no account of an officer", code="officer-account", wanted="its one form")
    return Officer(account.name, account.roles, account.password, account.enabled)


def verify_officer_name(name: str) -> None:
    """Hold only if a text can name an officer.

    Raises:
        MalformedInput: `officer-name`.
    """
    if not _NAME.fullmatch(name):
        raise MalformedInput(
            "this names no officer",
            code="officer-name",
            wanted="1 to 40 lower-case letters, digits, single dots and hyphens, such as a.cohen",
        )
