import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from wellclear.cli.visible import HIDDEN_CATEGORIES, visible, visible_name


@given(st.text())
def test_nothing_hidden_or_direction_changing_is_left(text: str):
    assert not {unicodedata.category(char) for char in visible(text)} & HIDDEN_CATEGORIES


@given(st.text(alphabet=st.characters(whitelist_categories=("L", "N", "P", "S", "Zs"))))
def test_visible_text_stays_as_it_is(text: str):
    assert visible(text) == text


def test_escapes_name_the_character():
    assert visible("a\x1b[2J\u202eb\U000e0001") == "a\\x1b[2J\\u202eb\\U000e0001"


def test_long_names_show_that_they_were_cut():
    assert visible_name("x" * 81) == "x" * 79 + "…"
    assert visible_name("x" * 80) == "x" * 80
