"""Notices of what the DSS does not hold, and of the end of what it does."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from live.notices import away, dss_of, end_intent, intent_notice, planned, subscription_of
from live.utm import World, identifier, volume
from wellclear.api.utm.wire.references import (
    PutConstraintReferenceParameters,
)
from wellclear.api.utm.wire.volumes import Volume4D

STRATEGIC, PROVIDER = "utm.strategic_coordination", "utm.constraint_management"


@pytest.mark.parametrize("silent", [False, True])
def test_an_intent_that_the_dss_does_not_hold_is_refused_and_reported(world: World, *, silent: bool) -> None:
    one, entity = world.uss("uss1"), identifier()
    planned(one, world)
    phantom = intent_notice(one, world, entity, held=False)
    if silent:
        one.uss.dss.intent = away
    answer = one.ask("POST", "/uss/v1/operational_intents", STRATEGIC, "peer", json=phantom)
    assert answer.status_code == (204 if silent else 400), answer.text
    assert len(one.told()) == len(list(one.uss.airspace.intents_known())) == (1 if silent else 0)
    assert [entity in str(report.exchange) for report in world.reports()] == ([] if silent else [True])


@pytest.mark.parametrize("silent", [False, True])
def test_a_constraint_that_the_dss_does_not_hold_is_refused_and_reported(world: World, *, silent: bool) -> None:
    one, entity, area = world.uss("uss1"), identifier(), volume(world.clock())
    planned(one, world)
    wanted = PutConstraintReferenceParameters([msgspec.convert(area, Volume4D)], "https://authority.example")
    real = dss_of(world, "authority").put_constraint(identifier(), "", wanted).constraint_reference
    reference = msgspec.to_builtins(msgspec.structs.replace(real, id=entity))
    phantom = {
        "constraint_id": entity,
        "constraint": {"reference": reference, "details": {"volumes": [area]}},
        "subscriptions": [{"subscription_id": subscription_of(one), "notification_index": 1}],
    }
    if silent:
        one.uss.dss.constraint = away
    answer = one.ask("POST", "/uss/v1/constraints", PROVIDER, "authority", json=phantom)
    assert answer.status_code == (204 if silent else 400), answer.text
    assert len(one.told()) == (1 if silent else 0)
    assert [entity in str(report.exchange) for report in world.reports()] == ([] if silent else [True])


def test_an_intent_is_not_over_while_the_dss_holds_it(world: World) -> None:
    one, entity = world.uss("uss1"), identifier()
    planned(one, world)
    notice = intent_notice(one, world, entity)
    over = notice | {"operational_intent": None}

    def told(what: dict[str, Any], subject: str = "peer") -> int:
        return one.ask("POST", "/uss/v1/operational_intents", STRATEGIC, subject, json=what).status_code

    assert told(over, "other") == 403
    assert not world.reports()
    assert told(notice) == 204
    assert told(over) == 400
    assert one.uss.airspace.known_intent(entity) is not None
    assert [entity in str(report.exchange) for report in world.reports()] == [True]
    end_intent(world, entity)
    assert told(over) == 204
    assert one.uss.airspace.known_intent(entity) is None


def test_where_the_dss_does_not_answer_an_intent_is_over_as_its_manager_tells(world: World) -> None:
    one, entity = world.uss("uss1"), identifier()
    planned(one, world)
    notice = intent_notice(one, world, entity)
    assert one.ask("POST", "/uss/v1/operational_intents", STRATEGIC, "peer", json=notice).status_code == 204
    one.uss.dss.intent = away
    over = notice | {"operational_intent": None}
    assert one.ask("POST", "/uss/v1/operational_intents", STRATEGIC, "peer", json=over).status_code == 204
    assert one.uss.airspace.known_intent(entity) is None


def test_a_constraint_is_not_over_while_the_dss_holds_it(world: World) -> None:
    one, entity, area = world.uss("uss1"), identifier(), volume(world.clock())
    planned(one, world)
    authority = dss_of(world, "authority")
    wanted = PutConstraintReferenceParameters([msgspec.convert(area, Volume4D)], "https://authority.example")
    held = authority.put_constraint(entity, "", wanted).constraint_reference
    notice = {
        "constraint_id": entity,
        "constraint": {"reference": msgspec.to_builtins(held), "details": {"volumes": [area]}},
        "subscriptions": [{"subscription_id": subscription_of(one), "notification_index": 1}],
    }

    def told(what: dict[str, Any]) -> int:
        return one.ask("POST", "/uss/v1/constraints", PROVIDER, "authority", json=what).status_code

    over = notice | {"constraint": None}
    assert [told(notice), told(over)] == [204, 400]
    assert one.uss.airspace.known_constraint(entity) is not None
    assert len(world.reports()) == 1
    authority.delete_constraint(entity, held.ovn)
    assert told(over) == 204
    assert one.uss.airspace.known_constraint(entity) is None
