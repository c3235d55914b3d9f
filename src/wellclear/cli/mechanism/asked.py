"""Asking the officer: a yes before what cannot be taken back, and safety fields entered again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from wellclear.cli import screen as look
from wellclear.cli.source_files import read_source
from wellclear.cli.visible import visible
from wellclear.errors import MalformedInput, RuleViolated
from wellclear.protocol.readback.entered import compare, readback_form

if TYPE_CHECKING:
    from rich.console import Console

    from wellclear.model.operation import Operation
    from wellclear.protocol.readback.entered import Difference

MAX_ENTERED_BYTES: Final = 2_097_152
"""Bytes of a file with fields entered again: the largest operation's."""


_ENTERED: Final = msgspec.json.Decoder(dict[str, str])


def typed(prompt: str) -> str:
    """A line that the officer types; empty where the input has ended."""
    try:
        return input(prompt)
    except EOFError:
        return ""


def confirm(question: str, *, yes: bool) -> None:
    """Ask for a yes, unless it was given beforehand.

    Raises:
        RuleViolated: `not-confirmed`: it was not given, or nobody can be asked.
    """
    if yes:
        return
    sys.stdout.flush()
    answer = typed(f"{question}? [yes/no] ") if sys.stdin.isatty() else ""
    if answer.strip().lower() not in {"yes", "y"}:
        raise RuleViolated(
            "nothing was sent: not answered with yes", code="not-confirmed", wanted="yes; in a script --yes"
        )


def read_entered(operation: Operation, file: str) -> dict[str, str]:
    """The safety fields as an officer enters them: from a file, or asked one by one at the terminal.

    Args:
        operation: whose fields are asked; the values are not shown.
        file: JSON with name and text of each; empty to ask.

    Raises:
        RuleViolated: `entered-missing`: no file, and nobody can be asked.
        MalformedInput: `entered-file`: the file holds something else.
    """
    if file:
        try:
            return _ENTERED.decode(read_source(Path(file), MAX_ENTERED_BYTES))
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise MalformedInput(
                "no fields that were entered", code="entered-file", at=file, wanted='JSON: {"NAME": "TEXT", ...}'
            ) from None
    if not sys.stdin.isatty():
        raise RuleViolated(
            "nobody can be asked for the safety fields", code="entered-missing", wanted="--entered FILE in a script"
        )
    form = readback_form(operation)
    sys.stdout.write(f"Enter each field; positions as {form.notation}, times as 171839ZSEP2018.\n")
    return {field.name: typed(f"{field.name}: ") for field in form.fields}


def entered_again(screen: Console, operation: Operation, file: str) -> None:
    """Let the safety fields be entered again, and hold only if they are the operation's.

    Raises:
        RuleViolated: `entered-differs`: they differ, as printed.
        WellclearError: as `read_entered`, or an entry cannot be read.
    """
    differences = compare(operation, read_entered(operation, file))
    print_differences(screen, differences)
    if differences:
        raise RuleViolated(
            f"{look.counted(len(differences), 'field')} differ from the plan, or were not entered: nothing was sent",
            code="entered-differs",
            wanted="the plan or the entry put right",
        )


def print_differences(screen: Console, differences: tuple[Difference, ...]) -> None:
    """Fields that were entered otherwise, with both values and how far they are apart."""
    for found in differences:
        words = f"{visible(found.name)}: {visible(found.sent)}, entered {visible(found.entered) or 'nothing'}"
        look.print_labelled(screen, "DIFFERS", f"{words}; {visible(found.apart)}", look.DANGER)
