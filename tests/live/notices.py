"""What a USS here has planned, and what a peer may tell it of an intent that the DSS holds."""

from __future__ import annotations

from typing import Any

import msgspec

from live.utm import Served, World, identifier, request, volume
from wellclear.api.utm.dss.settings import DssSettings
from wellclear.api.utm.uss.dss import failed
from wellclear.api.utm.uss.own_dss import OwnDss
from wellclear.api.utm.wire.references import (
    OperationalIntentReference,
    PutOperationalIntentReferenceParameters,
)
from wellclear.api.utm.wire.volumes import Volume4D


def planned(served: Served, world: World, **more: object) -> tuple[str, str]:
    """A plan and the identifier of its intent."""
    plan = identifier()
    answer = served.plan(plan, request(volume(world.clock()), **more))
    assert answer["planning_result"] == "Completed", answer
    return plan, served.uss.flights.flight(plan)[0].intent


def away(_identifier: str) -> None:
    """A DSS that does not answer."""
    raise failed("a read", "no answer")


def dss_of(world: World, name: str) -> OwnDss:
    """The DSS as one USS sees it."""
    return OwnDss(world.turns, world.loop, name, DssSettings())


def held_intent(world: World, entity: str, version: int) -> OperationalIntentReference:
    """An intent of the USS ``peer`` that the DSS holds in a version, or in a later one."""
    dss, now_ms = dss_of(world, "peer"), world.clock()
    area = msgspec.convert(volume(now_ms, radius_m=300, start_min=-10, end_min=40), Volume4D)
    while (held := dss.intent(entity)) is None or held.version < version:
        known = [one for name in ("uss1", "uss2", "peer") for one in dss_of(world, name).intents(area)]
        key = sorted({one.ovn for one in known if one.ovn})
        wanted = PutOperationalIntentReferenceParameters([area], "Accepted", "https://peer.example", key)
        dss.put_intent(entity, held.ovn or "" if held else "", wanted)
    return held


def end_intent(world: World, entity: str) -> None:
    dss = dss_of(world, "peer")
    dss.delete_intent(entity, dss.intent(entity).ovn)


def intent_notice(
    served: Served, world: World, entity: str, version: int = 1, *, held: bool = True, **more: object
) -> dict[str, Any]:
    """What the USS ``peer`` may tell of an intent of its own, to a subscription of a USS here."""
    made = held_intent(world, entity if held else identifier(), version)
    state = more.pop("state", "Accepted")
    reference = msgspec.structs.replace(made, id=entity, version=version, state=state)
    details = {"volumes": [volume(world.clock())], "priority": 5} | more
    return {
        "operational_intent_id": entity,
        "operational_intent": {"reference": msgspec.to_builtins(reference), "details": details},
        "subscriptions": [{"subscription_id": subscription_of(served), "notification_index": 1}],
    }


def subscription_of(served: Served) -> str:
    (flight, _), *_ = served.uss.flights.all()
    return flight.reference.subscription_id
