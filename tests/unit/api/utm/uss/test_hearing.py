"""What peers ask of a USS, and what they tell it."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from live.notices import dss_of, end_intent, intent_notice, planned, subscription_of
from live.utm import World, identifier, in_use, request, until, volume
from wellclear.api.utm.uss import airspace, hearing
from wellclear.api.utm.uss.keeping import Kind
from wellclear.api.utm.wire.limits import printed
from wellclear.api.utm.wire.references import (
    PutConstraintReferenceParameters,
)
from wellclear.api.utm.wire.volumes import Volume4D, time_of

STRATEGIC, MONITORING = "utm.strategic_coordination", "utm.conformance_monitoring_sa"
PROCESSING, PROVIDER = "utm.constraint_processing", "utm.constraint_management"

UNKNOWN = "61da6c26-a858-4488-a694-cc2f3bb476a7"


def test_details_are_what_the_dss_holds(world: World) -> None:
    one = world.uss("uss1")
    plan, entity = planned(one, world)
    for asked in (in_use(volume(world.clock())), in_use(volume(world.clock(), radius_m=250))):
        one.plan(plan, asked)
        answer = one.ask("GET", f"/uss/v1/operational_intents/{entity}", STRATEGIC, "uss2")
        told = answer.json()["operational_intent"]
        held = one.uss.dss.intent(entity)
        assert told["reference"] == msgspec.to_builtins(held)
        assert told["details"]["volumes"] == asked["flight_plan"]["basic_information"]["area"]
    assert held.version == 3


@pytest.mark.parametrize(
    ("path", "scope", "status"),
    [
        (f"/uss/v1/operational_intents/{UNKNOWN}", STRATEGIC, 404),
        (f"/uss/v1/operational_intents/{UNKNOWN}", PROCESSING, 403),
        ("/uss/v1/operational_intents/1", STRATEGIC, 400),
        (f"/uss/v1/operational_intents/{UNKNOWN}/telemetry", MONITORING, 404),
        (f"/uss/v1/operational_intents/{UNKNOWN}/telemetry", STRATEGIC, 403),
        (f"/uss/v1/constraints/{UNKNOWN}", PROCESSING, 404),
        (f"/uss/v1/constraints/{UNKNOWN}", PROVIDER, 403),
        ("/uss/v1/log_sets/all", STRATEGIC, 404),
        ("/versions/org.wellclear.utm", "interuss.versioning.read_system_versions", 200),
        ("/versions/org.other", "interuss.versioning.read_system_versions", 404),
        ("/versions/org.wellclear.utm", STRATEGIC, 403),
        ("/flight_planning/v1/status", "interuss.flight_planning.direct_automated_test", 200),
        ("/flight_planning/v1/status", "interuss.flight_planning.plan", 403),
        ("/flight_planning/v1/user_notifications", "interuss.flight_planning.plan", 400),
        ("/flight_planning/v1/user_notifications?after=noon", "interuss.flight_planning.plan", 400),
    ],
)
def test_each_path_has_its_scope_and_its_answers(world: World, path: str, scope: str, status: int) -> None:
    assert world.uss("uss1").ask("GET", path, scope).status_code == status


def test_a_notice_is_taken_and_the_user_is_told(world: World) -> None:
    one = world.uss("uss1")
    planned(one, world)
    entity = identifier()
    notice = intent_notice(one, world, entity)
    assert one.ask("POST", "/uss/v1/operational_intents", STRATEGIC, "peer", json=notice).status_code == 204
    assert [told["conflicts"] for told in one.told()] == ["Single"]
    assert one.ask("POST", "/uss/v1/operational_intents", STRATEGIC, "peer", json=notice).status_code == 204
    assert len(one.told()) == 1
    over = notice | {"operational_intent": None}
    end_intent(world, entity)
    assert one.ask("POST", "/uss/v1/operational_intents", STRATEGIC, "peer", json=over).status_code == 204
    assert one.uss.airspace.known_intent(entity) is None


@pytest.mark.parametrize("written", [str.upper, lambda text: text.replace("-", "")])
def test_identifiers_in_another_form_are_the_same(world: World, written: Callable[[str], str]) -> None:
    one, entity = world.uss("uss1"), identifier()
    planned(one, world)
    notice = intent_notice(one, world, entity)
    notice["operational_intent_id"] = written(entity)
    notice["operational_intent"]["reference"]["id"] = written(entity)
    notice["subscriptions"][0]["subscription_id"] = written(subscription_of(one))
    assert one.ask("POST", "/uss/v1/operational_intents", STRATEGIC, "peer", json=notice).status_code == 204
    assert one.uss.airspace.known_intent(entity).reference.id == entity
    over = notice | {"operational_intent": None}
    end_intent(world, entity)
    assert one.ask("POST", "/uss/v1/operational_intents", STRATEGIC, "peer", json=over).status_code == 204
    assert list(one.uss.airspace.intents_known()) == []


def test_a_notice_that_is_not_right_is_refused(world: World) -> None:
    one = world.uss("uss1")
    planned(one, world)
    entity = identifier()
    right = intent_notice(one, world, entity, 3)

    def told(notice: dict[str, Any], subject: str = "peer") -> int:
        return one.ask("POST", "/uss/v1/operational_intents", STRATEGIC, subject, json=notice).status_code

    assert told(right, "other") == 403
    assert told(intent_notice(one, world, entity, 3, state="Contingent")) == 400
    assert told(intent_notice(one, world, entity, 3, volumes=[])) == 400
    assert told(intent_notice(one, world, entity, 3, volumes=[volume(world.clock(), end_min=90)])) == 400
    assert told(right | {"operational_intent_id": identifier()}) == 400
    assert told(right | {"subscriptions": [{"subscription_id": identifier(), "notification_index": 0}]}) == 400
    assert told(right | {"subscriptions": []}) == 400
    assert told(right) == 204
    assert told(intent_notice(one, world, entity, 2)) == 409
    assert told(intent_notice(one, world, entity, 3, priority=6)) == 409
    assert told(right | {"operational_intent": None}, "other") == 403
    assert told(intent_notice(one, world, entity, 4)) == 204


def test_a_constraint_is_told_to_the_users_it_touches(world: World) -> None:
    one = world.uss("uss1")
    flight, _ = planned(one, world)
    now_ms, entity = world.clock(), identifier()
    area = volume(now_ms)
    wanted = PutConstraintReferenceParameters([msgspec.convert(area, Volume4D)], "https://authority.example")
    reference = dss_of(world, "authority").put_constraint(entity, "", wanted).constraint_reference
    details = {"volumes": [area], "type": "org.example.fire"}
    notice = {
        "constraint_id": entity,
        "constraint": {"reference": msgspec.to_builtins(reference), "details": details},
        "subscriptions": [{"subscription_id": subscription_of(one), "notification_index": 1}],
    }
    assert one.ask("POST", "/uss/v1/constraints", PROVIDER, "authority", json=notice).status_code == 204
    message = one.told()[0]["message"]
    assert message.startswith(f"Flight {flight}: ")
    assert "org.example.fire" in message
    assert one.ask("POST", "/uss/v1/constraints", PROVIDER, "another", json=notice).status_code == 403


def test_a_constraint_need_not_state_its_heights(world: World) -> None:
    one, now_ms, entity = world.uss("uss1"), world.clock(), identifier()
    planned(one, world)
    area = volume(now_ms)
    del area["volume"]["altitude_lower"], area["volume"]["altitude_upper"]
    wanted = PutConstraintReferenceParameters([msgspec.convert(area, Volume4D)], "https://authority.example")
    held = msgspec.to_builtins(dss_of(world, "authority").put_constraint(entity, "", wanted).constraint_reference)
    notice = {
        "constraint_id": entity,
        "constraint": {"reference": held, "details": {"volumes": [area]}},
        "subscriptions": [{"subscription_id": subscription_of(one), "notification_index": 1}],
    }
    answer = one.ask("POST", "/uss/v1/constraints", PROVIDER, "authority", json=notice)
    assert answer.status_code == 204, answer.text
    assert entity in one.told()[0]["message"]
    del area["time_end"]
    assert one.ask("POST", "/uss/v1/constraints", PROVIDER, "authority", json=notice).status_code == 400


def test_telemetry_is_given_only_off_nominal_and_never_before_its_time(world: World) -> None:
    one = world.uss("uss1")
    plan, entity = planned(one, world)
    path, now_ms = f"/uss/v1/operational_intents/{entity}/telemetry", world.clock()
    assert one.ask("GET", path, MONITORING).status_code == 409
    area = volume(now_ms)
    one.plan(plan, in_use(area, uas="OffNominal"))
    assert one.ask("GET", path, MONITORING).status_code == 412
    states = [
        {
            "id": str(number),
            "timestamp": msgspec.to_builtins(time_of(now_ms + seconds * 1_000)),
            "position": {
                "location": {"lat": 46.0, "lng": 7.0},
                "altitudes": [{"value": 550, "reference": "W84", "units": "M"}],
                "accuracy_h": "HA10m",
                "accuracy_v": "VA10m",
            },
            "speed": 12.5,
            "track": 90,
        }
        for number, seconds in enumerate((-20, -10, 600))
    ]
    wild = [states[0] | {"position": {"accuracy_h": "HA5m"}}]
    refused = {"json": in_use(area, telemetry={"states": wild})}
    path_of_plan = f"/flight_planning/v1/flight_plans/{plan}"
    assert one.ask("PUT", path_of_plan, "interuss.flight_planning.plan", **refused).status_code == 400
    one.plan(plan, in_use(area, uas="OffNominal", telemetry={"states": states}))
    told = one.ask("GET", path, MONITORING).json()
    assert told["telemetry"]["time_measured"] == states[1]["timestamp"]
    assert told["telemetry"]["position"]["altitude"]["value"] == 550
    assert told["next_telemetry_opportunity"] == states[2]["timestamp"]
    for changed in ({"speed": 1.0}, {"timestamp": states[1]["timestamp"]}):
        again = in_use(area, uas="OffNominal", telemetry={"states": [states[2] | changed]})
        assert one.plan(plan, again)["planning_result"] == "Rejected"
    came = in_use(area, uas="OffNominal", telemetry={"states": [states[1] | {"speed": 1.0}]})
    assert one.plan(plan, came)["planning_result"] == "Completed"
    then = one.ask("GET", path, MONITORING).json()
    assert then == {"operational_intent_id": entity, "telemetry": told["telemetry"]}
    one.plan(plan, in_use(area, uas="Contingent"))
    assert one.ask("GET", path, MONITORING).json() == then


def test_a_report_is_kept_and_numbered(world: World) -> None:
    one = world.uss("uss1")
    exchange = {
        "url": "https://uss1.example/uss/v1/operational_intents",
        "method": "POST",
        "recorder_role": "Client",
        "request_time": msgspec.to_builtins(time_of(world.clock())),
        "problem": "no answer",
    }
    answer = one.ask("POST", "/uss/v1/reports", PROVIDER, "peer", json={"exchange": exchange})
    assert answer.status_code == 201
    assert answer.json()["report_id"]
    assert answer.json()["exchange"] == exchange | {"request_source": None}


def test_reports_of_one_peer_take_no_others_place(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing, "MAX_REPORTS_OF_PEER", 2)
    one = world.uss("uss1")
    exchange = {
        "url": "https://uss1.example",
        "method": "GET",
        "recorder_role": "Client",
        "request_time": msgspec.to_builtins(time_of(world.clock())),
    }

    def reported(sender: str) -> int:
        return one.ask("POST", "/uss/v1/reports", PROVIDER, sender, json={"exchange": exchange}).status_code

    assert [reported("peer") for _ in range(3)] == [201, 201, 429]
    assert reported("other") == 201
    world.clock.ahead_ms += 46 * 24 * 3_600_000
    one.uss.journal.forget_old()
    assert one.uss.keeping.held(Kind.REPORT).count == 0


def test_what_one_peer_tells_is_limited_until_it_is_over(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(airspace, "MAX_TOLD_OF_USS", 2)
    one = world.uss("uss1")
    planned(one, world)
    entities = [identifier() for _ in range(3)]

    def told(entity: str, version: int = 1) -> int:
        notice = intent_notice(one, world, entity, version)
        return one.ask("POST", "/uss/v1/operational_intents", STRATEGIC, "peer", json=notice).status_code

    assert [told(entity) for entity in entities] == [204, 204, 429]
    assert told(entities[0], 2) == 204
    assert {known.reference.id for known in one.uss.airspace.intents_known()} == set(entities[:2])
    over = intent_notice(one, world, entities[0]) | {"operational_intent": None}
    end_intent(world, entities[0])
    assert one.ask("POST", "/uss/v1/operational_intents", STRATEGIC, "peer", json=over).status_code == 204
    assert told(entities[2]) == 204
    monkeypatch.setattr(airspace, "MAX_TOLD_BYTES_OF_USS", 100)
    assert told(entities[2], 2) == 429


def test_details_for_which_there_is_no_room_count_all_the_same(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(airspace, "MAX_TOLD_OF_USS", 0)
    one, two = world.uss("uss1"), world.uss("uss2")
    _, entity = planned(two, world)
    answer = one.plan(identifier(), request(volume(world.clock())))
    assert answer["planning_result"] == "Rejected", answer
    planned(one, world, priority=1)
    assert one.uss.airspace.known_intent(entity) is None


def test_what_peers_told_is_forgotten_a_day_after_its_end(world: World) -> None:
    one, entity = world.uss("uss1"), identifier()
    planned(one, world)
    notice = intent_notice(one, world, entity)
    assert one.ask("POST", "/uss/v1/operational_intents", STRATEGIC, "peer", json=notice).status_code == 204
    one.uss.journal.forget_old()
    assert one.uss.airspace.known_intent(entity) is not None
    world.clock.ahead_ms += 24 * 3_600_000
    one.uss.journal.forget_old()
    assert one.uss.airspace.known_intent(entity) is not None
    world.clock.ahead_ms += 41 * 60_000
    one.uss.journal.forget_old()
    assert one.uss.airspace.known_intent(entity) is None


def test_a_peer_that_was_away_is_told_again(world: World) -> None:
    one, two = world.uss("uss1"), world.uss("uss2")
    planned(two, world)
    plan, _ = planned(one, world, priority=1)
    until(lambda: len(two.told()) == 1)
    world.run(two.listener.stop())
    changed = one.plan(plan, request(volume(world.clock(), radius_m=250), priority=1))
    assert changed["planning_result"] == "Completed"
    until(lambda: one.uss.keeping.listed(Kind.OWED))
    two.listener = world.serve(two.application, int(two.url.rpartition(":")[2]))
    until(lambda: len(two.told()) == 2)
    until(lambda: not one.uss.keeping.listed(Kind.OWED))


def test_every_request_of_a_peer_is_on_record_with_its_answer(world: World) -> None:
    one = world.uss("uss1")
    _, entity = planned(one, world)
    one.ask("GET", f"/uss/v1/operational_intents/{entity}", STRATEGIC, "uss2")
    one.ask("POST", "/uss/v1/operational_intents", STRATEGIC, "uss2", content=b"{")
    until(lambda: len(one.uss.journal.exported(0, world.clock()).messages) == 2)
    asked, told = one.uss.journal.exported(0, world.clock()).messages
    assert all(b'"request_source":null' in printed(each) for each in (asked, told)), "which the interface requires"
    assert (asked.method, asked.recorder_role, asked.response_code) == ("GET", "Server", 200)
    assert asked.url == f"{one.url}/uss/v1/operational_intents/{entity}"
    assert entity.encode() in b64decode(asked.response_body)
    assert (told.response_code, b64decode(told.request_body)) == (400, b"{")
