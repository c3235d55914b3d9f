"""The port to the DSS that a USS uses, on both adapters: in this process, and over HTTP with tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from litestar import Litestar, Response, route
from litestar.params import FromPath

from live.centres import free_port
from live.utm import HERE, HOST, KEY, World, identifier, volume
from wellclear.api.utm.admission import Admission
from wellclear.api.utm.application import application
from wellclear.api.utm.dss.service import Dss as Service
from wellclear.api.utm.dss.settings import MAX_REQUESTS_OF_USS, DssSettings
from wellclear.api.utm.pacing import Pace
from wellclear.api.utm.tokens.keys import parse_pem
from wellclear.api.utm.tokens.verifying import TokenVerifier
from wellclear.api.utm.uss.asking import Asking, Exchange
from wellclear.api.utm.uss.credentials import OwnKey
from wellclear.api.utm.uss.dss import Dss, KeyIncomplete
from wellclear.api.utm.uss.far_dss import FarDss
from wellclear.api.utm.uss.own_dss import OwnDss
from wellclear.api.utm.wire.references import (
    ImplicitSubscriptionParameters,
    PutConstraintReferenceParameters,
    PutOperationalIntentReferenceParameters,
)
from wellclear.api.utm.wire.reports import ErrorReport, ExchangeRecord
from wellclear.api.utm.wire.subscriptions import PutSubscriptionParameters
from wellclear.api.utm.wire.volumes import Volume4D, time_of
from wellclear.errors import NotFound, PeerUnavailable

URL = "https://uss1.example"
Made = Callable[[str], Dss]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


class Far:
    """Makes DSSs elsewhere, and gives their connections up at the end."""

    def __init__(self, world: World, port: int) -> None:
        self.world, self.url, self.askings = world, f"http://{HOST}:{port}", list[Asking]()

    def __call__(self, name: str) -> FarDss:
        records: list[Exchange] = []
        key = OwnKey(KEY.as_pem(private=True), URL, name)
        self.askings.append(Asking(key, records.append, self.world.clock, reach=HERE))
        return FarDss(self.url, self.askings[-1])

    def close(self) -> None:
        for asking in self.askings:
            asking.close()


@pytest.fixture(params=["own", "far"])
def dss_of(request: pytest.FixtureRequest, world: World) -> Iterator[Made]:
    """Makes the DSS as a USS of a name has it."""
    if request.param == "own":
        yield lambda name: OwnDss(world.turns, world.loop, name, DssSettings())
        return
    verifier = TokenVerifier(parse_pem(KEY.as_pem(private=False), "key.pem"), [HOST])
    service = Service(Admission(verifier, world.clock, Pace(MAX_REQUESTS_OF_USS)), world.turns, DssSettings())
    port = free_port()
    listener = world.serve(application(service), port)
    far = Far(world, port)
    yield far
    far.close()
    world.run(listener.stop())


def place(world: World, **more: float) -> Volume4D:
    return msgspec.convert(volume(world.clock(), **more), Volume4D)


def wanted(
    area: Volume4D, state: str = "Accepted", key: tuple[str, ...] = ()
) -> PutOperationalIntentReferenceParameters:
    subscription = ImplicitSubscriptionParameters(URL, notify_for_constraints=True)
    return PutOperationalIntentReferenceParameters([area], state, URL, list(key), new_subscription=subscription)


def test_an_intent_from_its_creation_to_its_end(world: World, dss_of: Made) -> None:
    dss, entity, area = dss_of("uss1"), identifier(), place(world)
    assert dss.intent(entity) is None
    made = dss.put_intent(entity, "", wanted(area)).operational_intent_reference
    assert (made.manager, made.state, made.version) == ("uss1", "Accepted", 1)
    for state in ("Activated", "Nonconforming", "Contingent"):
        made = dss.put_intent(entity, made.ovn, wanted(area, state)).operational_intent_reference
        assert dss.intent(entity) == made
    assert [each.id for each in dss.intents(area)] == [entity]
    assert dss.subscription(made.subscription_id).implicit_subscription
    assert dss.delete_intent(entity, made.ovn).operational_intent_reference.id == entity
    assert dss.intents(area) == []
    with pytest.raises(NotFound):
        dss.delete_intent(entity, "another-ovn-than-that")


def test_a_key_that_is_incomplete_says_what_is_missing(world: World, dss_of: Made) -> None:
    one, two, area = dss_of("uss1"), dss_of("uss2"), place(world)
    first = one.put_intent(identifier(), "", wanted(area)).operational_intent_reference
    with pytest.raises(KeyIncomplete) as refused:
        two.put_intent(identifier(), "", wanted(area))
    (missing,) = refused.value.missing.missing_operational_intents
    assert (missing.id, missing.ovn) == (first.id, None)
    made = two.put_intent(identifier(), "", wanted(area, key=(first.ovn,)))
    assert {each.uss_base_url for each in made.subscribers} == {URL}


def test_a_constraint_from_its_creation_to_its_end(world: World, dss_of: Made) -> None:
    dss, entity, area = dss_of("uss1"), identifier(), place(world)
    assert dss.constraint(entity) is None
    parameters = PutConstraintReferenceParameters([area], URL)
    made = dss.put_constraint(entity, "", parameters).constraint_reference
    changed = dss.put_constraint(entity, made.ovn, parameters).constraint_reference
    assert dss.constraint(entity) == changed
    assert [each.id for each in dss.constraints(area)] == [entity]
    dss.delete_constraint(entity, changed.ovn)
    assert dss.constraint(entity) is None


def test_a_subscription_is_its_owners(world: World, dss_of: Made) -> None:
    entity = identifier()
    parameters = PutSubscriptionParameters(
        place(world), URL, notify_for_operational_intents=True, notify_for_constraints=True
    )
    made = dss_of("uss1").put_subscription(entity, "", parameters).subscription
    assert dss_of("uss1").subscription(entity) == made
    assert dss_of("uss1").put_subscription(entity, made.version, parameters).subscription.version != made.version
    assert dss_of("uss1").subscription(identifier()) is None
    assert dss_of("uss2").subscription(entity) is None


def test_a_report_is_kept(world: World, dss_of: Made) -> None:
    record = ExchangeRecord(url=URL, method="GET", recorder_role="Client", request_time=time_of(world.clock()))
    dss_of("uss1").report(ErrorReport(record))
    assert [report.owner for report in world.reports()] == ["uss1"]


def test_what_the_dss_refuses_is_no_users_fault(world: World, dss_of: Made) -> None:
    dss, area = dss_of("uss1"), place(world)
    made = dss.put_intent(identifier(), "", wanted(area)).operational_intent_reference
    for refused in (
        lambda: dss.put_intent(made.id, "a-wrong-ovn-of-uss1", wanted(area)),
        lambda: dss_of("uss2").delete_intent(made.id, made.ovn),
        lambda: dss.put_intent(identifier(), "", wanted(place(world, start_min=-20, end_min=-10))),
    ):
        with pytest.raises(PeerUnavailable) as error:
            refused()
        assert error.value.code == "dss-refused"


@pytest.mark.parametrize("answer", [b"", b"{", b"[]", b'{"operational_intent_reference": {}}'])
def test_a_dss_that_answers_nonsense_failed(world: World, answer: bytes) -> None:
    @route("/{rest:path}", http_method=["GET", "PUT", "POST", "DELETE"])
    async def anything(rest: FromPath[str]) -> Response[bytes]:  # noqa: ARG001 - whatever is asked
        return Response(answer, status_code=200, media_type="application/json")

    port = free_port()
    listener, far = world.serve(Litestar([anything], logging_config=None), port), Far(world, port)
    try:
        with pytest.raises(PeerUnavailable) as error:
            far("uss1").put_intent(identifier(), "", wanted(place(world)))
        assert error.value.code == "dss-failed"
    finally:
        far.close()
        world.run(listener.stop())
