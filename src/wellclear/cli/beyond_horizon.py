"""Volumes beyond the horizon, met by plans that the horizon cut short: there nothing was compared, and that is said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wellclear.cli import screen as look
from wellclear.cli.amounts import DAY_MS, MAX_HORIZON_DAYS
from wellclear.geo.time_text import print_rfc3339

if TYPE_CHECKING:
    from rich.console import Console

    from wellclear.cli.checked import Checked, Plans
    from wellclear.geo.span import Span
    from wellclear.model.volume import Volume

CUT_WORDS: Final = ("within the horizon", "outside the horizon")
"""How the readers' notes say that periods which recur were counted out only within the horizon."""


@dataclass(frozen=True, slots=True)
class Cut:
    """At which ends the horizon stands for what a file leaves open, so that what lies beyond was not compared.

    Attributes:
        start: a volume may have begun before the horizon does.
        end: a volume may go on after the horizon does.
    """

    start: bool
    end: bool


def volumes_beyond_horizon(checked: Checked) -> tuple[Volume, ...]:
    """The volumes that reach to where plans on the other side were cut short by the horizon."""
    if checked.against is None:
        return _beyond(checked.plans, checked.plans, checked.horizon)
    return (
        *_beyond(checked.plans, checked.against, checked.horizon),
        *_beyond(checked.against, checked.plans, checked.horizon),
    )


def print_beyond_horizon(screen: Console, checked: Checked) -> None:
    """The words of it as one line, where there are any."""
    words = beyond_horizon_words(checked)
    if words:
        look.print_labelled(screen, "HORIZON", words, look.WARNING)


def beyond_horizon_words(checked: Checked) -> str:
    """How many volumes were not wholly compared, and which horizon would hold them; nothing where all were."""
    beyond = volumes_beyond_horizon(checked)
    if not beyond:
        return ""
    reach = "reaches" if len(beyond) == 1 else "reach"
    return (
        f"{look.counted(len(beyond), 'volume')} {reach} beyond the horizon, where periods without an end and periods "
        f"that recur were NOT ASSESSED{_holding(beyond)}"
    )


def _beyond(own: Plans, other: Plans, horizon: Span) -> tuple[Volume, ...]:
    cut = _cut(other, horizon)
    volumes = [volume for operation in own.operations for volume in operation.volumes]
    return tuple(
        volume
        for volume in volumes
        if (cut.start and volume.span.start_ms < horizon.start_ms) or (cut.end and volume.span.end_ms > horizon.end_ms)
    )


def _cut(plans: Plans, horizon: Span) -> Cut:
    recurs = any(words in note.message for note in plans.notes for words in CUT_WORDS)
    spans = [volume.span for operation in plans.operations for volume in operation.volumes]
    return Cut(
        start=recurs or any(span.start_ms == horizon.start_ms for span in spans),
        end=recurs or any(span.end_ms == horizon.end_ms for span in spans),
    )


def _holding(volumes: tuple[Volume, ...]) -> str:
    """The whole days that hold these volumes, where a horizon may be as long."""
    start_ms = min(volume.span.start_ms for volume in volumes) // DAY_MS * DAY_MS
    end_ms = -(-max(volume.span.end_ms for volume in volumes) // DAY_MS) * DAY_MS
    if end_ms - start_ms > MAX_HORIZON_DAYS * DAY_MS:
        return " (wanted: --horizon START/END around them, in more than one check)"
    start, end = (print_rfc3339(moment_ms)[:10] for moment_ms in (start_ms, end_ms))
    return f" (wanted: --horizon {start}/{end})"
