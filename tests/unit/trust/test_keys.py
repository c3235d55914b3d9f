from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput, RuleViolated, VerificationFailed, WellclearError
from wellclear.trust import keys as keys_module
from wellclear.trust.ed25519 import Signer
from wellclear.trust.key_statement import (
    KEY_STATEMENT,
    NO_STATEMENT,
    KeyAct,
    KeyPurpose,
    Place,
    print_key_statement,
    statement_digest,
)
from wellclear.trust.keys import KeyRing, key_ring, sign_statement, verify_key_chain
from wellclear.trust.typed import Signed, sign_typed

ROOT, STRANGER = Signer(b"root" * 8), Signer(b"strange!" * 4)
FIRST, SECOND, LOG = (Signer(bytes((number,)) * 32).verifier.public for number in (1, 2, 3))
ROOT_LIKE = Signer(b"rootlike" * 4).verifier.public
TLS = bytes(32)
MESSAGE = KeyPurpose.MESSAGE
Step = tuple[KeyAct, KeyPurpose, bytes, Place]

ROTATED: list[Step] = [
    (KeyAct.MADE, MESSAGE, FIRST, Place(1, 0)),
    (KeyAct.MADE, KeyPurpose.LOG, LOG, Place(1, 0)),
    (KeyAct.MADE, KeyPurpose.TLS, TLS, Place(1, 0)),
    (KeyAct.MADE, MESSAGE, SECOND, Place(1, 50)),
    (KeyAct.RETIRED, MESSAGE, FIRST, Place(1, 60)),
    (KeyAct.COMPROMISED, MESSAGE, SECOND, Place(2, 5)),
]


def stated(steps: Sequence[Step], root: Signer = ROOT) -> list[Signed]:
    chain: list[Signed] = []
    for step in steps:
        ring = key_ring("north", chain, root.verifier)
        chain.append(sign_statement(ring, ring.next_statement(*step), root))
    return chain


CHAIN = stated(ROTATED)
RING = key_ring("north", CHAIN, ROOT.verifier)


def code_of(purpose: KeyPurpose, key: bytes, at: Place, *cosigned: Place) -> str:
    try:
        RING.verify_key(purpose, key, at, cosigned)
    except VerificationFailed as failed:
        return failed.code
    return ""


def test_a_ring_is_what_was_stated():
    verify_key_chain("north", CHAIN, ROOT.verifier)
    assert [record.key for record in RING.records] == [FIRST, LOG, TLS, SECOND]
    assert (RING.count, RING.head) == (6, statement_digest(CHAIN[-1].payload))
    first, second = RING.record(FIRST), RING.record(SECOND)
    assert first is not None
    assert second is not None
    assert (first.made, first.retired, first.compromised) == (Place(1, 0), Place(1, 60), None)
    assert (second.made, second.retired, second.compromised) == (Place(1, 50), None, Place(2, 5))
    assert key_ring("north", [], ROOT.verifier) == KeyRing("north")
    assert KeyRing("north").head == NO_STATEMENT


@pytest.mark.parametrize(
    ("purpose", "key", "at", "code"),
    [
        (MESSAGE, FIRST, Place(1, 0), ""),
        (MESSAGE, FIRST, Place(1, 59), ""),
        (MESSAGE, FIRST, Place(1, 60), "key-retired"),
        (MESSAGE, FIRST, Place(2, 0), "key-retired"),
        (MESSAGE, FIRST, Place(0, 99), "key-early"),
        (MESSAGE, SECOND, Place(1, 49), "key-early"),
        (MESSAGE, SECOND, Place(1, 50), ""),
        (MESSAGE, SECOND, Place(2, 4), ""),
        (MESSAGE, SECOND, Place(2, 5), "key-compromised"),
        (MESSAGE, LOG, Place(1, 5), "key-unknown"),
        (KeyPurpose.LOG, LOG, Place(1, 5), ""),
        (KeyPurpose.LOG, FIRST, Place(1, 5), "key-unknown"),
        (KeyPurpose.TLS, TLS, Place(3, 0), ""),
        (MESSAGE, STRANGER.verifier.public, Place(1, 5), "key-unknown"),
    ],
)
def test_where_a_key_holds(purpose: KeyPurpose, key: bytes, at: Place, code: str):
    assert code_of(purpose, key, at) == code


