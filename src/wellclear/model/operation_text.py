"""An operation as exact bytes, for the wire and the log: one byte string for each value, and one value for each.

The bytes are JSON without spaces, its members in one order; `parse_operation` takes what `print_operation` gives and
nothing else. A decoder takes keys given twice, another order or `1.0` for 1 silently, so what is signed and what is
understood could differ: the bytes are compared with those of the value that came out.
"""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

import msgspec

from wellclear.errors import MalformedInput
from wellclear.geo.footprint import Core, Footprint
from wellclear.geo.height import Band, Height, Reference
from wellclear.geo.limits import MAX_RING_POINTS
from wellclear.geo.position import Position
from wellclear.geo.span import Span
from wellclear.model.operation import Operation
from wellclear.model.volume import Volume
from wellclear.trust.canonical import verify_line
from wellclear.trust.leaf import commitment

FORMAT: Final = "wellclear/operation/v1"
"""First member of the text; another version has another one."""

MAX_VOLUMES: Final = 200
"""Volumes of one operation: more than any order seen, and a bound on the work of comparing it."""

MAX_POINTS: Final = 10_000
"""Points of one operation in all: same reason."""

MAX_PRIORITY: Final = 1_000_000
"""Largest priority, up or down; more is no rank."""

MAX_OPERATION_BYTES: Final = 2**20
"""Twice what the largest operation takes; looked at before anything else."""

DIGEST: Final = "operation"
"""Label of the salted digests of operations, so that none is taken for the commitment of a log's entry."""

_PATH: Final = re.compile(r" - at `(?P<path>[^`]*)`$")
_CORES: Final[dict[str, Core]] = {"point": Core.POINT, "line": Core.LINE, "area": Core.AREA}
_NAMES: Final[dict[Core, Literal["point", "line", "area"]]] = {
    Core.POINT: "point",
    Core.LINE: "line",
    Core.AREA: "area",
}

Point = tuple[int, int]
"""Longitude and latitude, in 1e-7 degree."""


class _HeightText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    value_dmm: int
    reference: Reference


class _VolumeText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    core: Literal["point", "line", "area"]
    points_e7: Annotated[list[Point], msgspec.Meta(min_length=1, max_length=MAX_RING_POINTS)]
    buffer_dmm: int
    floor: _HeightText | None
    ceiling: _HeightText | None
    start_ms: int
    end_ms: int


class _OperationText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: Literal["wellclear/operation/v1"]
    party: str
    identifier: str
    category: str
    priority: Annotated[int, msgspec.Meta(ge=-MAX_PRIORITY, le=MAX_PRIORITY)]
    volumes: Annotated[list[_VolumeText], msgspec.Meta(min_length=1, max_length=MAX_VOLUMES)]


_DECODER: Final = msgspec.json.Decoder(_OperationText)
_ENCODER: Final = msgspec.json.Encoder()


def print_operation(operation: Operation) -> bytes:
    """The one text of an operation, UTF-8.

    Raises:
        MalformedInput: it has names or sizes that `parse_operation` would refuse.
    """
    verify_size(operation)
    return _printed(operation)


def parse_operation(content: bytes) -> Operation:
    """Read the one text of an operation.

    Args:
        content: bytes of a sender whose signature was verified.

    Raises:
        MalformedInput: `operation-text` (not such a text), `operation-form` (another text of the same value), or what
            is wrong with its sizes, names, positions, heights or times, with the path in ``at``.
    """
    if len(content) > MAX_OPERATION_BYTES:
        raise MalformedInput(
            f"an operation of {len(content):,} bytes", code="operation-bytes", wanted=f"at most {MAX_OPERATION_BYTES:,}"
        )
    operation = _operation(_decoded(content))
    if _printed(operation) != content:
        raise MalformedInput(
            "the bytes are not the one form of this operation",
            code="operation-form",
            wanted="no key twice, the members in order, no spaces, no repeated points, edges of at most 100 km",
        )
    return operation


def salted_digest(content: bytes, salt: bytes) -> bytes:
    """Digest of an operation's exact bytes that tells nothing of them to whom does not know the salt.

    Args:
        content: as from `print_operation`.
        salt: 32 random bytes, used for this version of this operation alone.

    Returns:
        32 bytes.

    Raises:
        MalformedInput: the salt has another length.
    """
    return commitment(DIGEST, salt, content)


