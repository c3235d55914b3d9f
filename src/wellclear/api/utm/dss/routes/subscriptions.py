"""Subscriptions over HTTP."""

from __future__ import annotations

from typing import Final

import msgspec
from litestar import Response, Router, delete, get, post, put

from wellclear.api.utm.answers import AnyRequest, answered, made_of
from wellclear.api.utm.dss.asked import area_asked, subscribed_extent
from wellclear.api.utm.dss.routes.paths import identifier_in, verify_whole, version_in
from wellclear.api.utm.dss.service import Dss
from wellclear.api.utm.dss.subscriptions import (
    DeleteSubscription,
    GetSubscription,
    PutSubscription,
    QuerySubscriptions,
)
from wellclear.api.utm.tokens.verifying import Caller
from wellclear.api.utm.wire.references import QueryParameters
from wellclear.api.utm.wire.subscriptions import PutSubscriptionParameters

ROOT = "/dss/v1/subscriptions"

_QUERY: Final = msgspec.json.Decoder(QueryParameters)
_SUBSCRIPTION: Final = msgspec.json.Decoder(PutSubscriptionParameters)


def subscription_routes(dss: Dss) -> Router:
    """The five operations; a version that is missing when one is deleted is told by us."""
    paths = [f"{ROOT}/{{subscriptionid:str}}", f"{ROOT}/{{subscriptionid:str}}/{{version:str}}"]

    @post(f"{ROOT}/query", operation_id="querySubscriptions")
    async def query(request: AnyRequest) -> Response[bytes]:
        """All own subscriptions in a volume."""
        caller = dss.admission.caller(request, "querySubscriptions")
        _, extent = await made_of(request, _QUERY, lambda asked: area_asked(asked, dss.admission.now_ms()))
        return answered(await dss.turns.take(QuerySubscriptions(caller, extent, dss.settings)))

    @get(f"{ROOT}/{{subscriptionid:str}}", operation_id="getSubscription")
    async def read(request: AnyRequest) -> Response[bytes]:
        """One own subscription."""
        caller = dss.admission.caller(request, "getSubscription")
        act = GetSubscription(caller, identifier_in(request, "subscriptionid"), dss.settings)
        return answered(await dss.turns.take(act))

    @put(f"{ROOT}/{{subscriptionid:str}}", operation_id="createSubscription")
    async def create(request: AnyRequest) -> Response[bytes]:
        """Create a subscription."""
        caller = dss.admission.caller(request, "createSubscription")
        verify_whole(request, "version")
        return await _put(dss, request, caller, identifier_in(request, "subscriptionid"), None)

    @put(f"{ROOT}/{{subscriptionid:str}}/{{version:str}}", operation_id="updateSubscription")
    async def update(request: AnyRequest) -> Response[bytes]:
        """Change a subscription."""
        caller = dss.admission.caller(request, "updateSubscription")
        identifier = identifier_in(request, "subscriptionid")
        return await _put(dss, request, caller, identifier, version_in(request, "version"))

    @delete(paths, status_code=200, operation_id="deleteSubscription")
    async def remove(request: AnyRequest) -> Response[bytes]:
        """End a subscription."""
        caller = dss.admission.caller(request, "deleteSubscription")
        identifier = identifier_in(request, "subscriptionid")
        act = DeleteSubscription(caller, identifier, version_in(request, "version"), dss.settings)
        return answered(await dss.turns.take(act))

    return Router("/", route_handlers=[query, read, create, update, remove])


async def _put(dss: Dss, request: AnyRequest, caller: Caller, identifier: str, version: str | None) -> Response[bytes]:
    asked, extent = await made_of(request, _SUBSCRIPTION, lambda body: subscribed_extent(body.extents))
    return answered(await dss.turns.take(PutSubscription(caller, identifier, version, asked, extent, dss.settings)))
