"""Where geometry from outside is worked on: little of it here, everything else in a process that can be killed."""

from __future__ import annotations

import pickle
import select
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

import structlog

from wellclear.assembly.geometry_process import MAX_CPU_S, print_frame, read_frame
from wellclear.centre.comparing import Found, Pair, compare_all
from wellclear.errors import MalformedInput, RuleViolated
from wellclear.model.operation import Operation
from wellclear.model.operation_text import parse_operation

MAX_BYTES_HERE: Final = 4_096
"""Bytes of an operation that is read here: below 600 points, since one takes seven bytes, and so a few milliseconds."""

MAX_WORK_HERE: Final = 2**20
"""Bytes of one side times bytes of the other, of all pairs compared here. A volume takes 160 bytes or more, so that
there are at most 40 pairs of volumes, at below a millisecond each; asking the process costs half of one."""

MAX_SHARE: Final = 6
"""So many times its processor seconds an answer may take by the clock: others may have the processors."""

log = structlog.get_logger("wellclear.geometry")


class TooMuchHere(Exception):  # noqa: N818 - no error: it says where the work belongs
    """More work than is done outside the process."""


class LittleGeometry:
    """Works on what is proven to be little, by the length of its bytes."""

    def read(self, content: bytes) -> Operation:
        """As in `Geometry`.

        Raises:
            TooMuchHere: it belongs into the process.
        """
        if len(content) > MAX_BYTES_HERE:
            raise TooMuchHere
        return parse_operation(content)

    def compare(self, pairs: Sequence[Pair]) -> Sequence[Found]:
        """As in `Geometry`.

        Raises:
            TooMuchHere: it belongs into the process.
        """
        if sum(len(pair.one.content) * len(pair.other.content) for pair in pairs) > MAX_WORK_HERE:
            raise TooMuchHere
        return compare_all(pairs)


class GeometryProcess:
    """Asks the process, one question at a time, from one thread. It is started when it is first needed.

    What takes too long or too much memory ends it; the next question starts another one.

    Args:
        most_s: processor seconds for one question.
    """

    def __init__(self, most_s: int = MAX_CPU_S) -> None:
        self._most_s = most_s
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, content: bytes) -> Operation:
        """As in `Geometry`.

        Raises:
            MalformedInput, RuleViolated: as there.
        """
        answer = self._ask("read", content)
        if isinstance(answer, Operation):
            return answer
        message, code, at, wanted = answer
        raise MalformedInput(message, code=code, at=at, wanted=wanted)

    def compare(self, pairs: Sequence[Pair]) -> Sequence[Found]:
        """As in `Geometry`."""
        return tuple(zip(pairs, self._ask("compare", tuple(pairs)), strict=True))

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _ask(self, asked: str, given: object) -> Any:  # noqa: ANN401 - as the question says
        answer = self._answer(pickle.dumps((asked, given)))
        if answer is None:
            log.warning("geometry given up", asked=asked)
            self.close()
            raise RuleViolated(
                "its geometry takes more work than one operation may",
                code="geometry-costly",
                wanted="fewer points and volumes, or several operations",
            )
        return pickle.loads(answer)  # noqa: S301 - from the own process

    def _answer(self, question: bytes) -> bytes | None:
        """The answer; nothing where the process ended, or must be ended."""
        process = self._running()
        if process.stdin is None or process.stdout is None:
            raise AssertionError("a process without pipes")
        with suppress(OSError):
            process.stdin.write(print_frame(question))
            process.stdin.flush()
            ready = select.poll()
            ready.register(process.stdout, select.POLLIN)
            if ready.poll(MAX_SHARE * self._most_s * 1_000):
                answer = read_frame(process.stdout)
                return None if answer == pickle.dumps(None) else answer
        return None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = subprocess.Popen(  # noqa: S603 - this program again, and a number
                [sys.executable, "-m", "wellclear.assembly.geometry_process", str(self._most_s)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,
            )
        return self._process
