from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput, VerificationFailed, WellclearError
from wellclear.protocol.envelope import Held
from wellclear.protocol.heartbeat import (
    COUNTER_WINDOW,
    MAX_HEARTBEAT_BYTES,
    MAX_OFF_MS,
    Heartbeat,
    Heartbeats,
    open_heartbeat,
    print_heartbeat,
)
from wellclear.trust.ed25519 import Signer
from wellclear.trust.signing import VerifyingKey
from wellclear.trust.typed import sign_typed

KEY = Signer(bytes(range(32)))
NOW_MS = 1_795_000_000_000


def beat(**given_fields: object) -> Heartbeat:
    fields: dict[str, object] = {
        "party": "north",
        "recipient": "south",
        "epoch": 0,
        "index": 7,
        "at_ms": NOW_MS,
        "error_ms": 100,
        "counter": 5,
        "holds": Held(0, 1, 2),
        "backlog": 0,
    }
    return msgspec.convert({**fields, **given_fields}, Heartbeat, from_attributes=True)


def key_of(public: bytes) -> tuple[str, VerifyingKey]:
    if public != KEY.verifier.public:
        raise VerificationFailed("unknown", code="key-unknown")
    return "north", KEY.verifier


def refused(raw: bytes) -> str:
    with pytest.raises(WellclearError) as caught:
        open_heartbeat(raw, "south", key_of)
    return caught.value.code


def test_what_was_signed_is_heard() -> None:
    assert open_heartbeat(print_heartbeat(beat(), KEY), "south", key_of) == beat()


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_and_nothing_else(raw: bytes) -> None:
    assert refused(raw)


@pytest.mark.parametrize("place", [0, 31, 32, 95, 96, 150])
def test_one_changed_bit_is_refused(place: int) -> None:
    raw = bytearray(print_heartbeat(beat(), KEY))
    raw[place] ^= 1
    assert refused(bytes(raw))


def test_another_party_recipient_key_type_or_form_is_refused() -> None:
    assert refused(print_heartbeat(beat(party="west"), KEY)) == "heartbeat-party"
    assert refused(print_heartbeat(beat(recipient="west"), KEY)) == "heartbeat-recipient"
    assert refused(print_heartbeat(beat(), Signer(bytes(32)))) == "key-unknown"
    assert refused(print_heartbeat(beat(version=2), KEY)) == "protocol-version"
    assert refused(print_heartbeat(beat(counter=0), KEY)) == "heartbeat-numbers"
    assert refused(print_heartbeat(beat(holds=Held(0, -1, 0)), KEY)) == "heartbeat-numbers"
    assert refused(print_heartbeat(beat(party="n" * 81), KEY)) == "heartbeat-name"
    assert refused(bytes(MAX_HEARTBEAT_BYTES + 1)) == "heartbeat-size"
    payload = msgspec.json.encode(beat())
    for kind, content in (("envelope", payload), ("heartbeat", payload + b" "), ("heartbeat", b"[]")):
        signed = sign_typed(f"application/vnd.wellclear.{kind}.v1+json", content, KEY)
        assert refused(KEY.verifier.public + signed.signature + content)


def test_each_heartbeat_counts_once_in_any_order_of_the_newest() -> None:
    heard = Heartbeats()
    order = [5, 9, 7, 2_000, 1_990, 6_000]
    for counter in order:
        heard.admit(beat(counter=counter), NOW_MS, 0)
    for counter in (6_000, 1_990, 5, 6_000 - COUNTER_WINDOW):
        with pytest.raises(VerificationFailed, match="before"):
            heard.admit(beat(counter=counter), NOW_MS, 0)
    heard.admit(beat(counter=6_000 - COUNTER_WINDOW + 1), NOW_MS, 0)


@given(st.lists(st.integers(1, 60), max_size=80))
def test_the_window_agrees_with_a_set(counters: list[int]) -> None:
    heard, seen = Heartbeats(), set[int]()
    for counter in counters:
        if counter in seen:
            with pytest.raises(VerificationFailed):
                heard.admit(beat(counter=counter), NOW_MS, 0)
        else:
            heard.admit(beat(counter=counter), NOW_MS, 0)
        seen.add(counter)


@pytest.mark.parametrize("side", [-1, 1])
def test_a_heartbeat_counts_only_near_its_time(side: int) -> None:
    Heartbeats().admit(beat(at_ms=NOW_MS + side * (MAX_OFF_MS + 50)), NOW_MS, 50)
    with pytest.raises(VerificationFailed) as caught:
        Heartbeats().admit(beat(at_ms=NOW_MS + side * (MAX_OFF_MS + 51)), NOW_MS, 50)
    assert caught.value.code == "heartbeat-time"


def test_too_large_a_checkpoint_is_not_sent() -> None:
    with pytest.raises(MalformedInput):
        print_heartbeat(msgspec.structs.replace(beat(), checkpoint="x" * MAX_HEARTBEAT_BYTES), KEY)


def test_a_counter_far_behind_is_refused_at_no_cost() -> None:
    heard = Heartbeats()
    heard.admit(beat(counter=2**53), NOW_MS, 0)
    with pytest.raises(VerificationFailed) as caught:
        heard.admit(beat(counter=1), NOW_MS, 0)
    assert caught.value.code == "heartbeat-replayed"


@pytest.mark.parametrize("name", ["epoch", "index", "at_ms", "counter", "backlog"])
def test_a_number_that_no_snapshot_holds_is_refused(name: str) -> None:
    assert refused(print_heartbeat(beat(**{name: 2**64}), KEY)) == "heartbeat-numbers"
