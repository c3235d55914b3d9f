"""How a log begins and goes on at a start: with a new epoch where the store is an old copy."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace

import structlog

from wellclear.assembly.clock import Clock
from wellclear.assembly.high_water import HighWater, behind
from wellclear.assembly.known_logs import Kept, read_kept
from wellclear.assembly.means import Witnessed, real_means, stated
from wellclear.assembly.own_keys import OwnKeys
from wellclear.assembly.own_signed import newest_cosigned
from wellclear.assembly.snapshots import keep_at_once, replayed_from
from wellclear.centre.decide.recalling import Loss, decide_began
from wellclear.centre.entries.entry import Entry
from wellclear.centre.entries.link import Began, Enrolled
from wellclear.centre.entries.recalling import Unconfirmed
from wellclear.centre.ports.store import Reader, Store
from wellclear.centre.snapshot import Log
from wellclear.centre.state.state import State
from wellclear.centre.writer import Writer
from wellclear.model.card import Card, print_card
from wellclear.trust.key_statement import KeyPurpose, Place

log = structlog.get_logger("wellclear.restoring")


@dataclass(frozen=True, slots=True)
class Found:
    """What a start finds.

    Attributes:
        log: as the store has it.
        long: whether it took long to replay, see `replayed_from`.
        kept: what stands beside it.
        loss: what the store has lost, by the mark outside it; nothing if it is not behind.
    """

    log: Log
    long: bool
    kept: Kept
    loss: Loss | None


def found_in(store: Store, mark: HighWater | None) -> Found:
    """What a store holds, by the mark outside it.

    Args:
        store: of the log.
        mark: outside the store; nothing where none is kept.

    Raises:
        MalformedInput: the log, or what stands beside it, cannot be read.
    """
    with closing(store.reader()) as reader:
        replayed, long = replayed_from(reader)
        return Found(replayed, long, read_kept(reader), loss_by_mark(mark, reader, replayed.state))


def loss_by_mark(file: HighWater | None, reader: Reader, state: State) -> Loss | None:
    """What the mark outside the store says that the store has lost; nothing if it is not behind.

    Args:
        file: of the mark; nothing where none is kept.
        reader: of the store.
        state: as the store has it.
    """
    if file is None or file.newest is None:
        return None
    reason = behind(file.newest, reader)
    return Loss(file.newest.epoch, reason, newest_cosigned(reader, state.party, state.epoch)) if reason else None


def first_entries(state: State, card: Card, now_ms: int) -> list[Entry]:
    """What a log begins with, and what each start says: the own card where it changed, and that nobody confirmed yet.

    Args:
        state: as the store has it.
        card: the own one.
        now_ms: by the own clock.
    """
    content = print_card(card)
    entries: list[Entry] = [] if state.party else [Began(at_ms=now_ms, party=card.party, epoch=0)]
    if state.peers and not state.unconfirmed:
        entries.append(Unconfirmed(at_ms=now_ms))
    if state.card != content:
        entries.append(
            Enrolled(at_ms=now_ms, officer="", party=card.party, root=card.root, card=content, ring=stated(card.ring))
        )
    return entries


class Begins:
    """Begins one log, and new epochs of it.

    Args:
        keys: of the centre.
        clock: of the centre.
        witnessed: what stands beside the log.
    """

    def __init__(self, keys: OwnKeys, clock: Clock, witnessed: Witnessed) -> None:
        self._keys, self._clock, self._witnessed = keys, clock, witnessed
        self._start_ms = clock.now_ms()

    def writer(self, store: Store, term: int, found: Found) -> Writer:
        """The writer of a log that has said what a start says first, with a snapshot where replaying took long.

        Args:
            store: of the log.
            term: in which this process leads.
            found: in the store.

        Raises:
            RuleViolated: another process leads, or as `entries`.
            NotFound: as `entries`.
            OSError: storage failed.
        """
        writer = Writer(store, term, found.log)
        if found.loss is not None:
            writer.append(self.entries(found.loss, found.log.state), secrets.token_bytes)
        first = first_entries(writer.log.state, self._keys.card, self._clock.now_ms())
        if first:
            writer.append(first, secrets.token_bytes)
        if found.long:
            keep_at_once(store, writer)
        return writer

    def entries(self, loss: Loss, state: State) -> Sequence[Entry]:
        """The first entries of a new epoch; none where a later one than the loss names has begun already.

        Raises:
            RuleViolated: `key-none`: no message key holds at the start of the new epoch.
            NotFound: `key-file-missing`: its secret was destroyed.
        """
        if loss.epoch < state.epoch:
            return ()
        if not state.party:  # the store is empty: all that is left is the mark, the card and the keys
            state = replace(state, party=self._keys.card.party)
        epoch = max(state.epoch, loss.epoch) + 1
        signer = self._keys.signer(KeyPurpose.MESSAGE, Place(epoch, 0))
        log.warning("a new epoch begins: the store is an old copy", epoch=epoch, reason=loss.reason)
        return decide_began(state, real_means(self._clock, signer, self._witnessed), loss, self._start_ms)
