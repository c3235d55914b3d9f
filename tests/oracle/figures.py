"""What a campaign counted, by stratum, as a table."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from oracle.shapes import STRATA

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from oracle.campaign import Case
    from oracle.paths import Path

NAMES: Final = ("pairs", "near", "near, decided", "decided", "conflicts", "missed", "invented", "paths differ")


@dataclass
class Figures:
    """Counts by stratum and name.

    worst_m is the farthest from its minimum at which a verdict differed from the oracle's.
    """

    seed: int
    paths: tuple[str, ...]
    counts: Counter[tuple[str, str]]
    worst_m: float

    @classmethod
    def none(cls, seed: int, paths: Sequence[str]) -> Figures:
        return cls(seed, tuple(paths), Counter(), 0.0)

    @classmethod
    def together(cls, shares: Iterable[str]) -> Figures:
        """Figures of all shares of one campaign, each as `as_json` wrote it."""
        parts = [json.loads(share) for share in shares]
        counts: Counter[tuple[str, str]] = Counter()
        for part in parts:
            counts.update({(stratum, name): count for stratum, name, count in part["counts"]})
        return cls(parts[0]["seed"], tuple(parts[0]["paths"]), counts, max(part["worst_m"] for part in parts))

    def count(self, batch: Sequence[Case], said: Mapping[Path, npt.NDArray[np.bool_]]) -> None:
        for k, each in enumerate(batch):
            verdicts = [bool(said[path][k]) for path in said]
            self.counts.update((each.stratum, name) for name in _names(each, verdicts))
            if any(verdict != each.close for verdict in verdicts):
                self.worst_m = max(self.worst_m, abs(each.off_m))

    def as_json(self) -> str:
        counts = [[stratum, name, count] for (stratum, name), count in sorted(self.counts.items())]
        return json.dumps({"seed": self.seed, "paths": self.paths, "counts": counts, "worst_m": self.worst_m})

    def table(self) -> str:
        """Markdown."""
        rows = [(stratum, [self.counts[stratum, name] for name in NAMES]) for stratum in STRATA]
        rows.append(("all", [sum(self.counts[stratum, name] for stratum in STRATA) for name in NAMES]))
        lines = ["| where | " + " | ".join(NAMES) + " |", "|---|" + "---:|" * len(NAMES)]
        lines += [f"| {where} | " + " | ".join(f"{count:,}" for count in counts) + " |" for where, counts in rows]
        heading = f"Seed {self.seed}, paths {' and '.join(self.paths)}."
        worst = (
            f"The farthest from its minimum at which a verdict differed from the oracle's: {self.worst_m * 1e3:.1f} mm."
        )
        return "\n".join([f"{heading} {worst}", "", *lines])


def _names(each: Case, verdicts: Sequence[bool]) -> list[str]:
    decided = each.decided()
    facts = {
        "pairs": True,
        "near": each.near_by,
        "near, decided": each.near_by and decided,
        "decided": decided,
        "conflicts": each.close,
        "missed": each.close and decided and not all(verdicts),
        "invented": not each.close and decided and any(verdicts),
        "paths differ": len(set(verdicts)) > 1,
    }
    return [name for name, holds in facts.items() if holds]
