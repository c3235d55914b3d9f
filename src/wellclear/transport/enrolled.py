"""Whose key a public key is, by what the roots of the counterparties stated."""

from __future__ import annotations

from functools import lru_cache

from wellclear.centre.state.state import State
from wellclear.errors import VerificationFailed
from wellclear.trust.ed25519 import Verifier
from wellclear.trust.key_statement import KeyPurpose
from wellclear.trust.signing import VerifyingKey


def key_of(state: State, public: bytes) -> tuple[str, VerifyingKey]:
    """The counterparty whose message key this is, and the key. Whether it counts at a place is decided later.

    Args:
        state: of the centre.
        public: 32 bytes.

    Raises:
        VerificationFailed: `key-unknown`: no enrolled counterparty has it.
    """
    return party_of(state, public), _verifier(public)


def party_of(state: State, public: bytes) -> str:
    """The counterparty that has a message key.

    Raises:
        VerificationFailed: `key-unknown`: none has it.
    """
    for peer in state.peers.values():
        for record in peer.ring.records:
            if record.key == public and record.purpose == KeyPurpose.MESSAGE:
                return peer.party
    raise VerificationFailed("no enrolled counterparty has this key", code="key-unknown")


@lru_cache(maxsize=1_024)
def _verifier(public: bytes) -> Verifier:
    return Verifier(public)
