"""Who may call which operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from wellclear.api.utm.answers import AnyRequest
from wellclear.api.utm.pacing import Pace
from wellclear.api.utm.tokens.scopes import SCOPES_OF_OPERATION, verify_scope
from wellclear.api.utm.tokens.verifying import Caller, TokenVerifier

CALLER: Final = "utm-caller"
"""Where in the state of a request stands who calls, once that is verified."""


class Admission:
    """Lets in whoever has a token for an operation.

    Args:
        verifier: of tokens.
        now_ms: tells the time, UTC.
        pace: how much each USS may ask.
    """

    def __init__(self, verifier: TokenVerifier, now_ms: Callable[[], int], pace: Pace) -> None:
        self._verifier, self.now_ms, self._pace = verifier, now_ms, pace

    def caller(self, request: AnyRequest, operation: str) -> Caller:
        """Who calls.

        Args:
            request: as it came.
            operation: the interface's name of it.

        Raises:
            VerificationFailed: there is no right token.
            RuleViolated: `utm-scope`: it does not grant this operation; `utm-rate`: too many requests came.
        """
        caller = self._verifier.verified(request.headers.get("authorization", ""), self.now_ms())
        verify_scope(caller.scopes, SCOPES_OF_OPERATION[operation])
        request.scope["state"][CALLER] = caller.name
        self._pace.spend(caller.name, operation)
        return caller
