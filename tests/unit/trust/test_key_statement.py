from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput
from wellclear.trust.key_statement import (
    MAX_EPOCH,
    MAX_KEY_STATEMENTS,
    NO_STATEMENT,
    KeyAct,
    KeyPurpose,
    KeyStatement,
    Place,
    parse_key_statement,
    print_key_statement,
    statement_digest,
)
from wellclear.trust.merkle import MAX_TREE_SIZE

STATEMENT = KeyStatement("north", 0, NO_STATEMENT, KeyAct.MADE, KeyPurpose.LOG, bytes(range(32)), Place(1, 0))
WRITTEN = (
    b"wellclear-key-statement/v1\nparty north\nnumber 0\nprevious " + b"00" * 32 + b"\nact made\nkey log "
    b"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\nplace 1 0\n"
)
hashes = st.binary(min_size=32, max_size=32)
statements = st.builds(
    KeyStatement,
    st.text(st.characters(exclude_characters="+", exclude_categories=("C", "Z")), min_size=1, max_size=20),
    st.integers(0, MAX_KEY_STATEMENTS - 1),
    hashes,
    st.sampled_from(KeyAct),
    st.sampled_from(KeyPurpose),
    hashes,
    st.builds(Place, st.integers(0, MAX_EPOCH), st.integers(0, MAX_TREE_SIZE)),
)


def test_the_exact_bytes():
    assert print_key_statement(STATEMENT) == WRITTEN
    assert parse_key_statement(WRITTEN) == STATEMENT
    assert statement_digest(WRITTEN).hex().startswith(statement_digest(print_key_statement(STATEMENT)).hex())


@given(statements)
def test_a_statement_comes_back(statement: KeyStatement):
    assert parse_key_statement(print_key_statement(statement)) == statement


@given(st.integers(0, len(WRITTEN) - 1), st.integers(0, 255))
def test_a_changed_byte_gives_another_statement_or_none(place: int, byte: int):
    changed = WRITTEN[:place] + bytes((byte,)) + WRITTEN[place + 1 :]
    try:
        statement = parse_key_statement(changed)
    except MalformedInput:
        return
    assert print_key_statement(statement) == changed


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"/v1", b"/v2", "key-statement"),
        (b"made", b"lent", "key-statement"),
        (b"key log", b"key fun", "key-statement"),
        (b"place 1 0\n", b"place 1 0", "key-statement"),
        (b"place 1 0\n", b"place 1 0\n\n", "key-statement"),
        (b"place 1 0\n", b"place 1 0\nx", "key-statement"),
        (b"place 1 0", b"place 1  0", "key-statement"),
        (b"place 1 0", b"place 1", "key-statement"),
        (b"party north", b"party", "key-statement"),
        (b"party north", b"party no+rth", "name-malformed"),
        (b"party north", b"party \xff", "key-statement"),
        (b"number 0", b"number 00", "number-malformed"),
        (b"number 0", b"number 1000", "number-malformed"),
        (b"1e1f", b"1E1F", "key-statement"),
        (b"1e1f", b"1e", "key-statement"),
        (b"wellclear-key-statement/v1", b"wellclear-key-statement/v1 ", "key-statement"),
    ],
)
def test_what_is_no_statement_is_refused(old: bytes, new: bytes, code: str):
    with pytest.raises(MalformedInput) as refused:
        parse_key_statement(WRITTEN.replace(old, new))
    assert refused.value.code == code


@pytest.mark.parametrize(("epoch", "index"), [(-1, 0), (0, -1), (MAX_EPOCH + 1, 0), (0, MAX_TREE_SIZE + 1)])
def test_a_place_out_of_range_is_refused(epoch: int, index: int):
    with pytest.raises(MalformedInput) as refused:
        Place(epoch, index)
    assert refused.value.code == "key-place"


def test_places_are_in_order_of_epoch_then_index():
    assert Place(1, 9) < Place(2, 0) < Place(2, 1)


@pytest.mark.parametrize(
    ("number", "previous", "key", "code"),
    [
        (MAX_KEY_STATEMENTS, NO_STATEMENT, bytes(32), "key-number"),
        (-1, NO_STATEMENT, bytes(32), "key-number"),
        (0, b"", bytes(32), "key-length"),
        (0, NO_STATEMENT, bytes(33), "key-length"),
    ],
)
def test_what_cannot_be_stated_is_refused(number: int, previous: bytes, key: bytes, code: str):
    with pytest.raises(MalformedInput) as refused:
        KeyStatement("north", number, previous, KeyAct.MADE, KeyPurpose.LOG, key, Place(0, 0))
    assert refused.value.code == code
