"""What was not taken of whom: counted, and told to the centre at most once a second and party."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from wellclear.centre.inputs import TurnedAway


class Refusals:
    """Counts of refused envelopes and requests. Parties are enrolled ones, or empty for strangers.

    Attributes:
        total: since the start, by party and code.
    """

    def __init__(self) -> None:
        self.total: Counter[tuple[str, str]] = Counter()
        self._untold: Counter[tuple[str, str]] = Counter()

    def count(self, party: str, code: str) -> None:
        """One more was refused."""
        self.total[party, code] += 1
        self._untold[party, code] += 1

    def tell(self) -> Iterator[TurnedAway]:
        """What was refused since this was asked last: one for each party, in order."""
        untold, self._untold = self._untold, Counter()
        for party in sorted({party for party, _ in untold}):
            codes = sorted((code, count) for (owner, code), count in untold.items() if owner == party)
            yield TurnedAway(party, tuple(codes))
