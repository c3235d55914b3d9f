from __future__ import annotations

from contextlib import closing

import psycopg
import pytest

from postgresql_server import PostgresqlServer
from wellclear.errors import MalformedInput, PeerUnavailable, RuleViolated
from wellclear.store.opening import open_store


def also(address: str, setting: str) -> str:
    return f"{address}%20-c%20{setting}"


@pytest.mark.parametrize("value", ["off", "local", "remote_write"])
def test_a_session_that_may_lose_commits_is_refused(postgresql_address: str, value: str) -> None:
    with pytest.raises(RuleViolated) as refused:
        open_store(also(postgresql_address, f"synchronous_commit%3D{value}"))
    assert (refused.value.code, refused.value.wanted) == ("store-not-durable", "synchronous_commit = on")


def test_a_server_that_does_not_flush_is_refused(stopped_server: PostgresqlServer) -> None:
    for setting in ("fsync", "full_page_writes"):
        stopped_server.start(f"{setting}=off")
        with pytest.raises(RuleViolated) as refused:
            open_store(stopped_server.address())
        assert (refused.value.code, refused.value.wanted) == ("store-not-durable", f"{setting} = on")
        stopped_server.stop()


def test_an_unknown_version_is_refused(postgresql_address: str) -> None:
    open_store(postgresql_address).close()
    with psycopg.connect(postgresql_address, autocommit=True) as session:
        session.execute("UPDATE wellclear_lead SET format = 3")
    with pytest.raises(MalformedInput) as refused:
        open_store(postgresql_address)
    assert refused.value.code == "store-version"


def test_a_user_who_may_not_make_tables_is_refused(postgresql_address: str) -> None:
    with psycopg.connect(postgresql_address, autocommit=True) as session:
        session.execute("DROP ROLE IF EXISTS guest")
        session.execute("CREATE ROLE guest LOGIN")
    with pytest.raises(RuleViolated) as refused:
        open_store(postgresql_address.replace("user=wellclear", "user=guest"))
    assert refused.value.code == "store-refused"


def test_a_user_who_does_not_exist_is_not_let_in(postgresql_address: str) -> None:
    with pytest.raises(PeerUnavailable) as refused:
        open_store(postgresql_address.replace("user=wellclear", "user=nobody"))
    assert refused.value.code == "store-unreachable"


def test_a_reader_can_change_nothing(postgresql_address: str) -> None:
    with (
        closing(open_store(postgresql_address)) as store,
        closing(store.reader()) as reader,
        pytest.raises(psycopg.errors.ReadOnlySqlTransaction),
    ):
        reader._session.execute("UPDATE wellclear_lead SET term = 9")


def test_a_transaction_that_stands_still_is_ended_by_the_server(postgresql_address: str) -> None:
    with closing(open_store(postgresql_address)) as store:
        settings = ("idle_in_transaction_session_timeout", "transaction_timeout")
        assert [store._session.execute(f"SHOW {name}").fetchone() for name in settings] == [("2s",), ("5s",)]


def test_tables_that_are_there_are_taken_as_they_are(postgresql_address: str) -> None:
    with closing(open_store(postgresql_address)) as first, closing(open_store(postgresql_address)) as second:
        assert (first.lead(), second.lead()) == (1, 2)
