"""The languages of the dictation sheet."""

from __future__ import annotations

from typing import Final

from wellclear.errors import NotFound
from wellclear.protocol.voice.language import Language
from wellclear.protocol.voice.tongues.arabic import ARABIC
from wellclear.protocol.voice.tongues.english import ENGLISH
from wellclear.protocol.voice.tongues.french import FRENCH
from wellclear.protocol.voice.tongues.hebrew import HEBREW
from wellclear.protocol.voice.tongues.russian import RUSSIAN

LANGUAGES: Final = {language.tag: language for language in (ENGLISH, RUSSIAN, HEBREW, ARABIC, FRENCH)}


def language_named(tag: str) -> Language:
    """The language with this tag.

    Raises:
        NotFound: ``language-unknown``.
    """
    if tag not in LANGUAGES:
        raise NotFound(f"no sheet in language {tag[:20]!r}", code="language-unknown", wanted=", ".join(LANGUAGES))
    return LANGUAGES[tag]
