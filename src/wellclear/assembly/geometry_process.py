"""The process in which geometry is worked on: it has little time and memory for each piece, and can be killed.

    python -m wellclear.assembly.geometry_process SECONDS

It reads questions from its standard input and answers on its standard output: eight bytes of length, then a pickle.
Both ends are this program's own.
"""

from __future__ import annotations

import os
import pickle
import resource
import struct
import sys
from collections.abc import Sequence
from typing import IO, Any, Final

from wellclear.centre.comparing import Compared, Pair, Prejudged, Terms, compare_all, effective, pair_of, remember
from wellclear.errors import MalformedInput
from wellclear.geo.envelope import Ranges
from wellclear.geo.footprint import Footprint
from wellclear.geo.height import Band
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.model.minima import Minima
from wellclear.model.operation import Operation
from wellclear.model.operation_text import print_operation
from wellclear.model.volume import Volume

MAX_CPU_S: Final = 10
"""Processor seconds for one question: three times what 200 circles, each too close to each of 200 others, take."""

MAX_ADDRESS_BYTES: Final = 2**32
"""Addresses that the process may use: libraries and their threads reserve one GiB, the largest operation a tenth."""

KINDNESS: Final = 10
"""By how much others go before it: a STOP does not wait for a processor that compares."""

HEAD: Final = struct.Struct(">Q")


def read_frame(source: IO[bytes]) -> bytes | None:
    """The next frame, or nothing where the other end has gone."""
    head = source.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    content = source.read(*HEAD.unpack(head))
    return content if len(content) == HEAD.unpack(head)[0] else None


def print_frame(content: bytes) -> bytes:
    """A frame."""
    return HEAD.pack(len(content)) + content


def main(most_s: int) -> None:
    """Answer until the other end has gone.

    Args:
        most_s: processor seconds for one question.
    """
    os.nice(KINDNESS)
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    resource.setrlimit(resource.RLIMIT_AS, (MAX_ADDRESS_BYTES, MAX_ADDRESS_BYTES))
    _warm_up()
    while (content := read_frame(questions)) is not None:
        _limit_time(most_s)
        answers.write(print_frame(pickle.dumps(_answer(*pickle.loads(content)))))  # noqa: S301 - from the own centre
        answers.flush()


def _answer(asked: str, given: Any) -> object:  # noqa: ANN401 - as the question says
    """What was asked, or the error in parts; nothing where memory does not suffice."""
    try:
        return _read(given) if asked == "read" else _compare(given)
    except MalformedInput as error:
        return error.message, error.code, error.at, error.wanted
    except MemoryError:
        return None


def _read(content: bytes) -> Operation:
    return effective(Compared(content))


def _compare(pairs: Sequence[Pair]) -> tuple[Any, ...]:
    found = compare_all(pairs)
    remember(Prejudged(0, (), found))
    return tuple(clash for _, clash in found)


def _warm_up() -> None:
    """What is loaded and compiled once takes nobody's time."""
    circle = Footprint.circle(Position(0, 0), 10_000)
    one, other = (
        Compared(print_operation(Operation("party", name, (Volume(circle, Band(None, None), Span(0, 1)),))))
        for name in ("one", "other")
    )
    compare_all((pair_of(one, other, Terms(Minima(), Ranges())),))


def _limit_time(most_s: int) -> None:
    """From now on; the system ends the process when it is over."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + 1 + most_s
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main(int(sys.argv[1]))
