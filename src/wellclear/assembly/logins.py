"""Logging in: a delay that grows with each wrong password, and no word on which officers there are.

In this order: `Throttle.attempt`; `Doorkeeper.verify`, which takes some 0.1 s and may run in another thread;
`Throttle.succeeded`; `Sessions.open`. Time and chance come in as arguments.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from wellclear.errors import RuleViolated, VerificationFailed
from wellclear.model.officer import Officer, verify_officer_name
from wellclear.trust.canonical import print_octets
from wellclear.trust.password import PASSWORD_SALT_BYTES, hash_password, verify_password

DOORKEEPER_BYTES: Final = 48
"""Random bytes that a doorkeeper is made from: a salt, and a password that nobody has."""

FREE_FAILURES: Final = 3
"""Wrong passwords that cost nothing: at night one mistypes."""

MAX_DELAY_MS: Final = 60_000
"""Longest wait after a wrong password. It grows to a minute and no further, so that who floods the login with an
officer's name from the same address cannot keep that officer away for longer."""

MAX_FORGET_MS: Final = 900_000
"""After so long without a wrong password, those before are forgotten."""

MAX_THROTTLED: Final = 10_000
"""Pairs of name and address whose failures are remembered; beyond it the oldest are forgotten."""


@dataclass(frozen=True, slots=True)
class _Failures:
    count: int
    last_ms: int


class Throttle:
    """How long to wait after wrong passwords, for each name from each address: 1 s, 2 s, 4 s, up to a minute.

    Names that nobody has are counted as those that someone has, so that waiting tells nothing.
    """

    def __init__(self) -> None:
        self._failures: OrderedDict[tuple[str, str], _Failures] = OrderedDict()

    def attempt(self, name: str, address: str, now_ms: int) -> None:
        """Hold only if a password may be tried now, and count it as wrong until `succeeded`.

        It is counted before it is tried, so that many tries at once are not one.

        Args:
            name: as it was typed.
            address: where the try comes from.
            now_ms: time by a clock that never goes back.

        Raises:
            MalformedInput: `officer-name`: nobody can be called so.
            RuleViolated: `login-throttled`.
        """
        verify_officer_name(name)
        wait_ms = self._wait_ms(self._failures.get((name, address)), now_ms)
        if wait_ms > 0:
            raise RuleViolated(
                "too many wrong passwords", code="login-throttled", wanted=f"another try in {-(-wait_ms // 1_000)} s"
            )
        known = self._failures.pop((name, address), None)
        count = 0 if known is None or now_ms - known.last_ms >= MAX_FORGET_MS else known.count
        while len(self._failures) >= MAX_THROTTLED:
            self._failures.popitem(last=False)
        self._failures[name, address] = _Failures(count + 1, now_ms)

    def succeeded(self, name: str, address: str) -> None:
        """Forget the wrong passwords before a right one."""
        self._failures.pop((name, address), None)

    @staticmethod
    def _wait_ms(failures: _Failures | None, now_ms: int) -> int:
        if failures is None or failures.count < FREE_FAILURES:
            return 0
        doubled = min(failures.count - FREE_FAILURES, MAX_DELAY_MS.bit_length())
        return failures.last_ms + min(1_000 << doubled, MAX_DELAY_MS) - now_ms


class Doorkeeper:
    """Verifies passwords so that the time it takes tells nobody which officers there are.

    Whoever is named, one hash of the same cost is computed: of an officer who does not exist, or may not log in, over a
    password that nobody has.
    """

    def __init__(self, chance: bytes) -> None:
        """Hash a password that nobody has, from 48 random bytes."""
        salt, unknown = chance[:PASSWORD_SALT_BYTES], chance[PASSWORD_SALT_BYTES:DOORKEEPER_BYTES]
        self._nobody = hash_password(print_octets(unknown), salt)

    def verify(self, officer: Officer | None, password: str) -> Officer:
        """The officer, if this is the password of one who may log in.

        Args:
            officer: the account that was named, or nothing.
            password: as it was typed.

        Raises:
            VerificationFailed: `login-refused`: whatever was wrong.
        """
        known = officer if officer is not None and officer.enabled else None
        try:
            verify_password(password, self._nobody if known is None else known.password)
        except (VerificationFailed, RuleViolated):
            known = None
        if known is None:
            raise VerificationFailed(
                "name and password do not belong together, or the account is disabled",
                code="login-refused",
                wanted="the name and password of an account that is enabled",
            )
        return known
