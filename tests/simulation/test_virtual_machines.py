from __future__ import annotations

from random import Random

import pytest

from wellclear.centre.inputs import Beat, Tick
from wellclear.centre.ports.store import Batch, Record
from wellclear.errors import NotFound, RuleViolated, VerificationFailed
from wellclear.protocol.envelope import Held
from wellclear.simulation.chance import stream
from wellclear.simulation.clock import VirtualClock
from wellclear.simulation.disk import Cut, Disk, PowerLost
from wellclear.simulation.inbox import Inbox
from wellclear.simulation.keys import Keyring, real_key, stand_in
from wellclear.simulation.network import Network
from wellclear.trust.key_statement import Place

RECORD = Record(b"{}", bytes(32), bytes(32))


def batch(epoch: int, index: int) -> Batch:
    return Batch(Place(epoch, index), (RECORD,), beside={"mark": b"x"})


@pytest.mark.parametrize(("cut", "kept"), [(Cut.BEFORE, 0), (Cut.TORN, 0), (Cut.AFTER, 1)])
def test_a_disk_keeps_all_of_a_batch_or_nothing(cut: Cut, kept: int):
    disk = Disk()
    term = disk.lead()
    disk.cut = cut
    with pytest.raises(PowerLost):
        disk.write(term, batch(0, 0))
    assert disk.reader().size(0) == kept
    assert disk.cut is None


def test_a_disk_refuses_old_terms_and_places():
    disk = Disk()
    old, new = disk.lead(), disk.lead()
    with pytest.raises(RuleViolated, match="another writer"):
        disk.write(old, batch(0, 0))
    with pytest.raises(RuleViolated, match="does not continue"):
        disk.write(new, batch(0, 1))
    disk.write(new, batch(0, 0))
    disk.write(new, batch(2, 0))
    assert disk.end() == Place(2, 1)
    reader = disk.reader()
    assert reader.beside("mark") == b"x"
    assert reader.names("m") == ["mark"]
    assert reader.node(0, 0, 0) == RECORD.leaf
    with pytest.raises(NotFound):
        list(reader.records(Place(0, 0), 2))
    with pytest.raises(NotFound):
        reader.node(0, 1, 0)


def test_a_copy_of_a_disk_does_not_change_with_it():
    disk = Disk()
    term = disk.lead()
    copy = disk.kept.copy()
    disk.write(term, batch(0, 0))
    assert Disk(copy).end() == Place(0, 0)


def test_a_good_line_keeps_the_order_and_a_bad_one_does_what_it_is_told():
    network = Network(7)
    line = network.line("north", "south")
    arrivals = [at for now in range(200) for at in line.arrivals_ms(now)]
    assert len(arrivals) == 200
    assert arrivals == sorted(arrivals)
    line.lost_permille = 500
    assert 60 < sum(1 for _ in range(200) for _ in line.arrivals_ms(0)) < 140
    line.heal()
    line.repeated_permille = 1_000
    assert len(list(line.arrivals_ms(0))) == 2
    network.heal()
    line.cut = True
    assert list(line.arrivals_ms(0)) == []


def test_a_clock_that_jumps_unnoticed_claims_too_little():
    clock = VirtualClock()
    clock.jump(-5_000, noticed=False)
    assert (clock.read_ms(10_000), clock.error_ms) == (5_000, 20)
    clock.jump(1_000, noticed=True)
    assert clock.error_ms == 4_000
    clock.mend()
    assert (clock.read_ms(10_000), clock.error_ms) == (10_000, 20)


def test_safety_goes_first_and_the_others_take_turns():
    inbox, tick = Inbox(), Tick()
    for number in range(3):
        inbox.put("east", Beat("east", Held(0, number, 0)), safety=False)
    inbox.put("west", Beat("west", Held()), safety=False)
    inbox.put("own", tick, safety=True)
    assert len(inbox) == 5
    taken = inbox.take(4)
    assert taken[0] is tick
    assert [beat.party for beat in taken[1:] if isinstance(beat, Beat)] == ["east", "west", "east"]
    assert len(inbox.take(64)) == 1


def test_a_stand_in_has_the_real_public_half_and_takes_its_own_signature_alone():
    key = stand_in("north", "message")
    assert key.public == real_key("north", "message").verifier.public
    key.verify(b"words", key.sign(b"words"))
    with pytest.raises(VerificationFailed):
        key.verify(b"words", stand_in("south", "message").sign(b"words"))
    with pytest.raises(VerificationFailed):
        Keyring(real=False).verifier("north", stand_in("south", "message").public)


def test_streams_of_one_seed_do_not_touch_each_other():
    assert stream(1, "a").random() == stream(1, "a").random()
    assert stream(1, "a").random() != stream(1, "b").random()
    assert isinstance(stream(1), Random)
