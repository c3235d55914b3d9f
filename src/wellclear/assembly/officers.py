"""The officers' accounts: they stand beside the log, under ``officer/NAME``.

What changes an account returns what is to be written; `keep_accounts` writes it in the term of the centre's own writer.
No process may do so that does not lead: to lead takes the store from the centre that runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from wellclear.centre.ports.store import Batch, Reader, Store
from wellclear.errors import MalformedInput, NotFound, RuleViolated
from wellclear.model.agreement.ladder import Role
from wellclear.model.officer import Officer, parse_officer, print_officer, verify_officer_name
from wellclear.trust.password import hash_password, verify_password_strength

OFFICER: Final = "officer/"
"""How the names of accounts beside the log begin."""

MAX_OFFICERS: Final = 1_000
"""Accounts of one centre: several times the largest, and a bound on what a list shows."""

MAX_KEEP_TRIES: Final = 20
"""Times that an account is written anew because the log grew meanwhile: a batch takes milliseconds."""

Accounts = Mapping[str, bytes]
"""What is to be written beside the log."""


def officers(reader: Reader) -> tuple[Officer, ...]:
    """All accounts, by name.

    Raises:
        MalformedInput: `officer-account`: one was spoiled.
    """
    names = (name.removeprefix(OFFICER) for name in reader.names(OFFICER))
    return tuple(officer_named(reader, name) for name in names)


def officer_named(reader: Reader, name: str) -> Officer:
    """The account of an officer.

    Raises:
        NotFound: `officer-unknown`.
        MalformedInput: `officer-name`; `officer-account`: it was spoiled.
    """
    verify_officer_name(name)
    content = reader.beside(OFFICER + name)
    if content is None:
        raise NotFound(f"there is no officer {name}", code="officer-unknown", wanted="a name from the list of officers")
    officer = parse_officer(content)
    if officer.name != name:
        raise MalformedInput("the account is another officer's", code="officer-account", at=OFFICER + name)
    return officer


def add_officer(reader: Reader, name: str, roles: Iterable[Role], password: str, salt: bytes) -> Accounts:
    """A new account.

    Args:
        reader: of the store.
        name: of the officer.
        roles: as what the officer may act, in any order.
        password: the first one.
        salt: 16 random bytes, used once.

    Raises:
        MalformedInput: `officer-name`, `officer-roles`.
        RuleViolated: `officer-exists`: also if the account is disabled; `officer-number`; `password-short`,
            `password-long`.
    """
    verify_password_strength(password)
    officer = Officer(name, _ranked(roles), hash_password(password, salt))
    if reader.beside(OFFICER + name) is not None:
        raise RuleViolated(f"there is an officer {name} already", code="officer-exists", wanted="another name")
    if len(reader.names(OFFICER)) >= MAX_OFFICERS:
        raise RuleViolated("too many officers", code="officer-number", wanted=f"at most {MAX_OFFICERS:,}")
    return _account(officer)


def give_password(reader: Reader, name: str, password: str, salt: bytes) -> Accounts:
    """Another password; all sessions of the officer must be closed with it.

    Raises:
        NotFound: `officer-unknown`.
        RuleViolated: `password-short`, `password-long`.
    """
    officer = officer_named(reader, name)
    verify_password_strength(password)
    return _account(replace(officer, password=hash_password(password, salt)))


def give_roles(reader: Reader, name: str, roles: Iterable[Role]) -> Accounts:
    """Other roles.

    Raises:
        NotFound: `officer-unknown`.
        MalformedInput: `officer-roles`.
    """
    return _account(replace(officer_named(reader, name), roles=_ranked(roles)))


def enable_officer(reader: Reader, name: str, *, enabled: bool) -> Accounts:
    """Let an officer log in, or not; in that case all sessions of the officer must be closed with it.

    Raises:
        NotFound: `officer-unknown`.
    """
    return _account(replace(officer_named(reader, name), enabled=enabled))


def keep_accounts(store: Store, term: int, change: Callable[[Reader], Accounts]) -> None:
    """Write a change of accounts, durable on return, while the centre's writer may add to the log.

    Args:
        store: of the centre.
        term: of the centre's writer.
        change: what is to be written, from what is there: ``lambda reader: give_roles(reader, name, roles)``.

    Raises:
        RuleViolated: `term-superseded`: another process leads; or what `change` raises.
        NotFound, MalformedInput: what `change` raises.
        OSError: storage failed; see the port.
    """
    reader = store.reader()
    try:
        accounts = change(reader)
        for tries_left in reversed(range(MAX_KEEP_TRIES)):
            if _written(store, term, Batch(reader.end(), beside=accounts), last=not tries_left):
                return
    finally:
        reader.close()


def _written(store: Store, term: int, batch: Batch, *, last: bool) -> bool:
    """Whether a batch was written; the log may have grown since it was made."""
    try:
        store.write(term, batch)
    except RuleViolated as refused:
        if last or refused.code != "batch-place":
            raise
        return False
    return True


def _account(officer: Officer) -> Accounts:
    return {OFFICER + officer.name: print_officer(officer)}


def _ranked(roles: Iterable[Role]) -> tuple[Role, ...]:
    return tuple(sorted(set(roles), key=lambda role: role.rank))
