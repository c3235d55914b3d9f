"""A DSS of others: what its answers may leave out."""

from __future__ import annotations

import httpx
import msgspec
import pytest

from live.utm import KEY, identifier, volume
from wellclear.api.utm.uss.asking import Asking
from wellclear.api.utm.uss.credentials import OwnKey
from wellclear.api.utm.uss.dss import KeyIncomplete, NotTaken
from wellclear.api.utm.uss.far_dss import FarDss
from wellclear.api.utm.wire.references import PutOperationalIntentReferenceParameters
from wellclear.api.utm.wire.subscriptions import PutSubscriptionParameters
from wellclear.api.utm.wire.volumes import Volume4D
from wellclear.errors import PeerUnavailable

NOW_MS = 1_800_000_000_000
URL = "https://uss1.example"
AREA = volume(NOW_MS)


def dss(status: int, answer: dict[str, object]) -> FarDss:
    """A DSS that answers so."""
    transport = httpx.MockTransport(lambda _: httpx.Response(status, json=answer))
    own = OwnKey(KEY.as_pem(private=True), "https://auth.example", "uss1")
    return FarDss("https://dss.example", Asking(own, lambda _: None, lambda: NOW_MS, transport=transport))


def reference(**changed: object) -> dict[str, object]:
    return {
        "id": identifier(),
        "manager": "uss2",
        "uss_availability": "Unknown",
        "version": 1,
        "time_start": AREA["time_start"],
        "time_end": AREA["time_end"],
        "uss_base_url": "https://uss2.example",
    } | changed


@pytest.mark.parametrize(
    "missing",
    [
        {"missing_operational_intents": [reference(state="Accepted", subscription_id=identifier())]},
        {"missing_constraints": [reference()]},
    ],
)
def test_a_conflict_need_not_name_what_there_is_none_of(missing: dict[str, object]) -> None:
    wanted = PutOperationalIntentReferenceParameters([msgspec.convert(AREA, Volume4D)], "Accepted", URL)
    with pytest.raises(KeyIncomplete) as incomplete:
        dss(409, missing).put_intent(identifier(), "", wanted)
    told = incomplete.value.missing
    assert len(told.missing_operational_intents) + len(told.missing_constraints) == 1


def test_a_subscription_need_not_say_what_has_its_default() -> None:
    made = {"id": identifier(), "version": "1", "notification_index": 0, "uss_base_url": URL}
    wanted = PutSubscriptionParameters(msgspec.convert(AREA, Volume4D), URL, notify_for_operational_intents=True)
    answer = dss(200, {"subscription": made}).put_subscription(identifier(), "", wanted)
    assert answer.subscription.id == made["id"]
    assert not answer.operational_intent_references


@pytest.mark.parametrize(("status", "not_taken"), [(400, True), (403, True), (404, True), (412, False), (429, False)])
def test_what_is_refused_for_what_it_says_is_told_from_what_comes_at_a_wrong_time(
    status: int, *, not_taken: bool
) -> None:
    wanted = PutOperationalIntentReferenceParameters([msgspec.convert(AREA, Volume4D)], "Accepted", URL)
    with pytest.raises(PeerUnavailable) as refusal:
        dss(status, {"message": "no"}).put_intent(identifier(), "", wanted)
    assert refusal.value.code == "dss-refused"
    assert isinstance(refusal.value, NotTaken) == not_taken
