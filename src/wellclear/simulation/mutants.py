"""Faults put into the core on purpose, each at one seam: proof that the rule which it breaks can see that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from wellclear.errors import NotFound
from wellclear.simulation import mutations
from wellclear.simulation.mutations import Seam


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault of the core.

    Attributes:
        name: what it is called.
        breaks: the rule that must see it.
        words: what the mutated centre does.
        seams: what is replaced, and by what.
        favours: act or fault that a schedule has often, so that it shows soon; empty for none.
        liar: whether only a lying centre can show it.
    """

    name: str
    breaks: str
    words: str
    seams: Callable[[], tuple[Seam, ...]]
    favours: str = ""
    liar: bool = False


MUTANTS: Final[Mapping[str, Mutant]] = {
    mutant.name: mutant
    for mutant in (
        Mutant(
            "accepted-before-disk",
            "S1",
            "an officer's act is answered before it is on disk",
            mutations.accepted_before_disk,
            "crash",
        ),
        Mutant(
            "receipt-before-disk",
            "S2",
            "a receipt leaves before what it covers is on disk",
            mutations.receipt_before_disk,
        ),
        Mutant(
            "old-state-in-batch",
            "S2",
            "each input of a batch is decided over the state before the batch",
            mutations.old_state_in_batch,
            "flood",
        ),
        Mutant("applied-twice", "S3", "a repeated envelope is applied again", mutations.applied_twice, "repeating"),
        Mutant("objection-ignored", "S4", "settled in spite of an objection", mutations.objection_ignored, "object"),
        Mutant(
            "receipt-of-another-version",
            "S4",
            "a receipt for an older version counts for the newest",
            mutations.receipt_of_another_version,
            "amend",
        ),
        Mutant("misread-ignored", "S4", "settled though read back wrongly", mutations.misread_ignored, "misread"),
        Mutant(
            "stale-link-settles",
            "S4",
            "an expired CLEAR: settled while the link is stale",
            mutations.stale_link_settles,
            "split",
        ),
        Mutant(
            "resolution-outlives-amendment",
            "S5",
            "a resolution counts for versions that came after it",
            mutations.resolution_outlives_amendment,
            "agree",
        ),
        Mutant(
            "proposal-counts",
            "S5",
            "a resolution counts before the other side signed it",
            mutations.proposal_counts,
            "resolve",
        ),
        Mutant(
            "number-reused",
            "S6",
            "a restored centre goes on with numbers that it used already",
            mutations.number_reused,
            "restore",
        ),
        Mutant(
            "split-view-unseen",
            "S7",
            "what other witnesses were shown of a log is not compared",
            mutations.split_view_unseen,
            liar=True,
        ),
        Mutant("alarm-lost", "S8", "alarms do not survive a restart", mutations.alarm_lost, "crash"),
        Mutant(
            "stale-clear-kept",
            "S9",
            "a verdict is not made anew when a notice comes",
            mutations.stale_clear_kept,
            "file",
        ),
        Mutant(
            "stale-prejudgement",
            "S9",
            "what changed after a notice was compared off the writer is not compared when its turn comes",
            mutations.stale_prejudgement,
            "file",
        ),
        Mutant(
            "doubt-shown-as-clear",
            "S9",
            "doubt is shown as clear",
            mutations.doubt_shown_as_clear,
            "file",
        ),
        Mutant("unverified-key", "S10", "an envelope is taken whoever signed it", mutations.unverified_key, "garbage"),
        Mutant(
            "compromised-key-counts",
            "S10",
            "what a compromised key signed still counts",
            mutations.compromised_key_counts,
            "compromise",
        ),
        Mutant(
            "doubted-clock-settles",
            "S11",
            "settled though the own clock is doubted",
            mutations.doubted_clock_settles,
            "clock-doubt",
        ),
        Mutant(
            "future-unmarked",
            "S11",
            "a notice from the future is taken unmarked",
            mutations.future_unmarked,
            "clock-jump",
        ),
        Mutant(
            "refused-body-counts",
            "S12",
            "a refused body changes the state all the same",
            mutations.refused_body_counts,
            "amend",
        ),
        Mutant("refusal-unsaid", "S12", "a refusal is not told to the sender", mutations.refusal_unsaid, "resolve"),
        Mutant("stop-queued", "S13", "a STOP waits its turn behind the ordinary lane", mutations.stop_queued, "flood"),
        Mutant(
            "exact-volume-told",
            "S14",
            "a notice shows the operation where only its cover may be shown",
            mutations.exact_volume_told,
            "file",
        ),
        Mutant(
            "exact-volume-compared",
            "S14",
            "a verdict toward a peer is computed from the exact volume",
            mutations.exact_volume_compared,
            "file",
        ),
        Mutant("receipt-forgotten", "L1", "no receipt is said", mutations.receipt_forgotten),
        Mutant("silence-unseen", "L2", "a silent peer stays live", mutations.silence_unseen, "split"),
        Mutant("cosigning-forgotten", "L3", "no checkpoint is co-signed", mutations.cosigning_forgotten),
        Mutant("no-way-out", "L4", "an operation in conflict cannot be withdrawn", mutations.no_way_out),
    )
}
"""All of them, by name."""


def mutant_named(name: str) -> Mutant:
    """The mutant of a name.

    Raises:
        NotFound: there is none.
    """
    if name not in MUTANTS:
        raise NotFound(f"no mutant {name!r}", code="mutant-unknown", at="--mutant", wanted="one of --list-mutants")
    return MUTANTS[name]


@contextmanager
def applied(mutant: Mutant | None) -> Iterator[None]:
    """The core with a fault, while the context lasts; the core as it is for none."""
    seams = mutant.seams() if mutant is not None else ()
    kept: list[tuple[Seam, Any]] = []
    try:
        for seam in seams:
            kept.append((seam, seam.read()))
            seam.write(seam.replacement)
        yield
    finally:
        for seam, value in reversed(kept):
            seam.write(value)
