import re
from dataclasses import replace

import pytest
from hypothesis import given, settings

from plans.dictated import dictated
from wellclear.errors import MalformedInput, NotFound, RuleViolated
from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.geo.time_text import parse_rfc3339
from wellclear.model.operation import Operation
from wellclear.model.volume import Volume
from wellclear.protocol.voice.dictated import Dictated, as_spoken
from wellclear.protocol.voice.languages import LANGUAGES
from wellclear.protocol.voice.sheet import check_number, page_lines, print_sheet

SPAN = Span(parse_rfc3339("2026-10-14T17:46:00Z"), parse_rfc3339("2026-10-14T18:47:00.001Z"))
BAND = Band(None, Height.feet(3000, Reference.AMSL_BARO))
CIRCLE = Volume(Footprint.circle(Position.from_degrees(-3.5833333, 56.6833333), 92_600_000), BAND, SPAN)
NOTICE = Dictated.of(
    Operation("Harbour Rescue", "ISABELLA-1", (CIRCLE,), "SAR", 3),
    recipient="Coast Survey",
    kind="NOTICE",
    version_number=2,
    agreement="Harbour, version 1",
)


def numbered(sheet: str) -> list[str]:
    return re.findall(r"^ *([0-9]+(?:\.[0-9]+)?) ", sheet, flags=re.MULTILINE)


def test_a_notice_is_eighteen_lines():
    shown = print_sheet(NOTICE, "en").splitlines()
    assert numbered("\n".join(shown)) == [*map(str, range(1, 9)), "8.1", *map(str, range(9, 19))]
    assert shown[1].startswith("   1 From (who speaks):  Harbour Rescue  *")
    assert " 8.1 Point:  56-41-00N 003-35-00W = 30VVH 64263 82288  *" in shown[9]
    assert "9 Buffer around it (radius, half width):  5NM" in shown[10]
    assert "Floor:  SFC" in shown[11]
    assert "Ceiling:  3000 ft QNH" in shown[12]
    assert "From time (UTC):  141746ZOCT2026" in shown[13]
    assert "To time (UTC):  141848ZOCT2026" in shown[14]  # the part of a minute goes up
    assert "Remarks:  NONE" in shown[18]


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_lines_values_and_check_numbers_are_the_same_in_every_language(code: str):
    english, other = print_sheet(NOTICE, "en"), print_sheet(NOTICE, code)
    assert numbered(english) == numbered(other)
    assert re.findall(r"\*[0-9]{2}", english) == re.findall(r"\*[0-9]{2}", other)
    for line in page_lines(NOTICE)[0]:
        assert line.value in other
    assert all(label in other for label in LANGUAGES[code].labels)


@pytest.mark.parametrize("code", ["he", "ar"])
def test_figures_keep_their_order_in_lines_from_right_to_left(code: str):
    for shown in print_sheet(NOTICE, code).splitlines():
        if shown.startswith("#"):
            continue
        for figures in re.findall(r"[0-9][0-9A-Za-z* .=-]{4,}", shown.partition(":")[2]):
            assert f"\u2066{figures.strip()}" in shown or "ISABELLA" in shown or shown.lstrip().startswith("15")
        assert shown.count("\u2066") + shown.count("\u2068") == shown.count("\u2069")


def test_a_name_from_right_to_left_cannot_turn_an_english_line_round():
    shown = print_sheet(replace(NOTICE, remarks="\u202eנמל 123"), "en")
    assert "\u202e" not in shown
    assert "\u2068נמל 123\u2069" in shown


def test_further_pages_say_what_is_as_on_the_first():
    pages = print_sheet(replace(NOTICE, volumes=(CIRCLE, CIRCLE)), "en").split("\n\n")
    assert len(pages) == 3
    assert "   1 From (who speaks):  =  *" in pages[1]
    assert "(as on page 1)" in pages[1]
    assert "   4 Identifier:  ISABELLA-1" in pages[1]
    assert "   7 Volume, of how many:  2/2" in pages[1]


def test_a_stop_without_a_place_is_one_page():
    stop = replace(NOTICE, kind="STOP", volumes=())
    assert [(line.label, line.value) for line in page_lines(stop)[0]][6:13] == [
        ("7", "0/0"),
        *((label, "NONE") for label in ("8", "9", "10", "11", "12", "13")),
    ]
    assert "(стоп)" in print_sheet(stop, "ru")
    with pytest.raises(RuleViolated) as caught:
        _ = stop.operation
    assert caught.value.code == "dictation-no-volume"


def test_every_other_character_and_every_exchange_of_two_shows_in_the_check_number():
    text = "33-30-12.34N 044-15-00.00E"
    right = check_number("8.1", text)
    printable = [chr(code) for code in range(32, 127)]
    for place, char in enumerate(text):
        for other in printable:
            slipped = text[:place] + other + text[place + 1 :]
            assert (check_number("8.1", slipped) == right) == (other == char)
    for place in range(len(text) - 1):
        swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        assert (check_number("8.1", swapped) == right) == (swapped == text)


def test_a_value_on_the_wrong_line_shows():
    assert check_number("10", "FL120") != check_number("11", "FL120")


@settings(max_examples=40)
@given(dictated())
def test_what_is_spoken_is_spoken_the_same_again(message: Dictated):
    spoken = as_spoken(message)
    assert as_spoken(spoken) == spoken
    assert [[line.compared for line in page] for page in page_lines(spoken)] == [
        [line.compared for line in page] for page in page_lines(message)
    ]
    for volume, original in zip(spoken.volumes, message.volumes, strict=True):
        assert volume.span.start_ms <= original.span.start_ms < original.span.end_ms <= volume.span.end_ms


def test_too_much_for_a_voice_is_refused():
    ring = tuple(Position(n * n * 1000, n * 10_000) for n in range(100))
    long = Volume(Footprint.corridor(ring, 0), BAND, SPAN)
    with pytest.raises(RuleViolated) as points:
        page_lines(replace(NOTICE, volumes=(long,)))
    assert points.value.code == "dictation-points"
    with pytest.raises(RuleViolated) as many:
        page_lines(replace(NOTICE, volumes=(CIRCLE,) * 201))
    assert many.value.code == "dictation-volumes"
    with pytest.raises(MalformedInput) as text:
        page_lines(replace(NOTICE, remarks="x" * 501))
    assert text.value.code == "dictation-long"
    with pytest.raises(MalformedInput) as kind:
        page_lines(replace(NOTICE, kind="HELLO"))
    assert kind.value.code == "dictation-word"
    with pytest.raises(NotFound):
        print_sheet(NOTICE, "xx")
