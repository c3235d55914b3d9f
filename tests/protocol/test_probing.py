from __future__ import annotations

import pytest

from rig.centres import Rig
from rig.plans import HOUR_MS, agreement, circle
from wellclear.centre.commands import File, Withdraw
from wellclear.errors import MalformedInput
from wellclear.model.agreement.text import parse_agreement

HERE = (100_000_000, 450_000_000)


def agreed(filings: int) -> Rig:
    made = Rig("north", "south")
    made.agree(agreement("north", "south").replace("filings = 20", f"filings = {filings}"))
    return made


def probe(rig: Rig, name: str) -> None:
    start_ms = rig.now_ms + 2 * HOUR_MS
    rig["south"].act(File(content=circle("south", name, *HERE, start_ms, start_ms + HOUR_MS)))
    rig["south"].act(Withdraw(identifier=name, reason="changed our mind"))
    rig.deliver()


def rings(rig: Rig) -> bool:
    return any(alarm.kind == "probing" for alarm in rig["north"].state.alarms.values())


def test_what_is_withdrawn_or_amended_beyond_the_quota_is_a_probing_alarm() -> None:
    rig = agreed(3)
    for name in ("s1", "s2", "s3"):
        probe(rig, name)
    assert not rings(rig)
    probe(rig, "s4")
    assert rings(rig)


def test_amendments_count_and_old_ones_do_not() -> None:
    rig = agreed(2)
    for hours in range(4):
        start_ms = rig.now_ms + 4 * HOUR_MS
        known = rig["south"].state.own.get("s1")
        amends = known.filed.whole if known else b""
        content = circle("south", "s1", *HERE, start_ms, start_ms + HOUR_MS)
        rig["south"].act(File(content=content, amends=amends))
        rig.deliver()
        rig.later(31 * 60_000 if hours < 3 else 0)
    assert len(rig["north"].state.filings["south"]) == 3
    assert not rings(rig)
    rig["south"].act(Withdraw(identifier="s1", reason="done"))
    rig.deliver()
    assert rings(rig)


@pytest.mark.parametrize("filings", [0, -1, 1_001])
def test_a_quota_that_means_nothing_is_refused(filings: int) -> None:
    text = agreement("north", "south").replace("filings = 20", f"filings = {filings}")
    with pytest.raises(MalformedInput) as refused:
        parse_agreement(text.encode())
    assert refused.value.code == "agreement-quota"
