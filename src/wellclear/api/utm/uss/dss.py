"""The DSS that a USS uses, as a port: in this process, or elsewhere over HTTPS."""

from __future__ import annotations

from typing import Protocol

from wellclear.api.utm.dss.records import Block
from wellclear.api.utm.wire.changes import ChangeConstraintReferenceResponse, ChangeOperationalIntentReferenceResponse
from wellclear.api.utm.wire.references import (
    AirspaceConflictResponse,
    ConstraintReference,
    OperationalIntentReference,
    PutConstraintReferenceParameters,
    PutOperationalIntentReferenceParameters,
)
from wellclear.api.utm.wire.reports import ErrorReport
from wellclear.api.utm.wire.subscriptions import PutSubscriptionParameters, PutSubscriptionResponse, Subscription
from wellclear.api.utm.wire.volumes import Volume4D
from wellclear.errors import NotFound, PeerUnavailable, RuleViolated


class KeyIncomplete(RuleViolated):
    """The key of a change did not name all that it intersects; nothing was changed.

    Attributes:
        missing: what it did not name.
    """

    def __init__(self, missing: AirspaceConflictResponse) -> None:
        super().__init__(missing.message, code="utm-key-incomplete", wanted="the OVNs of all that intersects")
        self.missing = missing


class NotTaken(PeerUnavailable):
    """The DSS refused a request for what it says, so that nothing was changed.

    Another request may be taken at once; of one that comes at a wrong time, or too often, that is not so.
    """

    def __init__(self, what: str, words: str) -> None:
        super().__init__(f"the DSS refused {what}: {words}", code="dss-refused", wanted="a look at the log")


class Dss(Protocol):
    """What a USS asks of a DSS. Each may raise PeerUnavailable: it does not answer, or does not do what it should.

    A change that is answered with PeerUnavailable may have been made all the same; who made it asks again.
    """

    def intents(self, area: Volume4D) -> list[OperationalIntentReference]:
        """All intents in a volume, own ones included."""

    def constraints(self, area: Volume4D) -> list[ConstraintReference]:
        """All constraints in a volume, own ones included."""

    def intent(self, identifier: str) -> OperationalIntentReference | None:
        """One intent; nothing where there is none."""

    def extent(self, identifier: str) -> tuple[Block, ...]:
        """The volumes that the DSS holds of an intent or a constraint; none where it does not show them."""

    def constraint(self, identifier: str) -> ConstraintReference | None:
        """One constraint; nothing where there is none."""

    def put_intent(
        self, identifier: str, ovn: str, wanted: PutOperationalIntentReferenceParameters
    ) -> ChangeOperationalIntentReferenceResponse:
        """Create an intent, where `ovn` is empty, or change it.

        Raises:
            KeyIncomplete: the key does not name all that intersects.
            NotTaken: the subscription that it names, among others, is not what the DSS wants.
        """

    def delete_intent(self, identifier: str, ovn: str) -> ChangeOperationalIntentReferenceResponse:
        """Delete an intent.

        Raises:
            NotFound: `dss-unknown`: there is none.
        """

    def put_constraint(
        self, identifier: str, ovn: str, wanted: PutConstraintReferenceParameters
    ) -> ChangeConstraintReferenceResponse:
        """Create a constraint, where `ovn` is empty, or change it."""

    def delete_constraint(self, identifier: str, ovn: str) -> ChangeConstraintReferenceResponse:
        """Delete a constraint; errors as `delete_intent`."""

    def subscription(self, identifier: str) -> Subscription | None:
        """One subscription of our own; nothing where there is none."""

    def put_subscription(
        self, identifier: str, version: str, wanted: PutSubscriptionParameters
    ) -> PutSubscriptionResponse:
        """Create a subscription, where `version` is empty, or change it."""

    def report(self, report: ErrorReport) -> None:
        """Report a problem."""


def refused(what: str, words: str) -> PeerUnavailable:
    """The DSS refuses what it should do, so that nothing was changed: a fault of ours or its own, and of no user."""
    return PeerUnavailable(f"the DSS refused {what}: {words}", code="dss-refused", wanted="a look at the log")


def failed(what: str, words: str) -> PeerUnavailable:
    """The DSS failed: whether the change was made is not known."""
    return PeerUnavailable(f"the DSS failed at {what}: {words}", code="dss-failed", wanted="another try in a while")


def unknown(what: str) -> NotFound:
    """The DSS has no such entity."""
    return NotFound(f"the DSS knows nothing of {what}", code="dss-unknown")