def test_of_a_compromised_key_counts_what_was_cosigned_before():
    assert code_of(MESSAGE, SECOND, Place(2, 5), Place(2, 6)) == ""
    assert code_of(MESSAGE, SECOND, Place(2, 6), Place(2, 6)) == "key-compromised"
    assert code_of(MESSAGE, SECOND, Place(2, 5), Place(1, 99), Place(3, 99)) == "key-compromised"
    assert code_of(MESSAGE, FIRST, Place(1, 60), Place(1, 99)) == "key-retired"


def test_of_a_compromised_log_key_everything_needs_a_witness():
    steps = [*ROTATED, (KeyAct.COMPROMISED, KeyPurpose.LOG, LOG, Place(2, 5))]
    ring = key_ring("north", stated(steps), ROOT.verifier)
    ring.verify_key(KeyPurpose.LOG, LOG, Place(1, 5), [Place(1, 6)])
    with pytest.raises(VerificationFailed) as failed:
        ring.verify_key(KeyPurpose.LOG, LOG, Place(1, 6), [Place(1, 6)])
    assert failed.value.code == "key-compromised"


def test_a_retired_key_may_turn_out_compromised_and_earlier_than_thought():
    steps = [
        *ROTATED,
        (KeyAct.COMPROMISED, MESSAGE, FIRST, Place(1, 30)),
        (KeyAct.COMPROMISED, MESSAGE, FIRST, Place(1, 20)),
    ]
    ring = key_ring("north", stated(steps), ROOT.verifier)
    ring.verify_key(MESSAGE, FIRST, Place(1, 19))
    with pytest.raises(VerificationFailed):
        ring.verify_key(MESSAGE, FIRST, Place(1, 20))


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ((KeyAct.MADE, MESSAGE, FIRST, Place(3, 0)), "key-reused"),
        ((KeyAct.MADE, KeyPurpose.LOG, FIRST, Place(3, 0)), "key-reused"),
        ((KeyAct.MADE, KeyPurpose.LOG, ROOT.verifier.public, Place(3, 0)), "key-reused"),
        ((KeyAct.RETIRED, MESSAGE, STRANGER.verifier.public, Place(3, 0)), "key-not-made"),
        ((KeyAct.RETIRED, MESSAGE, LOG, Place(3, 0)), "key-not-made"),
        ((KeyAct.RETIRED, KeyPurpose.LOG, LOG, Place(0, 9)), "key-not-made"),
        ((KeyAct.RETIRED, MESSAGE, FIRST, Place(3, 0)), "key-ended"),
        ((KeyAct.RETIRED, MESSAGE, SECOND, Place(3, 0)), "key-ended"),
        ((KeyAct.COMPROMISED, MESSAGE, SECOND, Place(2, 5)), "key-ended"),
        ((KeyAct.COMPROMISED, MESSAGE, SECOND, Place(2, 6)), "key-ended"),
    ],
)
def test_what_cannot_be_is_neither_signed_nor_taken(step: Step, code: str):
    statement = RING.next_statement(*step)
    with pytest.raises(RuleViolated) as refused:
        sign_statement(RING, statement, ROOT)
    assert refused.value.code == code
    forced = sign_typed(KEY_STATEMENT, print_key_statement(statement), ROOT)
    with pytest.raises(RuleViolated) as refused:
        key_ring("north", [*CHAIN, forced], ROOT.verifier)
    assert (refused.value.code, refused.value.at) == (code, "[6]")


def test_a_weak_key_is_not_made():
    with pytest.raises(MalformedInput) as refused:
        sign_statement(RING, RING.next_statement(KeyAct.MADE, MESSAGE, bytes(31) + b"\x80", Place(3, 0)), ROOT)
    assert refused.value.code == "key-low-order"


def test_no_statement_can_be_left_out_moved_or_repeated():
    for order in permutations(range(3)):
        reordered = [CHAIN[number] for number in order]
        if order == (0, 1, 2):
            key_ring("north", reordered, ROOT.verifier)
            continue
        with pytest.raises(WellclearError):
            key_ring("north", reordered, ROOT.verifier)
    for number in range(5):
        with pytest.raises(VerificationFailed) as failed:
            key_ring("north", CHAIN[:number] + CHAIN[number + 1 :], ROOT.verifier)
        assert failed.value.code == "key-chain"
        with pytest.raises(VerificationFailed):
            key_ring("north", [*CHAIN[: number + 1], *CHAIN[number:]], ROOT.verifier)


