"""Agreements for tests: the examples, and steps that parties take with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from wellclear.model.agreement.steps import Step, StepKind
from wellclear.model.agreement.terms import Agreement
from wellclear.model.agreement.text import parse_agreement

EXAMPLES = Path(__file__).parents[1] / "golden" / "agreements"
FIRE = "three-fire-agencies"
AIR = "two-air-forces"


def example_text(name: str) -> bytes:
    """The exact text of an example."""
    return (EXAMPLES / f"{name}.toml").read_bytes()


def example(name: str) -> Agreement:
    """An example as values."""
    return parse_agreement(example_text(name))


def next_version(before: Agreement, **changes: object) -> Agreement:
    """A version that follows another one, under a digest that its number makes."""
    follows = {"version": before.version + 1, "predecessor": before.digest, "digest": bytes([before.version]) * 32}
    return replace(before, **{**follows, **changes})


def signed(agreement: Agreement, at_ms: int, parties: Sequence[str] = ()) -> tuple[Step, ...]:
    """The signatures of all parties, or of some, that count from a time on."""
    return tuple(
        Step(StepKind.SIGN, agreement.digest, party, 0, at_ms, at_ms) for party in parties or agreement.party_names
    )
