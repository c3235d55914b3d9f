from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from plans.dictated import dictated, typed
from wellclear.errors import MalformedInput, VerificationFailed, WellclearError
from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.geo.time_text import parse_rfc3339
from wellclear.model.volume import Volume
from wellclear.protocol.voice.dictated import Dictated, as_spoken
from wellclear.protocol.voice.heard import LineDifference, differing_lines, parse_line, parse_sheet
from wellclear.protocol.voice.languages import LANGUAGES
from wellclear.protocol.voice.sheet import print_sheet

CODES = sorted(LANGUAGES)
VOLUME = Volume(
    Footprint.circle(Position.from_degrees(-3.5833333, 56.6833333), 92_600_000),
    Band(None, Height.feet(3000, Reference.AMSL_BARO)),
    Span(parse_rfc3339("2026-10-14T17:46:00Z"), parse_rfc3339("2026-10-14T18:47:00Z")),
)
NOTICE = Dictated("Harbour Rescue", "Coast Survey", "NOTICE", "ISABELLA-1", 2, "SAR", (VOLUME,), 0, "Harbour", 3)


def with_line(label: str, text: str, language: str = "en", message: Dictated = NOTICE) -> str:
    """The whole entry with one line typed otherwise."""
    lines = typed(message, language)
    lines[[line.split()[0] for line in lines].index(label)] = f"{label} {text}"
    return "\n".join(lines)


@settings(max_examples=60)
@given(dictated(), st.sampled_from(CODES))
def test_what_is_heard_right_is_the_same(message: Dictated, language: str):
    heard = parse_sheet("\n".join(typed(message, language)), language)
    assert differing_lines(heard, message) == ()
    spoken = as_spoken(message)
    assert heard.volumes == spoken.volumes
    assert (heard.kind, heard.version_number, heard.priority) == (
        message.kind,
        message.version_number,
        message.priority,
    )
    assert heard.hazard_tail_ms == message.hazard_tail_ms


@settings(max_examples=40)
@given(dictated(), st.sampled_from(CODES))
def test_a_printed_sheet_can_be_entered_as_it_is(message: Dictated, language: str):
    heard = parse_sheet(print_sheet(message, language), language)
    assert differing_lines(heard, message) == ()
    assert heard.volumes == as_spoken(message).volumes


@settings(max_examples=120)
@given(dictated(), st.data())
def test_a_slip_in_one_character_is_seen(message: Dictated, data: st.DataObject):
    lines = typed(replace(message, volumes=message.volumes[:1]), "en")
    at = data.draw(st.integers(0, len(lines) - 2))
    label, _, rest = lines[at].partition(" ")
    value, _, check = rest.rpartition(" ")
    assume(value)
    place = data.draw(st.integers(0, len(value) - 1))
    put = data.draw(st.sampled_from([*"0123456789NSEWZFL -.", ""]))
    slipped = value[:place] + put + value[place + 1 :]
    lines[at] = f"{label} {slipped} {check if data.draw(st.booleans()) else ''}"
    try:
        heard = parse_sheet("\n".join(lines), "en")
    except (MalformedInput, VerificationFailed) as error:
        assert error.at.startswith("page 1")  # noqa: PT017 - some slips cannot be heard and are no error
    else:
        assert differing_lines(heard, replace(message, volumes=message.volumes[:1])) == ()


@pytest.mark.parametrize(
    ("label", "text", "code"),
    [
        ("8.1", "56.41N 003.35W", "position-two-readings"),
        ("8.1", "56.6833 -3.5833", "position-two-readings"),
        ("8.1", "56-41-00N", "position-text"),
        ("8.1", "56-41-00С 003-35-00З", "position-text"),  # noqa: RUF001 - Russian letters of north and west
        ("12", "141746OCT2026", "time-naive"),
        ("12", "141746CSEP2026", "time-local"),
        ("12", "141746Z", "time-month"),
        ("12", "141746ZOCT", "time-year"),
        ("10", "3000 ft", "height-reference"),
        ("11", "3000 QNH", "height-unit"),
        ("11", "3000", "height-unit"),
        ("9", "5", "quantity-unit"),
        ("14", "2", "quantity-unit"),
        ("5", "two", "dictation-number"),
        ("3", "HELLO", "dictation-word"),
        ("7", "2/1", "dictation-page"),
        ("8", "CIRCLE", "dictation-shape"),
        ("8", "BLOB 3", "dictation-word"),
        ("4", "x" * 501, "dictation-long"),
        ("4", "x" * 2001, "dictation-line"),
        ("4", "=", "dictation-repeat"),
        ("10", "UNL", "height-end"),
    ],
)
def test_what_can_be_read_in_two_ways_or_none_is_refused_at_its_line(label: str, text: str, code: str):
    with pytest.raises(MalformedInput) as caught:
        parse_sheet(with_line(label, text), "en")
    assert caught.value.code == code
    assert caught.value.at.startswith("page 1")


