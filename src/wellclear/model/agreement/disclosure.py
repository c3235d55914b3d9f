"""How much of an operation a party shows to another one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from wellclear.errors import MalformedInput, RuleViolated
from wellclear.geo.limits import DMM_PER_M, MAX_HEIGHT_DMM

S2_LEVELS: Final = (4, 16)
"""Coarsest and finest cells of a cover: edges of some 600 km and of some 150 m. A finer cover hides nothing."""

MIN_LEVEL_BIN_DMM: Final = 10 * DMM_PER_M
"""Lowest bin of heights: a lower one hides nothing."""

MIN_TIME_BIN_MS: Final = 60_000
"""Shortest bin of times, a minute: a shorter one hides nothing."""

MAX_TIME_BIN_MS: Final = 86_400_000
"""Longest bin of times, a day: a longer one is no notice."""


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
class Grid:
    """The bins into which a cover is rounded outward.

    Attributes:
        s2_level: level of the S2 cells; the higher, the smaller.
        level_bin_dmm: height of a bin of heights, in 0.1 mm.
        time_bin_ms: length of a bin of times.

    Raises:
        MalformedInput: out of range.
    """

    s2_level: int
    level_bin_dmm: int
    time_bin_ms: int

    def __post_init__(self) -> None:
        for name, value, least, most, wanted in (
            ("s2_level", self.s2_level, *S2_LEVELS, "from 4 to 16"),
            ("level_bin", self.level_bin_dmm, MIN_LEVEL_BIN_DMM, MAX_HEIGHT_DMM, "from 10 m to 1,000 km"),
            ("time_bin", self.time_bin_ms, MIN_TIME_BIN_MS, MAX_TIME_BIN_MS, "from 1 min to 24 h"),
        ):
            if type(value) is not int or not least <= value <= most:
                raise MalformedInput(f"{name} is out of range", code="agreement-grid", wanted=wanted)


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
