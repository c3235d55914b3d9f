"""The findings as JSON for programs; `assets/report.schema.json` is its schema, docs/json-schema.md its description."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from wellclear.cli.beyond_horizon import volumes_beyond_horizon
from wellclear.cli.summary import reason_counts
from wellclear.geo.limits import DMM_PER_M
from wellclear.geo.mgrs_text import print_mgrs
from wellclear.geo.position_text import print_degrees_minutes
from wellclear.geo.time_text import print_rfc3339

if TYPE_CHECKING:
    from wellclear.cli.checked import Checked, Source
    from wellclear.detect.results import Conflict, Side
    from wellclear.geo.height import Band, Height
    from wellclear.geo.position import Position
    from wellclear.geo.span import Span
    from wellclear.model.reading import Note, Refusal

VERSION: Final = 1
"""Rises when a field changes its meaning or goes; new fields may come without it."""

Members = dict[str, Any]


def report_json(checked: Checked) -> bytes:
    """The whole check as UTF-8 JSON, with everything that the screen cuts short."""
    findings = checked.findings
    document = {
        "version": VERSION,
        "standing": "informed, not protected",
        "minima": {
            "lateral_m": checked.minima.lateral_dmm / DMM_PER_M,
            "vertical_m": checked.minima.vertical_dmm / DMM_PER_M,
            "time_s": checked.minima.time_ms / 1_000,
        },
        "ranges": dict(checked.ranges),
        "horizon": span_members(checked.horizon),
        "sources": [plain_members(source) for source in checked.sources],
        "counts": _counts(checked),
        "conflicts": [conflict_members(conflict) for conflict in findings.conflicts],
        "not_assessed": [
            {"a": _side(pair.a), "b": _side(pair.b), "reasons": [reason.value for reason in pair.reasons]}
            for pair in findings.not_assessed
        ],
        "refused": [plain_members(refusal) for refusal in checked.refusals],
        "notes": [plain_members(note) for note in checked.notes],
    }
    return print_json(document)


def print_json(document: Members) -> bytes:
    """A document as indented UTF-8 JSON that ends with a line break."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def plain_members(value: Source | Refusal | Note) -> Members:
    """The fields of a value that is plain text and numbers."""
    members: Members = msgspec.to_builtins(value)
    return members


def where_members(position: Position) -> Members:
    """A position in degrees and in the two notations that are read out."""
    return {
        "lon": position.lon_deg,
        "lat": position.lat_deg,
        "degrees_minutes": print_degrees_minutes(position),
        "mgrs": print_mgrs(position),
    }


def band_members(band: Band) -> Members:
    """Floor and ceiling; null is an open end."""
    return {"floor": _height(band.floor), "ceiling": _height(band.ceiling)}


def span_members(span: Span) -> Members:
    """Start and end; the end is not owned."""
    return {"from": print_rfc3339(span.start_ms), "until": print_rfc3339(span.end_ms)}


def _height(height: Height | None) -> Members | None:
    if height is None:
        return None
    return {"value_m": height.value_m, "reference": height.reference.value}


def _counts(checked: Checked) -> Members:
    findings = checked.findings
    return {
        "operations": findings.operations,
        "volumes": findings.volumes,
        "pairs": findings.pairs,
        "conflicts": len(findings.conflicts),
        "by_envelope": sum(conflict.by_envelope for conflict in findings.conflicts),
        "not_assessed": len(findings.not_assessed),
        "not_assessed_by_reason": reason_counts(findings.not_assessed),
        "beyond_horizon": len(volumes_beyond_horizon(checked)),
        "refused": len(checked.refusals),
        "notes": len(checked.notes),
    }


def _side(side: Side) -> Members:
    return {"party": side.operation.party, "operation": side.operation.identifier, "volume": side.volume.name}


def conflict_members(conflict: Conflict) -> Members:
    """One conflict, as in the list of the report."""
    return {
        "a": _side(conflict.a),
        "b": _side(conflict.b),
        "kind": conflict.kind.value,
        "from": print_rfc3339(conflict.from_ms),
        "until": print_rfc3339(conflict.until_ms),
        "lateral_m": conflict.lateral_m,
        "vertical_m": conflict.vertical_m,
        "time_s": conflict.time_s,
        "by_envelope": conflict.by_envelope,
        "where": where_members(conflict.where),
    }
