"""The agreement of simulated parties, as the text that they sign."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from wellclear.simulation.keys import real_key

DISCLOSURES: Final = ("full", "coarse", "on-conflict")
"""What the first party shows to the others; the others show everything."""

USUAL_AREA: Final = ("450000N0100000E", "300 NM")
"""Centre and radius of the area in which simulated officers plan."""

_GRID: Final = 'grid = {s2_level = 9, level_bin = "500 m", time_bin = "15 min"}'

_TEXT: Final = """format = "wellclear-agreement/v1"
identifier = "simulated"
version = 1
clock_grace = "60 s"
test_call_every = "30 min"
keep_records = "1825 days"

[area]
floor = "SFC"
ceiling = "UNL"
[[area.footprint]]
centre = "CENTRE"
radius = "RADIUS"

[category.default]
lead_time = "30 min"
hazard_tail = "0 s"

[minima.default]
lateral = "5 km"
vertical = "300 m"
time = "0 s"

[precision]
largest_area = "40000 km2"
shortest_notice = "5 min"
name_alone = true

[deadlines.routine]
receipt = "6 s"
read_back = "20 s"
answer = "30 s"
[deadlines.urgent]
receipt = "5 s"
read_back = "10 s"
answer = "15 s"
[deadlines.flash]
receipt = "4 s"
read_back = "8 s"
answer = "8 s"

[[ladder]]
role = "duty-officer"
after = "0 s"
[[ladder]]
role = "supervisor"
after = "15 s"
[[ladder]]
role = "commander"
after = "40 s"

[liveness]
heartbeat = "2 s"
stale = "6 s"
alarm = "12 s"

[disclosure.default]
show = "full"

[term]
from = "YEAR-01-01T00:00:00Z"
until = "YEAR-12-31T00:00:00Z"
ratify_by = "YEAR-12-30T00:00:00Z"
ratified_by = "all"
review_on = "YEAR-12-01"

[quota]
filings = 20
within = "1 h"
"""


@lru_cache(maxsize=64)
def agreement_text(
    parties: tuple[str, ...], disclosure: str, year: int = 2026, area: tuple[str, str] = USUAL_AREA
) -> bytes:
    """The exact text.

    Args:
        parties: who signs, the first being the one that may show less.
        disclosure: one of `DISCLOSURES`.
        year: in which it holds.
        area: centre and radius of its area.
    """
    pieces = [_TEXT.replace("YEAR", str(year)).replace("CENTRE", area[0]).replace("RADIUS", area[1])]
    for party in parties:
        root = real_key(party, "root").verifier.public.hex()
        pieces.append(f'\n[[party]]\nname = "{party}"\ntitle = "{party.title()}"\nroot_key = "{root}"\n')
        pieces.append('languages = ["en"]\n')
    if disclosure != "full":
        for other in parties[1:]:
            rule = f'\n[[disclosure.rule]]\nfrom = "{parties[0]}"\nto = "{other}"\nshow = "{disclosure}"\n{_GRID}\n'
            pieces.append(rule)
    return "".join(pieces).encode()