def test_the_check_number_finds_the_line():
    right = next(line for line in typed(NOTICE, "en") if line.startswith("12 "))
    slipped = right.replace("141746Z", "141764Z").replace("64Z", "47Z")
    with pytest.raises(VerificationFailed) as caught:
        parse_line(slipped)
    assert (caught.value.code, caught.value.at) == ("line-check", "line 12")
    assert parse_line(right).compared == "141746ZOCT2026"


def test_degrees_and_grid_say_the_place_twice():
    with pytest.raises(VerificationFailed) as caught:
        parse_line("8.1 56-41-10N 003-35-00W = 30VVH 64263 82288")
    assert (caught.value.code, caught.value.at) == ("line-grid", "line 8.1")
    parse_line("8.1 56-41-00N 003-35-00W = 30 v vh 6426382288")


def test_at_the_pole_there_is_no_grid_and_it_is_said_so():
    pole = replace(VOLUME, footprint=Footprint.circle(Position(0, 900_000_000), 0))
    message = replace(NOTICE, volumes=(pole,))
    assert differing_lines(parse_sheet(print_sheet(message, "fr"), "fr"), message) == ()


def test_without_check_numbers_the_words_see_it():
    with pytest.raises(VerificationFailed) as caught:
        parse_sheet(with_line("12", "141747ZOCT2026"), "en")
    assert caught.value.code == "check-words"
    assert caught.value.at == "page 1 line 18 word 1"


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("3", "Уведомление"),
        ("3", "préavis"),
        ("8", "точка 1"),
        ("8", "point 1"),
        ("17", "нет"),
        ("17", "אין"),
        ("14", "0 min"),
        ("8.1", "56-41.0N 003-35.0W"),
        ("8.1", "564100N0033500W"),
        ("9", "9.26 km"),
        ("11", "914.4 m QNH"),
        ("12", "14 1746Z OCT 26"),
        ("12", "\u0661\u0664\u0661\u0667\u0664\u0666ZOCT\u0662\u0660\u0662\u0666"),
        ("4", "isabella 1"),
    ],
)
def test_the_same_said_otherwise_is_the_same(label: str, text: str):
    assert differing_lines(parse_sheet(with_line(label, text), "en"), NOTICE) == ()


def test_lines_missing_twice_or_out_of_order_are_refused():
    lines = typed(NOTICE, "en")
    for wrong in (
        lines[:-1],
        lines[:4] + lines[5:],
        [lines[0], lines[2], lines[1], *lines[3:]],
        [*lines[:6], *lines[5:]],
    ):
        with pytest.raises(MalformedInput) as caught:
            parse_sheet("\n".join(wrong), "en")
        assert caught.value.code == "dictation-order"
    for wrong in ([], lines[1:]):
        with pytest.raises(MalformedInput):
            parse_sheet("\n".join(wrong), "en")


def test_pages_missing_mixed_or_exchanged_are_refused():
    two = replace(NOTICE, volumes=(VOLUME, replace(VOLUME, band=Band(None, None))))
    lines = typed(two, "en")
    first, second = lines[: len(lines) // 2], lines[len(lines) // 2 :]
    other = typed(replace(two, version_number=3), "en")[len(lines) // 2 :]
    for wrong, code in (
        (first, "dictation-page"),
        (second + first, "dictation-page"),
        (first + other, "dictation-mixed"),
    ):
        with pytest.raises(MalformedInput) as caught:
            parse_sheet("\n".join(wrong), "en")
        assert caught.value.code == code
    said = [f"{line.split()[0]} =" if line.split()[0] in ("1", "2", "17") else line for line in second]
    assert differing_lines(parse_sheet("\n".join(first + said), "en"), two) == ()


def test_a_volume_without_its_lines_is_refused():
    for label in ("8", "9", "12"):
        with pytest.raises(WellclearError):
            parse_sheet(with_line(label, "NONE"), "en")
    stop = replace(NOTICE, kind="STOP", volumes=())
    assert parse_sheet("\n".join(typed(stop, "ar")), "ar") == replace(stop, agreement="Harbour")


def test_the_lines_that_differ_from_what_is_held_are_named():
    moved = replace(VOLUME, footprint=Footprint.circle(Position.from_degrees(-3.5, 56.6833333), 92_600_000))
    heard = replace(NOTICE, version_number=3, volumes=(moved, VOLUME))
    found = differing_lines(heard, NOTICE)
    assert found[0] == LineDifference(1, "5", "3", "2")
    assert [(difference.page_number, difference.label) for difference in found[:3]] == [(1, "5"), (1, "7"), (1, "8.1")]
    assert {difference.page_number for difference in found} == {1, 2}
    assert [difference.held for difference in found if difference.page_number == 2] == [""] * 17


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str):
    for given_text in (text, f"1 {text}", f"8.1 {text}", f"12 {text}"):
        with suppress(MalformedInput, VerificationFailed):
            parse_sheet(given_text, "en")
