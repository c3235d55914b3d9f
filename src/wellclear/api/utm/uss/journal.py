"""What F3548-21 wants logged, kept as it happens, and exported as a set in the standard's form."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Final, TypeVar
from uuid import uuid4

import msgspec

from wellclear.api.utm.dss.records import KEPT_AFTER_END_MS
from wellclear.api.utm.uss.asking import Exchange
from wellclear.api.utm.uss.keeping import Keeping, Kind
from wellclear.api.utm.wire.limits import MAX_UTM_RECORD_CHARACTERS, Wire
from wellclear.api.utm.wire.logs import (
    ConstraintProviderAssociation,
    OperationalIntentPositions,
    OperatorAssociation,
    PlanningRecord,
    UserInputRecord,
    UserNotificationRecord,
    USSLogSet,
)
from wellclear.api.utm.wire.reports import ExchangeRecord
from wellclear.api.utm.wire.volumes import time_of

KEPT_MS: Final = 45 * 86_400_000
"""How long records are kept: F3548-21 wants 45 days at least."""

MAX_RECORDED_BYTES: Final = MAX_UTM_RECORD_CHARACTERS // 4 * 3
"""Bytes of a body that a record holds whole; of a longer one it holds so many, and says so."""

Record = (
    ExchangeRecord
    | UserNotificationRecord
    | UserInputRecord
    | OperatorAssociation
    | PlanningRecord
    | OperationalIntentPositions
    | ConstraintProviderAssociation
)

_NAMES: Final[dict[str, type[Wire]]] = {
    "messages": ExchangeRecord,
    "operator_notifications": UserNotificationRecord,
    "operator_inputs": UserInputRecord,
    "operator_associations": OperatorAssociation,
    "planning_attempts": PlanningRecord,
    "operational_intent_positions": OperationalIntentPositions,
    "constraint_provider_associations": ConstraintProviderAssociation,
}
_DECODERS: Final = {name: msgspec.json.Decoder(form) for name, form in _NAMES.items()}
_LIST_OF: Final = {form: name for name, form in _NAMES.items()}

Form = TypeVar("Form", bound=Wire)


class Journal:
    """Writes records.

    Args:
        keeping: where they are kept.
        now_ms: the time.
    """

    def __init__(self, keeping: Keeping, now_ms: Callable[[], int]) -> None:
        self._keeping, self._now_ms = keeping, now_ms

    def add(self, record: Record) -> None:
        """Keep a record."""
        name = f"{_LIST_OF[type(record)]} {uuid4()}"
        self._keeping.put(Kind.RECORD, name, msgspec.json.encode(record), self._now_ms(), 0)

    def exchanged(self, exchange: Exchange) -> None:
        """Keep a request of ours and its answer."""
        self.add(record_of(exchange, "Client"))

    def served(self, exchange: Exchange) -> None:
        """Keep a request of another USS and what it was answered."""
        self.add(record_of(exchange, "Server"))

    def exported(self, start_ms: int, end_ms: int) -> USSLogSet:
        """All records of a time.

        Raises:
            RuleViolated: `kept-many`: ask for a shorter time.
        """
        found: dict[str, list[Wire]] = {name: [] for name in _NAMES}
        for kept in self._keeping.listed(Kind.RECORD, start_ms, end_ms):
            name = kept.name.partition(" ")[0]
            found[name].append(_DECODERS[name].decode(kept.content))
        return USSLogSet(**found)  # type: ignore[arg-type] # each list holds what its name says

    def forget_old(self) -> None:
        """Remove what was kept long enough, and what peers told of entities that ended a while ago."""
        for kind in (Kind.RECORD, Kind.NOTIFICATION, Kind.ANSWER, Kind.REPORT):
            self._keeping.clear(kind, self._now_ms() - KEPT_MS)
        for kind in (Kind.INTENT, Kind.CONSTRAINT):
            self._keeping.clear(kind, self._now_ms() - KEPT_AFTER_END_MS)


def record_of(exchange: Exchange, role: str) -> ExchangeRecord:
    """An exchange in the standard's form. Of the token all but its signature is kept: it cannot be used again."""
    cut = max(len(exchange.body), len(exchange.answer)) > MAX_RECORDED_BYTES
    problem = " ".join(filter(None, (exchange.problem, "the bodies are cut" if cut else "")))
    return ExchangeRecord(
        url=exchange.url[:10_000],
        method=exchange.method,
        recorder_role="Client" if role == "Client" else "Server",
        request_time=time_of(exchange.asked_ms),
        request_source=None,
        headers=[f"Authorization: Bearer {exchange.token.rpartition('.')[0][:9_000]}."],
        request_body=_recorded(exchange.body),
        response_time=time_of(exchange.answered_ms) if exchange.status else None,
        response_body=_recorded(exchange.answer) if exchange.status else None,
        response_code=exchange.status or None,
        problem=problem or None,
    )


def _recorded(body: bytes) -> str:
    return b64encode(body[:MAX_RECORDED_BYTES]).decode()
