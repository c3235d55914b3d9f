"""Check words: 48 bits of a digest, for the telephone.

Eight words of a list of 64. The list is one list of 64 things, named in each language: who hears *apple* and reads
*яблоко* has the same word, also through an interpreter. The things were chosen so that in each of the languages no two
names are near in spelling; words of flying, numbers, directions and letters of the spelling alphabet are left out.

The words say whether both sides have the same text. By chance a wrong text passes once in 2^48. Someone who looks for
another text with the same words must stretch every try (PBKDF2, 100,000 rounds, RFC 8018), as much work as 2^65
hashes; without stretching it would be hours. Words are no signature: they bind to a voice, and the voice to a person
only if the number was called that the agreement names.
"""

from __future__ import annotations

from hashlib import pbkdf2_hmac
from typing import Final

from wellclear.errors import MalformedInput, VerificationFailed
from wellclear.protocol.voice.heard_form import heard_form
from wellclear.protocol.voice.languages import language_named

WORD_COUNT: Final = 8
WORD_BITS: Final = 6
DIGEST_BYTES: Final = 32
STRETCH_ROUNDS: Final = 100_000
"""About 50 ms on a common processor: nothing to an officer, and 17 bits to a forger."""

MAX_HEARD_CHARACTERS: Final = 400
"""More than eight words of any language need."""

_SALT: Final = b"wellclear check words 1"


def check_words(digest: bytes, language: str) -> tuple[str, ...]:
    """The words of a digest, to be read aloud in order.

    Args:
        digest: 32 bytes.
        language: en, ru, he, ar or fr.

    Returns:
        Eight words; the same things in every language.

    Raises:
        MalformedInput: the digest has another length.
        NotFound: there is no such language.
    """
    words = language_named(language).check_words
    if len(digest) != DIGEST_BYTES:
        raise MalformedInput(f"a digest of {len(digest)} bytes", code="digest-length", wanted="32 bytes")
    octets = WORD_COUNT * WORD_BITS // 8
    bits = int.from_bytes(pbkdf2_hmac("sha256", digest, _SALT, STRETCH_ROUNDS, octets))
    return tuple(words[bits >> WORD_BITS * place & len(words) - 1] for place in reversed(range(WORD_COUNT)))


def verify_check_words(heard: str, digest: bytes, language: str) -> None:
    """Hold only if these words were heard, in this order. Case, marks, hyphens, commas and spaces do not count.

    Args:
        heard: what was heard, as typed: ``Apple beard, CHAIR ...``.
        digest: 32 bytes.
        language: in which it was heard.

    Raises:
        MalformedInput: the digest has another length.
        NotFound: there is no such language.
        VerificationFailed: ``check-words``: names the first word that differs, is missing or too many.
    """
    rest = _sounds(heard) if len(heard) <= MAX_HEARD_CHARACTERS else ""
    for ordinal, word in enumerate(check_words(digest, language), start=1):
        if not rest.startswith(_sounds(word)):
            raise VerificationFailed(
                f"word {ordinal} of the check words differs",
                code="check-words",
                at=f"word {ordinal}",
                wanted="the same text on both sides: compare line by line",
            )
        rest = rest.removeprefix(_sounds(word))
    if rest:
        raise VerificationFailed(
            f"more than {WORD_COUNT} check words", code="check-words", at=f"word {WORD_COUNT + 1}", wanted="eight words"
        )


def _sounds(text: str) -> str:
    return "".join(c for c in heard_form(text) if c.isalnum())
