"""Messages that a dictation sheet can carry, and how they are typed by who hears them."""

from __future__ import annotations

from hypothesis import strategies as st

from plans.operations import NAMES, footprints, heights
from wellclear.errors import MalformedInput
from wellclear.geo.height import Band, Reference
from wellclear.geo.span import Span
from wellclear.model.volume import Volume
from wellclear.protocol.voice.check_words import check_words
from wellclear.protocol.voice.dictated import Dictated, as_spoken
from wellclear.protocol.voice.sheet import page_digest, page_lines

KINDS = ("NOTICE", "AMEND", "WITHDRAW", "HAZARD", "ALL-CLEAR", "STOP", "EMERGENCY")


@st.composite
def volumes(draw: st.DrawFn) -> Volume:
    ends = [draw(st.none() | heights(tuple(Reference))) for _ in range(2)]
    try:
        band = Band(*ends)
    except MalformedInput:
        band = Band(*reversed(ends))
    start_ms = draw(st.integers(1_500_000_000_000, 2_000_000_000_000))
    return Volume(draw(footprints()), band, Span(start_ms, start_ms + draw(st.integers(1, 10**9))))


def carried(dictated: Dictated) -> bool:
    """Whether every shape is still one when rounded to the second's hundredth."""
    try:
        as_spoken(dictated)
    except MalformedInput:
        return False
    return True


def dictated() -> st.SearchStrategy[Dictated]:
    return st.builds(
        Dictated,
        sender=NAMES,
        recipient=NAMES,
        kind=st.sampled_from(KINDS),
        identifier=NAMES,
        version_number=st.integers(1, 10**6),
        category=st.just("") | NAMES,
        volumes=st.lists(volumes(), max_size=3).map(tuple),
        hazard_tail_ms=st.sampled_from((0, 1, 90_000, 7_200_000)),
        agreement=st.just("") | NAMES,
        priority=st.integers(-5, 10**6),
        remarks=st.text(st.characters(codec="utf-8"), max_size=60),
    ).filter(carried)


def typed(message: Dictated, language: str) -> list[str]:
    """Lines as entered by who heard each of them right."""
    out: list[str] = []
    for page in page_lines(message):
        digest = page_digest({line.label: line.compared for line in page})
        out += [line.entry for line in page]
        out.append(f"18 {' '.join(check_words(digest, language))}")
    return out
