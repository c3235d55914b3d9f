"""The keys of a new epoch: those that held at the end of the one before, wherever its log is cut."""

from __future__ import annotations

import random

import pytest

from rig.centres import Rig
from rig.plans import HOUR_MS, agreement, circle
from wellclear.assembly.clock import Clock
from wellclear.assembly.means import Witnessed
from wellclear.assembly.own_keys import OwnKeys
from wellclear.assembly.restoring import Begins, first_entries
from wellclear.centre.commands import File
from wellclear.centre.decide.recalling import Loss
from wellclear.centre.entries.link import Began, Said
from wellclear.centre.writer import Writer, replay
from wellclear.errors import NotFound
from wellclear.model.card import print_card, sign_card
from wellclear.protocol.envelope import parse_own
from wellclear.store.memory import MemoryStore
from wellclear.trust.ed25519 import Signer
from wellclear.trust.key_statement import KeyAct, KeyPurpose, Place
from wellclear.trust.keys import key_ring, sign_statement
from wellclear.trust.typed import Signed

OLD, NEW = Signer(bytes(range(32))), Signer(bytes(range(1, 33)))


@pytest.fixture(scope="module")
def keys() -> OwnKeys:
    """North's keys, whose root let one follow the other at entry 5,000, which the restored store never had."""
    root, at, statements = Signer(bytes(range(2, 34))), Place(0, 5_000), list[Signed]()
    for act, purpose, key, place in (
        (KeyAct.MADE, KeyPurpose.MESSAGE, OLD.verifier.public, Place(0, 0)),
        (KeyAct.MADE, KeyPurpose.LOG, Signer(bytes(range(3, 35))).verifier.public, Place(0, 0)),
        (KeyAct.MADE, KeyPurpose.TLS, bytes(range(32)), Place(0, 0)),
        (KeyAct.MADE, KeyPurpose.MESSAGE, NEW.verifier.public, at),
        (KeyAct.RETIRED, KeyPurpose.MESSAGE, OLD.verifier.public, at),
    ):
        ring = key_ring("north", statements, root.verifier)
        statements.append(sign_statement(ring, ring.next_statement(act, purpose, key, place), root))
    card = sign_card("north", ("https://127.0.0.1:8443",), ("en",), statements, root)
    return OwnKeys(card, {NEW.verifier.public: NEW}, {})


@pytest.fixture
def rig() -> Rig:
    made = Rig("north", "south")
    made.agree(agreement("north", "south"))
    start_ms = made.now_ms + 2 * HOUR_MS
    made["south"].act(File(content=circle("south", "s1", 100_000_000, 450_000_000, start_ms, start_ms + HOUR_MS)))
    made.deliver()
    return made


def test_the_key_that_followed_signs_in_the_new_epoch(keys: OwnKeys, rig: Rig) -> None:
    with pytest.raises(NotFound):
        keys.signer(KeyPurpose.MESSAGE, Place(0, rig["north"].state.index))
    begins = Begins(keys, Clock(100), Witnessed())
    entries = begins.entries(Loss(0, "a test"), rig["north"].state)
    assert isinstance(entries[0], Began)
    assert (entries[0].epoch, entries[0].reason) == (1, "a test")
    said = [parse_own(entry.raw) for entry in entries if isinstance(entry, Said)]
    assert said
    assert {(one.key, one.envelope.epoch) for one in said} == {(NEW.verifier.public, 1)}
    assert [one.envelope.sequence for one in said] == list(range(1, 1 + len(said)))


def test_a_loss_of_an_epoch_that_ended_begins_none(keys: OwnKeys, rig: Rig) -> None:
    north = rig["north"]
    begins = Begins(keys, Clock(100), Witnessed())
    north.writer.append(begins.entries(Loss(4, "the mark was there"), north.state), north.random.randbytes)
    assert north.state.epoch == 5
    assert begins.entries(Loss(4, "told again"), north.state) == ()
    north.start()
    assert north.state.epoch == 5


def test_a_store_that_was_lost_whole_begins_the_next_epoch_in_the_own_name(keys: OwnKeys) -> None:
    store = MemoryStore()
    writer = Writer(store, store.lead(), replay(store.reader()))
    entries = Begins(keys, Clock(100), Witnessed()).entries(Loss(0, "a test"), writer.log.state)
    writer.append(entries, random.Random(1).randbytes)  # noqa: S311 - chance that every run has alike
    first = first_entries(writer.log.state, keys.card, 0)
    assert not any(isinstance(entry, Began) for entry in first)
    writer.append(first, random.Random(2).randbytes)  # noqa: S311 - as above
    again = replay(store.reader()).state
    assert (again.party, again.epoch, again.card) == ("north", 1, print_card(keys.card))
