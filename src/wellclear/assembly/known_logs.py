"""What a running centre holds beside its log about logs: the own checkpoints, cosignatures, and others' logs."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Protocol, TypeVar

from wellclear.centre.entries.link import Condition, StatedRing
from wellclear.centre.inputs import Input
from wellclear.centre.log.known import KnownLog, held_checkpoint, known_log
from wellclear.centre.log.lies import parse_lie
from wellclear.centre.log.origin import CHECKPOINT, COSIGNED, COSIGNED_BEFORE, LIE, WITNESSED, origin_of, place_of
from wellclear.centre.ports.store import Reader
from wellclear.centre.snapshot import Log
from wellclear.centre.state.state import State
from wellclear.errors import MalformedInput
from wellclear.protocol.witnessing import Lie
from wellclear.trust.ed25519 import Verifier
from wellclear.trust.key_statement import Place
from wellclear.trust.note import parse_note
from wellclear.trust.signing import SigningKey

_ORIGIN: Final = re.compile(r"wellclear\.log/(?P<party>[^/]{1,80})/(?P<epoch>0|[1-9]\d{0,9})")
_T = TypeVar("_T")

LogPlace = tuple[str, int]
"""Party and epoch of a log."""


class House(Protocol):
    """The centre, as the parts that sign and witness see it. Everything is called from its event loop."""

    @property
    def log(self) -> Log:
        """The log as far as it is on disk."""

    @property
    def state(self) -> State:
        """What is on disk."""

    @property
    def leads(self) -> bool:
        """Whether the writer could commit a moment ago; where not, nothing is signed."""

    def log_signer(self, place: Place) -> SigningKey:
        """The log key that holds at a place of the own log."""

    def now_ms(self) -> int:
        """UTC by the centre's clock."""

    def reader(self) -> Reader:
        """A reader of the store on a connection of its own, to be closed by who asked for it."""

    async def keep(self, beside: Mapping[str, bytes]) -> None:
        """Keep something beside the log, durable on return."""

    def tell(self, taken: Input) -> None:
        """Put an input before the writer, whose outcome nobody waits for."""

    def announce(self) -> None:
        """There is something to say or ask about logs."""


@dataclass(slots=True)
class Kept:
    """What stands beside the log, as it was when it was read or kept last.

    Maps are replaced as a whole, never changed: the writer's thread reads them.

    Attributes:
        own: the newest own checkpoint, as a note.
        cosigned: the newest own checkpoint of the newest epoch that each witness co-signed.
        cosigned_before: the last ones of earlier epochs, by witness and epoch.
        witnessed: the newest checkpoint of each log that was co-signed here.
        lies: proofs that logs lied.
    """

    own: bytes = b""
    cosigned: Mapping[str, bytes] = field(default_factory=dict)
    cosigned_before: Mapping[LogPlace, bytes] = field(default_factory=dict)
    witnessed: Mapping[LogPlace, bytes] = field(default_factory=dict)
    lies: Mapping[LogPlace, Lie] = field(default_factory=dict)

    def newest(self) -> dict[str, tuple[int, bytes]]:
        """Epoch and note of the newest life of each log that was co-signed here, by party in order."""
        return {party: (epoch, note) for (party, epoch), note in sorted(self.witnessed.items())}

    def cosigned_size(self, party: str, epoch: int, witness: str) -> int:
        """How many entries of an epoch of the own log a witness has co-signed."""
        checkpoint = held_checkpoint(self.cosigned.get(witness))
        return checkpoint.size if checkpoint.origin == origin_of(party, epoch) else 0


def read_kept(reader: Reader) -> Kept:
    """What stands beside the log.

    Args:
        reader: of the store.

    Raises:
        MalformedInput: something there cannot be read.
    """

    def named(prefix: str) -> dict[str, bytes]:
        found = {name: reader.beside(name) for name in reader.names(prefix)}
        return {name: content for name, content in found.items() if content is not None}

    return Kept(
        reader.beside(CHECKPOINT) or b"",
        {name.removeprefix(COSIGNED): note for name, note in named(COSIGNED).items()},
        {place_of(COSIGNED_BEFORE, name): note for name, note in named(COSIGNED_BEFORE).items()},
        {place_of(WITNESSED, name): note for name, note in named(WITNESSED).items()},
        {place_of(LIE, name): parse_lie(content) for name, content in named(LIE).items()},
    )


def log_of(state: State, own_ring: StatedRing, party: str, epoch: int) -> KnownLog | None:
    """A log by the keys that are stated now; nothing where its party is not enrolled.

    Args:
        state: of the centre.
        own_ring: the own keys.
        party: whose log; the own party's too.
        epoch: of it.
    """
    peer = state.peers.get(party)
    if party == state.party:
        return known_log(own_ring, epoch, verifier_of)
    return None if peer is None else known_log(peer.ring, epoch, verifier_of)


@lru_cache(maxsize=1_024)
def verifier_of(public: bytes) -> Verifier:
    """A key that verifies, from 32 bytes that were enrolled."""
    return Verifier(public)


def log_named(note: bytes) -> LogPlace:
    """Party and epoch that a note claims to be of; nothing of it is verified.

    Raises:
        MalformedInput: it names no log of a party.
    """
    origin = parse_note(note).text.split("\n", 1)[0]
    found = _ORIGIN.fullmatch(origin)
    if found is None:
        raise MalformedInput(
            "the checkpoint is of no party's log", code="checkpoint-origin", wanted=origin_of("NAME", 0)
        )
    return found["party"], int(found["epoch"])


def is_live(state: State, party: str) -> bool:
    """Whether the link to a counterparty is live."""
    peer = state.peers.get(party)
    return peer is not None and peer.condition is Condition.LIVE


async def read_store(house: House, work: Callable[[Reader], _T]) -> _T:
    """Read the store off the event loop.

    Args:
        house: the centre.
        work: what is done with a reader.
    """

    def with_reader() -> _T:
        reader = house.reader()
        try:
            return work(reader)
        finally:
            reader.close()

    return await asyncio.to_thread(with_reader)
