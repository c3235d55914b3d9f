"""The map of a check: one HTML file that loads nothing, with everything in it, for a browser without WebGL."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from wellclear.cli.beyond_horizon import beyond_horizon_words
from wellclear.cli.conflict_table import ConflictWords
from wellclear.cli.outline import outline
from wellclear.cli.summary import compared_words, refusal_words, verdict_words
from wellclear.cli.surroundings import steps_of, surroundings
from wellclear.cli.visible import visible_name
from wellclear.cli.wording import STANDING, print_band, print_side, print_span, print_stated
from wellclear.detect.results import Side
from wellclear.geo.height import Height, Reference

if TYPE_CHECKING:
    from collections.abc import Callable

    from wellclear.cli.checked import Checked
    from wellclear.detect.results import Conflict
    from wellclear.model.operation import Operation
    from wellclear.model.volume import Volume

    Rings = tuple[tuple[tuple[float, float], ...], ...]

MAX_VOLUMES_DRAWN: Final = 5_000
"""Volumes on one map; more cannot be told apart, and the page must open on a small machine. Those in doubt go first."""

MAX_CONFLICTS_DRAWN: Final = 2_000
"""Conflicts on one map; same reason. The files carry all of them."""

MAX_WORDS_LISTED: Final = 200
"""Pairs not assessed, and refusals, listed beside the map."""

UNIT_DEG: Final = 1e-6


def map_page(checked: Checked, piece_of: Callable[[Conflict], Rings]) -> bytes:
    """The page as UTF-8.

    piece_of  gives a conflict's shared piece as rings of (lon, lat) degrees
    """
    assets = files("wellclear.cli").joinpath("assets")
    script = "".join(assets.joinpath(name).read_text(encoding="utf-8") for name in ("map.js", "map_panel.js"))
    style = assets.joinpath("map.css").read_text(encoding="utf-8")
    names = ", ".join(visible_name(Path(source.name).name) for source in checked.sources)
    filled = {
        "SCRIPT_HASH": _hash(script),
        "STYLE_HASH": _hash(style),
        "TITLE": html.escape(f"wellclear: {names}"),
        "STYLE": style,
        "SCRIPT": script,
        "DATA": embedded(map_document(checked, piece_of)),
    }
    page = assets.joinpath("map.html").read_text(encoding="utf-8")
    return re.sub("@([A-Z_]+)@", lambda mark: filled[mark[1]], page).encode()


def embedded(document: dict[str, Any]) -> str:
    """A document as JSON that can stand inside a script element: no ``<``, ``>`` or ``&`` is left in it."""
    text = msgspec.json.encode(document).decode()
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def map_document(checked: Checked, piece_of: Callable[[Conflict], Rings]) -> dict[str, Any]:
    """Everything that the page shows, in words and numbers that its script only draws."""
    findings = checked.findings
    chosen, left_out = _drawn(checked)
    index_of = {(id(side.operation), id(side.volume)): index for index, side in enumerate(chosen)}
    outlines = [outline(side.volume.footprint) for side in chosen]
    volumes = [_volume(side, index, rings) for index, (side, rings) in enumerate(zip(chosen, outlines, strict=True))]
    points = [point for rings in outlines for ring in rings for point in ring]
    drawn = findings.conflicts[:MAX_CONFLICTS_DRAWN]
    beyond = beyond_horizon_words(checked)
    hidden = [f"{beyond}."] if beyond else []
    if left_out:
        hidden.append(f"{left_out:,} more volumes are checked but not drawn here.")
    if len(findings.conflicts) > len(drawn):
        hidden.append(f"{len(findings.conflicts) - len(drawn):,} more conflicts are not drawn here: see the JSON.")
    unassessed = [
        {
            "a": print_side(pair.a),
            "b": print_side(pair.b),
            "why": ", ".join(reason.value for reason in pair.reasons),
            "volumes": _indexes(index_of, pair.a, pair.b),
        }
        for pair in findings.not_assessed
    ]
    if len(unassessed) > MAX_WORDS_LISTED or len(checked.refusals) > MAX_WORDS_LISTED:
        hidden.append("More is NOT ASSESSED or REFUSED than is listed here: see the JSON.")
    return {
        "verdict": verdict_words(checked),
        "doubtful": bool(findings.not_assessed or checked.refusals or beyond),
        "standing": STANDING,
        "facts": _facts(checked),
        "counts": {"conflicts": len(findings.conflicts)},
        "left_out": hidden,
        "parties": sorted({str(volume["party"]) for volume in volumes}),
        "unit_deg": UNIT_DEG,
        "volumes": volumes,
        "conflicts": [_conflict(conflict, index_of, piece_of(conflict)) for conflict in drawn],
        "not_assessed": unassessed[:MAX_WORDS_LISTED],
        "refused": [refusal_words(refusal) for refusal in checked.refusals[:MAX_WORDS_LISTED]],
        "start_ms": min((side.volume.span.start_ms for side in chosen), default=0) // 60_000 * 60_000,
        "end_ms": max((side.volume.span.end_ms for side in chosen), default=60_000),
        **surroundings(points),
    }


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _facts(checked: Checked) -> list[tuple[str, str]]:
    files_read = "; ".join(f"{visible_name(Path(source.name).name)} ({source.format})" for source in checked.sources)
    ranges = [(option.removeprefix("--"), words) for option, words in checked.ranges]
    return [
        ("minima", print_stated(checked.minima).replace(",", ", ")),
        *ranges,
        ("compared", compared_words(checked.findings)),
        ("files", files_read),
    ]


def _drawn(checked: Checked) -> tuple[list[Side], int]:
    """The sides to draw, those in a conflict or not assessed first, and how many are left out."""
    findings = checked.findings
    first = [side for conflict in findings.conflicts for side in (conflict.a, conflict.b)]
    first += [side for pair in findings.not_assessed for side in (pair.a, pair.b)]
    rest = (Side(operation, volume) for operation in checked.operations for volume in operation.volumes)
    every = {(id(side.operation), id(side.volume)): side for side in (*first, *rest)}
    sides = list(every.values())
    return sides[:MAX_VOLUMES_DRAWN], max(0, len(sides) - MAX_VOLUMES_DRAWN)


def _volume(side: Side, index: int, rings: Rings) -> dict[str, Any]:
    operation: Operation = side.operation
    volume: Volume = side.volume
    band = volume.band
    return {
        "index": index,
        "party": visible_name(operation.party, 40),
        "name": print_side(side),
        "band": print_band(band),
        "when": print_span(volume.span.start_ms, volume.span.end_ms),
        "floor_ft": _level_ft(band.floor),
        "ceiling_ft": _level_ft(band.ceiling),
        "start_ms": volume.span.start_ms,
        "end_ms": volume.span.end_ms,
        "rings": [steps_of(ring, UNIT_DEG) for ring in rings],
    }


def _level_ft(height: Height | None) -> float | None:
    """The number that the level filter compares; none where the plan's number does not tell a level."""
    if height is None or height.reference is Reference.AGL:
        return None
    return round(height.value_ft, 1)


