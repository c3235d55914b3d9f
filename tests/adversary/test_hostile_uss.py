"""A USS that lies, or is silent, about an intent that the DSS holds: it is refused, reported, and stops nobody else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar import Litestar, Response, get
from litestar.params import FromPath
from litestar.response import Stream

from live.centres import free_port
from live.utm import HOST, Served, World, identifier, request, volume
from wellclear.api.utm.dss.settings import DssSettings
from wellclear.api.utm.uss.own_dss import OwnDss
from wellclear.api.utm.wire.details import Constraint, ConstraintDetails, OperationalIntent
from wellclear.api.utm.wire.references import (
    ImplicitSubscriptionParameters,
    OperationalIntentReference,
    PutConstraintReferenceParameters,
    PutOperationalIntentReferenceParameters,
)
from wellclear.api.utm.wire.volumes import Volume4D

Lie = Callable[[dict[str, Any]], Any]


class Liar:
    """A USS with one intent in the DSS, that answers for it as it is told."""

    def __init__(self, world: World) -> None:
        port = free_port()
        self.dss = OwnDss(world.turns, world.loop, "liar", DssSettings())
        self.entity, self.area = identifier(), volume(world.clock())
        wanted = PutOperationalIntentReferenceParameters(
            [msgspec.convert(self.area, Volume4D)], "Accepted", f"http://{HOST}:{port}"
        )
        self.reference: OperationalIntentReference = self.dss.put_intent(
            self.entity, "", wanted
        ).operational_intent_reference
        self.answer: Callable[[], Response[Any] | Stream] = lambda: Response(b"", status_code=500)

        @get("/uss/v1/operational_intents/{entity:str}", sync_to_thread=True)
        def details(entity: FromPath[str]) -> Response[Any]:
            assert entity == self.entity
            return self.answer()

        self.listener = world.serve(Litestar([details], logging_config=None), port)

    def truth(self) -> dict[str, Any]:
        details = {"volumes": [deepcopy(self.area)], "off_nominal_volumes": [], "priority": 0}
        return {"operational_intent": {"reference": msgspec.to_builtins(self.reference), "details": details}}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


@pytest.fixture
def liar(world: World) -> Iterator[Liar]:
    made = Liar(world)
    yield made
    world.run(made.listener.stop())


def of_reference(**changed: object) -> Lie:
    def lie(told: dict[str, Any]) -> dict[str, Any]:
        told["operational_intent"]["reference"] |= changed
        return told

    return lie


def of_details(**changed: object) -> Lie:
    def lie(told: dict[str, Any]) -> dict[str, Any]:
        told["operational_intent"]["details"] |= changed
        return told

    return lie


def longer(told: dict[str, Any]) -> dict[str, Any]:
    told["operational_intent"]["details"]["volumes"][0]["time_end"]["value"] = "2040-01-01T00:00:00Z"
    return told


def elsewhere(told: dict[str, Any]) -> dict[str, Any]:
    told["operational_intent"]["details"]["volumes"][0]["volume"]["outline_circle"]["center"]["lat"] = 10.0
    return told


def test_the_truth_is_taken(world: World, liar: Liar) -> None:
    liar.answer = lambda: Response(liar.truth())
    answer = world.uss("uss1").plan(identifier(), request(volume(world.clock()), priority=1))
    assert answer["planning_result"] == "Completed", answer


@pytest.mark.parametrize(
    "lie",
    [
        of_reference(version=2),
        of_reference(ovn=None),
        of_reference(ovn="Available from USS"),
        of_reference(ovn="another-ovn-than-the-dss-has"),
        of_reference(manager="uss1"),
        of_reference(state="Activated"),
        of_reference(id=identifier()),
        of_reference(uss_base_url="https://elsewhere.example"),
        of_reference(time_end={"value": "2040-01-01T00:00:00Z", "format": "RFC3339"}),
        of_details(volumes=[]),
        of_details(volumes=None),
        of_details(off_nominal_volumes=[volume(1_800_000_000_000)]),
        longer,
        elsewhere,
    ],
)
def test_a_lie_is_refused_and_reported(world: World, liar: Liar, lie: Lie) -> None:
    liar.answer = lambda: Response(lie(liar.truth()))
    answer = world.uss("uss1").plan(identifier(), request(volume(world.clock()), priority=1))
    assert answer["planning_result"] == "Failed"
    assert answer["flight_plan_status"] == "NotPlanned"
    assert "liar" in answer["notes"] or "contradict" in answer["notes"]
    assert world.reports()


@pytest.mark.parametrize(
    "answer",
    [
        Response(b"", status_code=500),
        Response(b"", status_code=404),
        Response(b"", status_code=307, headers={"location": "http://127.0.0.1:1/"}),
        Response(b"{", media_type="application/json"),
        Response(b'{"operational_intent":1}', media_type="application/json"),
        Response(b"[" * 100_000, media_type="application/json"),
        Response(b" " * 9_000_000, media_type="application/json"),
    ],
)
def test_what_is_no_answer_is_our_failure_and_not_the_users(world: World, liar: Liar, answer: Response[bytes]) -> None:
    liar.answer = lambda: answer
    uss = world.uss("uss1")
    made = uss.plan(identifier(), request(volume(world.clock()), priority=1))
    assert made["planning_result"] == "Failed"
    assert made["notes"]
    far = uss.plan(identifier(), request(volume(world.clock(), lat=47.0)))
    assert far["planning_result"] == "Completed"


def test_an_answer_that_never_ends_is_cut_off(world: World, liar: Liar) -> None:
    def drip() -> Iterator[bytes]:
        for _ in range(200):
            time.sleep(0.2)
            yield b" "

    liar.answer = lambda: Stream(drip)
    before_s = time.monotonic()
    made = world.uss("uss1").plan(identifier(), request(volume(world.clock()), priority=1))
    assert made["planning_result"] == "Failed"
    assert time.monotonic() - before_s < 30


def test_what_a_uss_that_is_down_does_not_tell_is_doubt_and_forbids(world: World, liar: Liar) -> None:
    uss, now_ms = world.uss("uss1"), world.clock()
    activated = PutOperationalIntentReferenceParameters(
        [msgspec.convert(liar.area, Volume4D)],
        "Activated",
        liar.reference.uss_base_url,
        new_subscription=ImplicitSubscriptionParameters(liar.reference.uss_base_url),
    )
    ovn = liar.dss.put_intent(liar.entity, liar.reference.ovn, activated).operational_intent_reference.ovn
    world.arbitrate("liar", "Down")
    refused = uss.plan(identifier(), request(volume(now_ms), priority=100))
    assert (refused["planning_result"], refused["flight_plan_status"]) == ("Rejected", "NotPlanned")
    assert liar.dss.intent(liar.entity).ovn == ovn


@pytest.mark.usefixtures("liar")
def test_nobody_need_know_the_plans_of_a_uss_that_is_down(world: World) -> None:
    world.arbitrate("liar", "Down")
    made = world.uss("uss1").plan(identifier(), request(volume(world.clock()), priority=-5))
    assert made["planning_result"] == "Completed"


def notified(served: Served, liar: Liar, sender: str, told: dict[str, Any]) -> int:
    """What comes of a notice of the liar's intent, sent to a subscription of a USS."""
    (flight, _), *_ = served.uss.flights.all()
    notice = told | {
        "operational_intent_id": liar.entity,
        "subscriptions": [{"subscription_id": flight.reference.subscription_id, "notification_index": 1}],
    }
    return served.ask(
        "POST", "/uss/v1/operational_intents", "utm.strategic_coordination", sender, json=notice
    ).status_code


