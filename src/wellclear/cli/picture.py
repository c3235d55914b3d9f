"""The picture of a check: one PNG, drawn by matplotlib, the extra ``plot``."""

from __future__ import annotations

import io
import warnings
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from wellclear.cli.conflict_table import ConflictWords
from wellclear.cli.land import land_near
from wellclear.cli.outline import outline
from wellclear.cli.summary import verdict_words
from wellclear.cli.surroundings import frame_deg, middle_and_reach_deg
from wellclear.cli.visible import visible_name
from wellclear.cli.wording import STANDING, print_stated
from wellclear.errors import RuleViolated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from wellclear.cli.checked import Checked
    from wellclear.detect.results import Conflict

    Rings = tuple[tuple[tuple[float, float], ...], ...]

Floats = npt.NDArray[np.float64]

Axes = Any
"""matplotlib's axes: an extra, whose types are not shipped for every version."""

KM_PER_RADIAN: Final = 6371.0088
MAX_VOLUMES_DRAWN: Final = 5_000
"""Volumes in one picture; more cannot be told apart. The summary says how many were left out."""

MAX_CONFLICTS_DRAWN: Final = 500
"""Conflicts in one picture; same reason."""

MAX_NAMED: Final = 12
"""Conflicts named in the picture; more names than these cover it."""

COLOURS: Final = ("#1f5fa8", "#444b52", "#7a3fb0", "#0b7a86", "#8a949e", "#a83f86")
LINES: Final = ("solid", "dashed", "dotted", "dashdot")


def require_plotting() -> None:
    """Refuse early where matplotlib is not installed.

    Raises:
        RuleViolated: it is not.
    """
    if find_spec("matplotlib") is None:
        raise RuleViolated(
            "a picture needs matplotlib, which is not installed",
            code="extra-missing",
            at="--png",
            wanted="pip install 'wellclear[plot]'",
        )


