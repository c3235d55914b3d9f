"""A centre's office: the running centre and the gate to it; what every route of officers works with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.types import Guard

from wellclear.api.gate import Acting, Gate
from wellclear.assembly.running import RunningCentre
from wellclear.centre.state.operations import Delivery
from wellclear.centre.state.state import State
from wellclear.errors import PeerUnavailable

ROLE_HEADER: Final = "wellclear-role"
"""Header that names the role in which a request is made."""

AnyRequest = Request[Any, Any, Any]
_ACTING: Final = "acting"


@dataclass(frozen=True, slots=True)
class Office:
    """What the routes of officers work with.

    Attributes:
        centre: that runs.
        gate: who comes in.
    """

    centre: RunningCentre
    gate: Gate

    def state(self) -> State:
        """What is shown: what is on disk, while the centre knows that it leads.

        Raises:
            PeerUnavailable: `not-leading`: what it knows may be old, and old is not shown as new.
        """
        if not self.centre.leads:
            raise PeerUnavailable(
                "the centre could commit nothing for a while: what it knows may be old",
                code="not-leading",
                wanted="the centre that leads",
            )
        return self.centre.state

    def inclusion(self, party: str, delivery: Delivery) -> str:
        """Whether the receipt of a delivery is proven to stand in its maker's log."""
        receipts, now_ms = self.centre.witnessing.proving.receipts, self.centre.now_ms()
        return receipts.of(party, delivery.notice, delivery.received_ms, now_ms).value

    @property
    def admit(self) -> Guard:
        """Guard of every route that only who is logged in may use; raises what `Gate.acting` raises."""
        gate = self.gate

        def admit(connection: ASGIConnection[Any, Any, Any, Any], _route: BaseRouteHandler) -> None:
            headers = connection.headers
            found = gate.acting(headers.get("authorization", ""), headers.get(ROLE_HEADER, ""))
            connection.scope["state"][_ACTING] = found

        return admit


def acting(request: AnyRequest) -> Acting:
    """The officer of a request whose route `Office.admit` guards."""
    found: Acting = request.scope["state"][_ACTING]
    return found
