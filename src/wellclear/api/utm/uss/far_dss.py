"""A DSS elsewhere, over HTTPS."""

from __future__ import annotations

from typing import Final, TypeVar
from urllib.parse import quote

import msgspec

from wellclear.api.utm.dss.records import Block
from wellclear.api.utm.uss.asking import Asking, Exchange, decoded
from wellclear.api.utm.uss.dss import KeyIncomplete, NotTaken, failed, refused, unknown
from wellclear.api.utm.wire.changes import ChangeConstraintReferenceResponse, ChangeOperationalIntentReferenceResponse
from wellclear.api.utm.wire.references import (
    AirspaceConflictResponse,
    ConstraintReference,
    GetConstraintReferenceResponse,
    GetOperationalIntentReferenceResponse,
    OperationalIntentReference,
    PutConstraintReferenceParameters,
    PutOperationalIntentReferenceParameters,
    QueryConstraintReferencesResponse,
    QueryOperationalIntentReferenceResponse,
    QueryParameters,
)
from wellclear.api.utm.wire.reports import ErrorReport
from wellclear.api.utm.wire.subscriptions import (
    GetSubscriptionResponse,
    PutSubscriptionParameters,
    PutSubscriptionResponse,
    Subscription,
)
from wellclear.api.utm.wire.volumes import Volume4D
from wellclear.errors import MalformedInput

COORDINATION: Final = "utm.strategic_coordination"
PROCESSING: Final = "utm.constraint_processing"
MANAGEMENT: Final = "utm.constraint_management"
MONITORING: Final = "utm.conformance_monitoring_sa"

_SUBSCRIBING: Final = f"{COORDINATION} {PROCESSING}"
"""Scopes of whoever wants to be told of intents and of constraints."""

_OFF_NOMINAL: Final = frozenset({"Nonconforming", "Contingent"})

_NOT_TAKEN: Final = frozenset({400, 403, 404})
"""Statuses of refusals for what a request says, and not for when it comes."""

Form = TypeVar("Form")

_INTENTS: Final = msgspec.json.Decoder(QueryOperationalIntentReferenceResponse)
_CONSTRAINTS: Final = msgspec.json.Decoder(QueryConstraintReferencesResponse)
_INTENT: Final = msgspec.json.Decoder(GetOperationalIntentReferenceResponse)
_CONSTRAINT: Final = msgspec.json.Decoder(GetConstraintReferenceResponse)
_INTENT_CHANGE: Final = msgspec.json.Decoder(ChangeOperationalIntentReferenceResponse)
_CONSTRAINT_CHANGE: Final = msgspec.json.Decoder(ChangeConstraintReferenceResponse)
_SUBSCRIPTION: Final = msgspec.json.Decoder(GetSubscriptionResponse)
_SUBSCRIPTION_CHANGE: Final = msgspec.json.Decoder(PutSubscriptionResponse)
_REPORT: Final = msgspec.json.Decoder(ErrorReport)
_CONFLICT: Final = msgspec.json.Decoder(AirspaceConflictResponse)


