"""The other USSs: their details are asked for, and they are told of changes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec
import structlog

from wellclear.api.utm.uss.asking import Asking, decoded
from wellclear.api.utm.uss.far_dss import COORDINATION, MANAGEMENT, PROCESSING
from wellclear.api.utm.uss.keeping import Keeping, Kind
from wellclear.api.utm.uss.lanes import Lanes
from wellclear.api.utm.wire.details import (
    Constraint,
    GetConstraintDetailsResponse,
    GetOperationalIntentDetailsResponse,
    OperationalIntent,
    PutConstraintDetailsParameters,
    PutOperationalIntentDetailsParameters,
)
from wellclear.api.utm.wire.references import ConstraintReference, OperationalIntentReference
from wellclear.api.utm.wire.subscriptions import SubscriberToNotify
from wellclear.errors import PeerUnavailable, WellclearError

OWED_MS: Final = 15 * 60_000
"""How long a notice that a peer does not take is sent again; then its own look at the DSS must do."""

Notice = PutOperationalIntentDetailsParameters | PutConstraintDetailsParameters
Form = TypeVar("Form")
log = structlog.get_logger("wellclear.utm")


class Owed(msgspec.Struct, frozen=True):
    """A notice that a peer has not taken.

    Attributes:
        url: where it goes.
        scope: that it needs.
        body: exact bytes.
        since_ms: since when.
    """

    url: str
    scope: str
    body: msgspec.Raw
    since_ms: int


_INTENT: Final = msgspec.json.Decoder(GetOperationalIntentDetailsResponse)
_CONSTRAINT: Final = msgspec.json.Decoder(GetConstraintDetailsResponse)
_OWED: Final = msgspec.json.Decoder(Owed)


class Peers:
    """Speaks with all other USSs.

    Args:
        asking: makes the requests.
        keeping: where notices are kept until they are taken.
        own_url: base URL of this USS, which is not told of its own changes.
        now_ms: the time.
    """

    def __init__(self, asking: Asking, keeping: Keeping, own_url: str, now_ms: Callable[[], int]) -> None:
        self._asking, self._keeping, self._own_url, self._now_ms = asking, keeping, own_url, now_ms
        self._details_lanes, self._notice_lanes = Lanes("utm-details"), Lanes("utm-notice")
        self._under_way = set[str]()

    def intent(self, reference: OperationalIntentReference) -> Future[OperationalIntent]:
        """The details of a peer's intent, as it tells them.

        Raises:
            PeerUnavailable: the result does: it does not answer, or does not give them.
            MalformedInput: the result does: `answer-form`.
        """
        url = f"{reference.uss_base_url}/uss/v1/operational_intents/{reference.id}"
        return self._details_lanes.submit(
            reference.manager, lambda: self._details(url, COORDINATION, _INTENT).operational_intent
        )

    def constraint(self, reference: ConstraintReference) -> Future[Constraint]:
        """The details of a peer's constraint, as it tells them; errors as `intent`."""
        url = f"{reference.uss_base_url}/uss/v1/constraints/{reference.id}"
        return self._details_lanes.submit(
            reference.manager, lambda: self._details(url, PROCESSING, _CONSTRAINT).constraint
        )

    def tell(self, subscribers: list[SubscriberToNotify], notice: Callable[[SubscriberToNotify], Notice]) -> None:
        """Tell all subscribers of a change; what is not taken at once is kept and sent again."""
        for subscriber in subscribers:
            if subscriber.uss_base_url == self._own_url:
                continue
            body = notice(subscriber)
            of_intent = isinstance(body, PutOperationalIntentDetailsParameters)
            kind, scope = ("operational_intents", COORDINATION) if of_intent else ("constraints", MANAGEMENT)
            url = f"{subscriber.uss_base_url}/uss/v1/{kind}"
            owed = Owed(url, scope, msgspec.Raw(msgspec.json.encode(body)), self._now_ms())
            name = str(uuid4())
            self._keeping.put(Kind.OWED, name, msgspec.json.encode(owed), owed.since_ms, 0)
            self._submit(name, owed)

    def tell_again(self) -> None:
        """Send what was not taken; what still waits to be sent is not asked for twice."""
        for kept in self._keeping.each(Kind.OWED, end_ms=self._now_ms() - 5_000):
            if kept.name not in self._under_way:
                self._keeping.put(Kind.OWED, kept.name, kept.content, self._now_ms())
                self._submit(kept.name, _OWED.decode(kept.content))

    def close(self) -> None:
        """End what is under way."""
        self._details_lanes.close()
        self._notice_lanes.close()

    def _details(self, url: str, scope: str, decoder: msgspec.json.Decoder[Form]) -> Form:
        found = self._asking.ask("GET", url, scope)
        if found.status != 200:
            raise PeerUnavailable(
                f"a USS gives no details: HTTP {found.status} at {url}", code="details-missing", wanted="another try"
            )
        return decoded(found.answer, decoder, "a USS")

    def _submit(self, name: str, owed: Owed) -> None:
        self._under_way.add(name)
        self._notice_lanes.submit(urlsplit(owed.url).netloc, lambda: self._sent(name, owed))

    def _sent(self, name: str, owed: Owed) -> None:
        try:
            self._send(name, owed)
        finally:
            self._under_way.discard(name)

    def _send(self, name: str, owed: Owed) -> None:
        """Send a notice; what is too old, or refused for good, is not sent again, and stands in the journal."""
        if self._now_ms() > owed.since_ms + OWED_MS:
            log.warning("a peer did not take a notice", url=owed.url)
            self._keeping.remove(Kind.OWED, name)
            return
        try:
            found = self._asking.ask("POST", owed.url, owed.scope, owed.body)
        except PeerUnavailable as error:
            log.info("a peer was not told", url=owed.url, why=error.message)
            return
        except WellclearError as error:
            log.warning("a peer cannot be told", url=owed.url, why=error.message)
        else:
            if found.status >= 500 or found.status in {401, 403, 429}:
                return
        self._keeping.remove(Kind.OWED, name)