def verify_size(operation: Operation) -> None:
    """Hold only if an operation keeps the limits of the wire: 200 volumes, 1,000 points in one and 10,000 in all.

    Raises:
        MalformedInput: `too-many-volumes`, `too-many-points`, `volumes-missing`, `priority-range`, or a name that is
            not one line of 255 bytes at most.
    """
    _verify_names(operation)
    if not operation.volumes:
        raise MalformedInput("an operation without volumes", code="volumes-missing", at="$.volumes", wanted="1 or more")
    if len(operation.volumes) > MAX_VOLUMES:
        raise MalformedInput(
            f"{len(operation.volumes):,} volumes in one operation",
            code="too-many-volumes",
            at="$.volumes",
            wanted=f"at most {MAX_VOLUMES}; a larger plan is filed as several operations",
        )
    if type(operation.priority) is not int or abs(operation.priority) > MAX_PRIORITY:
        raise MalformedInput(
            f"priority {operation.priority!r} is out of range",
            code="priority-range",
            at="$.priority",
            wanted=f"an integer within {MAX_PRIORITY:,}",
        )
    counts = [len(volume.footprint.points) for volume in operation.volumes]
    for index, count in enumerate(counts):
        if count > MAX_RING_POINTS:
            raise _too_many_points(count, f"$.volumes[{index}]", "one footprint", MAX_RING_POINTS)
    if sum(counts) > MAX_POINTS:
        raise _too_many_points(sum(counts), "$.volumes", "one operation", MAX_POINTS)


def _verify_names(operation: Operation) -> None:
    named = [("$.party", operation.party), ("$.identifier", operation.identifier)]
    named += [(f"$.volumes[{index}].name", volume.name) for index, volume in enumerate(operation.volumes)]
    if operation.category:
        named.append(("$.category", operation.category))
    for at, name in named:
        try:
            verify_line(name)
        except MalformedInput as error:
            raise error.placed(at) from None


def _too_many_points(count: int, at: str, where: str, most: int) -> MalformedInput:
    return MalformedInput(f"{count:,} points in {where}", code="too-many-points", at=at, wanted=f"at most {most:,}")


def _decoded(content: bytes) -> _OperationText:
    try:
        return _DECODER.decode(content)
    except msgspec.ValidationError as error:
        found = _PATH.search(str(error))
        message = _PATH.sub("", str(error))
        raise MalformedInput(
            f"not an operation: {message}", code="operation-text", at=found["path"] if found else "$"
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedInput(f"not an operation: {error}", code="operation-text", at="$") from None


def _operation(text: _OperationText) -> Operation:
    volumes = tuple(_placed_volume(index, volume) for index, volume in enumerate(text.volumes))
    operation = Operation(text.party, text.identifier, volumes, text.category, text.priority)
    verify_size(operation)
    return operation


def _placed_volume(index: int, text: _VolumeText) -> Volume:
    try:
        return _volume(text)
    except MalformedInput as error:
        raise error.placed(f"$.volumes[{index}]") from None


def _volume(text: _VolumeText) -> Volume:
    points = tuple(Position(lon_e7, lat_e7) for lon_e7, lat_e7 in text.points_e7)
    band = Band(_height(text.floor), _height(text.ceiling))
    span = Span(text.start_ms, text.end_ms)
    return Volume(_footprint(_CORES[text.core], points, text.buffer_dmm), band, span, text.name)


def _footprint(core: Core, points: tuple[Position, ...], buffer_dmm: int) -> Footprint:
    if core is Core.LINE:
        return Footprint.corridor(points, buffer_dmm)
    if core is Core.AREA:
        return Footprint.area(points, buffer_dmm)
    if len(points) != 1:
        raise MalformedInput(f"{len(points)} points for a point", code="point-count", at=".points_e7", wanted="one")
    return Footprint.circle(points[0], buffer_dmm)


def _height(text: _HeightText | None) -> Height | None:
    return None if text is None else Height(text.value_dmm, text.reference)


def _printed(operation: Operation) -> bytes:
    volumes = [_volume_text(volume) for volume in operation.volumes]
    text = _OperationText(
        FORMAT, operation.party, operation.identifier, operation.category, operation.priority, volumes
    )
    return _ENCODER.encode(text)


def _volume_text(volume: Volume) -> _VolumeText:
    footprint, band, span = volume.footprint, volume.band, volume.span
    points = [(point.lon_e7, point.lat_e7) for point in footprint.points]
    floor, ceiling = _height_text(band.floor), _height_text(band.ceiling)
    core = _NAMES[footprint.core]
    return _VolumeText(volume.name, core, points, footprint.buffer_dmm, floor, ceiling, span.start_ms, span.end_ms)


def _height_text(height: Height | None) -> _HeightText | None:
    return None if height is None else _HeightText(height.value_dmm, height.reference)