class FarDss:
    """As in the port `Dss`; each request is made with the scopes that it needs and no more.

    Args:
        url: base URL of the DSS, without `/dss/v1`.
        asking: makes the requests.
    """

    def __init__(self, url: str, asking: Asking) -> None:
        self._url, self._asking = f"{url.rstrip('/')}/dss/v1", asking

    def intents(self, area: Volume4D) -> list[OperationalIntentReference]:
        """As in the port."""
        found = self._get("POST", "operational_intent_references/query", COORDINATION, QueryParameters(area))
        return self._read(found, _INTENTS).operational_intent_references

    def constraints(self, area: Volume4D) -> list[ConstraintReference]:
        """As in the port."""
        found = self._get("POST", "constraint_references/query", PROCESSING, QueryParameters(area))
        return self._read(found, _CONSTRAINTS).constraint_references

    def intent(self, identifier: str) -> OperationalIntentReference | None:
        """As in the port."""
        found = self._get("GET", f"operational_intent_references/{quote(identifier)}", COORDINATION)
        if found.status == 404:
            return None
        return self._read(found, _INTENT).operational_intent_reference

    def extent(self, identifier: str) -> tuple[Block, ...]:
        """As in the port: another DSS does not show it."""
        del identifier
        return ()

    def constraint(self, identifier: str) -> ConstraintReference | None:
        """As in the port."""
        found = self._get("GET", f"constraint_references/{quote(identifier)}", PROCESSING)
        return None if found.status == 404 else self._read(found, _CONSTRAINT).constraint_reference

    def put_intent(
        self, identifier: str, ovn: str, wanted: PutOperationalIntentReferenceParameters
    ) -> ChangeOperationalIntentReferenceResponse:
        """As in the port.

        Raises:
            KeyIncomplete: as in the port.
        """
        scope = f"{MONITORING} {_SUBSCRIBING}" if wanted.state in _OFF_NOMINAL else _SUBSCRIBING
        found = self._get("PUT", _path("operational_intent_references", identifier, ovn), scope, wanted)
        if found.status == 409:
            missing = self._missing(found)
            if missing.missing_operational_intents or missing.missing_constraints:
                raise KeyIncomplete(missing)
        return self._read(found, _INTENT_CHANGE)

    def delete_intent(self, identifier: str, ovn: str) -> ChangeOperationalIntentReferenceResponse:
        """As in the port."""
        found = self._get("DELETE", _path("operational_intent_references", identifier, ovn), COORDINATION)
        return self._read(found, _INTENT_CHANGE)

    def put_constraint(
        self, identifier: str, ovn: str, wanted: PutConstraintReferenceParameters
    ) -> ChangeConstraintReferenceResponse:
        """As in the port."""
        found = self._get("PUT", _path("constraint_references", identifier, ovn), MANAGEMENT, wanted)
        return self._read(found, _CONSTRAINT_CHANGE)

    def delete_constraint(self, identifier: str, ovn: str) -> ChangeConstraintReferenceResponse:
        """As in the port."""
        found = self._get("DELETE", _path("constraint_references", identifier, ovn), MANAGEMENT)
        return self._read(found, _CONSTRAINT_CHANGE)

    def subscription(self, identifier: str) -> Subscription | None:
        """As in the port."""
        found = self._get("GET", f"subscriptions/{quote(identifier)}", COORDINATION)
        return None if found.status in {403, 404} else self._read(found, _SUBSCRIPTION).subscription

    def put_subscription(
        self, identifier: str, version: str, wanted: PutSubscriptionParameters
    ) -> PutSubscriptionResponse:
        """As in the port."""
        found = self._get("PUT", _path("subscriptions", identifier, version), _SUBSCRIBING, wanted)
        return self._read(found, _SUBSCRIPTION_CHANGE)

    def report(self, report: ErrorReport) -> None:
        """As in the port."""
        self._read(self._get("POST", "reports", COORDINATION, report), _REPORT)

    def _get(self, method: str, path: str, scope: str, body: object = None) -> Exchange:
        return self._asking.ask(method, f"{self._url}/{path}", scope, body)

    def _missing(self, found: Exchange) -> AirspaceConflictResponse:
        try:
            return decoded(found.answer, _CONFLICT, "the DSS")
        except MalformedInput:
            raise refused(found.method, "HTTP 409 without what is missing") from None

    def _read(self, found: Exchange, decoder: msgspec.json.Decoder[Form]) -> Form:
        what, words = f"{found.method} {found.url}", f"HTTP {found.status}, {_words(found.answer)}"
        if found.status == 404 and found.method == "DELETE":
            raise unknown(found.url)
        if found.status in _NOT_TAKEN:
            raise NotTaken(what, words)
        if 400 <= found.status < 500:
            raise refused(what, words)
        if found.status not in {200, 201}:
            raise failed(what, words)
        try:
            return decoded(found.answer, decoder, "the DSS")
        except MalformedInput as error:
            raise failed(what, error.message) from None


def _path(kind: str, identifier: str, ovn: str) -> str:
    return "/".join(quote(part, safe="") for part in (kind, identifier, ovn) if part)


def _words(content: bytes) -> str:
    """What was given as a reason, as far as a line holds it."""
    return "".join(letter if letter.isprintable() else "?" for letter in content[:300].decode("utf-8", "replace"))
