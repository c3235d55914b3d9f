"""Which agreement is meant: a file, the start of a digest, or IDENTIFIER with its version, as a centre holds it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from wellclear.cli.source_files import read_source
from wellclear.errors import NotFound
from wellclear.model.agreement.steps import Step, StepKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wellclear.api.views.parties import AgreementView
    from wellclear.cli.mechanism.desk import Desk

MAX_TEXT_BYTES: Final = 1_048_576
"""Bytes of an agreement's file: no envelope carries more."""

LEAST_DIGITS: Final = 4
"""Digits of a digest that name an agreement, at least: fewer are a slip."""


def agreement_named(desk: Desk, name: str) -> AgreementView:
    """The agreement that a centre holds: IDENTIFIER (its newest version), IDENTIFIER@VERSION, or the start of a digest.

    Raises:
        NotFound: `agreement-unknown`: none, or several.
    """
    views = desk.client.agreements()
    identifier, _, version = name.partition("@")
    found = [view for view in views if view.identifier == identifier and version in {"", str(view.version)}]
    if not version:
        newest = max((view.version for view in found), default=0)
        found = [view for view in found if view.version == newest]
    if not found and len(name) >= LEAST_DIGITS:
        found = [view for view in views if view.digest.hex().startswith(name.lower())]
    if len(found) != 1:
        held = ", ".join(f"{view.identifier}@{view.version} ({view.digest.hex()[:8]})" for view in views)
        raise NotFound(
            f"{len(found)} agreements are called {name[:80]!r}",
            code="agreement-unknown",
            at="AGREEMENT",
            wanted=f"one of {held or 'none: propose one first'}",
        )
    return found[0]


def agreement_text(desk: Desk | None, name: str) -> bytes:
    """The exact text of an agreement in a file, or of one that the centre holds.

    Args:
        desk: at the centre; None where only files are meant.
        name: of a file that is there, else as `agreement_named`.

    Raises:
        NotFound: there is neither.
    """
    if desk is None or Path(name).is_file():
        return read_source(Path(name), MAX_TEXT_BYTES)
    return desk.client.agreement(agreement_named(desk, name).digest).text.encode()


def steps_of(views: Iterable[AgreementView]) -> tuple[Step, ...]:
    """The steps of agreements, as the model reads them; a party's steps are numbered in the order of their arrival."""
    steps: list[Step] = []
    for view in views:
        counts: dict[str, int] = {}
        for taken in view.steps:
            number = counts.setdefault(taken.party, 0)
            counts[taken.party] += 1
            kind = StepKind(taken.step)
            steps.append(Step(kind, view.digest, taken.party, number, taken.effective_ms, taken.at_ms))
    return tuple(steps)
