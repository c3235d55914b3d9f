"""What an envelope from outside may say besides its form: values that every later reader can hold and print.

It is looked at once, on arrival. What stands in a log was admitted already, and is read however old it is.
"""

from __future__ import annotations

import math
from typing import Final

import msgspec

from wellclear.errors import MalformedInput
from wellclear.geo.limits import MAX_TIME_MS, MIN_TIME_MS
from wellclear.geo.position import Position
from wellclear.protocol.bodies import MAX_REMARK, Body
from wellclear.protocol.envelope import MAX_NAME, Envelope
from wellclear.protocol.verdict import MAX_CONFLICTS, Clash, Finding, Verdict
from wellclear.trust.key_statement import MAX_EPOCH
from wellclear.trust.merkle import MAX_TREE_SIZE

MAX_NUMBER: Final = 2**53
"""Largest count or number of a version: beyond it programs in other languages do not hold it exactly."""

MAX_NOTES: Final = 64
"""Checkpoints that one envelope encloses: one of each log that two parties witness, as a heartbeat has."""

MAX_REASONS: Final = 16
"""Reasons why one pair could not be compared, and marks of one receipt: there are fewer kinds than that."""

MAX_APART_M: Final = 20_100_000.0
"""Largest distance that a verdict states: half around the Earth."""

_AGAINST: Final = frozenset({"operation", "hazard", "site"})


def verify_envelope_admissible(envelope: Envelope) -> None:
    """Hold only if an envelope's own values are within their ranges.

    Raises:
        MalformedInput: `envelope-numbers` or `envelope-fields`; such an envelope takes no number.
    """
    numbers = {
        "epoch": (envelope.epoch, MAX_EPOCH),
        "index": (envelope.index, MAX_TREE_SIZE),
        "sequence": (envelope.sequence, MAX_NUMBER),
        "other_lane": (envelope.other_lane, MAX_NUMBER),
        "at_ms": (envelope.at_ms, MAX_TIME_MS),
        "error_ms": (envelope.error_ms, MAX_TIME_MS),
        "holds.epoch": (envelope.holds.epoch, MAX_EPOCH),
        "holds.safety": (envelope.holds.safety, MAX_NUMBER),
        "holds.ordinary": (envelope.holds.ordinary, MAX_NUMBER),
    }
    for name, (value, most) in numbers.items():
        if not 0 <= value <= most:
            raise MalformedInput(
                "the envelope's numbers are out of range", code="envelope-numbers", at=name, wanted=f"0 to {most:,}"
            )
    if len(envelope.role) > MAX_NAME or len(envelope.checkpoints) > MAX_NOTES:
        raise MalformedInput("the envelope says too much of itself", code="envelope-fields", at="role")
    if {len(envelope.answers), len(envelope.agreement)} - {0, 32}:
        raise MalformedInput("not a digest", code="envelope-fields", at="answers", wanted="32 bytes, or nothing")


def verify_body_admissible(body: Body) -> None:
    """Hold only if a body's numbers, times and texts are within their ranges, and a verdict is one that can be made.

    Raises:
        MalformedInput: `body-numbers`, `body-text` or `verdict-form`.
    """
    _verify_values(body, "")


def _verify_values(struct: msgspec.Struct, at: str) -> None:
    for name in struct.__struct_fields__:
        _verify_value(name, getattr(struct, name), f"{at}{name}")
    if isinstance(struct, Verdict):
        _verify_verdict(struct, at.rstrip("."))


def _verify_value(name: str, value: object, at: str) -> None:
    if isinstance(value, msgspec.Struct):
        _verify_values(value, f"{at}.")
    elif isinstance(value, int) and not isinstance(value, bool):
        least, most = (MIN_TIME_MS, MAX_TIME_MS) if name.endswith("_ms") else (-MAX_NUMBER, MAX_NUMBER)
        if not least <= value <= most:
            raise MalformedInput(
                "a number out of range", code="body-numbers", at=at, wanted=f"from {least:,} to {most:,}"
            )
    elif isinstance(value, tuple):
        if name in {"marks", "reasons"} and len(value) > MAX_REASONS:
            raise MalformedInput("too many of them", code="body-text", at=at, wanted=f"at most {MAX_REASONS}")
        for place, one in enumerate(value):
            _verify_value(name, one, f"{at}[{place}]")
    elif isinstance(value, str) and len(value) > MAX_REMARK:
        raise MalformedInput(
            f"a text of {len(value):,} characters", code="body-text", at=at, wanted=f"at most {MAX_REMARK} characters"
        )


def _verify_verdict(verdict: Verdict, at: str) -> None:
    """Hold only if finding, clashes, count and reason agree.

    A conflict with nothing would leave an officer nothing to settle, and nothing that keeps a plan from being settled.
    """
    found = {clash.finding for clash in verdict.clashes}
    named = min(verdict.count, MAX_CONFLICTS)
    if verdict.reason or not verdict.clashes:
        empty = Finding.NOT_ASSESSED if verdict.reason else Finding.CLEAR
        agrees = verdict.finding is empty and not verdict.clashes and verdict.count == 0
    else:
        worst = Finding.CONFLICT if Finding.CONFLICT in found else Finding.NOT_ASSESSED
        agrees = verdict.finding is worst and Finding.CLEAR not in found and len(verdict.clashes) == named
    if not agrees:
        raise MalformedInput(
            "a verdict whose finding is not what it names",
            code="verdict-form",
            at=at,
            wanted="CLEAR with nothing, NOT ASSESSED with a reason, or each clash with CONFLICT or NOT ASSESSED",
        )
    for clash in verdict.clashes:
        _verify_clash(clash, at)


def _verify_clash(clash: Clash, at: str) -> None:
    apart = (clash.lateral_m, clash.vertical_m)
    if clash.against not in _AGAINST or len(clash.whole) not in {0, 32}:
        raise MalformedInput("a clash with nothing known", code="verdict-form", at=at, wanted="operation, hazard, site")
    if not all(math.isfinite(one) and 0.0 <= one <= MAX_APART_M for one in apart) or clash.from_ms > clash.until_ms:
        raise MalformedInput("a clash out of range", code="verdict-form", at=at, wanted="a distance and a span")
    Position(clash.lon_e7, clash.lat_e7)
