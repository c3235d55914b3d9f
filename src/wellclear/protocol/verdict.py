"""A centre's verdict on one version of an operation, as it travels and as it is kept."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

MAX_CONFLICTS: Final = 100
"""Conflicts that one verdict names: more are counted; an officer settles them one at a time."""


class Finding(StrEnum):
    """What a check found. Doubt is NOT ASSESSED, never CLEAR."""

    CLEAR = "CLEAR"
    CONFLICT = "CONFLICT"
    NOT_ASSESSED = "NOT ASSESSED"


class Clash(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing that the version conflicts with, or that it could not be compared with.

    Attributes:
        finding: CONFLICT or NOT ASSESSED.
        against: ``operation``, ``hazard`` or ``site``.
        party: whose it is.
        identifier: what its party calls it.
        whole: digest of its version; empty for what has none.
        reasons: why it could not be compared, as stable words.
        from_ms: start of the time that both use.
        until_ms: its end.
        lateral_m: smallest distance of the footprints.
        vertical_m: smallest distance of the bands.
        lon_e7: a position in the shared piece of ground.
        lat_e7: the same.
        by_envelope: whether it rests only on the doubt between height references.
    """

    finding: Finding
    against: str
    party: str
    identifier: str
    whole: bytes = b""
    reasons: tuple[str, ...] = ()
    from_ms: int = 0
    until_ms: int = 0
    lateral_m: float = 0.0
    vertical_m: float = 0.0
    lon_e7: int = 0
    lat_e7: int = 0
    by_envelope: bool = False


class Verdict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """CLEAR, CONFLICT or NOT ASSESSED, with what it rests on.

    Attributes:
        finding: CONFLICT if anything conflicts, else NOT ASSESSED if anything could not be compared, else CLEAR.
        clashes: in order of party and identifier, at most `MAX_CONFLICTS`.
        count: how many there were.
        reason: why nothing was compared at all, as stable words; empty otherwise.
    """

    finding: Finding
    clashes: tuple[Clash, ...] = ()
    count: int = 0
    reason: str = ""


CLEAR: Final = Verdict(Finding.CLEAR)


def verdict_of(clashes: tuple[Clash, ...]) -> Verdict:
    """The verdict that these clashes make together."""
    if not clashes:
        return CLEAR
    ordered = tuple(sorted(clashes, key=lambda clash: (clash.finding, clash.against, clash.party, clash.identifier)))
    conflict = any(clash.finding is Finding.CONFLICT for clash in ordered)
    finding = Finding.CONFLICT if conflict else Finding.NOT_ASSESSED
    return Verdict(finding, ordered[:MAX_CONFLICTS], len(ordered))


def not_assessed(reason: str) -> Verdict:
    """The verdict where nothing could be compared."""
    return Verdict(Finding.NOT_ASSESSED, reason=reason)
