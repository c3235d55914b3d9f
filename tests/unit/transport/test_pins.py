from __future__ import annotations

import pytest

from wellclear.centre.entries.link import StatedKey, StatedRing
from wellclear.transport.pins import pins_of
from wellclear.trust.key_statement import Place

FIRST, SECOND, STOLEN, MESSAGE = (bytes((number,)) * 32 for number in range(4))
RING = StatedRing(
    "north",
    (
        StatedKey("message", MESSAGE, (0, 0)),
        StatedKey("tls", STOLEN, (0, 0), compromised=(0, 90)),
        StatedKey("tls", FIRST, (0, 0), retired=(1, 20)),
        StatedKey("tls", SECOND, (1, 10)),
    ),
    6,
    bytes(32),
)


@pytest.mark.parametrize(
    ("newest", "pins"),
    [
        (Place(0, 0), {FIRST, SECOND}),
        (Place(0, 89), {FIRST, SECOND}),
        (Place(1, 19), {FIRST, SECOND}),
        (Place(1, 20), {SECOND}),
        (Place(2, 0), {SECOND}),
    ],
)
def test_a_server_shows_what_holds_or_will_hold_and_nothing_stolen(newest: Place, pins: set[bytes]):
    assert pins_of(RING, newest) == pins


def test_where_all_has_ended_nothing_is_left():
    assert pins_of(StatedRing("north", RING.records[:2], 3, bytes(32)), Place(0, 0)) == frozenset()
