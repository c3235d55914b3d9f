"""By which pins a counterparty's server is known now."""

from __future__ import annotations

from wellclear.centre.entries.link import StatedRing
from wellclear.trust.key_statement import KeyPurpose, Place


def pins_of(ring: StatedRing, newest: Place) -> frozenset[bytes]:
    """The TLS keys of a counterparty that its server may show.

    A key that is to hold from a later place on counts already: while the line was cut the counterparty's log went on.
    One that was ever compromised does not, from the moment that it was learned of.

    Args:
        ring: what its root stated.
        newest: the newest place of its log that is known, from a checkpoint or an envelope.

    Returns:
        Pins of 32 bytes; none if every key has ended.
    """
    return frozenset(
        record.key
        for record in ring.records
        if record.purpose == KeyPurpose.TLS
        and record.compromised is None
        and (record.retired is None or newest < Place(*record.retired))
    )
