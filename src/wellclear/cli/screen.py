"""The terminal: wide, narrow, or not one at all."""

from __future__ import annotations

import sys
from typing import Final, NoReturn

from rich.console import Console
from rich.table import Table
from rich.text import Text

PIPE_WIDTH: Final = 100_000
"""Columns of output that goes to a file or a pipe: no line is ever wrapped there."""

WIDE: Final = 170
"""From this many columns a conflict fits on one row."""

LABEL_STYLE: Final = "dim"
LABEL_WIDTH: Final = 12
DANGER: Final = "bold red"
WARNING: Final = "bold yellow"


class Screen(Console):
    """A console that neither reads markup nor decorates what it prints, and that fails loudly on a closed pipe."""

    def on_broken_pipe(self) -> NoReturn:
        """Leave it to the command, which has its own exit code for this."""
        raise BrokenPipeError


def open_screen(*, stderr: bool = False) -> Screen:
    """The screen on standard output or standard error."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else PIPE_WIDTH
    return Screen(file=stream, width=width, markup=False, highlight=False, emoji=False, soft_wrap=False)


def write_document(document: bytes) -> None:
    """UTF-8 on standard output, whatever encoding its text has."""
    sys.stdout.flush()
    sys.stdout.buffer.write(document)
    sys.stdout.buffer.flush()


def is_piped(screen: Console) -> bool:
    """Whether the output goes to a file or another program."""
    return screen.width >= PIPE_WIDTH


def is_wide(screen: Console) -> bool:
    """Whether one row holds a conflict."""
    return screen.width >= WIDE


def grid(screen: Console, *headers: str) -> Table:
    """A table with these headings; ruled on a terminal, bare columns in a pipe."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    folds = not is_piped(screen)
    for header in headers:
        table.add_column(header, overflow="fold", no_wrap=not folds)
    return table


def print_line(screen: Console, text: str, style: str = "") -> None:
    """One line of text, taken literally."""
    screen.print(Text(text, style=style))


def print_table(screen: Console, table: Table) -> None:
    """A table; in a pipe without the blanks that fill its last column."""
    if not is_piped(screen):
        screen.print(table)
        return
    with screen.capture() as captured:
        screen.print(table)
    for line in captured.get().splitlines():
        print_line(screen, line.rstrip())


def print_labelled(screen: Console, label: str, text: str, style: str = "") -> None:
    """A label and its text, taken literally; what does not fit on the line goes on below the text, not the label."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, min_width=LABEL_WIDTH)
    table.add_column(overflow="fold", no_wrap=is_piped(screen))
    table.add_row(Text(label, style=style or LABEL_STYLE), Text(text, style=style))
    print_table(screen, table)


def counted(count: int, what: str) -> str:
    """A count with its word in singular or plural: ``1 pair``, ``2,000 pairs``."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
