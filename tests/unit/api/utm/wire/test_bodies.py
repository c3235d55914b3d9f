from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from uas_standards.astm.f3548.v21 import api as standard

from wellclear.api.utm.wire import details, references, reports, subscriptions
from wellclear.api.utm.wire.bodies import parse_body
from wellclear.api.utm.wire.limits import MAX_UTM_BODY_BYTES, Wire, printed
from wellclear.api.utm.wire.volumes import meant, time_of
from wellclear.errors import MalformedInput
from wellclear.geo.footprint import Core
from wellclear.geo.limits import DMM_PER_M

AT = {"value": "2026-11-26T12:00:00Z", "format": "RFC3339"}
UNTIL = {"value": "2026-11-26T13:00:00Z", "format": "RFC3339"}
IDENTIFIER = "03e5572a-f733-49af-bc14-8a18bd53ee39"


def altitude(value_m: float) -> dict[str, Any]:
    return {"value": value_m, "reference": "W84", "units": "M"}


def circle(**changed: object) -> dict[str, Any]:
    outline = {"center": {"lat": 46.0, "lng": 7.0}, "radius": {"value": 300.183, "units": "M"}}
    volume = {"outline_circle": outline, "altitude_lower": altitude(100), "altitude_upper": altitude(200)}
    return {"volume": volume, "time_start": AT, "time_end": UNTIL, **changed}


def intent(**changed: object) -> dict[str, Any]:
    return {"extents": [circle()], "state": "Accepted", "uss_base_url": "https://uss.example.com/utm", **changed}


PUT_INTENT = msgspec.json.Decoder(references.PutOperationalIntentReferenceParameters)


def parsed(value: dict[str, Any]) -> references.PutOperationalIntentReferenceParameters:
    return parse_body(json.dumps(value).encode(), PUT_INTENT)


def test_a_circle_stays_a_circle() -> None:
    volume = meant(parsed(intent()).extents[0], "$.extents[0]")
    assert volume.footprint.core is Core.POINT
    assert volume.footprint.buffer_dmm == round(300.183 * DMM_PER_M)


def test_what_is_not_declared_is_ignored_and_null_is_absent() -> None:
    found = parsed(intent(flown_by="nobody", key=None, subscription_id=None, new_subscription=None))
    assert found.key is None
    assert found.subscription_id is None


@pytest.mark.parametrize(
    "changed",
    [
        {"extents": []},
        {"extents": None},
        {"extents": [{}]},
        {"state": "Ended"},
        {"state": 1},
        {"uss_base_url": "https://uss.example.com/"},
        {"uss_base_url": "ftp://uss.example.com"},
        {"uss_base_url": "https://uss.example.com/utm?q=1"},
        {"key": ["short"]},
        {"key": ["x" * 129]},
        {"key": "x" * 20},
        {"subscription_id": "1"},
        {"subscription_id": "03e5572a-f733-19af-bc14-8a18bd53ee39"},
        {"new_subscription": {}},
        {"extents": [circle(time_start={"value": "2026-11-26T12:00:00Z", "format": "UNIX"})]},
    ],
)
def test_a_body_of_another_form_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(MalformedInput) as refused:
        parsed(intent(**changed))
    assert refused.value.code == "utm-form"


def test_the_place_of_what_is_wrong_is_told() -> None:
    value = intent()
    value["extents"][0]["volume"]["altitude_lower"] = altitude(-8001)
    with pytest.raises(MalformedInput) as refused:
        parsed(value)
    assert refused.value.at == "$.extents[0].volume.altitude_lower.value"


def test_a_key_that_occurs_twice_is_refused() -> None:
    body = json.dumps(intent()).encode()[:-1] + b', "state": "Activated"}'
    with pytest.raises(MalformedInput) as refused:
        parse_body(body, PUT_INTENT)
    assert refused.value.code == "json-duplicate-key"


def test_a_body_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(MalformedInput) as refused:
        parse_body(b" " * (MAX_UTM_BODY_BYTES + 1), msgspec.json.Decoder(references.QueryParameters))
    assert refused.value.code == "utm-body-size"


def test_a_number_that_no_double_holds_is_refused() -> None:
    body = json.dumps(intent()).encode().replace(b"300.183", b"1e999")
    with pytest.raises(MalformedInput):
        parse_body(body, PUT_INTENT)


def test_what_is_not_known_is_left_out_of_an_answer() -> None:
    reference = references.ConstraintReference(
        id=IDENTIFIER,
        manager="uss1",
        uss_availability="Unknown",
        version=1,
        time_start=time_of(0),
        time_end=time_of(1),
        uss_base_url="https://uss.example.com/utm",
    )
    assert "ovn" not in json.loads(printed(reference))


def test_a_report_keeps_the_source_that_the_interface_does_not_define() -> None:
    exchange = {"url": "u", "method": "GET", "recorder_role": "Client", "request_time": AT, "request_source": [1]}
    found = parse_body(json.dumps({"exchange": exchange}).encode(), msgspec.json.Decoder(reports.ErrorReport))
    assert json.loads(printed(found)) == {"exchange": exchange}


PAIRS: list[tuple[type[Wire], type]] = [
    (references.OperationalIntentReference, standard.OperationalIntentReference),
    (references.ConstraintReference, standard.ConstraintReference),
    (references.PutOperationalIntentReferenceParameters, standard.PutOperationalIntentReferenceParameters),
    (references.PutConstraintReferenceParameters, standard.PutConstraintReferenceParameters),
    (references.AirspaceConflictResponse, standard.AirspaceConflictResponse),
    (subscriptions.Subscription, standard.Subscription),
    (subscriptions.PutSubscriptionParameters, standard.PutSubscriptionParameters),
    (subscriptions.SubscriberToNotify, standard.SubscriberToNotify),
    (details.OperationalIntentDetails, standard.OperationalIntentDetails),
    (details.PutOperationalIntentDetailsParameters, standard.PutOperationalIntentDetailsParameters),
    (details.PutConstraintDetailsParameters, standard.PutConstraintDetailsParameters),
    (details.GeoZone, standard.GeoZone),
    (reports.ErrorReport, standard.ErrorReport),
]
EXTENSIONS = {"requested_ovn_suffix"}


@pytest.mark.parametrize(("ours", "theirs"), PAIRS, ids=[ours.__name__ for ours, _ in PAIRS])
def test_the_members_are_those_of_the_standard(ours: type[Wire], theirs: type) -> None:
    assert set(ours.__struct_fields__) - EXTENSIONS == set(theirs.__annotations__) - EXTENSIONS
