"""What must never break, watched while a schedule runs; each rule counts how often it could have broken."""

from __future__ import annotations

from wellclear.simulation.rules.agreed import Resolved
from wellclear.simulation.rules.alarms import AlarmsStand
from wellclear.simulation.rules.clear import NeverFalselyClear
from wellclear.simulation.rules.clocks import ClocksBounded
from wellclear.simulation.rules.disclosing import Disclosed
from wellclear.simulation.rules.durable import LogGrows, ReceiptAfterDisk, SurvivesCrash
from wellclear.simulation.rules.evidence import SignedEvidence
from wellclear.simulation.rules.ledger import Ledger
from wellclear.simulation.rules.liveness import Receipted, SilenceShown, WayOut
from wellclear.simulation.rules.logs import CosignedAgain, SplitViewProven
from wellclear.simulation.rules.repeats import OneEffect, RefusedChangesNothing
from wellclear.simulation.rules.settled import SettledMeans
from wellclear.simulation.rules.urgent import StopFirst
from wellclear.simulation.world import Rule


def all_rules() -> tuple[Rule, ...]:
    """Every rule, fresh; the ledger that some of them read comes first."""
    ledger = Ledger()
    return (
        ledger,
        SurvivesCrash(),
        ReceiptAfterDisk(),
        OneEffect(),
        SettledMeans(ledger),
        Resolved(ledger),
        LogGrows(),
        SplitViewProven(),
        AlarmsStand(),
        NeverFalselyClear(),
        SignedEvidence(),
        ClocksBounded(ledger),
        RefusedChangesNothing(),
        StopFirst(),
        Disclosed(ledger),
        Receipted(),
        SilenceShown(),
        CosignedAgain(),
        WayOut(),
    )


RULES = {
    "S1": "what a centre accepted survives a crash at any instant",
    "S2": "a receipt leaves only after what it covers is on disk",
    "S3": "a repeated envelope has one effect and gets the same answer",
    "S4": "settled means all that it says, and any change unsettles",
    "S5": "two that conflict are not settled without a resolution that both signed",
    "S6": "a log only grows, and no checkpoint contradicts an earlier one",
    "S7": "two views of a log that contradict each other are proven on both sides",
    "S8": "an alarm stays until a named officer acknowledges it",
    "S9": "what is stale, unknown or refused is never shown as clear",
    "S10": "nothing counts that no valid key signed",
    "S11": "a clock that lies is bounded or flagged",
    "S12": "what is refused changes nothing, and its sender is told why",
    "S13": "a flood does not delay another's STOP",
    "S14": "nothing leaves beyond what the agreement discloses",
    "L1": "every notice comes to a receipt or a refusal",
    "L2": "a silent peer is stale, and then an alarm",
    "L3": "after a partition heals, logs are co-signed again",
    "L4": "from every conflict there is a way out",
}
"""What is watched, in the order of the report."""

NEEDS_LIAR = frozenset({"S7"})
"""Rules that only a lying centre can put to the test."""
