"""An assessment as it is shown: what is stale is never shown as clear."""

from __future__ import annotations

from wellclear.api.views.view import View
from wellclear.centre.entries.link import Condition
from wellclear.centre.state.link import Peer
from wellclear.geo.time_text import print_rfc3339
from wellclear.protocol.verdict import Clash, Finding, Verdict


class AssessmentView(View, frozen=True):
    """One side's newest verdict.

    Attributes:
        by: party that made it.
        number: of the assessment; 0 for none.
        finding: ``CLEAR``, ``CONFLICT`` or ``NOT ASSESSED``, as it counts now.
        words: the same, with the time from which it is not known any more: ``CLEAR as of TIME, NOT ASSESSED since``.
        reason: why nothing was compared, as stable words.
        clashes: what it conflicts with, or could not be compared with.
        count: how many there are; more than `clashes` names where there are very many.
    """

    by: str
    number: int
    finding: str
    words: str
    reason: str
    clashes: tuple[Clash, ...]
    count: int


def assessment_view(by: str, number: int, verdict: Verdict | None, peer: Peer | None) -> AssessmentView:
    """An assessment as it is shown.

    Args:
        by: party that made it.
        number: of the assessment.
        verdict: what was found; nothing where none was made.
        peer: the counterparty that made it, whose link may be stale; nothing for the own centre.
    """
    if verdict is None:
        finding = Finding.NOT_ASSESSED.value
        return AssessmentView(by=by, number=0, finding=finding, words=finding, reason="none-made", clashes=(), count=0)
    finding, words = verdict.finding.value, verdict.finding.value
    if peer is not None and peer.condition is not Condition.LIVE and verdict.finding is Finding.CLEAR:
        finding = Finding.NOT_ASSESSED.value
        since = f"as of {print_rfc3339(peer.heard_ms)}, " if peer.heard_ms else ""
        words = f"CLEAR {since}NOT ASSESSED since"
    return AssessmentView(
        by=by,
        number=number,
        finding=finding,
        words=words,
        reason=verdict.reason,
        clashes=verdict.clashes,
        count=verdict.count,
    )
