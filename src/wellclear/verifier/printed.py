"""What was found, for people and for programs; and what the user brings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from wellclear.errors import MalformedInput, NotFound
from wellclear.trust.canonical import verify_name
from wellclear.trust.evidence import MAX_EVIDENCE_BYTES
from wellclear.verifier.report import Item, Report, Verdict

_ROOT_DIGITS: Final = 64
_LAST_S: Final = 253_402_300_799
"""The last second of the year 9999."""

_WORDS: Final = {
    Verdict.HOLDS: "HOLDS: everything shown is as it was signed and logged.",
    Verdict.DOES_NOT_HOLD: "DOES NOT HOLD: conclude nothing from this file.",
    Verdict.KEYS_NOT_ESTABLISHED: "KEYS NOT ESTABLISHED: the file agrees with itself; anybody can make such a file.",
}


def read_file(name: str) -> bytes:
    """The bytes of a file; of one that is too large, enough to be refused.

    Raises:
        NotFound: `evidence-missing-file`.
    """
    try:
        with Path(name).open("rb") as file:
            return file.read(MAX_EVIDENCE_BYTES + 1)
    except (OSError, ValueError) as error:
        raise NotFound(f"the file cannot be read: {error}", code="evidence-missing-file", at=name) from None


def parse_roots(given: Iterable[str]) -> dict[str, bytes]:
    """Root keys that the user brings.

    Args:
        given: ``PARTY=FINGERPRINT`` each, the fingerprint being the public root key in hexadecimal, as it stands on
            the party's card and in the agreement; blanks and colons within are ignored.

    Raises:
        MalformedInput: `root-form`.
    """
    roots: dict[str, bytes] = {}
    for one in given:
        party, _, fingerprint = one.partition("=")
        digits = "".join(fingerprint.replace(":", "").split()).lower()
        if len(digits) != _ROOT_DIGITS or not set(digits) <= set("0123456789abcdef") or party in roots:
            raise MalformedInput(
                "this is no root key of a party",
                code="root-form",
                at=one[:80],
                wanted="PARTY=64 hexadecimal digits, each party once",
            )
        verify_name(party)
        roots[party] = bytes.fromhex(digits)
    return roots


def print_report(report: Report) -> str:
    """What was found, a line for each thing that was judged, the verdict last."""
    lines = [f"log of {report.party}; by its word about: {report.about}", *map(_line, report.items)]
    first = report.first_fault
    if first is not None and first.fault is not None:
        lines.append(f"FIRST FAULT: {first.at}: {first.fault} [{first.fault.code}]")
    if report.unestablished:
        lines.append(f"no root fingerprint was brought for {', '.join(report.unestablished)}: --root PARTY=FINGERPRINT")
    if report.not_cosigned:
        words = f"{report.not_cosigned:,} entries; nobody but {report.party} vouches for their place and time"
        lines.append(f"NOT CO-SIGNED: {words}")
    lines.append(_WORDS[report.verdict])
    return "".join(f"{_shown(line)}\n" for line in lines)


def print_report_json(report: Report) -> str:
    """The same for programs."""
    first = report.first_fault
    members = {
        "verdict": report.verdict.name.replace("_", " "),
        "party": report.party,
        "about": report.about,
        "keys_not_established": report.unestablished,
        "not_cosigned": report.not_cosigned,
        "first_fault": None if first is None else _members(first),
        "items": [_members(item) for item in report.items],
    }
    return msgspec.json.format(msgspec.json.encode(members), indent=2).decode() + "\n"


def _members(item: Item) -> dict[str, Any]:
    fault = item.fault
    return {
        "at": item.at,
        "what": item.what,
        "holds": fault is None,
        "code": "" if fault is None else fault.code,
        "fault": "" if fault is None else str(fault),
        "not_before_s": item.after_s,
        "not_after_s": item.before_s,
        "witness": item.witness,
    }


def _line(item: Item) -> str:
    if item.fault is not None:
        return f"BAD   {item.at}: {item.what}: {item.fault} [{item.fault.code}]"
    after = f"; not before {_time(item.after_s)}" if item.after_s is not None else ""
    before = f"; not after {_time(item.before_s)}, by {item.witness}" if item.before_s is not None else ""
    return f"holds {item.at}: {item.what}{after}{before}"


def _time(time_s: int) -> str:
    if time_s > _LAST_S:
        return f"second {time_s}"
    return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _shown(text: str) -> str:
    """Text from a stranger, fit for a screen: what is not printed plainly is written as its escape."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
