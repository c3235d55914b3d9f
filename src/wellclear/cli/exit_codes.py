"""What the command's exit code says, and which one wins when several hold."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wellclear.detect.results import Findings
    from wellclear.model.reading import Refusal


class ExitCode(IntEnum):
    """One number for a script; the summary on the screen has all of them."""

    NONE = 0
    """Everything was read and assessed, and there is no conflict under the minima stated."""

    CONFLICTS = 1
    """At least one conflict. The counts say whether something was refused or not assessed besides."""

    REFUSED = 2
    """A file or a record was refused, or the command was wrong."""

    NOT_ASSESSED = 3
    """Everything was read, but not everything could be assessed: a pair, or what lies beyond the horizon.

    Of a conversion: something could not be carried over.
    """

    FAULT = 70
    """The program itself failed (EX_SOFTWARE of sysexits.h); nothing can be concluded."""

    INTERRUPTED = 130
    """Stopped from the keyboard; nothing was written."""

    BROKEN_PIPE = 141
    """Whoever read the output closed it."""


EXPLAINED = (
    "Exit code: 1 if there is any conflict; else 2 if a file or record was refused or the command was wrong; "
    "else 3 if not everything could be assessed; else 0. A file of which nothing could be read ends the command with 2 "
    "before anything is checked or written."
)


EXPLAINED_SHOW = "Exit code: 2 if the file, one of its records or the command was refused; else 0."

EXPLAINED_SIMULATE = (
    "Exit code: 1 if a rule was broken, a mutant's too; 2 if the command or the scenario was refused; 3 if a rule was "
    "never put to the test; else 0."
)

EXPLAINED_STANDING = (
    "Exit code: 1 if a conflict is open; else 2 if something was refused; else 3 if anything else is open: no "
    "receipt, NOT ASSESSED, an objection, a stale link; else 0."
)

EXPLAINED_SENT = "Exit code: 3 if somebody who was called has not acknowledged within the wait; 2 if refused; else 0."

EXPLAINED_CONVERT = (
    "Exit code: 2 if the file, one of its records or the command was refused; else 3 if something could not be carried "
    "over; else 0. With 3, and with 2 where only records were refused, the target was written."
)


def exit_code(findings: Findings, refusals: tuple[Refusal, ...], *, whole: bool) -> ExitCode:
    """The code of a check that ran: a conflict outranks a refusal, a refusal outranks doubt.

    Args:
        findings: what was found.
        refusals: the records that were refused.
        whole: no volume reaches beyond the horizon by which others were bounded.
    """
    if findings.conflicts:
        return ExitCode.CONFLICTS
    if refusals:
        return ExitCode.REFUSED
    if findings.not_assessed or not whole:
        return ExitCode.NOT_ASSESSED
    return ExitCode.NONE
