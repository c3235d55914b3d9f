"""Which cosignatures are shown, and what a counterparty may enclose without spoiling the file."""

from __future__ import annotations

from rig.ledgers import COSIGNED_S, Ledger, about, signer, withdrawn_and_answered
from wellclear.protocol.bodies import Withdraw
from wellclear.protocol.envelope import Kind
from wellclear.trust.evidence import print_evidence
from wellclear.verifier.judging import check
from wellclear.verifier.report import Report, Verdict

ROOTS = {party: signer(party, "root").verifier.public for party in ("north", "south")}


def judged(ledger: Ledger, identifier: str) -> Report:
    return check(print_evidence(ledger.export(about("north", identifier))), ROOTS)


def withdraw(ledger: Ledger, to: Ledger, identifier: str) -> None:
    ledger.say(to, Kind.WITHDRAW, Withdraw(identifier=identifier, whole=bytes(32), reason=""))


def test_the_earliest_cosignature_over_an_entry_is_shown_also_where_it_was_only_enclosed() -> None:
    north, south = withdrawn_and_answered()
    south.enclosed = (north.cosign(south, COSIGNED_S).decode(),)
    withdraw(south, north, "N1")
    north.cosign(south, COSIGNED_S + 60)
    entries = [item for item in judged(north, "N1").items if item.at.startswith("entry ")]
    assert {item.before_s for item in entries[:3]} == {COSIGNED_S}


def test_a_checkpoint_that_a_third_party_cosigned_bounds_what_comes_after_it() -> None:
    north, south, west = Ledger("north"), Ledger("south"), Ledger("west")
    for ledger, others in ((north, (south, west)), (south, (north,)), (west, ())):
        ledger.begin(*others)
    south.enclosed = (south.cosign(west, COSIGNED_S - 9).decode(),)
    withdraw(south, north, "S1")
    north.cosign(west)
    exported = check(print_evidence(north.export(about("south", "S1"))), {})
    assert exported.first_fault is None
    assert exported.items[-1].after_s == COSIGNED_S - 9
    assert exported.items[-1].before_s == COSIGNED_S


def test_junk_that_a_counterparty_encloses_spoils_nothing() -> None:
    north, south = withdrawn_and_answered()
    good = north.cosign(south).decode()
    south.enclosed = ("junk", good[:-9] + "AAAAAAA=\n", good.replace("wellclear.witness", "wellclear.witless"), "\n\n")
    withdraw(south, north, "N1")
    assert judged(north, "N1").verdict is Verdict.HOLDS
