"""Someone in the middle shows a card of their own, an old card, or one with something left out or put in."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from wellclear.errors import VerificationFailed, WellclearError
from wellclear.model.card import Card, card_fingerprint, parse_card, print_card, sign_card, verify_successor
from wellclear.protocol.voice.check_words import check_words
from wellclear.trust.ed25519 import Signer
from wellclear.trust.key_statement import KeyAct, KeyPurpose, Place
from wellclear.trust.keys import key_ring, sign_statement
from wellclear.trust.statement_text import print_statements
from wellclear.trust.typed import Signed

ROOT, THIEF = Signer(b"root" * 8), Signer(b"thief..." * 4)
MESSAGE, LOG, STOLEN, FRESH = (Signer(bytes((number,)) * 32).verifier.public for number in (1, 2, 3, 4))
TLS = bytes(32)
START, LATER = Place(0, 0), Place(0, 50)
URLS, LANGUAGES = ("https://north.example",), ("en",)
Step = tuple[KeyAct, KeyPurpose, bytes, Place]

MADE: list[Step] = [
    (KeyAct.MADE, KeyPurpose.MESSAGE, STOLEN, START),
    (KeyAct.MADE, KeyPurpose.LOG, LOG, START),
    (KeyAct.MADE, KeyPurpose.TLS, TLS, START),
]
REVOKED: list[Step] = [
    (KeyAct.COMPROMISED, KeyPurpose.MESSAGE, STOLEN, Place(0, 10)),
    (KeyAct.MADE, KeyPurpose.MESSAGE, FRESH, LATER),
]


def stated(steps: Sequence[Step], root: Signer = ROOT) -> list[Signed]:
    chain: list[Signed] = []
    for step in steps:
        ring = key_ring("north", chain, root.verifier)
        chain.append(sign_statement(ring, ring.next_statement(*step), root))
    return chain


def carded(steps: Sequence[Step], root: Signer = ROOT) -> Card:
    return sign_card("north", URLS, LANGUAGES, stated(steps, root), root)


BEFORE, AFTER = carded(MADE), carded([*MADE, *REVOKED])


@pytest.mark.parametrize("language", ["en", "ru", "he", "ar", "fr"])
def test_a_card_of_the_one_in_the_middle_is_heard(language: str):
    false = carded(MADE, THIEF)
    assert parse_card(print_card(false)) == false
    assert check_words(card_fingerprint(false), language) != check_words(card_fingerprint(BEFORE), language)


def test_an_old_card_from_before_a_theft_does_not_bring_the_key_back():
    with pytest.raises(VerificationFailed) as failed:
        verify_successor(BEFORE, AFTER)
    assert failed.value.code == "card-older"
    assert card_fingerprint(BEFORE) != card_fingerprint(AFTER)


def test_a_second_story_by_a_stolen_root_does_not_follow_the_first():
    other = carded([*MADE, (KeyAct.RETIRED, KeyPurpose.MESSAGE, STOLEN, LATER), REVOKED[1]])
    for newer, older in ((other, AFTER), (AFTER, other)):
        with pytest.raises(VerificationFailed) as failed:
            verify_successor(newer, older)
        assert failed.value.code == "card-older"


def test_nothing_is_left_out_of_a_card_or_put_into_it():
    printed = print_card(AFTER)
    lines = [f"{line}\n".encode() for line in print_statements(AFTER.statements).splitlines()]
    foreign = print_statements(stated(MADE, THIEF)[:1]).encode()
    spoiled = [printed.replace(line, b"") for line in lines]
    spoiled += [printed.replace(line, line * 2) for line in lines]
    spoiled += [printed + foreign, printed.replace(b"url ", b"url https://thief.example\nurl ")]
    for card in spoiled:
        assert card != printed
        with pytest.raises(WellclearError) as refused:
            parse_card(card)
        assert refused.value.code == "signature-refused"


def test_statements_of_another_root_make_no_card():
    for chain in (stated(MADE, THIEF), [*stated(MADE), *stated(MADE, THIEF)]):
        with pytest.raises(WellclearError):
            sign_card("north", URLS, LANGUAGES, chain, ROOT)


def test_the_root_is_never_one_of_its_own_keys():
    with pytest.raises(WellclearError) as refused:
        stated([(KeyAct.MADE, KeyPurpose.MESSAGE, ROOT.verifier.public, START)])
    assert refused.value.code == "key-reused"
