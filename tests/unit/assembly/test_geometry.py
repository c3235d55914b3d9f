"""The process that can be killed: it answers as the same work done here, and what takes too much ends it alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rig.plans import bomb, circle
from wellclear.assembly.geometry import MAX_BYTES_HERE, GeometryProcess, LittleGeometry, TooMuchHere
from wellclear.centre.comparing import Compared, Terms, compare_all, pair_of
from wellclear.errors import MalformedInput, RuleViolated
from wellclear.geo.envelope import Ranges
from wellclear.model.minima import Minima
from wellclear.model.operation_text import parse_operation

START_MS = 1_796_104_800_000
TERMS = Terms(Minima(lateral_dmm=100_000_000), Ranges())


def plan(name: str) -> bytes:
    return circle("p", name, 100_000_000, 450_000_000, START_MS, START_MS + 3_600_000, 500)


@pytest.fixture(scope="module")
def process() -> Iterator[GeometryProcess]:
    process = GeometryProcess(most_s=1)
    yield process
    process.close()


def test_it_answers_as_the_same_work_done_here(process: GeometryProcess) -> None:
    assert process.read(plan("a")) == parse_operation(plan("a"))
    pairs = [pair_of(Compared(plan("a")), Compared(plan(name)), TERMS) for name in ("b", "c")]
    assert process.compare(pairs) == compare_all(pairs)


def test_what_is_wrong_with_the_bytes_is_told_with_its_place(process: GeometryProcess) -> None:
    wrong = plan("a").replace(b'"buffer_dmm":5000000', b'"buffer_dmm":-1')
    with pytest.raises(MalformedInput) as here:
        parse_operation(wrong)
    with pytest.raises(MalformedInput) as there:
        process.read(wrong)
    told = [(each.value.code, each.value.at, each.value.message, each.value.wanted) for each in (here, there)]
    assert told[0] == told[1]


def test_what_takes_too_long_ends_it_and_the_next_question_is_answered(process: GeometryProcess) -> None:
    pair = pair_of(Compared(bomb("p", "one", START_MS)), Compared(bomb("p", "other", START_MS)), TERMS)
    with pytest.raises(RuleViolated) as refused:
        process.compare([pair])
    assert refused.value.code == "geometry-costly"
    assert process.read(plan("a")) == parse_operation(plan("a"))


def test_little_is_done_here_and_much_is_not() -> None:
    here = LittleGeometry()
    assert here.read(plan("a")) == parse_operation(plan("a"))
    pair = pair_of(Compared(plan("a")), Compared(plan("b")), TERMS)
    assert here.compare([pair]) == compare_all([pair])
    assert len(bomb("p", "one", START_MS)) > MAX_BYTES_HERE
    with pytest.raises(TooMuchHere):
        here.read(bomb("p", "one", START_MS))
    with pytest.raises(TooMuchHere):
        here.compare([pair] * 100)
