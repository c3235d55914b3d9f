"""Cards as what the centre's officers command: enrol a counterparty, tell all of the own keys."""

from __future__ import annotations

from collections.abc import Iterable

from wellclear.centre.commands import EnrolParty, StateKeys
from wellclear.model.card import Card, print_card
from wellclear.protocol.bodies import SignedStatement
from wellclear.trust.typed import Signed


def enrol_party(card: Card) -> EnrolParty:
    """The command that enrols a counterparty, once two officers compared `card_fingerprint` by voice.

    Of a party that is enrolled already, `verify_successor` says whether this may be a newer card.
    """
    return EnrolParty(party=card.party, root=card.root, card=print_card(card), statements=_stated(card.statements))


def state_keys(card: Card) -> StateKeys:
    """The command that tells all counterparties of the own keys, after the root changed them."""
    return StateKeys(statements=_stated(card.statements))


def _stated(statements: Iterable[Signed]) -> tuple[SignedStatement, ...]:
    return tuple(SignedStatement(signed.payload, signed.signature) for signed in statements)
