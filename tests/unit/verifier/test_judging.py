"""What holds, what does not, and which is named first."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig.ledgers import COSIGNED_S, Ledger, about, signer, withdrawn_and_answered
from wellclear.centre.log.origin import origin_of
from wellclear.errors import MalformedInput
from wellclear.trust.evidence import MANIFEST, Evidence, Manifest, ShownEntry, print_evidence, proofs_digest
from wellclear.trust.key_statement import KeyAct, KeyPurpose, Place
from wellclear.trust.typed import sign_typed
from wellclear.verifier import logs
from wellclear.verifier.judging import check
from wellclear.verifier.printed import print_report
from wellclear.verifier.report import Report, Verdict

replace = msgspec.structs.replace
ROOTS = {party: signer(party, "root").verifier.public for party in ("north", "south")}
NORTH, SOUTH = withdrawn_and_answered()
EVIDENCE = NORTH.export(about("north", "N1"))


def judged(evidence: Evidence, roots: dict[str, bytes] = ROOTS) -> Report:
    return check(print_evidence(evidence), roots)


def first(report: Report) -> tuple[str, str]:
    item = report.first_fault
    assert item is not None
    assert item.fault is not None
    assert report.verdict is Verdict.DOES_NOT_HOLD
    return item.at, item.fault.code


def flipped(octets: bytes, at: int = -1) -> bytes:
    at %= len(octets)
    return octets[:at] + bytes((octets[at] ^ 1,)) + octets[at + 1 :]


def with_entry(number: int, change: Callable[[ShownEntry], ShownEntry]) -> Evidence:
    entries = list(EVIDENCE.entries)
    entries[number] = change(entries[number])
    return replace(EVIDENCE, entries=tuple(entries))


def test_the_names_are_those_that_a_centre_gives() -> None:
    assert logs.origin_of("north", 3) == origin_of("north", 3)


def test_what_a_centre_exports_holds_and_shows_nothing_else() -> None:
    report = judged(EVIDENCE)
    assert report.verdict is Verdict.HOLDS
    assert report.not_cosigned == 0
    whats = [item.what for item in report.items if item.at.startswith("entry ")]
    assert whats == ["began north", "said WITHDRAW north to south number 1", "took OBJECT south to north number 1"]
    assert all(item.before_s == COSIGNED_S for item in report.items if item.at.startswith("entry "))
    assert b"N2" not in b"".join(entry.content for entry in EVIDENCE.entries)


def test_without_roots_keys_are_not_established() -> None:
    report = judged(EVIDENCE, {"north": ROOTS["north"]})
    assert report.verdict is Verdict.KEYS_NOT_ESTABLISHED
    assert report.unestablished == ("south",)


def test_another_root_than_the_user_brought_is_a_fault() -> None:
    assert first(judged(EVIDENCE, {**ROOTS, "south": ROOTS["north"]})) == ("keys of south", "evidence-root")


@pytest.mark.parametrize("number", range(len(EVIDENCE.entries)))
@pytest.mark.parametrize("field", ["content", "salt", "proof", "index"])
def test_each_change_of_an_entry_names_that_entry(number: int, field: str) -> None:
    def change(entry: ShownEntry) -> ShownEntry:
        if field == "index":
            return replace(entry, index=entry.index + 100)
        if field == "proof":
            return replace(entry, proof=(flipped(entry.proof[0]), *entry.proof[1:]))
        return replace(entry, **{field: flipped(getattr(entry, field), -3)})

    at = f"entry {EVIDENCE.entries[number].index} of epoch 0"
    assert first(judged(with_entry(number, change)))[0] == at


def test_an_entry_left_out_is_named() -> None:
    less = replace(EVIDENCE, entries=(EVIDENCE.entries[0], EVIDENCE.entries[2]))
    assert first(judged(less)) == (f"entry {EVIDENCE.entries[1].index} of epoch 0", "evidence-missing")


def test_an_entry_put_in_is_named() -> None:
    more = NORTH.export(about("north", "N2")).entries[1]
    entries = (*EVIDENCE.entries, more)
    assert first(judged(replace(EVIDENCE, entries=entries))) == (f"entry {more.index} of epoch 0", "evidence-order")


def test_entries_in_another_order_are_named() -> None:
    one, two, three = EVIDENCE.entries
    assert first(judged(replace(EVIDENCE, entries=(one, three, two)))) == (
        f"entry {two.index} of epoch 0",
        "evidence-order",
    )


def test_a_changed_manifest_key_statement_checkpoint_or_cosignature_is_refused() -> None:
    (tree,), (own, other) = EVIDENCE.trees, EVIDENCE.keys
    payload, signature = other.statements[1]
    stated = replace(other, statements=(other.statements[0], (flipped(payload, -3), signature), other.statements[2]))
    (seen,) = tree.witnessed
    lines = seen.note.decode().splitlines(keepends=True)
    *others, last = lines
    forged = "".join([*others, last[:-40] + ("A" if last[-40] != "A" else "B") + last[-39:]]).encode()
    cases = {
        "manifest": replace(EVIDENCE, signature=flipped(EVIDENCE.signature)),
        "keys of south": replace(EVIDENCE, keys=(own, stated)),
        "checkpoint of epoch 0": replace(
            EVIDENCE, trees=(replace(tree, checkpoint=tree.checkpoint.replace(b"\n7\n", b"\n8\n")),)
        ),
    }
    for at, evidence in cases.items():
        assert first(judged(evidence))[0] == at
    cosigned = replace(EVIDENCE, trees=(replace(tree, witnessed=(replace(seen, note=forged),)),))
    assert first(judged(cosigned))[0] == "checkpoint of epoch 0"
    fewer = replace(EVIDENCE, keys=(own, replace(other, statements=other.statements[:-2])))
    assert first(judged(fewer)) == ("manifest", "evidence-proofs")


def test_a_log_that_nobody_cosigned_says_so() -> None:
    north, south = Ledger("north"), Ledger("south")
    north.begin(south)
    report = judged(north.export(about("north", "N1")))
    assert report.verdict is Verdict.HOLDS
    (tree,) = EVIDENCE.trees
    bare = judged(signed_anew(replace(EVIDENCE, trees=(replace(tree, witnessed=()),))))
    assert bare.verdict is Verdict.HOLDS
    assert bare.not_cosigned == len(EVIDENCE.entries)
    assert "NOT CO-SIGNED: 3 entries" in print_report(bare)
    assert first(judged(replace(EVIDENCE, trees=(replace(tree, witnessed=()),)))) == ("manifest", "evidence-proofs")


def signed_anew(evidence: Evidence) -> Evidence:
    """As north would have signed it."""
    manifest = msgspec.json.decode(evidence.manifest, type=Manifest)
    encoded = print_evidence(replace(manifest, proven_by=proofs_digest(evidence.keys, evidence.trees)))
    return replace(evidence, manifest=encoded, signature=sign_typed(MANIFEST, encoded, NORTH.message).signature)


def compromised(purpose: KeyPurpose, *, cosigned: bool) -> Report:
    """North's evidence after south's root stated that a key was compromised from the start."""
    north, south = withdrawn_and_answered()
    victim = south if purpose is KeyPurpose.MESSAGE else north
    key = victim.message if purpose is KeyPurpose.MESSAGE else victim.log
    evidence = north.export(about("north", "N1"))
    victim.state(KeyAct.COMPROMISED, purpose, key.verifier.public, Place(0, 0))
    keys = tuple(ledger.keys for ledger in (north, south))
    (tree,) = evidence.trees
    if not cosigned:
        evidence = replace(evidence, trees=(replace(tree, witnessed=()),))
    elif purpose is KeyPurpose.LOG:
        evidence = replace(evidence, trees=(replace(tree, checkpoint=tree.witnessed[0].note),))
    return judged(signed_anew(replace(evidence, keys=keys)))


def test_what_a_compromised_message_key_signed_counts_only_where_it_was_cosigned() -> None:
    assert compromised(KeyPurpose.MESSAGE, cosigned=True).verdict is Verdict.HOLDS
    at, code = first(compromised(KeyPurpose.MESSAGE, cosigned=False))
    assert (at, code) == ("entry 4 of epoch 0", "key-compromised")


def test_what_a_compromised_log_key_signed_counts_only_where_it_was_cosigned() -> None:
    assert compromised(KeyPurpose.LOG, cosigned=True).verdict is Verdict.HOLDS
    assert first(compromised(KeyPurpose.LOG, cosigned=False)) == ("checkpoint of epoch 0", "key-compromised")


def test_a_retired_key_signs_nothing_more() -> None:
    north, south = withdrawn_and_answered()
    evidence = north.export(about("north", "N2"))
    south.state(KeyAct.RETIRED, KeyPurpose.MESSAGE, south.message.verifier.public, Place(0, 5))
    assert first(judged(signed_anew(replace(evidence, keys=(north.keys, south.keys)))))[1] == "key-retired"


def test_a_manifest_by_a_stranger_is_refused() -> None:
    other = signer("west", "message")
    forged = sign_typed(MANIFEST, EVIDENCE.manifest, other)
    evidence = replace(EVIDENCE, key=other.verifier.public, signature=forged.signature)
    assert first(judged(evidence)) == ("manifest", "key-unknown")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b'{"format":"wellclear-evidence/v2"}',
        b"[" * 100_000,
        b'{"format":' + b"9" * 5_000 + b"}",
    ],
)
def test_what_is_no_evidence_is_refused(content: bytes) -> None:
    with pytest.raises(MalformedInput):
        check(content, ROOTS)


def test_sizes_are_refused() -> None:
    with pytest.raises(MalformedInput, match="268,435,456"):
        check(b" " * 268_435_457, ROOTS)
    with pytest.raises(MalformedInput, match="10,000"):
        judged(replace(EVIDENCE, entries=EVIDENCE.entries[:1] * 10_001))
    with pytest.raises(MalformedInput, match="65"):
        judged(replace(EVIDENCE, keys=EVIDENCE.keys[:1] * 66))


@settings(max_examples=150, deadline=None)
@given(at=st.integers(min_value=0), to=st.integers(1, 255))
def test_no_flipped_byte_passes_or_ends_in_a_traceback(at: int, to: int) -> None:
    encoded = print_evidence(EVIDENCE)
    at %= len(encoded)
    changed = encoded[:at] + bytes((encoded[at] ^ to,)) + encoded[at + 1 :]
    try:
        report = check(changed, ROOTS)
    except MalformedInput:
        return
    assert report.verdict is Verdict.DOES_NOT_HOLD


@settings(max_examples=100, deadline=None)
@given(
    content=st.one_of(
        st.binary(max_size=300),
        st.dictionaries(
            st.sampled_from(["entry", "raw", "ring", "text", "digest", "step", "signature", "party"]),
            st.recursive(
                st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=20),
                          st.sampled_from(["said", "took", "drafted", "stepped", "enrolled", "sign"])),
                lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
                max_leaves=6,
            ),
        ).map(lambda values: msgspec.json.encode({**values, "entry": values.get("entry", "said")}, enc_hook=str)
              if all(not isinstance(value, int) or abs(value) < 2**63 for value in values.values()) else b"{}"),
    )
)  # fmt: skip
def test_whatever_an_entry_holds_is_a_fault_and_no_traceback(content: bytes) -> None:
    evidence = with_entry(1, lambda entry: replace(entry, content=content))
    assert judged(evidence).verdict is Verdict.DOES_NOT_HOLD


def test_hostile_words_do_not_reach_the_screen() -> None:
    manifest = msgspec.json.decode(EVIDENCE.manifest, type=Manifest)
    encoded = print_evidence(replace(manifest, about="\x1b[2J\u202eevil"))
    shown = print_report(judged(replace(EVIDENCE, manifest=encoded)))
    assert "\x1b" not in shown
    assert "\u202e" not in shown
