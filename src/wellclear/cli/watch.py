"""Progress on standard error: only on a terminal, and only when the work is long."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Final, Self

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from wellclear.cli.screen import open_screen
from wellclear.cli.visible import visible_name

if TYPE_CHECKING:
    from types import TracebackType

PATIENCE_S: Final = 1.0
"""Work shorter than this shows nothing."""


class _Words(TextColumn):
    """A description taken literally."""

    def render(self, task: object) -> Text:
        """The task's description as text, never markup."""
        return Text(getattr(task, "description", ""))


class Watch:
    """Called with how much is done of how much of what; shows a bar once the work has lasted a while."""

    def __init__(self) -> None:
        self._started_s = time.monotonic()
        self._bar: Progress | None = None
        self._shows = sys.stderr.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, done: int, total: int, what: str) -> None:
        """Show that ``done`` of ``total`` steps of ``what`` are done."""
        if not self._shows or (self._bar is None and time.monotonic() - self._started_s < PATIENCE_S):
            return
        if self._bar is None:
            screen = open_screen(stderr=True)
            self._bar = Progress(_Words(""), BarColumn(), TimeElapsedColumn(), console=screen, transient=True)
            self._bar.start()
            self._bar.add_task("", total=None)
        self._bar.update(self._bar.task_ids[0], description=visible_name(what), completed=done, total=total or None)
