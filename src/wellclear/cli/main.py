"""The command ``wellclear``: its subcommands, and what becomes of every error."""

from __future__ import annotations

import os
import sys
import traceback
from importlib.metadata import version
from typing import TYPE_CHECKING

from cyclopts import App, CycloptsError, Parameter

from wellclear.cli.exit_codes import EXPLAINED, ExitCode
from wellclear.cli.visible import visible
from wellclear.errors import WellclearError

if TYPE_CHECKING:
    from collections.abc import Sequence

app = App(
    name="wellclear",
    help="Find every conflict between planned uses of airspace. It informs; it protects nobody.",
    help_epilogue=EXPLAINED,
    help_format="plaintext",
    version=lambda: f"wellclear {version('wellclear')}",
    default_parameter=Parameter(negative=()),
    result_action="return_value",
    suppress_keyboard_interrupt=False,
)
app.command("wellclear.cli.check_command:check", name="check", help="Find the conflicts within or between plans.")
app.command("wellclear.cli.convert_command:convert", name="convert", help="Write a file of plans in another format.")
app.command("wellclear.cli.show_command:show", name="show", help="Show what one file of plans holds.")
app.command("wellclear.cli.demo_command:demo", name="demo", help="Check an excerpt of real recorded flights.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    arguments  without the program's name; None for those of the process

    Returns:
        The exit code, see `ExitCode`.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        result = app(words, print_error=False, exit_on_error=False)
        sys.stdout.flush()
    except WellclearError as error:
        return _fail(error)
    except CycloptsError as error:
        return _usage(str(error))
    except KeyboardInterrupt:
        sys.stderr.write("wellclear: stopped\n")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.BROKEN_PIPE
    except Exception:  # noqa: BLE001 - the command's boundary: our own slip must not leave as a conflict
        sys.stderr.write("wellclear: a fault of the program, not of the input; conclude nothing from this run\n")
        traceback.print_exc()
        return ExitCode.FAULT
    return int(result) if isinstance(result, int) else ExitCode.NONE


def _fail(error: WellclearError) -> int:
    """One line: place, what is wrong, what would be right."""
    place = f"{error.at}: " if error.at else ""
    wanted = f" (wanted: {error.wanted})" if error.wanted else ""
    sys.stderr.write(f"wellclear: {visible(f'{place}{error.message}{wanted}')} [{error.code}]\n")
    return ExitCode.REFUSED


def _usage(message: str) -> int:
    sys.stderr.write(f"wellclear: {visible(' '.join(message.split()))} (see wellclear --help) [usage]\n")
    return ExitCode.REFUSED
