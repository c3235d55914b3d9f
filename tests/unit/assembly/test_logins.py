from __future__ import annotations

import pytest

from wellclear.assembly import logins
from wellclear.assembly.logins import (
    DOORKEEPER_BYTES,
    FREE_FAILURES,
    MAX_DELAY_MS,
    MAX_FORGET_MS,
    MAX_THROTTLED,
    Doorkeeper,
    Throttle,
)
from wellclear.errors import MalformedInput, RuleViolated, VerificationFailed
from wellclear.model.agreement.ladder import Role
from wellclear.model.officer import Officer
from wellclear.trust.password import hash_password

SALT = b"sixteen bytes of"
COHEN = Officer("a.cohen", (Role.DUTY_OFFICER,), hash_password("correct horse", SALT))
DISABLED = Officer("b.ivanova", (Role.DUTY_OFFICER,), COHEN.password, enabled=False)
DOOR = Doorkeeper(bytes(range(DOORKEEPER_BYTES)))


def wait_ms(throttle: Throttle, now_ms: int, name: str = "a", address: str = "192.0.2.1") -> int:
    """How long until a try is allowed, found by trying each millisecond's eighth of a second."""
    for waited_ms in range(0, MAX_DELAY_MS + 1, 125):
        try:
            throttle.attempt(name, address, now_ms + waited_ms)
        except RuleViolated:
            continue
        return waited_ms
    return -1


def test_the_delay_grows_to_its_limit():
    throttle, now_ms, waits_ms = Throttle(), 0, []
    for _ in range(12):
        waits_ms.append(wait_ms(throttle, now_ms))
        now_ms += waits_ms[-1]
    assert waits_ms == [0, 0, 0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]


def test_a_refused_try_says_how_long_to_wait():
    throttle = Throttle()
    for _ in range(FREE_FAILURES):
        throttle.attempt("a", "192.0.2.1", 0)
    with pytest.raises(RuleViolated) as refused:
        throttle.attempt("a", "192.0.2.1", 1)
    assert (refused.value.code, refused.value.wanted) == ("login-throttled", "another try in 1 s")


def test_many_tries_at_once_are_counted_before_any_is_answered():
    throttle = Throttle()
    allowed = 0
    for _ in range(100):
        try:
            throttle.attempt("a", "192.0.2.1", 0)
        except RuleViolated:
            continue
        allowed += 1
    assert allowed == FREE_FAILURES


def test_a_right_password_forgets_the_wrong_ones():
    throttle = Throttle()
    for _ in range(10):
        throttle.attempt("a", "192.0.2.1", 0)
        throttle.succeeded("a", "192.0.2.1")


def test_after_some_time_the_wrong_ones_are_forgotten():
    throttle = Throttle()
    for _ in range(FREE_FAILURES):
        throttle.attempt("a", "192.0.2.1", 0)
    assert [wait_ms(throttle, MAX_FORGET_MS) for _ in range(FREE_FAILURES)] == [0] * FREE_FAILURES


def test_who_fails_keeps_no_other_away():
    throttle = Throttle()
    for _ in range(FREE_FAILURES):
        throttle.attempt("a", "192.0.2.1", 0)
    assert wait_ms(throttle, 0, name="b") == 0
    assert wait_ms(throttle, 0, address="192.0.2.2") == 0


def test_what_is_remembered_is_limited():
    throttle = Throttle()
    for number in range(MAX_THROTTLED + 5):
        throttle.attempt(f"n{number}", "192.0.2.1", 0)
    assert len(throttle._failures) == MAX_THROTTLED
    with pytest.raises(MalformedInput):
        throttle.attempt("x" * 1_000, "192.0.2.1", 0)


def test_the_right_password_of_an_enabled_account_opens():
    assert DOOR.verify(COHEN, "correct horse") is COHEN


@pytest.mark.parametrize("officer", [COHEN, DISABLED, None])
def test_every_refusal_is_the_same(officer: Officer | None):
    typed = ["correct horsf", "", "x" * 10_000] if officer is COHEN else ["correct horse", "", "x" * 10_000]
    for password in typed:
        with pytest.raises(VerificationFailed) as refused:
            DOOR.verify(officer, password)
        assert refused.value.code == "login-refused"
        assert "cohen" not in str(refused.value)


@pytest.mark.parametrize("officer", [COHEN, DISABLED, None])
def test_one_hash_is_computed_whoever_is_named(officer: Officer | None, monkeypatch: pytest.MonkeyPatch):
    hashed: list[str] = []

    def counting(password: str, expected: str) -> None:
        hashed.append(expected)
        verify(password, expected)

    verify = logins.verify_password
    monkeypatch.setattr(logins, "verify_password", counting)
    with pytest.raises(VerificationFailed):
        DOOR.verify(officer, "wrong password")
    assert len(hashed) == 1
    assert [len(word) for word in hashed[0].split()] == [len(word) for word in COHEN.password.split()]


def test_nobody_gets_in_by_the_password_of_those_who_do_not_exist():
    chance = bytes(range(DOORKEEPER_BYTES))
    from_chance = logins.print_octets(chance[16:])
    with pytest.raises(VerificationFailed):
        Doorkeeper(chance).verify(None, from_chance)
