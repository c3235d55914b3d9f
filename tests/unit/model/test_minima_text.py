import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput
from wellclear.geo.limits import MAX_BUFFER_DMM, MAX_HEIGHT_DMM
from wellclear.model.minima import MAX_TIME_GAP_MS, Minima
from wellclear.model.minima_text import parse_minima, print_minima


def test_minima_are_read_in_any_order():
    assert parse_minima("lateral=5NM,vertical=1000ft,time=0s") == Minima(92_600_000, 3_048_000, 0)
    assert parse_minima(" time = 5min , lateral=30 m") == Minima(300_000, 0, 300_000)


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("", "minima-text", ""),
        ("5NM", "minima-text", ""),
        ("lateral=5NM,", "minima-text", ""),
        ("sideways=5NM", "minima-text", ""),
        ("lateral=5NM,lateral=6NM", "minima-repeated", ""),
        ("lateral=5", "quantity-unit", "lateral="),
        ("vertical=1000ft,time=5m", "quantity-unit", "time="),
        ("lateral=NaN", "quantity-text", "lateral="),
        ("lateral=5000NM", "minima-range", ""),
        ("time=800h", "minima-range", ""),
    ],
)
def test_refused_with_the_place(text: str, code: str, at: str):
    with pytest.raises(MalformedInput) as refusal:
        parse_minima(text)
    assert (refusal.value.code, refusal.value.at) == (code, at)


@given(
    st.builds(
        Minima,
        st.integers(0, MAX_BUFFER_DMM),
        st.integers(0, MAX_HEIGHT_DMM),
        st.integers(0, MAX_TIME_GAP_MS),
    )
)
def test_printed_minima_read_back(minima: Minima):
    assert parse_minima(print_minima(minima)) == minima


def test_the_printed_form_of_known_minima():
    assert print_minima(Minima(92_600_000, 3_048_000, 0)) == "lateral=5NM,vertical=1000ft,time=0s"
    assert print_minima(Minima()) == "lateral=0NM,vertical=0ft,time=0s"


@given(st.text(max_size=130) | st.text(alphabet="lateralverticaltime=,0123456789NMfts", max_size=40))
def test_any_text_is_minima_or_a_refusal(text: str):
    try:
        parse_minima(text)
    except MalformedInput:
        return
