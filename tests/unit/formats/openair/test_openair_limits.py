import pytest

from wellclear.errors import WellclearError
from wellclear.formats import openair
from wellclear.geo.span import Span
from wellclear.model.reading import Context

CONTEXT = Context("zones.txt", "BLUE", Span(1_700_000_000_000, 1_700_086_400_000))


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("AC R\n" + "DP 54:25:00 N 010:40:00 E\n" * 100_000, "openair-lines", "line 100001"),
        ("AC R\nAN x\n" * 20_001, "too-many-refusals", "line 1"),
    ],
)
def test_hardly_any_airspace_in_very_many_lines_ends_the_reading(text: str, code: str, at: str):
    with pytest.raises(WellclearError) as refusal:
        openair.read(text.encode(), CONTEXT)
    assert (refusal.value.code, refusal.value.at) == (code, at)
