from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from wellclear.assembly.initialising import root_name
from wellclear.assembly.own_keys import read_own_card, read_own_keys
from wellclear.assembly.rotating import Change, Fresh, reissue, revoke, rotate
from wellclear.assembly.secret_files import open_root_file
from wellclear.errors import NotFound, RuleViolated, VerificationFailed
from wellclear.model.card import Card, verify_successor
from wellclear.trust.ed25519 import Signer
from wellclear.trust.key_statement import KeyAct, KeyPurpose, Place, parse_key_statement

Chance = Callable[[int], bytes]
NEXT = Change(Place(0, 100), Place(0, 100))
MESSAGE, TLS = KeyPurpose.MESSAGE, KeyPurpose.TLS


@pytest.fixture
def root(north: Path, phrase: str) -> Signer:
    return open_root_file(north / "root" / root_name("north", read_own_card(north, "north").root), "north", phrase)


@pytest.fixture
def fresh(chance: Chance) -> Fresh:
    return Fresh(1_800_000_000_000, chance)


def acts(card: Card, since: int = 3) -> list[KeyAct]:
    return [parse_key_statement(signed.payload).act for signed in card.statements[since:]]


@pytest.mark.parametrize("purpose", [MESSAGE, KeyPurpose.LOG])
def test_a_new_key_follows_the_old_one_at_a_place(north: Path, root: Signer, fresh: Fresh, purpose: KeyPurpose):
    before = read_own_keys(north)
    card = rotate(north, root, purpose, NEXT, fresh)
    after = read_own_keys(north)
    assert after.card == card
    assert acts(card) == [KeyAct.MADE, KeyAct.RETIRED]
    verify_successor(card, before.card)
    old = before.signer(purpose, Place(0, 0))
    assert after.signer(purpose, Place(0, 99)) == old
    assert after.signer(purpose, Place(0, 100)) != old
    assert card.ring.holding(purpose, Place(9, 0)) == (after.signer(purpose, Place(0, 100)).verifier.public,)


def test_keys_follow_one_another_again_and_again(north: Path, root: Signer, fresh: Fresh):
    for index in (100, 200, 300):
        card = rotate(north, root, MESSAGE, Change(Place(0, index), Place(0, index)), fresh)
    keys = read_own_keys(north)
    assert len({keys.signer(MESSAGE, Place(0, index)).verifier.public for index in (0, 100, 200, 300)}) == 4
    assert len(card.statements) == 9


def test_while_certificates_change_both_may_be_shown(north: Path, root: Signer, fresh: Fresh):
    before = read_own_keys(north).certificate(Place(0, 0))
    card = rotate(north, root, TLS, Change(Place(0, 100), Place(0, 200)), fresh)
    after = read_own_keys(north)
    assert [len(card.ring.holding(TLS, Place(0, index))) for index in (99, 100, 199, 200)] == [1, 2, 2, 1]
    assert after.certificate(Place(0, 99)) == before
    assert after.certificate(Place(0, 100)) != before


def test_a_gap_without_a_key_is_refused(north: Path, root: Signer, fresh: Fresh):
    with pytest.raises(RuleViolated) as refused:
        rotate(north, root, MESSAGE, Change(Place(0, 100), Place(0, 99)), fresh)
    assert refused.value.code == "rotation-gap"
    assert len(list((north / "keys").iterdir())) == 4


def test_a_compromised_key_ends_in_the_past_and_another_is_made(north: Path, root: Signer, fresh: Fresh):
    stolen = read_own_keys(north).signer(MESSAGE, Place(0, 0)).verifier.public
    card = revoke(north, root, stolen, Change(Place(0, 100), Place(0, 40)), fresh)
    keys = read_own_keys(north)
    assert acts(card) == [KeyAct.COMPROMISED, KeyAct.MADE]
    assert keys.signer(MESSAGE, Place(0, 39)).verifier.public == stolen
    assert keys.signer(MESSAGE, Place(0, 100)).verifier.public != stolen
    with pytest.raises(RuleViolated) as refused:
        keys.signer(MESSAGE, Place(0, 99))
    assert refused.value.code == "key-none"


def test_a_retired_key_may_prove_compromised_and_needs_no_successor(north: Path, root: Signer, fresh: Fresh):
    old = read_own_keys(north).signer(MESSAGE, Place(0, 0)).verifier.public
    rotate(north, root, MESSAGE, NEXT, fresh)
    card = revoke(north, root, old, Change(Place(0, 200), Place(0, 40)), fresh)
    assert acts(card, 5) == [KeyAct.COMPROMISED]


def test_the_secret_of_an_ended_key_may_be_destroyed(north: Path, root: Signer, fresh: Fresh):
    before = read_own_keys(north).signer(MESSAGE, Place(0, 0)).verifier.public
    rotate(north, root, MESSAGE, NEXT, fresh)
    next((north / "keys").glob(f"message-{before.hex()[:16]}*")).unlink()
    keys = read_own_keys(north)
    assert keys.signer(MESSAGE, Place(0, 100)).verifier.public != before
    with pytest.raises(NotFound) as missing:
        keys.signer(MESSAGE, Place(0, 99))
    assert missing.value.code == "key-file-missing"


def test_a_key_that_never_was_is_not_revoked(north: Path, root: Signer, fresh: Fresh):
    with pytest.raises(NotFound) as missing:
        revoke(north, root, bytes(32), NEXT, fresh)
    assert missing.value.code == "key-unknown"


def test_only_its_own_root_changes_a_centre(north: Path, fresh: Fresh):
    card = (north / "north.card").read_bytes()
    stranger = Signer(b"strange!" * 4)
    for change in (
        lambda: rotate(north, stranger, MESSAGE, NEXT, fresh),
        lambda: revoke(north, stranger, bytes(32), NEXT, fresh),
        lambda: reissue(north, stranger, ("https://thief.example",), ("en",)),
    ):
        with pytest.raises(VerificationFailed) as failed:
            change()
        assert failed.value.code == "root-key-other"
    assert (north / "north.card").read_bytes() == card


def test_a_centre_that_moved_keeps_its_keys(north: Path, root: Signer):
    before = read_own_card(north, "north")
    card = reissue(north, root, ("https://moved.example", before.urls[0]), ("ru", "en"))
    assert read_own_card(north, "north") == card
    assert card.statements == before.statements
    verify_successor(card, before)
    read_own_keys(north)
