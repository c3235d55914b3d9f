"""What a USS is shown of intents, constraints and subscriptions: another's OVN is never among it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from wellclear.api.utm.dss.airspace import Airspace
from wellclear.api.utm.dss.records import Constraint, Intent, Subscription
from wellclear.api.utm.dss.settings import WORDS_FOR_OVN, DssSettings
from wellclear.api.utm.wire import references
from wellclear.api.utm.wire.subscriptions import Subscription as SubscriptionAnswer
from wellclear.api.utm.wire.volumes import time_of

NO_SUBSCRIPTION: Final = "00000000-0000-4000-8000-000000000000"
"""What is written where an intent has no subscription, since the interface requires one: as InterUSS does."""

_identifier: Final = attrgetter("identifier")


@dataclass(frozen=True, slots=True)
class View:
    """The airspace as one USS sees it.

    Attributes:
        airspace: as it is.
        viewer: name of the USS.
        settings: of the service.
    """

    airspace: Airspace
    viewer: str
    settings: DssSettings

    def intents(self, intents: Iterable[Intent]) -> list[references.OperationalIntentReference]:
        """Intents, by identifier."""
        return [self.intent(intent) for intent in sorted(intents, key=_identifier)]

    def constraints(self, constraints: Iterable[Constraint]) -> list[references.ConstraintReference]:
        """Constraints, by identifier."""
        return [self.constraint(constraint) for constraint in sorted(constraints, key=_identifier)]

    def subscriptions(self, found: Iterable[Subscription]) -> list[SubscriptionAnswer]:
        """Subscriptions, by identifier."""
        return [self.subscription(one) for one in sorted(found, key=_identifier)]

    def intent(self, intent: Intent) -> references.OperationalIntentReference:
        """An intent."""
        return references.OperationalIntentReference(
            id=intent.identifier,
            manager=intent.owner,
            uss_availability=self.airspace.available(intent.owner),
            version=intent.version,
            state=intent.state,
            time_start=time_of(intent.start_ms),
            time_end=time_of(intent.end_ms),
            uss_base_url=intent.uss_url,
            subscription_id=intent.subscription or NO_SUBSCRIPTION,
            ovn=self._ovn(intent),
        )

    def constraint(self, constraint: Constraint) -> references.ConstraintReference:
        """A constraint."""
        return references.ConstraintReference(
            id=constraint.identifier,
            manager=constraint.owner,
            uss_availability=self.airspace.available(constraint.owner),
            version=constraint.version,
            time_start=time_of(constraint.start_ms),
            time_end=time_of(constraint.end_ms),
            uss_base_url=constraint.uss_url,
            ovn=self._ovn(constraint),
        )

    def subscription(self, subscription: Subscription) -> SubscriptionAnswer:
        """A subscription."""
        return SubscriptionAnswer(
            id=subscription.identifier,
            version=subscription.version,
            notification_index=subscription.index,
            uss_base_url=subscription.uss_url,
            notify_for_operational_intents=subscription.for_intents,
            notify_for_constraints=subscription.for_constraints,
            implicit_subscription=subscription.implicit,
            dependent_operational_intents=sorted(self.airspace.dependents(subscription.identifier)),
            time_start=time_of(subscription.start_ms),
            time_end=time_of(subscription.end_ms),
        )

    def _ovn(self, entity: Intent | Constraint) -> str | None:
        if entity.owner == self.viewer:
            return entity.ovn
        return WORDS_FOR_OVN if self.settings.words_for_ovn else None
