"""Who may call which operation."""

from __future__ import annotations

from collections.abc import Callable

from wellclear.api.utm.answers import AnyRequest
from wellclear.api.utm.tokens.scopes import SCOPES_OF_OPERATION, verify_scope
from wellclear.api.utm.tokens.verifying import Caller, TokenVerifier


class Admission:
    """Lets in whoever has a token for an operation.

    Args:
        verifier: of tokens.
        now_ms: tells the time, UTC.
    """

    def __init__(self, verifier: TokenVerifier, now_ms: Callable[[], int]) -> None:
        self._verifier, self.now_ms = verifier, now_ms

    def caller(self, request: AnyRequest, operation: str) -> Caller:
        """Who calls.

        Args:
            request: as it came.
            operation: the interface's name of it.

        Raises:
            VerificationFailed: there is no right token.
            RuleViolated: `utm-scope`: it does not grant this operation.
        """
        caller = self._verifier.verified(request.headers.get("authorization", ""), self.now_ms())
        verify_scope(caller.scopes, SCOPES_OF_OPERATION[operation])
        return caller
