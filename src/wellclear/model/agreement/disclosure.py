"""How much of an operation a party shows to another one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wellclear.errors import MalformedInput, RuleViolated
from wellclear.geo.grid import Grid


class Disclosure(StrEnum):
    """What a party shows of an operation."""

    FULL = "full"
    """All of it."""

    COARSE = "coarse"
    """A cover from outside on the stated grid."""

    ON_CONFLICT = "on-conflict"
    """Nothing until a notice of the peer conflicts with its cover on the stated grid."""

    BLIND = "blind"
    """A private comparison; no agreement can have it yet."""


@dataclass(frozen=True, slots=True)
class DisclosureTerm:
    """What is shown, and on which grid.

    Attributes:
        disclosure: how much.
        grid: bins of the cover; None for `Disclosure.FULL` alone.

    Raises:
        RuleViolated: `Disclosure.BLIND`.
        MalformedInput: a grid is missing, or stands beside `Disclosure.FULL`.
    """

    disclosure: Disclosure
    grid: Grid | None = None

    def __post_init__(self) -> None:
        if self.disclosure is Disclosure.BLIND:
            raise RuleViolated(
                "a blind comparison does not exist yet: no party could hold to it",
                code="disclosure-blind",
                wanted="full, coarse or on-conflict",
            )
        if (self.grid is None) is not (self.disclosure is Disclosure.FULL):
            wrong = "has a grid" if self.grid else "has no grid"
            raise MalformedInput(
                f"disclosure {self.disclosure.value!r} {wrong}",
                code="agreement-grid",
                wanted="a grid for coarse and on-conflict, none for full",
            )


@dataclass(frozen=True, slots=True)
class DisclosureRule:
    """What one party shows to another.

    Attributes:
        sender: who shows.
        recipient: to whom.
        category: of which operations; None is every one for which there is no rule of its own.
        term: what.
    """

    sender: str
    recipient: str
    category: str | None
    term: DisclosureTerm


@dataclass(frozen=True, slots=True)
class DisclosureTable:
    """All rules, and what holds where none does.

    Raises:
        MalformedInput: two rules for one case.
    """

    default: DisclosureTerm
    rules: tuple[DisclosureRule, ...] = ()

    def __post_init__(self) -> None:
        seen: set[tuple[str, str, str | None]] = set()
        for index, rule in enumerate(self.rules):
            case = (rule.sender, rule.recipient, rule.category)
            if case in seen or rule.sender == rule.recipient:
                wrong = "is given twice" if case in seen else "names one party as both sides"
                raise MalformedInput(
                    f"the disclosure from {rule.sender} to {rule.recipient} {wrong}",
                    code="agreement-disclosure",
                    at=f"disclosure.rule[{index}]",
                    wanted="one rule for each sender, recipient and category",
                )
            seen.add(case)

    def term_for(self, sender: str, recipient: str, category: str) -> DisclosureTerm:
        """What holds: the rule for the category, else the rule for the two parties, else the default."""
        for wanted in (category, None):
            for rule in self.rules:
                if (rule.sender, rule.recipient, rule.category) == (sender, recipient, wanted):
                    return rule.term
        return self.default


def strictest(one: DisclosureTerm, other: DisclosureTerm) -> DisclosureTerm:
    """What shows no more than either: the lesser disclosure, on the coarser of the grids in each dimension."""
    grids = [term.grid for term in (one, other) if term.grid is not None]
    if not grids:
        return one
    grid = Grid(
        min(grid.s2_level for grid in grids),
        max(grid.level_bin_dmm for grid in grids),
        max(grid.time_bin_ms for grid in grids),
    )
    on_conflict = Disclosure.ON_CONFLICT in (one.disclosure, other.disclosure)
    return DisclosureTerm(Disclosure.ON_CONFLICT if on_conflict else Disclosure.COARSE, grid)
