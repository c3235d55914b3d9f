"""What a peer tells of its intents and constraints, held against what the DSS says of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from wellclear.api.utm.dss.covering import covers
from wellclear.api.utm.dss.extents import extent_of
from wellclear.api.utm.dss.neighbours import Neighbours
from wellclear.api.utm.dss.records import Block
from wellclear.api.utm.uss.rules import NOMINAL
from wellclear.api.utm.uss.volumes import meanings, verify_bounded
from wellclear.api.utm.wire.details import Constraint, OperationalIntent
from wellclear.api.utm.wire.identifiers import parse_identifier
from wellclear.api.utm.wire.references import ConstraintReference, OperationalIntentReference
from wellclear.api.utm.wire.volumes import Volume4D
from wellclear.errors import MalformedInput, RuleViolated, VerificationFailed
from wellclear.geo.time_text import parse_rfc3339
from wellclear.model.volume import Volume

Reference = OperationalIntentReference | ConstraintReference

NOT_AN_OVN: Final = "Available from USS"
"""What a DSS may write where it does not show an OVN; never one."""


def verify_intent(told: OperationalIntent) -> None:
    """Hold only if an intent agrees with itself: an OVN, and volumes as its state wants them, within its times.

    Raises:
        VerificationFailed: `details-contradict`.
    """
    reference, details = told.reference, told.details
    nominal, off_nominal = details.volumes or [], details.off_nominal_volumes or []
    if (reference.state in NOMINAL) == bool(off_nominal):
        raise _contradiction("off_nominal_volumes", f"{len(off_nominal)} of an intent that is {reference.state}")
    if (reference.state == "Contingent") == bool(nominal):
        raise _contradiction("volumes", f"{len(nominal)} of an intent that is {reference.state}")
    _verify_bounded([*nominal, *off_nominal])
    _verify_within(reference, [*nominal, *off_nominal])


def verify_constraint(told: Constraint) -> None:
    """Hold only if a constraint agrees with itself; heights that it does not state are open.

    Raises:
        VerificationFailed: `details-contradict`.
    """
    _verify_within(told.reference, told.details.volumes)


def verify_same(known: Reference, told: Reference) -> None:
    """Hold only if the reference that a peer tells is the one that the DSS holds.

    Raises:
        VerificationFailed: `details-contradict`: another identifier, owner, version, state, address or time.
    """
    if parse_identifier(told.id, "id") != parse_identifier(known.id, "id"):
        raise _contradiction("id", told.id)
    for field in ("manager", "version", "state", "uss_base_url"):
        its, ours = getattr(told, field, None), getattr(known, field, None)
        if its != ours:
            raise _contradiction(field, f"{its!r}, where the DSS has {ours!r}")
    for field in ("time_start", "time_end"):
        its, ours = _time_ms(told, field), _time_ms(known, field)
        if its != ours:
            raise _contradiction(field, "another time than the DSS has")


def verify_extent(told: Iterable[Volume4D], held: Sequence[Block]) -> None:
    """Hold only if what a peer tells lies in what the DSS holds, to a metre, as far as that is shown.

    Where the DSS holds several volumes, one that is told may lie in several of them together: then it must touch one,
    and keep within the heights and times of all.

    Args:
        told: volumes of the peer.
        held: volumes of the DSS; none where it does not show them.

    Raises:
        VerificationFailed: `details-contradict`.
    """
    if not held:
        return
    around = (
        (min(block.floor_dmm for block in held), max(block.ceiling_dmm for block in held)),
        (min(block.start_ms for block in held), max(block.end_ms for block in held)),
    )
    for volume in told:
        block = extent_of([volume], "volumes").blocks[0]
        within = _is_within((block.floor_dmm, block.ceiling_dmm), around[0])
        within = within and _is_within((block.start_ms, block.end_ms), around[1])
        lies = covers(held[0], [block]) if len(held) == 1 else within and _touches(block, held)
        if not lies:
            raise _contradiction("volumes", "outside the extents that the DSS holds")


def _is_within(ends: tuple[int, int], outer: tuple[int, int]) -> bool:
    return outer[0] <= ends[0] and ends[1] <= outer[1]


def _touches(block: Block, held: Sequence[Block]) -> bool:
    near = Neighbours()
    near.fill([("held", held)])
    return bool(near.near([block]))


def _verify_within(reference: Reference, volumes: list[Volume4D]) -> None:
    if reference.ovn is None or reference.ovn == NOT_AN_OVN:
        raise _contradiction("ovn", "none")
    start_ms, end_ms = _time_ms(reference, "time_start"), _time_ms(reference, "time_end")
    for volume in _meant(volumes):
        if volume.span.start_ms < start_ms or volume.span.end_ms > end_ms:
            raise _contradiction("volumes", "outside the times of the reference")


def _verify_bounded(volumes: list[Volume4D]) -> None:
    try:
        for volume in volumes:
            verify_bounded(volume, "volumes")
    except RuleViolated as error:
        raise _contradiction("volumes", error.message) from None


def _meant(volumes: list[Volume4D]) -> tuple[Volume, ...]:
    try:
        return meanings(volumes)
    except MalformedInput as error:
        raise _contradiction("volumes", error.message) from None


def _time_ms(reference: Reference, field: str) -> int:
    try:
        return parse_rfc3339(getattr(reference, field).value, finer="down" if field == "time_start" else "up")
    except MalformedInput as error:
        raise _contradiction(field, error.message) from None


def _contradiction(field: str, found: str) -> VerificationFailed:
    return VerificationFailed(
        f"a USS's details contradict their reference: {field}: {found}",
        code="details-contradict",
        at=field,
        wanted="details of the version that the DSS holds",
    )
