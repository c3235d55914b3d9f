"""Every verdict of the public vectors, and that the vectors would see the two prefixes swapped."""

from __future__ import annotations

import json
from base64 import b64decode
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from wellclear.errors import VerificationFailed
from wellclear.trust import merkle
from wellclear.trust.merkle import EMPTY_ROOT, Frontier, leaf_hash, node_hash, split_root
from wellclear.trust.proofs import (
    consistency_proof,
    inclusion_proof,
    subtrees_of,
    verify_consistency,
    verify_inclusion,
)

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = ROOT.parent / "shared" / "data" / "vectors" / "merkle"
KNOWN: dict[str, Any] = json.loads((Path(__file__).parent / "trust" / "rfc6962.json").read_text(encoding="utf-8"))
LEAVES = [leaf_hash(bytes.fromhex(leaf)) for leaf in KNOWN["leaves"]]
ROOTS = [bytes.fromhex(root) for root in KNOWN["roots"]]


def hashes(texts: list[str]) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(text) for text in texts)


def public_cases(kind: str) -> list[dict[str, Any]]:
    paths = sorted((PUBLIC / kind).rglob("*.json"))
    if not paths:
        pytest.skip(f"the public vectors are not beside the repository: shared/data/vectors/merkle/{kind}")
    cases: list[dict[str, Any]] = []
    for path in paths:
        case = json.loads(path.read_text(encoding="utf-8"))
        for key in ("root", "root1", "root2", "leafHash"):
            case[key] = b64decode(case.get(key) or "")
        case["proof"] = [b64decode(node) for node in case["proof"] or []]
        cases.append(case | {"name": path.relative_to(PUBLIC).as_posix()})
    return cases


def holds(case: dict[str, Any]) -> bool:
    try:
        if "leafIdx" in case:
            verify_inclusion(case["leafHash"], case["leafIdx"], case["treeSize"], case["proof"], case["root"])
        else:
            verify_consistency(case["size1"], case["root1"], case["size2"], case["root2"], case["proof"])
    except VerificationFailed:
        return False
    return True


@pytest.mark.parametrize("kind", ["inclusion", "consistency"])
def test_every_public_verdict_is_ours(kind: str):
    cases = public_cases(kind)
    assert len(cases) == 98
    assert sum(not case["wantErr"] for case in cases) == 6
    assert [case["name"] for case in cases if holds(case) is case["wantErr"]] == []


@pytest.mark.parametrize("kind", ["inclusion", "consistency"])
def test_swapped_prefixes_fail_the_public_vectors(kind: str, monkeypatch: pytest.MonkeyPatch):
    cases = public_cases(kind)
    monkeypatch.setattr(merkle, "NODE_PREFIX", merkle.LEAF_PREFIX)
    assert any(holds(case) is case["wantErr"] for case in cases)


def test_swapped_prefixes_fail_the_known_answers_though_proofs_still_verify(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(merkle, "LEAF_PREFIX", b"\x01")
    monkeypatch.setattr(merkle, "NODE_PREFIX", b"\x00")
    leaves = [merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in KNOWN["leaves"]]
    frontier = Frontier().extend(leaves)
    proof = inclusion_proof(5, 8, subtrees_of(leaves.__getitem__))
    verify_inclusion(leaves[5], 5, 8, proof, frontier.root)  # proving and verifying agree with each other
    assert leaves[0] != bytes.fromhex(KNOWN["nodes"][0][0])  # and with nobody else
    assert frontier.root != ROOTS[8]


def test_known_hashes():
    nodes = KNOWN["nodes"]
    assert hashes(nodes[0]) == tuple(LEAVES)
    for lower, upper in pairwise(nodes):
        children = hashes(lower)
        pairs = zip(children[::2], children[1::2], strict=True)
        assert hashes(upper) == tuple(node_hash(left, right) for left, right in pairs)


@pytest.mark.parametrize("size", range(9))
def test_known_roots_by_both_algorithms(size: int):
    assert Frontier().extend(LEAVES[:size]).root == ROOTS[size]
    assert split_root(LEAVES[:size]) == ROOTS[size]
    assert ROOTS[0] == EMPTY_ROOT


@pytest.mark.parametrize("known", KNOWN["inclusion"], ids=str)
def test_known_inclusion_proofs(known: dict[str, Any]):
    index, size, proof = known["index"], known["size"], hashes(known["proof"])
    assert inclusion_proof(index, size, subtrees_of(LEAVES.__getitem__)) == proof
    verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])
    with pytest.raises(VerificationFailed):
        verify_inclusion(LEAVES[index - 1], index, size, proof, ROOTS[size])


@pytest.mark.parametrize("known", KNOWN["consistency"], ids=str)
def test_known_consistency_proofs(known: dict[str, Any]):
    older, newer, proof = known["older"], known["newer"], hashes(known["proof"])
    assert consistency_proof(older, newer, subtrees_of(LEAVES.__getitem__)) == proof
    verify_consistency(older, ROOTS[older], newer, ROOTS[newer], proof)
    with pytest.raises(VerificationFailed):
        verify_consistency(older, ROOTS[older - 1], newer, ROOTS[newer], proof)
