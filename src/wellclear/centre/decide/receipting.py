"""The RECEIPT of what was just taken: it stands in the log after the entry that it names, in the same batch."""

from __future__ import annotations

from wellclear.centre.decide.draft import Draft
from wellclear.protocol.bodies import Receipt
from wellclear.protocol.envelope import Kind, Opened
from wellclear.protocol.verdict import Verdict
from wellclear.trust.key_statement import Place


def receipt(  # noqa: PLR0913 - what a receipt says
    draft: Draft,
    opened: Opened,
    place: Place,
    *,
    whole: bytes = b"",
    verdict: Verdict | None = None,
    late_ms: int = 0,
    marks: tuple[str, ...] = (),
) -> None:
    """Say that exactly these bytes are held.

    Args:
        draft: the decision.
        opened: what was taken.
        place: of its entry in the own log.
        whole: version that it is about; empty for none.
        verdict: assessment number 1 of a notice; nothing where none is made.
        late_ms: by how much the lead time was missed.
        marks: what else was marked.
    """
    body = Receipt(
        covers=opened.digest,
        whole=whole,
        epoch=place.epoch,
        index=place.index,
        number=0 if verdict is None else 1,
        verdict=verdict,
        late_ms=late_ms,
        marks=marks,
    )
    agreement = opened.envelope.agreement
    draft.say(opened.envelope.sender, Kind.RECEIPT, body, answers=opened.digest, agreement=agreement)
