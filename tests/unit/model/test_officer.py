from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput, RuleViolated
from wellclear.model.agreement.ladder import Role
from wellclear.model.officer import MAX_OFFICER_BYTES, Officer, parse_officer, print_officer, verify_officer_name

HASH = "argon2id/1 c2l4dGVlbiBieXRlcyBvZg== AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
COHEN = Officer("a.cohen", (Role.DUTY_OFFICER, Role.COMMANDER), HASH)
WRITTEN = print_officer(COHEN)


def test_the_exact_bytes():
    assert (
        b'{"name":"a.cohen","roles":["duty-officer","commander"],"password":"' + HASH.encode() + b'","enabled":true}'
    ) == WRITTEN


@pytest.mark.parametrize("roles", [taken for count in (1, 2, len(Role)) for taken in combinations(Role, count)])
def test_an_account_comes_back(roles: tuple[Role, ...]):
    officer = Officer("a.cohen", roles, HASH, enabled=len(roles) != 1)
    assert parse_officer(print_officer(officer)) == officer
    assert len(print_officer(officer)) < MAX_OFFICER_BYTES


def test_the_hash_is_not_shown():
    assert "argon2" not in repr(COHEN)


@given(st.integers(0, len(WRITTEN) - 1), st.integers(0, 255))
def test_a_changed_byte_gives_another_account_or_none(place: int, byte: int):
    changed = WRITTEN[:place] + bytes((byte,)) + WRITTEN[place + 1 :]
    try:
        officer = parse_officer(changed)
    except MalformedInput:
        return
    assert print_officer(officer) == changed


@given(st.binary(max_size=100))
def test_any_bytes_are_no_account(content: bytes):
    with pytest.raises(MalformedInput):
        parse_officer(content)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b'"enabled":true', b'"enabled":1', "officer-account"),
        (b'"enabled":true', b'"enabled":false,"enabled":true', "officer-account"),
        (b'"enabled":true', b'"enabled":true,"admin":true', "officer-account"),
        (b',"enabled":true', b"", "officer-account"),
        (b'"enabled":true', b'"enabled": true', "officer-account"),
        (b"commander", b"chief", "officer-account"),
        (b'["duty-officer","commander"]', b'["commander","duty-officer"]', "officer-roles"),
        (b'["duty-officer","commander"]', b'["commander","commander"]', "officer-roles"),
        (b'["duty-officer","commander"]', b"[]", "officer-roles"),
        (b"a.cohen", b"A.Cohen", "officer-name"),
        (b"argon2id/1", b"argon2id/0", "password-hash"),
        (b"}", b"}" + b" " * MAX_OFFICER_BYTES, "officer-account"),
    ],
)
def test_another_form_is_refused(old: bytes, new: bytes, code: str):
    with pytest.raises(MalformedInput) as refused:
        parse_officer(WRITTEN.replace(old, new))
    assert refused.value.code == code


def test_an_officer_acts_only_as_what_the_account_says():
    COHEN.verify_role(Role.COMMANDER)
    with pytest.raises(RuleViolated) as refused:
        COHEN.verify_role(Role.AUTHORITY)
    assert (refused.value.code, refused.value.wanted) == ("officer-role", "duty-officer, commander")


@pytest.mark.parametrize("name", ["a", "a.cohen", "watch-2", "x" * 40])
def test_names_of_officers(name: str):
    verify_officer_name(name)


@pytest.mark.parametrize("name", ["", "A", "a cohen", ".a", "a.", "a..b", "a/b", "a\n", "x" * 41, "a@b", "\u0430"])
def test_what_names_no_officer(name: str):
    with pytest.raises(MalformedInput) as refused:
        verify_officer_name(name)
    assert refused.value.code == "officer-name"