def test_what_was_left_off_the_end_is_seen_by_who_holds_the_head():
    shorter = key_ring("north", CHAIN[:-1], ROOT.verifier)
    assert (shorter.count, shorter.head) != (RING.count, RING.head)


def test_only_the_root_of_this_party_is_heard():
    with pytest.raises(VerificationFailed):
        key_ring("north", stated(ROTATED, STRANGER), ROOT.verifier)
    with pytest.raises(VerificationFailed) as failed:
        key_ring("south", CHAIN, ROOT.verifier)
    assert failed.value.code == "key-chain"
    otherwise = sign_typed("text/plain", CHAIN[0].payload, ROOT)
    with pytest.raises(VerificationFailed) as failed:
        key_ring("north", [otherwise], ROOT.verifier)
    assert failed.value.code == "key-chain"
    with pytest.raises(MalformedInput):
        key_ring("north", [sign_typed(KEY_STATEMENT, b"hello", ROOT)], ROOT.verifier)


def test_a_statement_signed_by_the_root_for_another_chain_does_not_follow():
    other = stated([(KeyAct.MADE, MESSAGE, SECOND, Place(1, 0)), (KeyAct.MADE, MESSAGE, FIRST, Place(1, 0))])
    with pytest.raises(VerificationFailed) as failed:
        key_ring("north", [CHAIN[0], other[1]], ROOT.verifier)
    assert (failed.value.code, failed.value.at) == ("key-chain", "[1]")


def test_the_number_of_statements_is_limited():
    with pytest.raises(RuleViolated) as refused:
        key_ring("north", CHAIN[:1] * 1_001, ROOT.verifier)
    assert refused.value.code == "key-number"


@pytest.mark.parametrize(
    ("at", "keys"),
    [
        (Place(0, 99), ()),
        (Place(1, 0), (FIRST,)),
        (Place(1, 50), (SECOND, FIRST)),
        (Place(1, 59), (SECOND, FIRST)),
        (Place(1, 60), (SECOND,)),
        (Place(2, 4), (SECOND,)),
        (Place(2, 5), ()),
    ],
)
def test_the_newest_key_that_holds_is_the_one_to_sign_with(at: Place, keys: tuple[bytes, ...]):
    assert RING.holding(MESSAGE, at) == keys
    assert RING.holding(KeyPurpose.TLS, Place(1, 0)) == (TLS,)


def test_a_compromised_log_key_signs_nowhere():
    made, lost = (
        (act, KeyPurpose.LOG, LOG, place)
        for act, place in ((KeyAct.MADE, Place(1, 0)), (KeyAct.COMPROMISED, Place(2, 0)))
    )
    before, after = (key_ring("north", stated(steps), ROOT.verifier) for steps in ([made], [made, lost]))
    assert before.holding(KeyPurpose.LOG, Place(1, 5)) == (LOG,)
    assert after.holding(KeyPurpose.LOG, Place(1, 5)) == ()


def holds(ring: KeyRing, purpose: KeyPurpose, key: bytes, at: Place) -> bool:
    """Whether what the key signs there counts, by the rule for what was signed."""
    try:
        ring.verify_key(purpose, key, at)
    except VerificationFailed:
        return False
    return True


places = st.builds(Place, st.integers(0, 2), st.integers(0, 3))


@given(st.lists(st.tuples(st.sampled_from(KeyAct), st.integers(0, 3), places), max_size=10), places)
def test_who_signs_with_what_holds_is_believed(steps: list[tuple[KeyAct, int, Place]], at: Place):
    ring = KeyRing("north")
    for act, number, place in steps:
        purpose = (MESSAGE, KeyPurpose.LOG)[number % 2]
        key = (FIRST, SECOND, LOG, ROOT_LIKE)[number]
        statement = ring.next_statement(act, purpose, key, place)
        with suppress(RuleViolated):
            sign_statement(ring, statement, ROOT)
            ring = keys_module._with_statement(ring, statement, print_key_statement(statement), ROOT.verifier)
    for purpose in KeyPurpose:
        believed = [record.key for record in ring.records if holds(ring, purpose, record.key, at)]
        assert list(ring.holding(purpose, at)) == believed[::-1]
