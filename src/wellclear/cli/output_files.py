"""Files that the command writes: checked before the work, written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from wellclear.errors import RuleViolated, WellclearError


class OutputFiles:
    """What shall be written where.

    `claim` each name before the work begins, `put` the bytes, and `commit` them together at the end: each goes to a
    temporary file beside its place and is renamed onto it only after all of them are on disk.
    """

    def __init__(self, inputs: tuple[Path, ...]) -> None:
        self._inputs = {resolved for path in inputs if (resolved := _resolved(path))}
        self._targets: dict[str, Path] = {}
        self._content: dict[str, bytes] = {}

    def claim(self, option: str, name: str, *, fresh: bool = False) -> None:
        """Take a name for an option's output.

        Raises:
            RuleViolated: the name is an input, another option's output, not a regular file, in no directory, or
                (with ``fresh``) exists already.
        """
        try:
            target = Path(name).resolve()
            self._check(option, name, target, fresh=fresh)
        except (OSError, ValueError, RuntimeError) as error:  # a loop of links, a name with a zero byte
            raise RuleViolated(f"{name} cannot be written: {error}", code="output-name", at=option) from error
        self._targets[option] = target

    def put(self, option: str, content: bytes) -> None:
        """Keep an option's bytes for `commit`."""
        self._content[option] = content

    def claimed(self, option: str) -> bool:
        """Whether the option's output was asked for."""
        return option in self._targets

    def commit(self) -> WellclearError | None:
        """Write everything, or nothing and return why."""
        staged: list[tuple[Path, Path]] = []
        try:
            for option, content in self._content.items():
                target = self._targets[option]
                temporary = target.with_name(f".{target.name[:100]}.{os.getpid()}.part")
                staged.append((temporary, target))
                _write(temporary, target, content)
            for temporary, target in staged:
                temporary.replace(target)
        except OSError as error:
            reason = error.strerror or str(error)
            return RuleViolated(f"the output cannot be written: {reason}", code="output-failed", at=str(staged[-1][1]))
        finally:  # also when the user stops the command
            for temporary, _ in staged:
                with contextlib.suppress(OSError):
                    temporary.unlink(missing_ok=True)
        return None

    def written(self) -> tuple[tuple[str, Path], ...]:
        """The options with bytes, and where they went."""
        return tuple((option, self._targets[option]) for option in self._content)

    def _check(self, option: str, name: str, target: Path, *, fresh: bool) -> None:
        if target in self._inputs or _same_as_any(target, self._inputs):
            raise RuleViolated(f"{name} is an input and is not overwritten", code="output-is-input", at=option)
        if target in self._targets.values():
            raise RuleViolated(f"{name} is written by two options", code="output-repeated", at=option)
        if not target.parent.is_dir():
            wanted = "a directory that exists"
            raise RuleViolated(f"{name} lies in no directory", code="output-directory", at=option, wanted=wanted)
        if target.exists() and not stat.S_ISREG(target.stat().st_mode):
            raise RuleViolated(f"{name} is not a regular file", code="output-kind", at=option, wanted="a file's name")
        if fresh and target.exists():
            wanted = "another name, or --force to replace it"
            raise RuleViolated(f"{name} exists already", code="output-exists", at=option, wanted=wanted)
        if not os.access(target.parent, os.W_OK):
            raise RuleViolated(f"{name}: no right to write there", code="output-denied", at=option)


def _resolved(path: Path) -> Path | None:
    """The path without links; None for a loop of them, of which reading will say what is wrong."""
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):
        return None


def _same_as_any(target: Path, inputs: set[Path]) -> bool:
    """Whether the target is an input under another name (a hard link)."""
    return target.exists() and any(other.exists() and target.samefile(other) for other in inputs)


def _write(temporary: Path, target: Path, content: bytes) -> None:
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
