"""A log that is recomputed: the first entry that is not as it was written is named, with what would be right."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rig.ledgers import Ledger, signer, withdrawn_and_answered
from wellclear.centre.entries.agreements import Drafted, Stepped
from wellclear.centre.entries.link import Said, Took
from wellclear.centre.log.recomputing import recompute
from wellclear.centre.ports.store import Batch, Record
from wellclear.errors import WellclearError
from wellclear.model.agreement.steps import StepKind
from wellclear.protocol.bodies import Withdraw
from wellclear.protocol.envelope import Kind
from wellclear.trust.key_statement import KeyAct, KeyPurpose, Place
from wellclear.trust.leaf import salted_leaf

WITHDRAW = Withdraw(identifier="N3", whole=bytes(32), reason="weather")


def fault_of(ledger: Ledger) -> WellclearError:
    with pytest.raises(WellclearError) as caught:
        for _ in recompute(ledger.store.reader()):
            pass
    return caught.value


def tamper(ledger: Ledger, index: int, record: Record, completed: bytes | None = None) -> None:
    """Change what the store holds, as no writer would."""
    kept = ledger.store._kept.records
    kept[0, index] = (record, kept[0, index][1] if completed is None else completed)


def record_of(ledger: Ledger, index: int) -> Record:
    return ledger.store._kept.records[0, index][0]


def test_a_good_log_is_read_to_its_end() -> None:
    north, _ = withdrawn_and_answered()
    steps = list(recompute(north.store.reader()))
    assert steps[-1] == (7, 7)
    assert len(steps) == 7


@pytest.mark.parametrize("index", [0, 1, 3, 6])
@pytest.mark.parametrize("part", ["content", "salt", "leaf"])
def test_a_changed_record_is_named(index: int, part: str) -> None:
    north, _ = withdrawn_and_answered()
    record = record_of(north, index)
    octets = getattr(record, part)
    tamper(north, index, replace(record, **{part: octets[:-2] + bytes((octets[-2] ^ 1,)) + octets[-1:]}))
    fault = fault_of(north)
    assert fault.at.startswith(f"epoch 0, entry {index}")
    assert fault.code == "log-leaf"
    assert len(fault.wanted) == 64


def test_a_changed_node_is_named_by_the_entry_that_completes_it() -> None:
    north, _ = withdrawn_and_answered()
    tamper(north, 3, record_of(north, 3), bytes(64))
    assert (fault_of(north).at, fault_of(north).code) == ("epoch 0, entry 3", "log-node")


def test_an_entry_that_was_rewritten_with_its_leaf_does_not_fit_the_tree() -> None:
    north, _ = withdrawn_and_answered()
    record = record_of(north, 6)
    changed = record.content[:-1] + b" }"
    tamper(north, 6, Record(changed, record.salt, salted_leaf(record.salt, changed)))
    fault = fault_of(north)
    assert fault.at.startswith("epoch 0, entry 6")
    assert fault.code == "log-root"


def test_a_log_cut_short_is_known_by_what_was_signed_of_it() -> None:
    north, _ = withdrawn_and_answered()
    kept = north.store._kept
    del kept.records[0, 6]
    kept.sizes[0], kept.end = 6, Place(0, 6)
    assert (fault_of(north).code, fault_of(north).wanted) == ("log-shorter", "7")


def test_an_envelope_that_its_sender_did_not_sign_is_named() -> None:
    north, south = withdrawn_and_answered()
    raw = south.envelope(north, Kind.WITHDRAW, WITHDRAW)
    place = north.add(Took(at_ms=0, raw=raw[:40] + bytes((raw[40] ^ 1,)) + raw[41:]))
    assert (fault_of(north).at, fault_of(north).code) == (f"epoch 0, entry {place.index}", "signature-refused")


def test_an_envelope_that_says_another_place_is_named() -> None:
    north, south = withdrawn_and_answered()
    place = north.add(Said(at_ms=0, raw=north.envelope(south, Kind.WITHDRAW, WITHDRAW, index=99)))
    assert (fault_of(north).at, fault_of(north).code) == (f"epoch 0, entry {place.index}", "log-place")


def test_a_number_left_out_is_named() -> None:
    north, south = withdrawn_and_answered()
    north.envelope(south, Kind.WITHDRAW, WITHDRAW)
    north.add(Said(at_ms=0, raw=north.envelope(south, Kind.WITHDRAW, WITHDRAW)))
    assert fault_of(north).code == "sequence-chain"


def test_a_key_that_nobody_stated_is_named() -> None:
    north, south = withdrawn_and_answered()
    south.message = signer("west", "message")
    north.add(Took(at_ms=0, raw=south.envelope(north, Kind.WITHDRAW, WITHDRAW)))
    assert fault_of(north).code == "key-unknown"


def test_a_checkpoint_by_another_key_or_of_another_tree_is_named() -> None:
    north, _ = withdrawn_and_answered()
    good = north.checkpoint()
    north.log = signer("west", "log")
    north.store.write(north.term, Batch(north.end, beside={"checkpoint": north.checkpoint()}))
    assert (fault_of(north).at, fault_of(north).code) == ("epoch 0, entry 6", "note-not-signed")
    north.store.write(north.term, Batch(north.end, beside={"checkpoint": good}))
    assert fault_of(north).code == "log-frontier"


def test_a_signature_of_an_agreement_is_verified() -> None:
    north, south = withdrawn_and_answered()
    north.add(Drafted(at_ms=0, digest=bytes(32), text=b"text"))
    stepped = Stepped(
        at_ms=0,
        party="south",
        officer="",
        step=StepKind.SIGN,
        number=0,
        digest=bytes(32),
        signature=bytes(64),
        effective_ms=0,
    )
    north.add(Took(at_ms=0, raw=south.envelope(north, Kind.WITHDRAW, WITHDRAW)))
    place = north.add(stepped)
    assert fault_of(north).at == f"epoch 0, entry {place.index}"


def test_what_was_taken_before_a_compromise_was_learned_stays_good() -> None:
    north, south = withdrawn_and_answered()
    south.state(KeyAct.COMPROMISED, KeyPurpose.MESSAGE, south.message.verifier.public, Place(0, 0))
    assert list(recompute(north.store.reader()))[-1] == (7, 7)
