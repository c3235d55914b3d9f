"""The command ``wellclear``: its subcommands, and what becomes of every error."""

from __future__ import annotations

import io
import os
import sys
import traceback
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from cyclopts import App, CycloptsError, Parameter

from wellclear.cli.exit_codes import EXPLAINED, EXPLAINED_CONVERT, EXPLAINED_SHOW, EXPLAINED_SIMULATE, ExitCode
from wellclear.cli.mechanism.registered import register
from wellclear.cli.visible import visible
from wellclear.errors import WellclearError

if TYPE_CHECKING:
    from collections.abc import Sequence

app = App(
    name="wellclear",
    help="Tell counterparties what you will fly, and find conflicts. It informs; it protects nobody.",
    help_epilogue="wellclear COMMAND --help tells a command's options, examples and exit codes.",
    help_format="plaintext",
    version=lambda: f"wellclear {version('wellclear')}",
    default_parameter=Parameter(negative=()),
    result_action="return_value",
    suppress_keyboard_interrupt=False,
)
_COMMANDS: Final = (
    (
        "check",
        "Find the conflicts within or between plans.",
        (
            "wellclear check plans.geojson order.aco --minima lateral=5NM,vertical=1000ft",
            "wellclear check ours.json --against theirs.json --map conflicts.html --json conflicts.json",
            "wellclear check ours.json theirs.json --explain 'TANKER 1' 'theirs/AREA 9'",
        ),
        EXPLAINED,
    ),
    (
        "convert",
        "Write a file of plans in another format, and say what could not be carried over.",
        ("wellclear convert order.aco order.geojson", "wellclear convert order.aco zones.json --to ed318"),
        EXPLAINED_CONVERT,
    ),
    (
        "show",
        "Show what one file of plans holds, what of it was refused and how it was read.",
        ("wellclear show order.aco", "wellclear show flights.parquet --segment 2min --json flights.json"),
        EXPLAINED_SHOW,
    ),
    (
        "simulate",
        "Run centres under faults on a virtual clock, network and disk, and watch that no rule breaks.",
        (
            "wellclear simulate --centres 3 --schedules 100",
            "wellclear simulate --list-mutants",
            "wellclear simulate --scenario latakia-2018 --parameter lead_time=20min",
        ),
        EXPLAINED_SIMULATE,
    ),
    (
        "demo",
        "Check an excerpt of real recorded flights and draw the map.",
        ("wellclear demo", "wellclear demo --out elsewhere"),
        "Exit code: 0 if it could be shown.",
    ),
)

for _name, _help, _examples, _codes in _COMMANDS:
    app.command(
        f"wellclear.cli.{_name}_command:{_name}",
        name=_name,
        help=_help,
        help_epilogue="\n\n".join(("Examples:", *_examples, _codes)),
    )

register(app)
app.command("wellclear.cli.centre_command:centre", name="centre", help="Make and run a party's centre.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    arguments  without the program's name; None for those of the process

    Returns:
        The exit code, see `ExitCode`.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):  # a name that the terminal cannot encode must not end the command
        sys.stdout.reconfigure(errors="backslashreplace")
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
