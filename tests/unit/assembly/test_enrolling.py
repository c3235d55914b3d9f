from __future__ import annotations

from pathlib import Path

from wellclear.assembly.enrolling import enrol_party, state_keys
from wellclear.assembly.own_keys import read_own_card
from wellclear.model.card import parse_card
from wellclear.trust.ed25519 import Verifier
from wellclear.trust.key_statement import KEY_STATEMENT
from wellclear.trust.keys import key_ring
from wellclear.trust.typed import Signed


def test_the_commands_carry_the_whole_card(made_once: Path):
    card = read_own_card(made_once, "north")
    command = enrol_party(card)
    assert parse_card(command.card) == card
    assert (command.party, command.root) == ("north", card.root)
    assert command.statements == state_keys(card).statements
    signed = [Signed(KEY_STATEMENT, each.payload, each.signature) for each in command.statements]
    assert key_ring("north", signed, Verifier(command.root)) == card.ring