@pytest.mark.parametrize(
    "lie",
    [
        elsewhere,
        of_reference(state="Activated"),
        of_reference(uss_base_url="https://elsewhere.example"),
        of_reference(version=2_000_000_000),
    ],
)
def test_a_notice_that_contradicts_the_dss_is_refused_and_reported(world: World, liar: Liar, lie: Lie) -> None:
    uss = world.uss("uss1")
    assert uss.plan(identifier(), request(volume(world.clock(), lat=47.0)))["planning_result"] == "Completed"
    assert notified(uss, liar, "liar", lie(liar.truth())) == 400
    assert uss.uss.airspace.known_intent(liar.entity) is None
    assert len(world.reports()) == 1
    assert notified(uss, liar, "liar", liar.truth()) == 204


def test_nobody_else_tells_of_an_intent_that_the_dss_holds(world: World, liar: Liar) -> None:
    uss = world.uss("uss1")
    assert uss.plan(identifier(), request(volume(world.clock(), lat=47.0)))["planning_result"] == "Completed"
    foreign = of_reference(manager="third", version=2_000_000_000)(liar.truth())
    assert notified(uss, liar, "third", foreign) == 403
    uss.uss.airspace.keep_intent(msgspec.convert(foreign["operational_intent"], OperationalIntent))
    assert notified(uss, liar, "liar", liar.truth()) == 204


def test_what_was_told_while_the_dss_was_silent_is_held_against_it_before_it_counts(world: World, liar: Liar) -> None:
    uss = world.uss("uss1")
    uss.uss.airspace.keep_intent(msgspec.convert(elsewhere(liar.truth())["operational_intent"], OperationalIntent))
    liar.answer = lambda: Response(liar.truth())
    assert uss.plan(identifier(), request(volume(world.clock())))["planning_result"] == "Rejected"


def test_a_constraint_told_by_another_does_not_stand_for_the_real_one(world: World, liar: Liar) -> None:
    uss, entity = world.uss("uss1"), identifier()
    wanted = PutConstraintReferenceParameters([msgspec.convert(liar.area, Volume4D)], liar.reference.uss_base_url)
    real = liar.dss.put_constraint(entity, "", wanted).constraint_reference
    false = msgspec.structs.replace(real, manager="third")
    uss.uss.airspace.keep_constraint(Constraint(false, ConstraintDetails(wanted.extents)))
    liar.answer = lambda: Response(liar.truth())
    answer = uss.plan(identifier(), request(volume(world.clock()), priority=1))
    assert answer["planning_result"] == "Failed", "the manager was not asked, who does not answer for it"
