from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput, RuleViolated, VerificationFailed, WellclearError
from wellclear.model.card import (
    CARD,
    MAX_CARD_BYTES,
    Card,
    card_fingerprint,
    parse_card,
    print_card,
    sign_card,
    verify_party,
    verify_successor,
)
from wellclear.trust.canonical import print_octets
from wellclear.trust.ed25519 import Signer
from wellclear.trust.key_statement import KeyAct, KeyPurpose, Place
from wellclear.trust.keys import key_ring, sign_statement
from wellclear.trust.typed import Signed, sign_typed

ROOT, STRANGER = Signer(b"root" * 8), Signer(b"strange!" * 4)
KEYS = {purpose: Signer(bytes((number,)) * 32).verifier.public for number, purpose in enumerate(KeyPurpose, 1)}
URLS, LANGUAGES = ("https://north.example:8443", "https://192.0.2.1"), ("en", "ru")


def stated(
    party: str = "north", root: Signer = ROOT, purposes: tuple[KeyPurpose, ...] = tuple(KeyPurpose)
) -> list[Signed]:
    chain: list[Signed] = []
    for purpose in purposes:
        ring = key_ring(party, chain, root.verifier)
        chain.append(sign_statement(ring, ring.next_statement(KeyAct.MADE, purpose, KEYS[purpose], Place(0, 0)), root))
    return chain


def retired(
    chain: list[Signed], purpose: KeyPurpose = KeyPurpose.MESSAGE, act: KeyAct = KeyAct.RETIRED
) -> list[Signed]:
    ring = key_ring("north", chain, ROOT.verifier)
    return [*chain, sign_statement(ring, ring.next_statement(act, purpose, KEYS[purpose], Place(0, 9)), ROOT)]


def remade(chain: list[Signed]) -> list[Signed]:
    ring = key_ring("north", chain, ROOT.verifier)
    key = Signer(b"another!" * 4).verifier.public
    made = ring.next_statement(KeyAct.MADE, KeyPurpose.MESSAGE, key, Place(0, 9))
    return [*chain, sign_statement(ring, made, ROOT)]


CHAIN = stated()
NORTH = sign_card("north", URLS, LANGUAGES, CHAIN, ROOT)
WRITTEN = print_card(NORTH)


def signed_content(content: bytes, root: Signer = ROOT) -> bytes:
    """A card of any content whose signature holds."""
    signature = sign_typed(CARD, content, root).signature
    frame = f"wellclear-card/v1\nroot {root.verifier.public.hex()}\nsignature {print_octets(signature)}\n\n"
    return frame.encode() + content


CONTENT = WRITTEN.partition(b"\n\n")[2]


def test_a_card_comes_back():
    assert parse_card(WRITTEN) == NORTH
    assert NORTH.ring == key_ring("north", CHAIN, ROOT.verifier)
    assert NORTH.root == ROOT.verifier.public
    assert WRITTEN.startswith(b"wellclear-card/v1\nroot " + NORTH.root.hex().encode() + b"\nsignature ")
    assert CONTENT.startswith(
        b"party north\nurl https://north.example:8443\nurl https://192.0.2.1\nlanguage en\nlanguage ru\nstatement "
    )
    assert signed_content(CONTENT) == WRITTEN


def test_the_name_of_the_log_is_of_party_and_root():
    namesake = sign_card("north", URLS, LANGUAGES, stated(root=STRANGER), STRANGER)
    assert NORTH.origin == f"wellclear/north/{NORTH.root.hex()[:16]}"
    assert namesake.origin != NORTH.origin


def test_every_card_has_a_fingerprint_of_its_own():
    others = [
        sign_card("north", URLS[::-1], LANGUAGES, CHAIN, ROOT),
        sign_card("north", URLS, ("en",), CHAIN, ROOT),
        sign_card("north", URLS, LANGUAGES, remade(CHAIN), ROOT),
        sign_card("north", URLS, LANGUAGES, stated(root=STRANGER), STRANGER),
        sign_card("south", URLS, LANGUAGES, stated("south"), ROOT),
    ]
    fingerprints = {card_fingerprint(card) for card in (NORTH, *others)}
    assert len(fingerprints) == 6
    assert {len(fingerprint) for fingerprint in fingerprints} == {32}


@given(st.integers(0, len(WRITTEN) - 1), st.integers(1, 255))
def test_no_changed_byte_passes(place: int, change: int):
    changed = WRITTEN[:place] + bytes((WRITTEN[place] ^ change,)) + WRITTEN[place + 1 :]
    with pytest.raises(WellclearError):
        parse_card(changed)


@given(st.binary(max_size=300))
def test_any_bytes_are_no_card(content: bytes):
    with pytest.raises(MalformedInput):
        parse_card(content)


