"""Why one pair is or is not a conflict: finding the pair by name, and printing the steps."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

from rich.text import Text

from wellclear.cli import screen as look
from wellclear.cli.visible import visible
from wellclear.cli.wording import print_band, print_side, print_span
from wellclear.detect.explain import Explanation, Outcome, explain
from wellclear.detect.results import Side
from wellclear.errors import NotFound, RuleViolated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from wellclear.geo.envelope import Ranges
    from wellclear.model.minima import Minima
    from wellclear.model.operation import Operation

    Asked = tuple[tuple[Side, ...], tuple[Side, ...]]

MAX_PAIRS: Final = 20
"""Pairs of volumes explained for one pair of operations; more are asked for volume by volume."""

MAX_SUGGESTED: Final = 8
"""Names suggested in place of one that is not known; more would hide the message."""

OUTCOME_STYLE: Final = {Outcome.CONFLICT: look.DANGER, Outcome.NOT_ASSESSED: look.WARNING, Outcome.CLEAR: "bold"}


def sides_called(name: str, operations: Iterable[Operation]) -> tuple[Side, ...]:
    """The volumes of the one operation of this name: OPERATION, PARTY/OPERATION or PARTY/OPERATION/VOLUME.

    Raises:
        NotFound: nothing has this name.
        RuleViolated: more than one operation has it.
    """
    found: dict[int, list[Side]] = {}
    known: list[str] = []
    for operation in operations:
        full = f"{operation.party}/{operation.identifier}"
        known.append(full)
        for volume in operation.volumes:
            if name in {operation.identifier, full, f"{full}/{volume.name}", f"{operation.identifier}/{volume.name}"}:
                found.setdefault(id(operation), []).append(Side(operation, volume))
    if not found:
        near = ", ".join([one for one in known if name.lower() in one.lower()][:MAX_SUGGESTED] or known[:MAX_SUGGESTED])
        message = f"no operation or volume is called {name!r}"
        raise NotFound(message, code="explain-unknown", at="--explain", wanted=f"a name such as {near}")
    if len(found) > 1:
        names = ", ".join(f"{sides[0].operation.party}/{sides[0].operation.identifier}" for sides in found.values())
        message = f"{len(found)} operations are called {name!r}"
        raise RuleViolated(message, code="explain-ambiguous", at="--explain", wanted=f"one of {names[:400]}")
    return tuple(next(iter(found.values())))


def print_explanations(screen: Console, asked: Asked, minima: Minima, ranges: Ranges) -> None:
    """Print the steps for each pair of volumes of the two that were asked for."""
    pairs = [(one, other) for one, other in product(*asked) if one.volume is not other.volume]
    for one, other in pairs[:MAX_PAIRS]:
        _print_pair(screen, one, other, explain(one, other, minima, ranges))
    if len(pairs) > MAX_PAIRS:
        more = f"and {len(pairs) - MAX_PAIRS:,} more pairs of volumes: name a volume as PARTY/OPERATION/VOLUME"
        look.print_line(screen, more, look.WARNING)


def _print_pair(screen: Console, a: Side, b: Side, explanation: Explanation) -> None:
    look.print_line(screen, "EXPLAINED", "bold")
    table = look.grid(screen, "", "", "")
    table.show_header = False
    for label, side in (("A", a), ("B", b)):
        span = side.volume.span
        words = f"{print_side(side)}, {print_band(side.volume.band)}, {print_span(span.start_ms, span.end_ms)}"
        table.add_row(Text(label, style=look.LABEL_STYLE), Text(words))
    for step in explanation.lines:
        style = OUTCOME_STYLE[explanation.outcome] if step.verdict == explanation.outcome.value else ""
        cells = (Text(visible(step.quantity), style=look.LABEL_STYLE), Text(visible(step.value)))
        table.add_row(*cells, Text(visible(step.verdict), style=style))
    look.print_table(screen, table)
    screen.print()
