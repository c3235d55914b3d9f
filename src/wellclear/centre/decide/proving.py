"""A proof that a log lied is kept once, and rings."""

from __future__ import annotations

from wellclear.centre.decide.alarming import raise_alarm
from wellclear.centre.decide.draft import Draft
from wellclear.centre.entries.link import ForkProven
from wellclear.protocol.witnessing import Lie

EQUIVOCATION = "equivocation"
"""Kind of the alarms about proven lies."""


def decide_lie(draft: Draft, lie: Lie) -> None:
    """Keep the proof that a log signed two histories, unless one of that log is kept already."""
    subject = f"log {lie.epoch}"
    if f"{EQUIVOCATION}\t{lie.party}\t{subject}" in draft.state.alarms:
        return
    draft.add(
        ForkProven(
            at_ms=draft.now_ms,
            party=lie.party,
            epoch=lie.epoch,
            older=lie.older.encode(),
            newer=lie.newer.encode(),
            prefix_root=lie.prefix_root,
            proof=lie.proof,
        )
    )
    words = f"{lie.party} signed two histories of its log: PROOF OF A LIE is kept. Nothing with it settles."
    if lie.party == draft.state.party:
        words = "two histories of the own log are signed: the LOG KEY IS STOLEN, or the store was copied. Call all."
    raise_alarm(draft, EQUIVOCATION, lie.party, subject, words)