@given(st.binary(max_size=100))
def test_any_signed_content_is_no_card(content: bytes):
    with pytest.raises(WellclearError):
        parse_card(signed_content(content))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"party north\n", b"", "card-malformed"),
        (b"party north\n", b"party north\nparty north\n", "card-malformed"),
        (b"party north", b"party North", "party-name"),
        (b"party north", b"party south", "key-chain"),
        (b"url https://192.0.2.1\n", b"url http://192.0.2.1\n", "url-plain"),
        (b"url https://192.0.2.1\n", b"url https://192.0.2.1/\n", "url-malformed"),
        (b"url https://192.0.2.1\n", b"url https://192.0.2.1\n" * 2, "card-url"),
        (
            b"url https://192.0.2.1\n",
            b"url https://192.0.2.2\nurl https://192.0.2.3\nurl https://192.0.2.4\nurl https://192.0.2.5\n",
            "card-url",
        ),
        (b"language en\nlanguage ru\n", b"", "card-language"),
        (b"language en", b"language EN", "card-language"),
        (b"language en", b"languages en", "card-malformed"),
        (b"language en\nlanguage ru\nstatement", b"language ru\nstatement", ""),
        (
            b"party north\nurl https://north.example:8443\n",
            b"url https://north.example:8443\nparty north\n",
            "card-malformed",
        ),
        (b"statement ", b"statement  ", "statement-line"),
        (b"party north", b"party \xff", "card-malformed"),
        (b"language ru\n", b"language ru\n\n", "card-malformed"),
    ],
)
def test_a_signed_card_of_another_form_is_refused(old: bytes, new: bytes, code: str):
    changed = signed_content(CONTENT.replace(old, new, 1))
    if not code:
        parse_card(changed)
        return
    with pytest.raises(WellclearError) as refused:
        parse_card(changed)
    assert refused.value.code == code


def test_the_end_of_the_last_line_may_not_lack():
    with pytest.raises(WellclearError):
        parse_card(signed_content(CONTENT[:-1]))


def test_a_card_under_another_root_is_refused():
    for frame in (
        WRITTEN.replace(NORTH.root.hex().encode(), STRANGER.verifier.public.hex().encode()),
        signed_content(CONTENT, STRANGER),
    ):
        with pytest.raises(VerificationFailed):
            parse_card(frame)


@pytest.mark.parametrize("content", [b"", b"hello", CONTENT.replace(b"north", b"North"), CONTENT + b"\xff"])
def test_what_the_root_did_not_sign_is_not_read(content: bytes):
    with pytest.raises(VerificationFailed) as failed:
        parse_card(WRITTEN.replace(CONTENT, content))
    assert failed.value.code == "signature-refused"


def test_a_weak_root_is_refused_before_anything_is_read():
    with pytest.raises(MalformedInput) as refused:
        parse_card(WRITTEN.replace(NORTH.root.hex().encode(), (bytes(31) + b"\x80").hex().encode()))
    assert refused.value.code == "key-low-order"


def test_a_card_has_a_size():
    with pytest.raises(MalformedInput) as refused:
        parse_card(WRITTEN + b"x" * MAX_CARD_BYTES)
    assert refused.value.code == "card-malformed"


@pytest.mark.parametrize("left_out", list(KeyPurpose))
def test_a_card_has_a_key_for_each_purpose(left_out: KeyPurpose):
    chain = stated(purposes=tuple(purpose for purpose in KeyPurpose if purpose is not left_out))
    with pytest.raises(RuleViolated) as refused:
        sign_card("north", URLS, LANGUAGES, chain, ROOT)
    assert refused.value.code == "card-keys"


@pytest.mark.parametrize("act", [KeyAct.RETIRED, KeyAct.COMPROMISED])
def test_an_ended_key_does_not_count_as_one(act: KeyAct):
    ended = retired(CHAIN, act=act)
    with pytest.raises(RuleViolated):
        sign_card("north", URLS, LANGUAGES, ended, ROOT)
    assert isinstance(sign_card("north", URLS, LANGUAGES, remade(ended), ROOT), Card)


def test_a_later_card_of_the_same_root_succeeds():
    later = sign_card("north", ("https://moved.example",), LANGUAGES, retired(remade(CHAIN)), ROOT)
    verify_successor(later, NORTH)
    verify_successor(NORTH, NORTH)
    with pytest.raises(VerificationFailed) as failed:
        verify_successor(NORTH, later)
    assert failed.value.code == "card-older"


def test_no_card_of_another_root_or_party_succeeds():
    for other in (
        sign_card("north", URLS, LANGUAGES, stated(root=STRANGER), STRANGER),
        sign_card("south", URLS, LANGUAGES, stated("south"), ROOT),
    ):
        with pytest.raises(VerificationFailed) as failed:
            verify_successor(other, NORTH)
        assert failed.value.code == "card-root"


@pytest.mark.parametrize("party", ["north", "un-relief", "7", "a-1-b", "x" * 40])
def test_names_of_parties(party: str):
    verify_party(party)


@pytest.mark.parametrize(
    "party",
    [
        "",
        "North",
        "north wing",
        "-north",
        "north-",
        "north--wing",
        "../north",
        "nor/th",
        "north\n",
        "x" * 41,
        "n\N{LATIN SMALL LETTER O WITH STROKE}rd",
    ],
)
def test_what_names_no_party(party: str):
    with pytest.raises(MalformedInput) as refused:
        verify_party(party)
    assert refused.value.code == "party-name"
