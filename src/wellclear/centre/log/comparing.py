"""Comparing what several witnesses were shown of one log.

Two checkpoints of one size speak for themselves. For two of different sizes the log itself must show that the larger
continues the smaller one: a log that showed two histories cannot.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from wellclear.centre.log.known import KnownLog, held_checkpoint
from wellclear.centre.log.lies import verify_one_history
from wellclear.trust.checkpoint import Checkpoint, verify_consistent
from wellclear.trust.note import parse_note

MAX_REMEMBERED: Final = 128
"""Checkpoints of one log that are remembered to be compared: what a log signs in half a minute."""

SETTLES_MS: Final = 500
"""How long two witnesses may be shown checkpoints of different sizes before the log is asked to reconcile them: most
often the same one comes to both within that time."""

AlongWhom = tuple[str, int, str]
"""Party and epoch of a log, and the other witness."""


@dataclass(frozen=True, slots=True)
class Other:
    """What another witness was shown, and was not compared yet.

    Attributes:
        log: whose it is.
        witness: to whom it was shown.
        note: its exact bytes, verified.
        checkpoint: what it states.
        since_ms: when it was heard of.
    """

    log: KnownLog
    witness: str
    note: bytes
    checkpoint: Checkpoint
    since_ms: int


@dataclass(slots=True)
class Views:
    """What the own centre and other witnesses were shown of logs, as far as a running process remembers it.

    Attributes:
        remembered: notes that the own centre co-signed, by log and size.
        others: what is not compared yet; of each log and witness the one that waits for longest.
    """

    remembered: dict[tuple[str, int], OrderedDict[int, bytes]] = field(default_factory=dict)
    others: dict[AlongWhom, Other] = field(default_factory=dict)

    def hold(self, log: KnownLog, note: bytes) -> None:
        """The own centre has co-signed this.

        Raises:
            Fork: another witness was shown another tree of that size.
        """
        kept = self.remembered.setdefault((log.party, log.epoch), OrderedDict())
        kept[held_checkpoint(note, log.origin).size] = note
        while len(kept) > MAX_REMEMBERED:
            kept.popitem(last=False)
        for along, other in list(self.others.items()):
            if along[:2] == (log.party, log.epoch) and self._compared(other):
                del self.others[along]

    def hear(self, log: KnownLog, witness: str, note: bytes, now_ms: int) -> None:
        """Another witness says what it was shown.

        Raises:
            Fork: that contradicts what was shown here.
            VerificationFailed: the log did not sign it.
            MalformedInput: it is no checkpoint.
        """
        kept: Mapping[int, bytes] = self.remembered.get((log.party, log.epoch), {})
        if not kept or _same_text(kept.get(held_checkpoint(note).size), note):  # what is the same needs no verifying
            return
        other = Other(log, witness, note, log.open(note), now_ms)
        if other.checkpoint.size and not self._compared(other):
            self.others.setdefault((log.party, log.epoch, witness), other)

    def unreconciled(self, now_ms: int) -> list[Other]:
        """What the log must now be asked to reconcile with what is held here."""
        return [other for other in self.others.values() if now_ms - other.since_ms >= SETTLES_MS]

    def newest(self, log: KnownLog) -> Checkpoint:
        """The newest checkpoint of a log that was co-signed here; of the empty log if none was."""
        kept = self.remembered.get((log.party, log.epoch))
        return held_checkpoint(next(reversed(kept.values())) if kept else None, log.origin)

    def reconcile(self, other: Other, held: Checkpoint, proof: Iterable[bytes]) -> None:
        """Both views are of one history.

        Args:
            other: what another witness was shown.
            held: what was held here when the proof was asked for.
            proof: that the larger of the two trees continues the smaller one.

        Raises:
            VerificationFailed: the proof does not show that.
        """
        older, newer = sorted((held, other.checkpoint), key=lambda checkpoint: checkpoint.size)
        verify_consistent(older, newer, tuple(proof))
        self.drop(other)

    def drop(self, other: Other) -> None:
        """Wait for it no longer."""
        self.others.pop((other.log.party, other.log.epoch, other.witness), None)

    def _compared(self, other: Other) -> bool:
        """Whether a checkpoint of that size is remembered; it is then the same one.

        Raises:
            Fork: it is not.
        """
        kept: Mapping[int, bytes] = self.remembered.get((other.log.party, other.log.epoch), {})
        held = kept.get(other.checkpoint.size)
        if held is None:
            return False
        verify_one_history(other.log, held, other.note)
        return True


def _same_text(held: bytes | None, note: bytes) -> bool:
    return held is not None and parse_note(held).text == parse_note(note).text
