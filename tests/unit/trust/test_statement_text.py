from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput
from wellclear.trust.key_statement import KEY_STATEMENT, MAX_KEY_STATEMENTS
from wellclear.trust.statement_text import parse_statements, print_statements
from wellclear.trust.typed import Signed

signed = st.builds(Signed, st.just(KEY_STATEMENT), st.binary(max_size=50), st.binary(min_size=64, max_size=64))
ONE = Signed(KEY_STATEMENT, b"payload", bytes(64))
LINE = print_statements([ONE])


@given(st.lists(signed, max_size=5))
def test_statements_come_back(statements: list[Signed]):
    assert parse_statements(print_statements(statements)) == tuple(statements)


@given(st.text(max_size=60))
def test_any_text_gives_statements_or_malformed_input(text: str):
    try:
        statements = parse_statements(text)
    except MalformedInput:
        return
    assert print_statements(statements) == text


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        (LINE[:-1], "statement-line", ""),
        (LINE + "\n", "statement-line", "line 2"),
        (LINE + LINE.replace("statement", "Statement"), "statement-line", "line 2"),
        (LINE.replace(" ", "  ", 1), "statement-line", "line 1"),
        (LINE.replace("AA==", "AB=="), "octets-malformed", "line 1"),
        (LINE.replace("AAAA", "", 1), "signature-length", "line 1"),
        (LINE * (MAX_KEY_STATEMENTS + 1), "statement-line", ""),
    ],
)
def test_what_is_no_statement_is_refused_with_its_line(text: str, code: str, at: str):
    with pytest.raises(MalformedInput) as refused:
        parse_statements(text)
    assert (refused.value.code, refused.value.at) == (code, at)
