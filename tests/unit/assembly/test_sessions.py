from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.assembly.sessions import MAX_IDLE_MS, MAX_SESSION_MS, MAX_SESSIONS, Sessions
from wellclear.errors import MalformedInput, VerificationFailed

TOKENS = [bytes((number,)) * 32 for number in range(5)]


def refused_code(sessions: Sessions, token: str, now_ms: int) -> str:
    with pytest.raises(VerificationFailed) as refused:
        sessions.officer(token, now_ms)
    return refused.value.code


def test_a_token_tells_whose_session_it_is():
    sessions = Sessions()
    cohen, ivanova = sessions.open("a.cohen", TOKENS[0], 0), sessions.open("b.ivanova", TOKENS[1], 0)
    assert (sessions.officer(cohen, 1), sessions.officer(ivanova, 1)) == ("a.cohen", "b.ivanova")


@given(st.text(max_size=60))
def test_another_token_is_nobodys(token: str):
    sessions = Sessions()
    if token != sessions.open("a.cohen", TOKENS[0], 0):
        assert refused_code(sessions, token, 1) == "session-unknown"


def test_a_session_ends_when_it_was_idle():
    sessions = Sessions()
    token = sessions.open("a.cohen", TOKENS[0], 0)
    assert sessions.officer(token, MAX_IDLE_MS - 1) == "a.cohen"
    assert sessions.officer(token, 2 * MAX_IDLE_MS - 2) == "a.cohen"
    assert refused_code(sessions, token, 3 * MAX_IDLE_MS - 2) == "session-expired"
    assert refused_code(sessions, token, 3 * MAX_IDLE_MS - 2) == "session-unknown"


def test_a_session_ends_after_a_watch_however_busy():
    sessions = Sessions()
    token = sessions.open("a.cohen", TOKENS[0], 0)
    for now_ms in range(0, MAX_SESSION_MS, MAX_IDLE_MS // 2):
        assert sessions.officer(token, now_ms) == "a.cohen"
    assert sessions.officer(token, MAX_SESSION_MS - 1) == "a.cohen"
    assert refused_code(sessions, token, MAX_SESSION_MS) == "session-expired"


def test_logging_out_ends_one_session_and_a_changed_password_all():
    sessions = Sessions()
    tokens = [sessions.open(officer, token, 0) for officer, token in zip("aabac", TOKENS, strict=True)]
    sessions.close(tokens[0])
    assert refused_code(sessions, tokens[0], 1) == "session-unknown"
    assert sessions.officer(tokens[1], 1) == "a"
    sessions.close_all("a")
    assert [refused_code(sessions, tokens[number], 1) for number in (1, 3)] == ["session-unknown"] * 2
    assert [sessions.officer(tokens[number], 1) for number in (2, 4)] == ["b", "c"]
    with pytest.raises(VerificationFailed):
        sessions.close(tokens[0])


def test_beyond_the_limit_the_one_idle_longest_ends():
    sessions = Sessions()
    tokens = [sessions.open("a", number.to_bytes(32), number) for number in range(MAX_SESSIONS)]
    sessions.officer(tokens[0], MAX_SESSIONS)
    sessions.open("a", b"\xff" * 32, MAX_SESSIONS)
    assert sessions.officer(tokens[0], MAX_SESSIONS) == "a"
    assert refused_code(sessions, tokens[1], MAX_SESSIONS) == "session-unknown"


@pytest.mark.parametrize("token", [b"", bytes(31), bytes(33)])
def test_a_token_is_not_short(token: bytes):
    with pytest.raises(MalformedInput):
        Sessions().open("a.cohen", token, 0)


def test_the_memory_holds_no_token():
    sessions = Sessions()
    text = sessions.open("a.cohen", TOKENS[1], 0)
    held = repr(sessions.__dict__)
    assert text not in held
    assert repr(TOKENS[1])[2:-1] not in held
