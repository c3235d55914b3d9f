"""The published keys and signatures of RFC 8032, and every edge case of C2SP/CCTV."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from wellclear.errors import MalformedInput, VerificationFailed
from wellclear.trust.ed25519 import Signer, Verifier, verify_enrolment

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = ROOT.parent / "shared" / "data" / "vectors" / "ed25519" / "ed25519vectors.json"
KNOWN: dict[str, Any] = json.loads((Path(__file__).parent / "trust" / "rfc8032.json").read_text(encoding="utf-8"))
WEAK = {"low_order_A", "low_order_component_A", "non_canonical_A"}


@pytest.fixture(scope="module")
def public() -> list[dict[str, Any]]:
    if not PUBLIC.is_file():
        pytest.skip("the public vectors are not beside the repository: shared/data/vectors/ed25519")
    cases: list[dict[str, Any]] = json.loads(PUBLIC.read_text(encoding="utf-8"))
    return [case | {"flags": set(case["flags"] or ()), "key": bytes.fromhex(case["key"])} for case in cases]


@pytest.mark.parametrize("known", KNOWN["vectors"], ids=lambda known: known["message"] or "empty")
def test_known_signatures(known: dict[str, str]):
    signer, message = Signer(bytes.fromhex(known["seed"])), bytes.fromhex(known["message"])
    assert signer.verifier.public.hex() == known["public"]
    assert signer.sign(message).hex() == known["signature"]
    with pytest.raises(VerificationFailed):
        signer.verifier.verify(message + b"\x00", bytes.fromhex(known["signature"]))


def test_every_weak_key_is_refused_at_enrolment(public: list[dict[str, Any]]):
    weak = {case["key"] for case in public if case["flags"] & WEAK}
    assert len(weak) == 21
    for key in weak:
        with pytest.raises(MalformedInput):
            verify_enrolment(key)


def test_every_other_key_is_enrolled(public: list[dict[str, Any]]):
    good = {case["key"] for case in public if not case["flags"] & WEAK}
    assert good
    for key in good:
        verify_enrolment(key)


def test_what_is_refused_is_named_by_its_fault(public: list[dict[str, Any]]):
    for key, flags in {case["key"]: case["flags"] & WEAK for case in public if case["flags"] & WEAK}.items():
        with pytest.raises(MalformedInput) as refused:
            verify_enrolment(key)
        named = {"key-not-canonical": "non_canonical_A", "key-low-order": "low_order_A"}
        assert named.get(refused.value.code, "low_order_component_A") in flags


def test_by_an_enrolled_key_only_the_plain_signature_holds(public: list[dict[str, Any]]):
    held = []
    for case in (case for case in public if not case["flags"] & WEAK):
        try:
            Verifier(case["key"]).verify(case["msg"].encode(), bytes.fromhex(case["sig"]))
        except VerificationFailed:
            continue
        held.append(case["flags"])
    assert held == [set()]
