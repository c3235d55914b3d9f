"""Limits of geometry: each has a name, a value and a reason."""

from __future__ import annotations

from typing import Final

DMM_PER_M: Final = 10_000
"""Heights and radii are integers of 0.1 mm: a foot (3,048) and a metre (10,000) are both exact."""

DMM_PER_FT: Final = 3_048
DMM_PER_NM: Final = 18_520_000
E7_PER_DEGREE: Final = 10_000_000

MAX_RING_POINTS: Final = 1_000
"""Points of one footprint as it was filed; more than any order seen, and a bound on the work of one pair."""

MAX_FOOTPRINT_POINTS: Final = 4_000
"""Points of one footprint after long edges were split and arcs densified."""

MAX_EDGE_M: Final = 100_000.0
"""Edges are split along the geodesic beyond this, so that a local frame holds them to a centimetre."""

MAX_EXTENT_M: Final = 1_000_000.0
"""Farthest any point of a core may lie from the core's middle: the range over which distances are proven."""

MAX_BUFFER_DMM: Final = 1_000_000 * DMM_PER_M
"""Largest buffer radius, 1,000 km: same reason."""

MAX_HEIGHT_DMM: Final = 1_000_000 * DMM_PER_M
"""Largest height up or down, 1,000 km: beyond it a number is a mistake in units."""

MIN_TIME_MS: Final = 0
"""1970-01-01Z."""

MAX_TIME_MS: Final = 7_258_118_400_000
"""2200-01-01Z: later is a mistake in units."""
