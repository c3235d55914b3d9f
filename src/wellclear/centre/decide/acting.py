"""That an officer acted: the centre's own word, in the same decision as what the act made."""

from __future__ import annotations

from wellclear.centre.decide.draft import Draft
from wellclear.centre.entries.operations import Acted
from wellclear.centre.inputs import Act


def record_act(draft: Draft, act: Act, name: str, subject: str, remark: str = "") -> None:
    """Record who acted, as what, and about what, where no other entry names the officer.

    Args:
        draft: the decision.
        act: the officer's command.
        name: of the act: a kind of envelope, or a command.
        subject: what it was about.
        remark: what the officer said of it.
    """
    draft.add(Acted(at_ms=draft.now_ms, officer=act.officer, role=act.role, act=name, subject=subject, remark=remark))
