"""Changing a centre's keys: its root states it, its card carries it, its counterparties are told.

A new key follows an old one at a place of the log, not at a time: what stands before the place is signed by the old
key, what stands from it on by the new one. Choose a place ahead of the log's end, and let the statements reach the
counterparties before it: they take nothing by a key that they were not told of.

The secret is written first and the card last. A kill in between leaves a secret that nobody was told of.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from wellclear.assembly.initialising import Chance, certificate_hosts
from wellclear.assembly.own_keys import card_file, read_own_card, read_settings, write_certificate, write_signer
from wellclear.assembly.secret_files import write_whole
from wellclear.errors import NotFound, RuleViolated, VerificationFailed
from wellclear.model.card import Card, print_card, sign_card
from wellclear.trust.certificate import CERTIFICATE_CHANCE_BYTES, make_certificate
from wellclear.trust.ed25519 import SEED_BYTES, Signer
from wellclear.trust.key_statement import KeyAct, KeyPurpose, Place
from wellclear.trust.keys import KeyRecord, key_ring, sign_statement

Step = tuple[KeyAct, KeyPurpose, bytes, Place]
"""What the root states next: act, purpose, key and place."""


@dataclass(frozen=True, slots=True)
class Change:
    """Where in the log one key follows another.

    Attributes:
        made: from where on the new key holds.
        ended: from where on the old one does not.
    """

    made: Place
    ended: Place


@dataclass(frozen=True, slots=True)
class Fresh:
    """What a new key is made from.

    Attributes:
        now_ms: POSIX time, for a certificate.
        chance: where random bytes come from.
    """

    now_ms: int
    chance: Chance = os.urandom


def rotate(directory: Path, root: Signer, purpose: KeyPurpose, change: Change, fresh: Fresh) -> Card:
    """Make a new key for a purpose and retire the old ones; the centre knows it once it is started again.

    Args:
        directory: of the centre.
        root: its root key.
        purpose: of the key.
        change: where. For messages and log both places are one; for TLS the old key ends later, since counterparties
            may connect before the centre has begun to show the new certificate.
        fresh: what the new key is made from.

    Returns:
        The new card, all of whose statements go to every counterparty.

    Raises:
        RuleViolated: `rotation-gap`: between the two keys none would hold; or as `sign_statement`.
        VerificationFailed: `root-key-other`: it is not the root of this centre.
        NotFound: as `read_own_card`.
        OSError: storage failed.
    """
    if change.ended < change.made:
        raise RuleViolated("between the two keys none would hold", code="rotation-gap", wanted="the old one longer")
    card = _own_card(directory, root)
    ended = [
        (KeyAct.RETIRED, purpose, record.key, change.ended)
        for record in card.ring.records
        if record.purpose is purpose and _is_live(record)
    ]
    key = _make_key(directory, purpose, fresh)
    return _restate(directory, card, [(KeyAct.MADE, purpose, key, change.made), *ended], root)


def revoke(directory: Path, root: Signer, key: bytes, change: Change, fresh: Fresh) -> Card:
    """State that others may have used a key, and make another in its stead if it still held.

    Args:
        directory: of the centre.
        root: its root key.
        key: the public key or pin that is compromised, 32 bytes.
        change: from `ended` on, what the old key signed counts only if a witness had cosigned it; it may lie far back.
        fresh: what the new key is made from.

    Returns:
        The new card, all of whose statements go to every counterparty.

    Raises:
        NotFound: `key-unknown`: the root made no such key; or as `read_own_card`.
        VerificationFailed: `root-key-other`: it is not the root of this centre.
        RuleViolated: as `sign_statement`.
        OSError: storage failed.
    """
    card = _own_card(directory, root)
    record = card.ring.record(key)
    if record is None:
        raise NotFound(f"{card.party} never had this key", code="key-unknown", wanted="a key of the card")
    steps: list[Step] = [(KeyAct.COMPROMISED, record.purpose, key, change.ended)]
    if _is_live(record):
        steps.append((KeyAct.MADE, record.purpose, _make_key(directory, record.purpose, fresh), change.made))
    return _restate(directory, card, steps, root)


def reissue(directory: Path, root: Signer, urls: Sequence[str], languages: Sequence[str]) -> Card:
    """A new card for a centre that moved, or whose officers read other languages; its keys stay.

    Counterparties learn of it by the card itself: it needs no new comparison by voice, see `verify_successor`.

    Raises:
        VerificationFailed: `root-key-other`: it is not the root of this centre.
        MalformedInput, RuleViolated: as `sign_card`.
        NotFound: as `read_own_card`.
        OSError: storage failed.
    """
    card = _own_card(directory, root)
    return _keep(directory, sign_card(card.party, urls, languages, card.statements, root))


def _own_card(directory: Path, root: Signer) -> Card:
    card = read_own_card(directory, read_settings(directory).party)
    if card.root != root.verifier.public:
        raise VerificationFailed("this is not the root key of this centre", code="root-key-other", wanted="its own")
    return card


def _is_live(record: KeyRecord) -> bool:
    return record.retired is None and record.compromised is None


def _make_key(directory: Path, purpose: KeyPurpose, fresh: Fresh) -> bytes:
    if purpose is not KeyPurpose.TLS:
        signer = Signer(fresh.chance(SEED_BYTES))
        write_signer(directory, purpose, signer)
        return signer.verifier.public
    hosts = certificate_hosts(read_settings(directory).listen.url)
    identity = make_certificate(hosts, fresh.chance(CERTIFICATE_CHANCE_BYTES), fresh.now_ms)
    write_certificate(directory, identity)
    return identity.pin


def _restate(directory: Path, card: Card, steps: Iterable[Step], root: Signer) -> Card:
    statements = list(card.statements)
    for step in steps:
        ring = key_ring(card.party, statements, root.verifier)
        statements.append(sign_statement(ring, ring.next_statement(*step), root))
    return _keep(directory, sign_card(card.party, card.urls, card.languages, statements, root))


def _keep(directory: Path, card: Card) -> Card:
    write_whole(card_file(directory, card.party), print_card(card))
    return card
