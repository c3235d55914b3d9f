"""How old an entry must be: the longest term of keeping of all agreements that govern or ever did."""

from __future__ import annotations

import pytest

from rig.centres import Rig
from rig.plans import agreement
from wellclear.centre.commands import DraftAgreement
from wellclear.centre.log.archiving import archived_before_ms, longest_keeping_ms
from wellclear.errors import RuleViolated

DAY_MS = 86_400_000


@pytest.fixture
def rig() -> Rig:
    return Rig("north", "south")


def kept(days: int) -> str:
    return agreement("north", "south").replace('keep_records = "1825 days"', f'keep_records = "{days} days"')


def test_the_term_of_the_agreement_decides(rig: Rig) -> None:
    assert longest_keeping_ms(rig["north"].state) is None
    rig.agree(kept(400))
    state = rig["north"].state
    assert longest_keeping_ms(state) == 400 * DAY_MS
    now_ms = rig.now_ms
    latest_ms = now_ms - 400 * DAY_MS
    assert archived_before_ms(state, None, now_ms) == latest_ms
    assert archived_before_ms(state, latest_ms, now_ms) == latest_ms
    assert archived_before_ms(state, latest_ms - DAY_MS, now_ms) == latest_ms - DAY_MS
    with pytest.raises(RuleViolated) as refused:
        archived_before_ms(state, latest_ms + 1, now_ms)
    assert refused.value.code == "archive-young"
    assert "400 days" in refused.value.message


def test_a_draft_that_never_governed_keeps_nothing(rig: Rig) -> None:
    draft = kept(30_000).replace('identifier = "simulated"', 'identifier = "never-signed"')
    rig["north"].act(DraftAgreement(text=draft.encode()))
    assert len(rig["north"].state.agreements) == 1
    assert longest_keeping_ms(rig["north"].state) is None
    rig.agree(kept(400))
    assert longest_keeping_ms(rig["north"].state) == 400 * DAY_MS


def test_an_agreement_that_ended_still_counts(rig: Rig) -> None:
    rig.agree(kept(400))
    rig.later(4_000 * DAY_MS)
    (held,) = rig["north"].state.agreements.values()
    assert held.phase == "ended"
    assert longest_keeping_ms(rig["north"].state) == 400 * DAY_MS
