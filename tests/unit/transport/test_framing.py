from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput, RuleViolated
from wellclear.protocol.envelope import MAX_ENVELOPE_BYTES
from wellclear.transport.framing import MAX_BATCH_ENVELOPES, parse_batch, print_batch


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=MAX_BATCH_ENVELOPES))
def test_a_batch_comes_back(envelopes: list[bytes]) -> None:
    assert parse_batch(print_batch(envelopes)) == tuple(envelopes)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_batch_or_refused(body: bytes) -> None:
    with suppress(MalformedInput):
        assert print_batch(parse_batch(body)) == body


def test_limits() -> None:
    with pytest.raises(RuleViolated, match="too many"):
        parse_batch(print_batch([b"x"] * (MAX_BATCH_ENVELOPES + 1)))
    with pytest.raises(MalformedInput) as caught:
        parse_batch((MAX_ENVELOPE_BYTES + 1).to_bytes(4) + b"x")
    assert caught.value.code == "envelope-size"
    with pytest.raises(MalformedInput, match="ends within"):
        parse_batch(bytes(4))
