"""Signed statements about keys as text, one a line, as they stand in a party's card.

``statement OCTETS OCTETS``: the exact bytes that the root signed, and its signature. Nothing here verifies them; that
is for `wellclear.trust.keys.key_ring`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.trust.canonical import parse_octets, print_octets
from wellclear.trust.key_statement import KEY_STATEMENT, MAX_KEY_STATEMENTS
from wellclear.trust.typed import Signed

STATEMENT: Final = "statement"
"""The word that begins such a line."""


def print_statements(statements: Iterable[Signed]) -> str:
    """The lines of statements, each ended by LF."""
    return "".join(
        f"{STATEMENT} {print_octets(signed.payload)} {print_octets(signed.signature)}\n" for signed in statements
    )


def parse_statements(text: str) -> tuple[Signed, ...]:
    """Statements from their lines.

    Raises:
        MalformedInput: `statement-line`, `octets-malformed` or `signature-length`; `at` names the line.
    """
    lines = text.split("\n")
    if lines.pop() or len(lines) > MAX_KEY_STATEMENTS:
        raise MalformedInput(
            "these are no statements about keys",
            code="statement-line",
            wanted=f"at most {MAX_KEY_STATEMENTS:,} lines, each with an end",
        )
    return tuple(_parse_line(line, number) for number, line in enumerate(lines, 1))


def _parse_line(line: str, number: int) -> Signed:
    words = line.split(" ")
    if len(words) != 3 or words[0] != STATEMENT:
        raise MalformedInput(
            "this is no statement of a key", code="statement-line", at=f"line {number}", wanted="statement and octets"
        )
    try:
        return Signed(KEY_STATEMENT, parse_octets(words[1]), parse_octets(words[2]))
    except MalformedInput as error:
        raise error.placed(f"line {number}") from None
