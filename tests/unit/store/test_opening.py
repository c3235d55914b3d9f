from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from wellclear.errors import MalformedInput, PeerUnavailable
from wellclear.store.opening import open_store
from wellclear.store.postgresql import PostgresqlStore
from wellclear.store.sqlite import SqliteStore

SECRET = "s3cret-word"  # noqa: S105 - looked for in messages


def test_a_path_names_a_file(tmp_path: Path) -> None:
    for address in (tmp_path / "a" / "log?x=1#2.sqlite", str(tmp_path / "b" / "log %20.sqlite")):
        with closing(open_store(address)) as store:
            assert isinstance(store, SqliteStore)
        assert Path(address).exists()


def test_an_address_names_a_database(postgresql_address: str) -> None:
    for address in (postgresql_address, postgresql_address.replace("postgresql:", "postgres:")):
        with closing(open_store(address)) as store:
            assert isinstance(store, PostgresqlStore)


@pytest.mark.parametrize(
    "address",
    [
        "",
        f"mysql://user:{SECRET}@host/x",
        "https://example.org/log",
        f"postgresql://user:{SECRET}@host/x?colour=red",
        f"postgresql://user:{SECRET}@[::1/x",
        f"postgresql://user:{SECRET}%zz@host/x",
    ],
)
def test_what_names_no_store_is_refused_without_repeating_its_password(address: str) -> None:
    with pytest.raises(MalformedInput) as refused:
        open_store(address)
    assert refused.value.code == "store-address"
    assert SECRET not in str(refused.value)
    assert refused.value.wanted


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(MalformedInput) as refused:
        open_store(tmp_path)
    assert (refused.value.code, refused.value.at) == ("store-address", str(tmp_path))


@pytest.mark.parametrize("host", ["127.0.0.1:1", "127.0.0.1:1,127.0.0.1:2"])
def test_a_server_that_does_not_answer_is_unreachable(host: str) -> None:
    with pytest.raises(PeerUnavailable) as refused:
        open_store(f"postgresql://user:{SECRET}@{host}/x")
    assert refused.value.code == "store-unreachable"
    assert SECRET not in str(refused.value)
