"""How every route of a USS is answered: who may, what is done in a thread, and refusals as the standard has them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

from litestar import MediaType, Request, Response

from wellclear.api.utm.tokens.scopes import verify_scope
from wellclear.api.utm.tokens.verifying import Caller, TokenVerifier
from wellclear.api.utm.uss.service import Uss
from wellclear.api.utm.wire.faults import fault_of
from wellclear.api.utm.wire.limits import Wire, printed
from wellclear.errors import NotFound, RuleViolated, VerificationFailed, WellclearError

AnyRequest = Request[Any, Any, Any]
Result = TypeVar("Result")

_STATUS_OF_CODE: Final[dict[str, int]] = {
    "utm-scope": 403,
    "intent-manager": 403,
    "version-old": 409,
    "kept-changed": 409,
    "telemetry-state": 409,
    "telemetry-none": 412,
    "reports-many": 429,
}


class Counter:
    """Where requests come in.

    Args:
        uss: that does what they ask.
        verifier: of tokens; used in one thread.
        now_ms: the time.
    """

    def __init__(self, uss: Uss, verifier: TokenVerifier, now_ms: Callable[[], int]) -> None:
        self.uss, self.now_ms, self._verifier = uss, now_ms, verifier

    def enter(self, request: AnyRequest, scopes: Iterable[str]) -> Caller:
        """Who calls.

        Raises:
            VerificationFailed: the token does not hold.
            RuleViolated: `utm-scope`: it does not grant what this needs.
        """
        caller = self._verifier.verified(request.headers.get("authorization", ""), self.now_ms())
        verify_scope(caller.scopes, scopes)
        return caller


async def in_thread(work: Callable[[], Result]) -> Result:
    """Do something that may wait for others, beside the event loop."""
    return await asyncio.to_thread(work)


def as_json(body: Wire, status: int = 200) -> Response[bytes]:
    """An answer."""
    return Response(printed(body), status_code=status, media_type=MediaType.JSON)


def answer_refusal(_request: AnyRequest, error: WellclearError) -> Response[bytes]:
    """A refusal as the standard has it."""
    status = _STATUS_OF_CODE.get(error.code) or _status_of_family(error)
    return Response(printed(fault_of(error)), status_code=status, media_type=MediaType.JSON)


def _status_of_family(error: WellclearError) -> int:
    if isinstance(error, VerificationFailed):
        return 401
    if isinstance(error, NotFound):
        return 404
    return 409 if isinstance(error, RuleViolated) else 400
