"""Who is logged in: bearer tokens, which end when they were idle or open for too long.

Time and chance come in as arguments. Nothing here is durable: after a restart everyone logs in again. Tokens are kept
as hashes alone, so that a picture of the memory gives none away. All is for one thread.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from wellclear.errors import MalformedInput, VerificationFailed
from wellclear.trust.canonical import parse_octets, print_octets

TOKEN_BYTES: Final = 32
"""Random bytes of a token: 256 bits, which nobody guesses."""

MAX_SESSION_MS: Final = 12 * 3_600_000
"""Longest that one login lasts: a watch of twelve hours."""

MAX_IDLE_MS: Final = 2 * 3_600_000
"""Longest without an act or a look: an officer called away. A console that is open looks every second."""

MAX_SESSIONS: Final = 2_000
"""Sessions at once, two for each account; beyond it the one that was idle longest ends."""


@dataclass(frozen=True, slots=True)
class _Session:
    officer: str
    opened_ms: int
    seen_ms: int


class Sessions:
    """Tokens of those who are logged in."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[bytes, _Session] = OrderedDict()

    def open(self, officer: str, token: bytes, now_ms: int) -> str:
        """Open a session for an officer whose password was verified.

        Args:
            officer: the name.
            token: 32 random bytes, used once.
            now_ms: time by a clock that never goes back.

        Returns:
            The token as text, which is shown once.

        Raises:
            MalformedInput: `session-token`: another number of bytes.
        """
        if len(token) != TOKEN_BYTES:
            raise MalformedInput("this is no token", code="session-token", wanted=f"{TOKEN_BYTES} random bytes")
        while len(self._sessions) >= MAX_SESSIONS:
            self._sessions.popitem(last=False)
        self._sessions[_digest(token)] = _Session(officer, now_ms, now_ms)
        return print_octets(token)

    def officer(self, token: str, now_ms: int) -> str:
        """Whose session it is; this counts as a sign of life.

        Raises:
            VerificationFailed: `session-unknown`, or `session-expired`: idle or open for too long.
        """
        digest, session = self._find(token)
        if now_ms - session.opened_ms >= MAX_SESSION_MS or now_ms - session.seen_ms >= MAX_IDLE_MS:
            del self._sessions[digest]
            raise VerificationFailed(
                "the session has ended", code="session-expired", wanted="a new login: wellclear login"
            )
        self._sessions[digest] = replace(session, seen_ms=now_ms)
        self._sessions.move_to_end(digest)
        return session.officer

    def close(self, token: str) -> None:
        """Log out.

        Raises:
            VerificationFailed: `session-unknown`.
        """
        del self._sessions[self._find(token)[0]]

    def close_all(self, officer: str) -> None:
        """Log an officer out everywhere: the password was changed, or the account disabled."""
        for digest in [digest for digest, session in self._sessions.items() if session.officer == officer]:
            del self._sessions[digest]

    def _find(self, token: str) -> tuple[bytes, _Session]:
        try:
            digest = _digest(parse_octets(token))
        except MalformedInput:
            digest = b""
        if digest not in self._sessions:
            raise VerificationFailed(
                "nobody is logged in by this", code="session-unknown", wanted="a new login: wellclear login"
            )
        return digest, self._sessions[digest]


def _digest(token: bytes) -> bytes:
    return sha256(token).digest()
