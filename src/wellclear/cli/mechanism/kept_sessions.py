"""Sessions with centres, kept from one command to the next in a file that only its user may read."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from wellclear.errors import MalformedInput, RuleViolated

SESSIONS_FILE: Final = "sessions.json"
"""Name of the file in the user's directory for wellclear."""

MAX_SESSIONS: Final = 32
"""Sessions kept; the oldest go first. They end by themselves after hours."""

MAX_FILE_BYTES: Final = 4_194_304
"""Bytes of the file: as many sessions with the largest cards."""

_OWNER_ONLY: Final = 0o600
_OTHERS: Final = 0o077


class KeptSession(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A session with a centre.

    Attributes:
        url: of the centre.
        party: whose centre it is.
        officer: who is logged in.
        roles: as what the officer may act, by rank.
        token: of the session; whoever has it acts as the officer.
        card: exact bytes of the centre's card, whose pin its certificate must have; empty for plain http.
    """

    url: str
    party: str
    officer: str
    roles: tuple[str, ...]
    token: str
    card: bytes = b""


_SESSIONS: Final = msgspec.json.Decoder(tuple[KeptSession, ...])


def user_directory() -> Path:
    """Where wellclear keeps what belongs to the user: below XDG_CONFIG_HOME, else below ~/.config."""
    configured = os.environ.get("XDG_CONFIG_HOME", "")
    return (Path(configured) if configured else Path.home() / ".config") / "wellclear"


def read_sessions() -> tuple[KeptSession, ...]:
    """The sessions kept, the newest first; none where there is no file.

    Raises:
        RuleViolated: `sessions-readable`: others may read or change the file; `sessions-denied`: it cannot be read.
        MalformedInput: `sessions-file`: it is not what `keep_session` writes.
    """
    path = user_directory() / SESSIONS_FILE
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise _denied(path, error) from None
    if mode & _OTHERS:
        raise RuleViolated(
            "others may read the file with the sessions", code="sessions-readable", at=str(path), wanted="chmod 600"
        )
    try:
        return _SESSIONS.decode(content[:MAX_FILE_BYTES])
    except msgspec.MsgspecError:
        raise MalformedInput(
            "the file with the sessions cannot be read", code="sessions-file", at=str(path), wanted="remove it; log in"
        ) from None


def keep_session(session: KeptSession) -> None:
    """Keep a session as the newest, in place of an older one of the same officer at the same centre.

    Raises:
        RuleViolated: `sessions-denied`: it cannot be kept there.
    """
    others = [kept for kept in read_sessions() if not _same(kept, session)]
    _write((session, *others)[:MAX_SESSIONS])


def forget_session(session: KeptSession) -> None:
    """Keep a session no longer."""
    _write(tuple(kept for kept in read_sessions() if not _same(kept, session)))


def _same(one: KeptSession, other: KeptSession) -> bool:
    return (one.url, one.officer) == (other.url, other.officer)


def _write(sessions: tuple[KeptSession, ...]) -> None:
    path = user_directory() / SESSIONS_FILE
    temporary = path.with_name(f".{SESSIONS_FILE}.{os.getpid()}.part")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY), "wb") as file:
            file.write(msgspec.json.encode(sessions))
        temporary.replace(path)
    except OSError as error:
        raise _denied(path, error) from None
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _denied(path: Path, error: OSError) -> RuleViolated:
    return RuleViolated(
        f"the sessions cannot be kept: {error.strerror}",
        code="sessions-denied",
        at=str(path),
        wanted="a directory of your own in XDG_CONFIG_HOME, or WELLCLEAR_TOKEN",
    )
