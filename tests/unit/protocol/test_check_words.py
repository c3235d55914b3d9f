from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wellclear.errors import MalformedInput, NotFound, VerificationFailed
from wellclear.protocol.voice.check_words import check_words, verify_check_words
from wellclear.protocol.voice.heard_form import heard_form
from wellclear.protocol.voice.languages import LANGUAGES, language_named

DIGEST = bytes(range(32))
CODES = sorted(LANGUAGES)


def edits(a: str, b: str) -> int:
    """Levenshtein's distance."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        before, row = row, [i]
        for j, y in enumerate(b, start=1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (x != y)))
    return row[-1]


def test_the_words_of_a_digest_stay_what_they_are():
    # openssl kdf -keylen 6 -kdfopt digest:SHA2-256 -kdfopt hexpass:000102...1f
    #   -kdfopt salt:"wellclear check words 1" -kdfopt iter:100000 PBKDF2
    bits = 0x28AC4B5BB506
    words = LANGUAGES["en"].check_words
    assert check_words(DIGEST, "en") == tuple(words[bits >> place & 63] for place in range(42, -1, -6))
    expected = "chocolate, chocolate, soap, clock, glove, violin, elephant, camel"
    assert ", ".join(check_words(DIGEST, "en")) == expected
    assert check_words(DIGEST, "fr")[2] == "savon"


def test_the_words_are_the_same_things_in_every_language():
    places = {
        code: [LANGUAGES[code].check_words.index(word) for word in check_words(DIGEST, code)] for code in LANGUAGES
    }
    assert len({tuple(indices) for indices in places.values()}) == 1


@pytest.mark.parametrize("code", CODES)
def test_no_two_words_of_a_language_are_near(code: str):
    words = [heard_form(word) for word in LANGUAGES[code].check_words]
    assert len(words) == 64
    assert all(word.isalpha() and len(word) >= 2 for word in words)
    assert min(edits(a, b) for a, b in combinations(words, 2)) >= 2


@pytest.mark.parametrize("code", CODES)
def test_what_was_read_is_heard(code: str):
    words = check_words(DIGEST, code)
    for heard in (" ".join(words), "-".join(words).upper(), ",  ".join(words) + ".", "".join(words)):
        verify_check_words(heard, DIGEST, code)


def test_marks_on_letters_do_not_count():
    digest = next(bytes([n]) * 32 for n in range(256) if "maïs" in check_words(bytes([n]) * 32, "fr"))
    verify_check_words(" ".join(check_words(digest, "fr")).replace("maïs", "mais"), digest, "fr")


@settings(max_examples=30)
@given(st.binary(min_size=32, max_size=32), st.integers(0, 7), st.sampled_from(CODES), st.integers(1, 63))
def test_one_wrong_word_is_named(digest: bytes, place: int, code: str, step: int):
    words = list(check_words(digest, code))
    known = LANGUAGES[code].check_words
    words[place] = known[(known.index(words[place]) + step) % 64]
    with pytest.raises(VerificationFailed) as caught:
        verify_check_words(" ".join(words), digest, code)
    assert caught.value.code == "check-words"
    assert caught.value.at == f"word {place + 1}"


def test_words_exchanged_missing_or_too_many_are_named():
    digest = DIGEST[::-1]
    words = check_words(digest, "en")
    swapped = [words[1], words[0], *words[2:]]
    for heard, place in ((swapped, 1), (words[:-1], 8), ((*words, "apple"), 9), ((), 1), (words * 20, 1)):
        with pytest.raises(VerificationFailed) as caught:
            verify_check_words(" ".join(heard), digest, "en")
        assert caught.value.at == f"word {place}"


def test_one_bit_changes_the_words():
    other = bytes([DIGEST[0] ^ 1]) + DIGEST[1:]
    with pytest.raises(VerificationFailed):
        verify_check_words(" ".join(check_words(DIGEST, "en")), other, "en")


def test_other_lengths_and_languages_are_refused():
    with pytest.raises(MalformedInput) as length:
        check_words(b"short", "en")
    assert length.value.code == "digest-length"
    with pytest.raises(NotFound) as language:
        check_words(DIGEST, "xx")
    assert language.value.code == "language-unknown"


def test_every_language_has_every_line_and_word():
    english = language_named("en")
    for language in LANGUAGES.values():
        assert len(language.labels) == len(set(language.labels)) == 18
        assert language.kinds.keys() == english.kinds.keys()
        assert language.cores.keys() == english.cores.keys()
        assert len(language.how_to) == len(english.how_to)
        assert language.page.format(number=1, count=2) != language.page


def test_no_word_stands_for_two_kinds_or_shapes():
    for tables in ([tongue.kinds for tongue in LANGUAGES.values()], [tongue.cores for tongue in LANGUAGES.values()]):
        said: dict[str, str] = {}
        for table in tables:
            for code, word in table.items():
                assert said.setdefault(heard_form(word), code) == code
