"""S1, S2 and S6: what is on disk."""

from __future__ import annotations

from wellclear.centre.entries.link import Took
from wellclear.centre.entries.text import parse_entry
from wellclear.centre.snapshot import Log
from wellclear.protocol.bodies import Receipt
from wellclear.protocol.envelope import Kind, envelope_digest
from wellclear.simulation.disk import Disk
from wellclear.simulation.node import Centre
from wellclear.simulation.rules.rule import Watch, read_body, read_envelope
from wellclear.simulation.world import Broken, Packet, Step, World
from wellclear.trust.merkle import EMPTY, Frontier


class SurvivesCrash(Watch):
    """S1: what was published before a crash is in the log after it, and means the same."""

    name = "S1"

    def __init__(self) -> None:
        super().__init__()
        self._published: dict[str, Log] = {}

    def crashed(self, world: World, centre: Centre) -> None:
        """Remember what was published."""
        del world
        self._published[centre.party] = centre.running.log

    def started(self, world: World, centre: Centre, *, restored: bool) -> None:
        """Compare the disk with it.

        Raises:
            Broken: the rule does not hold.
        """
        del world
        published = self._published.pop(centre.party, None)
        if published is None or restored or centre.state.epoch != published.state.epoch:
            return
        self.chances += 1
        place, now = published.state, centre.running.log
        if now.frontier.size < place.index:
            lost = place.index - now.frontier.size
            raise Broken(self.name, f"{centre.party} lost {lost} entries that it had accepted")
        leaves = [record.leaf for record in centre.disk.kept.epochs[place.epoch][: place.index]]
        if EMPTY.extend(leaves) != published.frontier:
            raise Broken(self.name, f"{centre.party}'s log has other entries than those that it had accepted")
        if now.frontier.size == place.index and now.state != place:
            raise Broken(self.name, f"{centre.party}'s log means something else after a replay")


class ReceiptAfterDisk(Watch):
    """S2: the entry that a receipt names is on disk when the receipt leaves, and holds exactly those bytes."""

    name = "S2"

    def __init__(self) -> None:
        super().__init__()
        self._checked: set[bytes] = set()

    def sent(self, world: World, centre: Centre, packet: Packet) -> None:
        """Look at each receipt the first time that it leaves.

        Raises:
            Broken: the rule does not hold.
        """
        del world
        if not isinstance(packet.load, bytes):
            return
        opened = read_envelope(packet.load)
        if opened.envelope.kind is not Kind.RECEIPT or opened.digest in self._checked:
            return
        self._checked.add(opened.digest)
        self.chances += 1
        receipt = read_body(packet.load)
        if not isinstance(receipt, Receipt):
            raise Broken(self.name, "a receipt with another body")
        records = centre.disk.kept.epochs.get(receipt.epoch, [])
        entry = parse_entry(records[receipt.index].content) if receipt.index < len(records) else None
        if not isinstance(entry, Took) or envelope_digest(entry.raw) != receipt.covers:
            raise Broken(self.name, f"{centre.party} sent a receipt for what is not on its disk")


class LogGrows(Watch):
    """S6: every root that a log had within an epoch is one of its tree ever after."""

    name = "S6"

    def __init__(self) -> None:
        super().__init__()
        self._roots: dict[tuple[str, int], dict[int, Frontier]] = {}

    def stepped(self, world: World, step: Step) -> None:
        """The tree grew from what it was by what was written.

        Raises:
            Broken: the rule does not hold.
        """
        del world
        state, frontier = step.after.state, step.after.frontier
        if step.after is step.before:
            return
        self.chances += 1
        known = self._roots.setdefault((step.centre.party, state.epoch), {})
        if known.setdefault(state.index, frontier) != frontier:
            words = f"{step.centre.party} has two trees of {state.index} entries in epoch {state.epoch}"
            raise Broken(self.name, words)

    def started(self, world: World, centre: Centre, *, restored: bool) -> None:
        """The log goes on from a tree that it had, or from one that nobody saw."""
        del world, restored
        self._verify(centre.party, centre.disk)

    def ended(self, world: World) -> None:
        """All roots once more, from the disk."""
        for party, centre in world.centres.items():
            if world.honest(party):
                self._verify(party, centre.disk)

    def _verify(self, party: str, disk: Disk) -> None:
        for epoch, records in disk.kept.epochs.items():
            known, frontier = self._roots.get((party, epoch), {}), EMPTY
            newest_epoch = epoch == max(disk.kept.epochs)
            for size, record in enumerate(records, 1):
                frontier = frontier.append(record.leaf)
                if known.get(size, frontier) != frontier:
                    raise Broken(self.name, f"{party}'s tree of {size} entries in epoch {epoch} is another one now")
            if newest_epoch and max(known, default=0) > len(records):
                raise Broken(self.name, f"{party}'s log has fewer entries in epoch {epoch} than it once had")
