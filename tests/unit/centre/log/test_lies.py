from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from unit.centre.log.logs import FALSE, OTHER, TRUE, log, note
from wellclear.centre.log.lies import Fork, parse_lie, print_lie, verify_lie, verify_one_history
from wellclear.errors import MalformedInput, VerificationFailed
from wellclear.protocol.witnessing import Lie
from wellclear.trust.proofs import subtrees_of


def lie(older: int, newer: int) -> Lie:
    with pytest.raises(Fork) as caught:
        verify_one_history(log(), note(TRUE, older), note(FALSE, newer), subtrees_of(FALSE.__getitem__))
    return caught.value.lie


@pytest.mark.parametrize(("older", "newer"), [(12, 12), (12, 15), (15, 20)])
def test_a_lie_is_proven_to_whoever_knows_the_key(older: int, newer: int) -> None:
    found = lie(older, newer)
    verify_lie(found, log())
    assert parse_lie(print_lie(found)) == found


@pytest.mark.parametrize(
    "spoil",
    [
        lambda found: msgspec.structs.replace(found, newer=found.older, prefix_root=bytes(32)),
        lambda found: msgspec.structs.replace(found, proof=found.proof[:-1]),
        lambda found: msgspec.structs.replace(found, prefix_root=bytes(32)),
        lambda found: msgspec.structs.replace(found, newer=note(FALSE, 15, signer=OTHER).decode()),
        lambda found: msgspec.structs.replace(found, newer=note(TRUE, 15).decode()),
        lambda found: msgspec.structs.replace(found, older=note(FALSE, 12).decode()),
    ],
    ids=["the same twice", "a hash short", "another root", "another key", "the true log", "no contradiction"],
)
def test_an_accusation_that_proves_nothing_is_refused(spoil: Callable[[Lie], Lie]) -> None:
    with pytest.raises(VerificationFailed):
        verify_lie(spoil(lie(12, 15)), log())


def test_one_history_is_no_lie_and_two_sizes_need_the_tree() -> None:
    for older, newer in ((12, 12), (12, 15)):
        verify_one_history(log(), note(TRUE, older), note(TRUE, newer), subtrees_of(TRUE.__getitem__))
    verify_one_history(log(), note(TRUE, 12), note(FALSE, 15))


def test_what_is_no_proof_is_malformed() -> None:
    with pytest.raises(MalformedInput):
        parse_lie(b"{}")
