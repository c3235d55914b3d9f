from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput
from wellclear.trust.note import (
    MAX_NOTE_BYTES,
    MAX_NOTE_LINES,
    MAX_NOTE_SIGNATURES,
    Note,
    SignatureLine,
    parse_note,
    print_note,
)

LINE = SignatureLine("log.example", b"\x01\x02\x03\x04", b"signature")
SIGNED = "— log.example AQIDBHNpZ25hdHVyZQ==\n"

names = st.text(st.characters(exclude_characters="+", exclude_categories=("C", "Z")), min_size=1, max_size=20)
lines = st.builds(SignatureLine, names, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=80))
texts = st.lists(st.text(st.characters(exclude_categories=("C",)), max_size=20), min_size=1, max_size=6)


@given(texts, st.lists(lines, min_size=1, max_size=4))
def test_a_note_comes_back(text: list[str], signatures: list[SignatureLine]):
    note = Note("".join(f"{line}\n" for line in text), tuple(signatures))
    assert parse_note(print_note(note)) == note


@given(st.binary(max_size=200))
def test_any_bytes_are_a_note_or_refused(encoded: bytes):
    try:
        note = parse_note(encoded)
    except MalformedInput:
        return
    assert print_note(note) == encoded


@given(st.integers(0, 60), st.integers(0, 255))
def test_a_changed_byte_gives_another_note_or_none(place: int, byte: int):
    encoded = bytearray(print_note(Note("name\n7\n", (LINE,))))
    place %= len(encoded)
    before, encoded[place] = encoded[place], byte
    try:
        note = parse_note(bytes(encoded))
    except MalformedInput:
        return
    assert print_note(note) == bytes(encoded)
    assert (note == Note("name\n7\n", (LINE,))) == (before == byte)


def test_the_text_may_hold_blank_lines_and_what_looks_like_a_signature():
    note = Note(f"a\n\n{SIGNED}b\n\n", (LINE,))
    assert print_note(note).decode() == f"a\n\n{SIGNED}b\n\n\n{SIGNED}"
    assert parse_note(print_note(note)) == note


@pytest.mark.parametrize(
    ("whole", "code", "at"),
    [
        (b"", "note-unsigned", ""),
        (b"a\n", "note-unsigned", ""),
        (b"a\n\n", "note-unsigned", ""),
        (b"a\n" + SIGNED.encode(), "note-unsigned", ""),
        (b"a\n\n" + SIGNED.encode()[:-1], "note-unsigned", ""),
        (b"a\n\n\xff", "note-encoding", "byte 3"),
        (b"a\r\n\n" + SIGNED.encode(), "text-malformed", ""),
        (b"a\x00\n\n" + SIGNED.encode(), "text-malformed", ""),
        (b"a\n\n" + SIGNED.encode() + b"b\n", "note-signature", "line 4"),
        (b"a\nb\n\n- log.example AQIDBHNpZ25hdHVyZQ==\n", "note-signature", "line 4"),
        ("a\n\n— log.example\n".encode(), "note-signature", "line 3"),
        ("a\n\n— log.example AQIDBA==\n".encode(), "note-signature", "line 3"),
        ("a\n\n— log.example AQIDBHNpZ25hdHVyZR==\n".encode(), "octets-malformed", "line 3"),
        ("a\n\n— log.example AQIDBHNpZ25hdHVyZQ== \n".encode(), "octets-malformed", "line 3"),
        ("a\n\n—  AQIDBHNpZ25hdHVyZQ==\n".encode(), "line-malformed", "line 3"),
        ("a\n\n— log+example AQIDBHNpZ25hdHVyZQ==\n".encode(), "name-malformed", "line 3"),
        ("a\n\n— log\u00a0example AQIDBHNpZ25hdHVyZQ==\n".encode(), "name-malformed", "line 3"),
    ],
)
def test_what_is_no_note_is_refused_with_its_place(whole: bytes, code: str, at: str):
    with pytest.raises(MalformedInput) as refused:
        parse_note(whole)
    assert (refused.value.code, refused.value.at) == (code, at)


@pytest.mark.parametrize(("text", "code"), [("", "note-text"), ("a", "note-text"), ("\ud800\n", "text-malformed")])
def test_what_is_no_text_makes_no_note(text: str, code: str):
    with pytest.raises(MalformedInput) as refused:
        Note(text, (LINE,))
    assert refused.value.code == code


@pytest.mark.parametrize(("key_id", "signature"), [(b"123", b"s"), (b"12345", b"s"), (b"1234", b"")])
def test_what_is_no_signature_makes_no_line(key_id: bytes, signature: bytes):
    with pytest.raises(MalformedInput) as refused:
        SignatureLine("log.example", key_id, signature)
    assert refused.value.code == "note-signature"


def test_limits_are_the_last_that_pass():
    most = Note("a\n" * MAX_NOTE_LINES, (LINE,) * MAX_NOTE_SIGNATURES)
    assert parse_note(print_note(most)) == most
    with pytest.raises(MalformedInput) as refused:
        Note("a\n" * (MAX_NOTE_LINES + 1), (LINE,))
    assert refused.value.code == "note-size"
    for signatures in ((), (LINE,) * (MAX_NOTE_SIGNATURES + 1)):
        with pytest.raises(MalformedInput) as refused:
            Note("a\n", signatures)
        assert refused.value.code == "note-signatures"


def test_bytes_are_limited_both_ways():
    overhead = len(print_note(Note("\n", (LINE,))))
    full = Note("a" * (MAX_NOTE_BYTES - overhead) + "\n", (LINE,))
    assert parse_note(print_note(full)) == full
    with pytest.raises(MalformedInput) as refused:
        print_note(Note("a" + full.text, (LINE,)))
    assert refused.value.code == "note-size"
    with pytest.raises(MalformedInput) as refused:
        parse_note(b"a" + print_note(full))
    assert refused.value.code == "note-size"
