from __future__ import annotations

import pytest

from wellclear.assembly.officers import (
    MAX_KEEP_TRIES,
    MAX_OFFICERS,
    OFFICER,
    Accounts,
    add_officer,
    enable_officer,
    give_password,
    give_roles,
    keep_accounts,
    officer_named,
    officers,
)
from wellclear.centre.ports.store import Batch, Reader, Record, Store
from wellclear.errors import MalformedInput, NotFound, RuleViolated, VerificationFailed
from wellclear.model.agreement.ladder import Role
from wellclear.store.memory import MemoryStore
from wellclear.trust.key_statement import Place
from wellclear.trust.leaf import salted_leaf
from wellclear.trust.password import verify_password

SALT, OTHER_SALT = b"sixteen bytes of", b"another salt of."
FIRST, SECOND = "correct horse", "battery staple"


def grown(store: Store, term: int) -> None:
    """Add an entry, as the centre's writer does at any moment; in a new epoch, where it completes no subtree."""
    salt = bytes(32)
    start = Place(store.reader().end().epoch + 1, 0)
    store.write(term, Batch(start, (Record(b"entry", salt, salted_leaf(salt, b"entry")),)))


@pytest.fixture
def store() -> MemoryStore:
    store = MemoryStore()
    keep_accounts(store, store.lead(), lambda reader: add_officer(reader, "a.cohen", [Role.DUTY_OFFICER], FIRST, SALT))
    return store


@pytest.fixture
def term(store: MemoryStore) -> int:
    return store.lead()


def test_an_account_is_kept(store: MemoryStore):
    officer = officer_named(store.reader(), "a.cohen")
    assert (officer.name, officer.roles, officer.enabled) == ("a.cohen", (Role.DUTY_OFFICER,), True)
    verify_password(FIRST, officer.password)
    assert officers(store.reader()) == (officer,)


def test_accounts_are_listed_by_name(store: MemoryStore, term: int):
    for name in ("zulu", "b.ivanova"):
        keep_accounts(store, term, lambda reader, name=name: add_officer(reader, name, Role, SECOND, OTHER_SALT))
    listed = officers(store.reader())
    assert [officer.name for officer in listed] == ["a.cohen", "b.ivanova", "zulu"]
    assert listed[1].roles == tuple(Role)


def test_a_password_is_changed(store: MemoryStore, term: int):
    keep_accounts(store, term, lambda reader: give_password(reader, "a.cohen", SECOND, OTHER_SALT))
    officer = officer_named(store.reader(), "a.cohen")
    verify_password(SECOND, officer.password)
    with pytest.raises(VerificationFailed):
        verify_password(FIRST, officer.password)


def test_roles_are_changed_and_stand_by_rank(store: MemoryStore, term: int):
    keep_accounts(store, term, lambda reader: give_roles(reader, "a.cohen", [Role.AUTHORITY, Role.SUPERVISOR]))
    assert officer_named(store.reader(), "a.cohen").roles == (Role.SUPERVISOR, Role.AUTHORITY)


def test_an_account_is_disabled_and_enabled_and_its_name_stays_taken(store: MemoryStore, term: int):
    keep_accounts(store, term, lambda reader: enable_officer(reader, "a.cohen", enabled=False))
    assert not officer_named(store.reader(), "a.cohen").enabled
    with pytest.raises(RuleViolated) as refused:
        add_officer(store.reader(), "a.cohen", [Role.COMMANDER], SECOND, SALT)
    assert refused.value.code == "officer-exists"
    keep_accounts(store, term, lambda reader: enable_officer(reader, "a.cohen", enabled=True))
    assert officer_named(store.reader(), "a.cohen").enabled


def test_what_is_wrong_changes_nothing(store: MemoryStore, term: int):
    before = officers(store.reader())
    refused_changes = [
        (lambda reader: add_officer(reader, "b", [], FIRST, SALT), MalformedInput, "officer-roles"),
        (lambda reader: add_officer(reader, "B", [Role.COMMANDER], FIRST, SALT), MalformedInput, "officer-name"),
        (lambda reader: add_officer(reader, "b", [Role.COMMANDER], "short", SALT), RuleViolated, "password-short"),
        (lambda reader: give_password(reader, "a.cohen", "short", SALT), RuleViolated, "password-short"),
        (lambda reader: give_password(reader, "nobody", FIRST, SALT), NotFound, "officer-unknown"),
        (lambda reader: give_roles(reader, "nobody", [Role.COMMANDER]), NotFound, "officer-unknown"),
        (lambda reader: enable_officer(reader, "../a", enabled=True), MalformedInput, "officer-name"),
    ]
    for change, family, code in refused_changes:
        with pytest.raises(family) as refused:
            keep_accounts(store, term, change)
        assert refused.value.code == code
    assert officers(store.reader()) == before


def test_the_number_of_accounts_is_limited(store: MemoryStore, term: int):
    account = store.reader().beside(f"{OFFICER}a.cohen") or b""
    filled = {f"{OFFICER}n{number}": account for number in range(MAX_OFFICERS - 1)}
    store.write(term, Batch(store.reader().end(), beside=filled))
    with pytest.raises(RuleViolated) as refused:
        add_officer(store.reader(), "one.more", [Role.COMMANDER], FIRST, SALT)
    assert refused.value.code == "officer-number"


def test_an_account_under_another_name_is_seen(store: MemoryStore, term: int):
    account = store.reader().beside(f"{OFFICER}a.cohen") or b""
    store.write(term, Batch(store.reader().end(), beside={f"{OFFICER}b": account, f"{OFFICER}c": account[:-1]}))
    for name in ("b", "c"):
        with pytest.raises(MalformedInput) as refused:
            officer_named(store.reader(), name)
        assert refused.value.code == "officer-account"


def test_who_does_not_lead_changes_no_account(store: MemoryStore, term: int):
    newer = store.lead()
    with pytest.raises(RuleViolated) as refused:
        keep_accounts(store, term, lambda reader: enable_officer(reader, "a.cohen", enabled=False))
    assert refused.value.code == "term-superseded"
    assert officer_named(store.reader(), "a.cohen").enabled
    keep_accounts(store, newer, lambda reader: enable_officer(reader, "a.cohen", enabled=False))
    assert not officer_named(store.reader(), "a.cohen").enabled


class GrowingStore(MemoryStore):
    """A store whose log grows just before each of so many writes of accounts."""

    def __init__(self, times_left: int) -> None:
        super().__init__()
        self.times_left = times_left

    def write(self, term: int, batch: Batch) -> None:
        if not batch.records and self.times_left:
            self.times_left -= 1
            grown(self, term)
        super().write(term, batch)


def added(reader: Reader) -> Accounts:
    return add_officer(reader, "a.cohen", [Role.DUTY_OFFICER], FIRST, SALT)


def test_an_account_is_kept_while_the_log_grows():
    store = GrowingStore(MAX_KEEP_TRIES - 1)
    keep_accounts(store, store.lead(), added)
    assert officer_named(store.reader(), "a.cohen").enabled
    assert store.reader().end().epoch == MAX_KEEP_TRIES - 1


def test_a_log_that_grows_without_end_is_not_waited_for():
    store = GrowingStore(MAX_KEEP_TRIES)
    with pytest.raises(RuleViolated) as refused:
        keep_accounts(store, store.lead(), added)
    assert refused.value.code == "batch-place"
