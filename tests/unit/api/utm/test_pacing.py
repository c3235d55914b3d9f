"""One USS that asks too much is told to wait; no other one waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from live.utm import World as Live
from live.utm import identifier
from rig.utm import World, serving, volume
from wellclear.api.utm.dss.settings import DssSettings
from wellclear.api.utm.pacing import DETAILS, NOTICES, PEER, POSITIONS, REPORTS, Pace
from wellclear.api.utm.tokens.scopes import SCOPES_OF_OPERATION
from wellclear.api.utm.uss.keeping import Kind
from wellclear.api.utm.uss.recording import REFUSALS
from wellclear.errors import RuleViolated
from wellclear.transport.allowance import Rate


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def taken(pace: Pace, operation: str, count: int, uss: str = "uss1") -> int:
    """How many of some requests are let in."""
    found = 0
    for _ in range(count):
        try:
            pace.spend(uss, operation)
        except RuleViolated as refused:
            assert refused.code == "utm-rate"  # noqa: PT017 - those that are let in are counted
            continue
        found += 1
    return found


@pytest.mark.parametrize(
    ("operation", "rate"),
    [
        ("notifyOperationalIntentDetailsChanged", NOTICES),
        ("notifyConstraintDetailsChanged", NOTICES),
        ("getOperationalIntentDetails", DETAILS),
        ("getConstraintDetails", DETAILS),
        ("getOperationalIntentTelemetry", POSITIONS),
        ("makeUssReport", REPORTS),
        ("makeDssReport", REPORTS),
        ("createOperationalIntentReference", Rate(2_000, 10_000)),
    ],
)
def test_a_burst_is_had_at_once_and_then_a_rate(operation: str, rate: Rate) -> None:
    clock = Clock()
    pace = Pace(2_000, clock)
    assert taken(pace, operation, int(rate.burst) + 10) == rate.burst
    assert taken(pace, operation, 1, "uss2") == 1
    clock.now_s += 60
    assert taken(pace, operation, int(rate.burst) + 10) == min(rate.burst, 60 * rate.per_s)


def test_what_one_uss_asks_in_all_is_bounded_over_days() -> None:
    clock = Clock()
    pace, found = Pace(2_000, clock), 0
    for _ in range(100):
        found += taken(pace, "getOperationalIntentDetails", int(DETAILS.burst))
        clock.now_s += DETAILS.burst / DETAILS.per_s
    assert found == pytest.approx(PEER.burst + PEER.per_s * clock.now_s, rel=0.02)


def test_our_own_users_are_not_paced() -> None:
    assert taken(Pace(1, Clock()), "UpsertFlightPlan", 1_000) == 1_000
    assert taken(Pace(1, Clock()), "GetStatus", 1_000) == 1_000


def test_every_operation_has_a_pace_or_is_our_users() -> None:
    ours = {name for name in SCOPES_OF_OPERATION if taken(Pace(0, Clock()), name, 1)}
    assert {name for name in ours if name[0].islower()} == {
        "notifyOperationalIntentDetailsChanged",
        "notifyConstraintDetailsChanged",
        "getOperationalIntentDetails",
        "getConstraintDetails",
        "getOperationalIntentTelemetry",
        "makeUssReport",
    }


def test_the_dss_answers_429_to_one_uss_and_goes_on_for_others() -> None:
    async def script(world: World) -> None:
        one, two = world.uss("uss1"), world.uss("uss2")
        answers = [await one.put_intent(number, [volume(lat=40 + number)]) for number in range(12)]
        assert [answer.status_code for answer in answers] == [201] * 10 + [429] * 2
        assert (answers[-1].json()["code"], answers[-1].headers["connection"]) == ("utm-rate", "close")
        assert (await two.put_intent(20, [volume(lat=60)])).status_code == 201
        world.now_ms += 1_000
        assert [(await one.get_intent(number)).status_code for number in range(3)] == [200, 200, 429]

    async def played() -> None:
        async with serving(settings=DssSettings(requests_of_uss=2)) as world:
            await script(world)

    asyncio.run(played())


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Live]:
    made = Live(tmp_path)
    yield made
    made.close()


def test_a_uss_answers_429_and_what_is_refused_fills_no_journal(world: Live) -> None:
    one = world.uss("uss1")
    report = {
        "exchange": {
            "url": "https://uss1.example",
            "method": "GET",
            "recorder_role": "Client",
            "request_time": {"value": "2026-11-26T00:00:00Z", "format": "RFC3339"},
        }
    }
    statuses = [
        one.ask("POST", "/uss/v1/reports", "utm.strategic_coordination", "peer", json=report).status_code
        for _ in range(int(REPORTS.burst) + 2)
    ]
    assert (statuses.count(201), statuses[-1]) == (REPORTS.burst, 429)
    other = one.ask("POST", "/uss/v1/reports", "utm.strategic_coordination", "other", json=report)
    assert other.status_code == 201
    plain = one.ask("GET", f"/uss/v1/constraints/{identifier()}", "utm.strategic_coordination", "peer")
    assert plain.status_code == 403
    journal = [kept.content for kept in one.uss.keeping.listed(Kind.RECORD)]
    refused = [content for content in journal if b'"response_code":429' in content or b":403" in content]
    assert all(b'"request_body":""' in content for content in refused)
    assert all(b"Bearer ." in content for content in refused)
    assert 2 <= len(refused) <= REFUSALS.burst
