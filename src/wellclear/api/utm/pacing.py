"""How much one USS may ask in a time: a burst, and then a steady rate, for each kind of request by itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Final

from wellclear.errors import RuleViolated
from wellclear.transport.allowance import Allowances, Rate

NOTICES: Final = Rate(per_s=20, burst=2_000)
"""Notices of one USS: it may plan two thousand flights near ours at once."""

DETAILS: Final = Rate(per_s=20, burst=2_000)
"""Questions of one USS for details: as many flights of ours it may be near."""

POSITIONS: Final = Rate(per_s=20, burst=1_000)
"""Questions of one USS for telemetry: twenty flights off their plans at once, looked at each second."""

REPORTS: Final = Rate(per_s=1 / 60, burst=100)
"""Reports of one USS: somebody must read them."""

PEER: Final = Rate(per_s=5, burst=50_000)
"""Requests of one USS to `/uss/v1` in all: each stands in the journal for 45 days, which so grows by some gigabytes."""

DSS_BURST_S: Final = 5.0
"""Seconds of its rate that a USS may ask of the DSS at once."""

_OF_OPERATION: Final[Mapping[str, tuple[str, ...]]] = {
    "notifyOperationalIntentDetailsChanged": ("notices", "peer"),
    "notifyConstraintDetailsChanged": ("notices", "peer"),
    "getOperationalIntentDetails": ("details", "peer"),
    "getConstraintDetails": ("details", "peer"),
    "getOperationalIntentTelemetry": ("positions", "peer"),
    "makeUssReport": ("reports", "peer"),
    "makeDssReport": ("reports", "dss"),
}
"""From which allowances a request of `/uss/v1` or a report is taken; all others of `/dss/v1` from that of the DSS."""

_DSS: Final = ("dss",)
_UNPACED: Final = frozenset(
    {"GetStatus", "ClearArea", "UpsertFlightPlan", "DeleteFlightPlan", "QueryUserNotifications", "GetVersion"}
)
"""Operations of interfaces that do not list 429: those who use them are our own users."""


class Pace:
    """Allowances by USS. For one thread.

    Args:
        dss_per_s: requests to the DSS that one USS may make a second.
        now_s: a clock that only goes forward.
    """

    def __init__(self, dss_per_s: float, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        rates = {
            "notices": NOTICES,
            "details": DETAILS,
            "positions": POSITIONS,
            "reports": REPORTS,
            "peer": PEER,
            "dss": Rate(dss_per_s, dss_per_s * DSS_BURST_S),
        }
        self._left: dict[str, Allowances[str]] = {name: Allowances(rate) for name, rate in rates.items()}

    def spend(self, uss: str, operation: str) -> None:
        """Count a request.

        Args:
            uss: who asks.
            operation: the interface's name of what it asks for.

        Raises:
            RuleViolated: `utm-rate`: too many came.
        """
        if operation in _UNPACED:
            return
        now_s = self._now_s()
        if not all(self._left[name].spend(uss, 1, now_s) for name in _OF_OPERATION.get(operation, _DSS)):
            raise RuleViolated(
                "this USS asks too much in a short time", code="utm-rate", wanted="the same again in a while"
            )
