"""What every registry must do, on each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from wellclear.api.utm.dss.acts import scope_of
from wellclear.api.utm.dss.ports import READS, WHOLE, Registry
from wellclear.api.utm.dss.records import Availability, Block, Departed, Intent, Kind, Report, Reported, Subscription
from wellclear.api.utm.dss.registries.memory import MemoryRegistry
from wellclear.api.utm.dss.registries.postgresql import PostgresqlRegistry
from wellclear.api.utm.dss.registries.sqlite import SqliteRegistry
from wellclear.errors import MalformedInput, RuleViolated

Opener = Callable[[], Registry]
IDENTIFIER = "03e5572a-f733-49af-bc14-8a18bd53ee39"
OTHER = "13e5572a-f733-49af-bc14-8a18bd53ee39"


def block(lon_e7: int = 70_000_000, floor_dmm: int = 0, start_ms: int = 1_000) -> Block:
    return Block(
        core=0,
        lon_e7=(lon_e7,),
        lat_e7=(460_000_000,),
        buffer_dmm=3_000_000,
        floor_dmm=floor_dmm,
        ceiling_dmm=floor_dmm + 1_000_000,
        start_ms=start_ms,
        end_ms=start_ms + 1_000,
    )


def intent(identifier: str = IDENTIFIER, *, blocks: tuple[Block, ...] | None = None, subscription: str = "") -> Intent:
    return Intent(
        identifier=identifier,
        owner="uss1",
        uss_url="https://uss1.example.com",
        state="Accepted",
        ovn="0123456789abcdef",
        version=1,
        subscription=subscription,
        start_ms=1_000,
        end_ms=2_000,
        blocks=blocks or (block(),),
        cells=(7, 8),
        area_m2=5.0,
    )


def subscription(index: int = 0) -> Subscription:
    return Subscription(
        identifier=OTHER,
        owner="uss1",
        uss_url="https://uss1.example.com",
        version="v",
        index=index,
        for_intents=True,
        for_constraints=False,
        implicit=False,
        start_ms=1_000,
        end_ms=2_000,
        blocks=(block(),),
        cells=(7,),
    )


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    """Opens the same registry again and again; what is in memory alone is one object."""
    if request.param == "memory":
        one = MemoryRegistry()
        return lambda: one
    if request.param == "sqlite":
        return lambda: SqliteRegistry(tmp_path / "utm.sqlite")
    address = request.getfixturevalue("postgresql_address")
    return lambda: PostgresqlRegistry(address)


@pytest.fixture
def registry(opener: Opener) -> Iterator[Registry]:
    opened = opener()
    yield opened
    opened.close()


def everything(_airspace: object) -> object:
    return WHOLE


def reading(_airspace: object) -> object:
    return READS


def test_what_was_put_is_found_by_name_and_by_volume(registry: Registry) -> None:
    with registry.transaction(everything) as airspace:
        airspace.put(Kind.INTENT, intent())
    with registry.transaction(reading) as airspace:
        assert airspace.intent(IDENTIFIER) == intent()
        assert airspace.intents_near([block()]) == [intent()]
        assert airspace.intents_near([block(lon_e7=71_000_000)]) == []
        assert airspace.intents_near([block(floor_dmm=1_000_001)]) == []
        assert airspace.intents_near([block(start_ms=2_000)]) == []


def test_all_is_there_after_it_was_opened_again(opener: Opener) -> None:
    first = opener()
    with first.transaction(everything) as airspace:
        airspace.put(Kind.INTENT, intent(subscription=OTHER))
        airspace.put(Kind.SUBSCRIPTION, subscription(3))
        airspace.put(Kind.AVAILABILITY, Availability(identifier="uss1", state="Down", version="x"))
    first.close()
    second = opener()
    with second.transaction(reading) as airspace:
        assert airspace.intent(IDENTIFIER) == intent(subscription=OTHER)
        assert airspace.subscription(OTHER) == subscription(3)
        assert airspace.available("uss1") == "Down"
        assert airspace.dependents(OTHER) == {IDENTIFIER}
        assert airspace.standing("uss1").in_cell == {7: 1, 8: 1}
        assert airspace.subscriptions_near([block()]) == [subscription(3)]
    second.close()


def test_what_raises_changes_nothing(registry: Registry) -> None:
    with registry.transaction(everything) as airspace:
        airspace.put(Kind.INTENT, intent())
    moved = intent(blocks=(block(lon_e7=71_000_000),))
    with pytest.raises(RuleViolated), registry.transaction(everything) as airspace:  # noqa: PT012 - what was done is undone
        airspace.put(Kind.INTENT, moved)
        airspace.put(Kind.SUBSCRIPTION, subscription())
        raise RuleViolated("no", code="no")
    with registry.transaction(reading) as airspace:
        assert airspace.intents_near([block()]) == [intent()]
        assert airspace.subscription(OTHER) is None


def test_an_attempt_that_fails_takes_back_only_itself(opener: Opener) -> None:
    registry = opener()
    with registry.transaction(everything) as airspace:
        airspace.put(Kind.INTENT, intent())
        with pytest.raises(RuleViolated), airspace.attempt():  # noqa: PT012 - likewise
            airspace.put(Kind.INTENT, intent(blocks=(block(lon_e7=71_000_000),)))
            airspace.put(Kind.INTENT, intent(OTHER))
            raise RuleViolated("no", code="no")
    registry.close()
    again = opener()
    with again.transaction(reading) as airspace:
        assert airspace.intents_near([block()]) == [intent()]
        assert airspace.intent(OTHER) is None
    again.close()


def test_what_departed_and_what_was_dropped(opener: Opener) -> None:
    registry = opener()
    departed = Departed(identifier=IDENTIFIER, owner="uss1", version="v", answer=b"{}", until_ms=9)
    with registry.transaction(everything) as airspace:
        airspace.put(Kind.INTENT, intent())
        airspace.put(Kind.INTENT, intent(OTHER))
    with registry.transaction(everything) as airspace:
        airspace.put(Kind.INTENT, departed)
        airspace.drop((Kind.INTENT, OTHER))
    registry.close()
    again = opener()
    with again.transaction(reading) as airspace:
        assert airspace.departed(Kind.INTENT, IDENTIFIER) == departed
        assert airspace.intent(IDENTIFIER) is None
        assert set(airspace.records()) == {(Kind.INTENT, IDENTIFIER)}
        assert airspace.intents_near([block()]) == []
        assert airspace.standing("uss1").in_cell == {}
    again.close()


def test_reports_are_kept_by_the_time_of_their_receipt(registry: Registry) -> None:
    reports = [Report(identifier=str(number), owner="uss1", received_ms=9 - number, exchange={}) for number in range(3)]
    with registry.transaction(everything) as airspace:
        for report in reports:
            airspace.put(Kind.REPORT, report)
    assert list(registry.reports()) == reports[::-1]
    with registry.transaction(everything) as airspace:
        airspace.drop((Kind.REPORT, "1"))
    assert list(registry.reports()) == [reports[2], reports[0]]


def test_what_is_known_of_reports_is_counted_by_owner(opener: Opener) -> None:
    registry = opener()
    with registry.transaction(everything) as airspace:
        for number in range(3):
            airspace.put(
                Kind.REPORTED, Reported(identifier=str(number), owner="uss1", received_ms=number, size_bytes=10)
            )
        airspace.drop((Kind.REPORTED, "1"))
    registry.close()
    again = opener()
    with again.transaction(reading) as airspace:
        assert (airspace.standing("uss1").reports, airspace.standing("uss1").report_bytes) == (2, 20)
        assert airspace.standing("uss2").reports == 0
    again.close()


def test_a_file_is_for_one_process(tmp_path: Path) -> None:
    first = SqliteRegistry(tmp_path / "utm.sqlite")
    with pytest.raises(RuleViolated) as refused:
        SqliteRegistry(tmp_path / "utm.sqlite")
    assert refused.value.code == "store-in-use"
    first.close()


def test_an_instance_sees_what_another_has_committed(postgresql_address: str) -> None:
    one, two = PostgresqlRegistry(postgresql_address), PostgresqlRegistry(postgresql_address)
    with one.transaction(lambda _: scope_of((7,), (IDENTIFIER,))) as airspace:
        airspace.put(Kind.INTENT, intent())
    with two.transaction(reading) as airspace:
        assert airspace.intents_near([block()]) == [intent()]
    with two.transaction(everything) as airspace:
        airspace.put(Kind.INTENT, Departed(identifier=IDENTIFIER, owner="", version="", answer=b"", until_ms=1))
    with one.transaction(reading) as airspace:
        assert airspace.intents_near([block()]) == []
    one.close()
    two.close()


def test_a_commit_that_was_under_way_is_not_missed(postgresql_address: str) -> None:
    """The second transaction begins and ends within the first, so its number is higher and it is seen before."""
    one, two, three = (PostgresqlRegistry(postgresql_address) for _ in range(3))
    with one.transaction(lambda _: scope_of((1,), ())) as early:
        early.put(Kind.INTENT, intent())
        assert one._session is not None
        one._session.execute("SELECT pg_current_xact_id()")
        with two.transaction(lambda _: scope_of((2,), ())) as late:
            late.put(Kind.SUBSCRIPTION, subscription())
        with three.transaction(reading) as airspace:
            assert airspace.intent(IDENTIFIER) is None
            assert airspace.subscription(OTHER) == subscription()
    with three.transaction(reading) as airspace:
        assert airspace.intent(IDENTIFIER) == intent()
    for registry in (one, two, three):
        registry.close()


def test_a_scope_that_was_too_small_is_taken_again(postgresql_address: str) -> None:
    one, two = PostgresqlRegistry(postgresql_address), PostgresqlRegistry(postgresql_address)
    with one.transaction(everything) as airspace:
        airspace.put(Kind.INTENT, intent())
    asked = []

    def scoped(airspace: object) -> object:
        found = airspace.intent(IDENTIFIER)  # type: ignore[attr-defined]
        asked.append(found is not None)
        return scope_of(found.cells if found else (1,), ())

    with two.transaction(scoped) as airspace:
        assert airspace.intent(IDENTIFIER) == intent()
    assert asked[0] is False
    assert asked[-1] is True
    one.close()
    two.close()


def test_after_a_lost_connection_the_next_transaction_reads_all_again(postgresql_address: str) -> None:
    one, two = PostgresqlRegistry(postgresql_address), PostgresqlRegistry(postgresql_address)
    with one.transaction(everything) as airspace:
        airspace.put(Kind.INTENT, intent())
    assert one._session is not None
    assert two._session is not None
    two._session.execute("SELECT pg_terminate_backend(%s)", (one._session.info.backend_pid,))
    with pytest.raises(OSError, match="the store failed"), one.transaction(everything) as airspace:
        airspace.put(Kind.INTENT, intent(OTHER))
    with one.transaction(reading) as airspace:
        assert airspace.intent(IDENTIFIER) == intent()
        assert airspace.intent(OTHER) is None
    one.close()
    two.close()


def test_a_registry_of_an_unknown_version_is_refused(postgresql_address: str) -> None:
    one = PostgresqlRegistry(postgresql_address)
    assert one._session is not None
    one._session.execute("UPDATE wellclear_utm_format SET format = 2")
    one.close()
    with pytest.raises(MalformedInput, match="the registry has format version 2") as refused:
        PostgresqlRegistry(postgresql_address)
    assert (refused.value.code, refused.value.wanted) == (
        "store-version",
        "version 1; a newer wellclear reads newer formats",
    )


def test_a_server_that_may_lose_what_a_registry_commits_is_refused(postgresql_address: str) -> None:
    with pytest.raises(RuleViolated) as refused:
        PostgresqlRegistry(f"{postgresql_address}%20-c%20synchronous_commit%3Doff")
    assert refused.value.code == "store-not-durable"


def test_an_instance_that_stands_still_keeps_others_waiting_for_ten_seconds_at_most(postgresql_address: str) -> None:
    one = PostgresqlRegistry(postgresql_address)
    assert one._session is not None
    settings = ("idle_in_transaction_session_timeout", "transaction_timeout")
    assert [one._session.execute(f"SHOW {name}").fetchone() for name in settings] == [("10s",), ("20s",)]
    one.close()