def picture(checked: Checked, piece_of: Callable[[Conflict], Rings]) -> bytes:
    """The PNG: volumes by party, conflicts red with number, cross and names, coasts for orientation."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - an extra, and slow to import
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    operations = [(operation.party, volume) for operation in checked.operations for volume in operation.volumes]
    drawn = [(party, outline(volume.footprint)) for party, volume in operations[:MAX_VOLUMES_DRAWN]]
    points = [point for _, rings in drawn for ring in rings for point in ring]
    middle, reach_deg = middle_and_reach_deg(points)
    figure = Figure(figsize=(14, 9), dpi=120, layout="constrained")
    axes, beside = figure.subplots(1, 2, width_ratios=(4, 1))
    _draw_names(beside, checked.findings.conflicts)
    _draw_land(axes, middle, reach_deg)
    _draw_volumes(axes, drawn, middle)
    _draw_conflicts(axes, checked.findings.conflicts, piece_of, middle)
    _draw_frame(axes, checked, middle, max(reach_deg, 0.01))
    hidden = len(operations) - len(drawn), max(0, len(checked.findings.conflicts) - MAX_CONFLICTS_DRAWN)
    if any(hidden):
        axes.set_xlabel(f"{axes.get_xlabel()}\nnot drawn: {hidden[0]:,} more volumes, {hidden[1]:,} more conflicts")
    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")  # drawn as a box, which is visible
        canvas: Any = FigureCanvasAgg(figure)
        canvas.print_png(stream)
    return stream.getvalue()


def _plane_km(lon_lat_deg: Iterable[tuple[float, float]], middle: tuple[float, float]) -> Floats:
    """Stereographic around the middle: (n, 2) km east and north."""
    lon, lat = np.radians(np.array(list(lon_lat_deg))).T
    lon0, lat0 = np.radians(middle)
    up = np.sin(lat0) * np.sin(lat) + np.cos(lat0) * np.cos(lat) * np.cos(lon - lon0)
    scale_km = 2 * KM_PER_RADIAN / np.maximum(1 + up, 0.05)
    east_km = scale_km * np.cos(lat) * np.sin(lon - lon0)
    north_km = scale_km * (np.cos(lat0) * np.sin(lat) - np.sin(lat0) * np.cos(lat) * np.cos(lon - lon0))
    return np.stack((east_km, north_km), axis=-1)


def _draw_land(axes: Axes, middle: tuple[float, float], reach_deg: float) -> None:
    axes.set_facecolor("#dfe8ef")
    for part in land_near(*frame_deg(middle, reach_deg)):
        axes.fill(*_plane_km(part.exterior.coords, middle).T, facecolor="#f4f2ec", zorder=0)
        for hole in part.interiors:
            axes.fill(*_plane_km(hole.coords, middle).T, facecolor="#dfe8ef", zorder=0)


def _draw_volumes(axes: Axes, drawn: list[tuple[str, Rings]], middle: tuple[float, float]) -> None:
    parties = sorted({party for party, _ in drawn})
    named: set[str] = set()
    for party, rings in drawn:
        index = parties.index(party)
        style = {"color": COLOURS[index % len(COLOURS)], "linestyle": LINES[index // len(COLOURS) % len(LINES)]}
        for ring in rings:
            label = "" if party in named or len(named) >= MAX_NAMED else _literal(visible_name(party, 40))
            named.add(party)
            mark = {"marker": "s"} if len(ring) == 1 else {}
            axes.plot(*_plane_km((*ring, ring[0]), middle).T, linewidth=1.0, label=label or None, **style, **mark)


def _draw_conflicts(
    axes: Axes,
    conflicts: tuple[Conflict, ...],
    piece_of: Callable[[Conflict], Rings],
    middle: tuple[float, float],
) -> None:
    for number, conflict in enumerate(conflicts[:MAX_CONFLICTS_DRAWN], 1):
        line = "dashed" if conflict.by_envelope else "solid"
        for ring in piece_of(conflict):
            plane_km = _plane_km(ring, middle).T
            axes.fill(*plane_km, facecolor="none", edgecolor="#c1121f", hatch="////", linestyle=line, linewidth=1.2)
        east_km, north_km = _plane_km([(conflict.where.lon_deg, conflict.where.lat_deg)], middle)[0]
        label = "CONFLICT (dashed: only BY ENVELOPE)" if number == 1 else None
        axes.plot(east_km, north_km, "x", color="#c1121f", markersize=9, markeredgewidth=2, label=label)
        if number <= MAX_NAMED:
            offset = {"xytext": (6, 5), "textcoords": "offset points", "zorder": 5}
            axes.annotate(str(number), (east_km, north_km), color="#8c0d16", weight="bold", **offset)


def _draw_names(axes: Axes, conflicts: tuple[Conflict, ...]) -> None:
    """The first conflicts in words, beside the map."""
    axes.axis("off")
    lines = []
    for number, conflict in enumerate(conflicts[:MAX_NAMED], 1):
        words = ConflictWords.of(conflict)
        mark = " BY ENVELOPE" if conflict.by_envelope else ""
        lines.append(f"#{number} CONFLICT{mark}\n  {words.a}\n  {words.b}\n  {words.when}")
    if len(conflicts) > MAX_NAMED:
        lines.append(f"and {len(conflicts) - MAX_NAMED:,} more")
    axes.text(0, 1, _literal("\n".join(lines)), va="top", fontsize=7, linespacing=1.4, transform=axes.transAxes)


def _draw_frame(axes: Axes, checked: Checked, middle: tuple[float, float], reach_deg: float) -> None:
    reach_km = 1.1 * np.radians(reach_deg) * KM_PER_RADIAN
    axes.set_xlim(-1.2 * reach_km, 1.2 * reach_km)
    axes.set_ylim(-reach_km, reach_km)
    axes.set_aspect("equal", adjustable="box")
    axes.grid(visible=True, color="#9aa7b4", linewidth=0.4)
    latitude = f"{abs(middle[1]):.4f} {'S' if middle[1] < 0 else 'N'}"
    longitude = f"{abs(middle[0]):.4f} {'W' if middle[0] < 0 else 'E'}"
    axes.set_xlabel(f"km east of {latitude} {longitude}; land: Natural Earth, for orientation")
    axes.set_ylabel("km north")
    title = f"{verdict_words(checked)}\nminima {print_stated(checked.minima)}. {STANDING}"
    axes.set_title(_literal(title), fontsize=10)
    axes.legend(loc="upper right", fontsize=8)


def _literal(text: str) -> str:
    """Text in which matplotlib sees no mathematics."""
    return text.replace("$", r"\$")
