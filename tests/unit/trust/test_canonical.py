from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput
from wellclear.trust.canonical import parse_number, parse_octets, print_octets, verify_line, verify_name, verify_text


def code_of(check: object, *arguments: object) -> str:
    assert callable(check)
    try:
        check(*arguments)
    except MalformedInput as refused:
        return refused.code
    return ""


@given(st.binary(max_size=100))
def test_octets_come_back(octets: bytes):
    assert parse_octets(print_octets(octets)) == octets


@given(st.text(max_size=20))
def test_what_is_read_as_octets_is_written_so(text: str):
    try:
        octets = parse_octets(text)
    except MalformedInput:
        return
    assert print_octets(octets) == text


@pytest.mark.parametrize(
    "text", ["AA", "AA=", "AAA", "AB==", "AAB=", "A A=", "AAA=\n", "AA==AA==", "-_-_", "ÄÄÄÄ", "\ud800"]
)
def test_second_forms_of_octets_are_refused(text: str):
    assert code_of(parse_octets, text) == "octets-malformed"


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("7", 7), ("10", 10), ("9223372036854775807", 2**63 - 1)])
def test_numbers_are_read(text: str, number: int):
    assert parse_number(text, 2**63 - 1) == number


@pytest.mark.parametrize(
    "text", ["", "00", "01", "+1", "-1", "1.0", "1e3", " 1", "1\n", "٣", "9223372036854775808", "9" * 5000]
)
def test_second_forms_of_numbers_are_refused(text: str):
    assert code_of(parse_number, text, 2**63 - 1) == "number-malformed"


def test_the_largest_number_is_the_last():
    assert parse_number("9", 9) == 9
    assert code_of(parse_number, "10", 9) == "number-malformed"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a b\nÄ\n", ""),
        ("", ""),
        ("a\tb", "text-malformed"),
        ("a\r\n", "text-malformed"),
        ("\x00", "text-malformed"),
        ("\udc80", "text-malformed"),
    ],
)
def test_texts(text: str, code: str):
    assert code_of(verify_text, text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a b", ""),
        ("é" * 127 + "a", ""),
        ("", "line-malformed"),
        ("a\n", "line-malformed"),
        ("é" * 128, "line-malformed"),
    ],
)
def test_lines(text: str, code: str):
    assert code_of(verify_line, text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("example.com/log", ""),
        ("a b", "name-malformed"),
        ("a+b", "name-malformed"),
        ("a\u00a0b", "name-malformed"),
        ("a\u2028b", "name-malformed"),
        ("", "line-malformed"),
    ],
)
def test_names(text: str, code: str):
    assert code_of(verify_name, text) == code
