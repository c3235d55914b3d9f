"""`python -m wellclear.verifier FILE --root PARTY=FINGERPRINT ...`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from wellclear.errors import WellclearError
from wellclear.verifier.judging import check
from wellclear.verifier.printed import parse_roots, print_report, print_report_json, read_file
from wellclear.verifier.report import Verdict


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge one file and print what was found.

    Args:
        arguments: without the program's name; None for those of the process.

    Returns:
        The exit code, see `Verdict`.
    """
    options = _parser().parse_args(arguments)
    try:
        report = check(read_file(options.file), parse_roots(options.root))
    except WellclearError as refused:
        sys.stderr.write(f"UNREADABLE: {ascii(str(refused))[1:-1]} [{refused.code}]\n")
        return Verdict.UNREADABLE
    sys.stdout.write(print_report_json(report) if options.json else print_report(report))
    return report.verdict


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m wellclear.verifier",
        description="Verify what a centre exported of its log. No centre and no network is needed.",
        epilog="Exit code: 0 everything holds; 1 something does not; 2 the file cannot be read; "
        "3 all holds by the keys in the file, but you brought no fingerprint for a party: KEYS NOT ESTABLISHED.",
    )
    parser.add_argument("file", metavar="FILE", help="what `evidence export` or `log prove` wrote")
    parser.add_argument(
        "--root", action="append", default=[], metavar="PARTY=FINGERPRINT", help="root key of a party, 64 digits"
    )
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    return parser


if __name__ == "__main__":
    sys.exit(main())