def _conflict(conflict: Conflict, index_of: dict[tuple[int, int], int], rings: Rings) -> dict[str, Any]:
    words = ConflictWords.of(conflict)
    return {
        "a": words.a,
        "b": words.b,
        "when": words.when,
        "place": words.place,
        "mgrs": words.mgrs,
        "lateral": words.lateral,
        "vertical": words.vertical.removesuffix(" BY ENVELOPE"),
        "gap": words.gap,
        "by_envelope": conflict.by_envelope,
        "from_ms": min(conflict.from_ms, conflict.until_ms),
        "until_ms": max(conflict.from_ms, conflict.until_ms),
        "lon": conflict.where.lon_deg,
        "lat": conflict.where.lat_deg,
        "volumes": _indexes(index_of, conflict.a, conflict.b),
        "bands": [_levels(side) for side in (conflict.a, conflict.b)],
        "rings": [steps_of(ring, UNIT_DEG) for ring in rings if ring],
    }


def _levels(side: Side) -> dict[str, float | None]:
    band = side.volume.band
    return {"floor_ft": _level_ft(band.floor), "ceiling_ft": _level_ft(band.ceiling)}


def _indexes(index_of: dict[tuple[int, int], int], *sides: Side) -> list[int]:
    keys = ((id(side.operation), id(side.volume)) for side in sides)
    return [index_of[key] for key in keys if key in index_of]
