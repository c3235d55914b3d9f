import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.protocol.voice.heard_form import heard_form, one_line, western_digits


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Isabella-1", "ISABELLA 1"),
        ("Isabella\u20131", "isabella1"),
        ("\u0661\u0662\u0663", "123"),  # Arabic-Indic digits
        ("\u06f4\u06f5", "45"),  # as written in Persian
        ("Élan", "elan"),
        ("ёж", "ЕЖ"),
        ("\u2067abc\u2069", "abc"),  # isolates
        ("a*b", "ab"),
    ],
)
def test_what_cannot_be_heard_does_not_count(text: str, same: str):
    assert heard_form(text) == heard_form(same)


@pytest.mark.parametrize(("text", "other"), [("A1", "A2"), ("A/1", "A1"), ("A.1", "A1"), ("כן", "לא")])
def test_what_can_be_heard_counts(text: str, other: str):
    assert heard_form(text) != heard_form(other)


def test_a_line_is_one_line_and_shows_itself():
    assert one_line(" a\n b\t\u202ec\u200b * d \u2212 e\u2014f ") == "a b c d - e-f"


def test_figures_of_every_script_become_western():
    assert western_digits("\u0662\u0660Z \u0967") == "20Z 1"


@given(st.text())
def test_both_are_final(text: str):
    assert one_line(one_line(text)) == one_line(text)
    assert heard_form(one_line(text)) == heard_form(heard_form(one_line(text)))
    assert heard_form(one_line(text)).isprintable()
