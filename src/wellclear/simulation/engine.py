"""Runs a schedule: one event after the other on a virtual clock, with every rule watching."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from itertools import count
from typing import Final

from wellclear.centre.inputs import Act, Arrived, Beat, Input, LieProven
from wellclear.centre.log.lies import Fork
from wellclear.centre.snapshot import Log
from wellclear.centre.writer import MAX_BATCH
from wellclear.errors import WellclearError
from wellclear.protocol.envelope import Kind, Lane
from wellclear.protocol.recall import Answer, Question
from wellclear.protocol.witnessing import Lie
from wellclear.simulation.chance import stream
from wellclear.simulation.disk import Disk, PowerLost
from wellclear.simulation.events import ACTS, Event
from wellclear.simulation.faults import COPIES, lasts, mend, strike
from wellclear.simulation.founding import founded
from wellclear.simulation.keys import Keyring
from wellclear.simulation.liar import Liar, forged
from wellclear.simulation.network import Network
from wellclear.simulation.node import Centre
from wellclear.simulation.officers import command
from wellclear.simulation.recalling import answer, question, taken_back
from wellclear.simulation.rules.rule import Watch
from wellclear.simulation.schedule import Schedule
from wellclear.simulation.tale import tell_step
from wellclear.simulation.witnesses import Carried, Wanted, compare, offer, sign, take, witnessed
from wellclear.simulation.world import Beating, Packet, Rule, Step, World
from wellclear.trust.key_statement import Place

TICK_MS: Final = 2_000
"""How often a centre looks at the time and shows that it is alive: the agreement's heartbeat."""

FLUSH_MS: Final = 5
"""How long a batch takes to be on disk."""

START_AGAIN_MS: Final = 1_500
"""When a process starts again that a power failure ended."""

_SAFETY: Final = frozenset({"stop", "emergency", "hazard", "all-clear"})
_Action = Callable[[], None]


class Engine:
    """One run.

    Attributes:
        world: as it is.
        rules: what watches.
    """

    def __init__(self, schedule: Schedule, rules: Sequence[Rule], *, tracing: bool = False) -> None:
        keyring = Keyring(schedule.real_keys)
        made = founded(schedule.parties, schedule.disclosure, schedule.start_ms, schedule.area, real=schedule.real_keys)
        centres = {
            party: Centre(party, Disk(kept.copy()), keyring, stream(schedule.seed, "centre", party))
            for party, (kept, _) in made.items()
        }
        self.world = World(schedule, centres, Network(schedule.seed), tracing=tracing)
        self.rules = rules
        self._steps = [rule.stepped for rule in rules if type(rule).stepped is not Watch.stepped]
        self._sendings = [rule.sent for rule in rules if type(rule).sent is not Watch.sent]
        self._chance = stream(schedule.seed, "engine")
        self._agenda: list[tuple[int, int, _Action]] = []
        self._newest: dict[tuple[str, str], bytes] = {}
        self._order = count()
        self._liar = Liar(self.world, self._chance, self._transmit) if schedule.liar else None
        for number, (party, (_, log)) in enumerate(made.items()):
            self._open(centres[party], log, number)

    def run(self) -> World:
        """Run to the end.

        Raises:
            Broken: a rule does not hold.
        """
        schedule = self.world.schedule
        for event in schedule.events:
            self._at(schedule.start_ms + event.at_ms, lambda event=event: self._happen(event))  # type: ignore[misc] # a lambda's default has no type
        self._at(schedule.start_ms + schedule.heal_ms, self._heal)
        end_ms = schedule.start_ms + schedule.end_ms
        while self._agenda and self._agenda[0][0] <= end_ms:
            self.world.now_ms, _, action = heapq.heappop(self._agenda)
            action()
        self.world.now_ms = end_ms
        for rule in self.rules:
            rule.ended(self.world)
        return self.world

    def _at(self, at_ms: int, action: _Action) -> None:
        heapq.heappush(self._agenda, (at_ms, next(self._order), action))

    def _after(self, delay_ms: int, action: _Action) -> None:
        self._at(self.world.now_ms + delay_ms, action)

    def _open(self, centre: Centre, log: Log, number: int) -> None:
        """Start a founded centre, its peers heard just now, and its ticks."""
        centre.start(self.world.now_ms, log)
        centre.backup = centre.disk.kept.copy()
        centre.mark = centre.disk.end()
        centre.heard_ms = {party: self.world.now_ms for party in self.world.centres if party != centre.party}
        self._after(137 * (number + 1), lambda: self._tick(centre))

    def _happen(self, event: Event) -> None:
        """An act, or a fault."""
        world, centre = self.world, self.world.centres.get(event.party)
        if event.do == "note" or centre is None:
            world.tell(event.party, event.text)
            return
        if event.do in ACTS:
            self._act(centre, event)
            return
        struck = self._end_or_send(centre, event) or strike(world, event)
        if struck:
            world.faults[event.do] += event.do != "backup"
            world.tell(event.party, f"FAULT {event}")
        if lasts(event):
            self._after(event.for_ms, lambda: mend(world, event))

    def _act(self, centre: Centre, event: Event) -> None:
        """What an officer does at the screen of a running centre."""
        if centre.writer is None:
            return
        if event.text:
            self.world.tell(event.party, event.text)
        asked = command(event, centre.state)
        if asked is None:
            return
        centre.changing_key |= event.do == "compromise"
        act = Act(f"officer of {centre.party}", "duty-officer", asked)
        self._put(centre, centre.party, act, safety=event.do in _SAFETY)

    def _end_or_send(self, centre: Centre, event: Event) -> bool:
        """Faults that end a process or send something."""
        if event.do == "lie" and self._liar is not None:
            return self._liar.lie(event)
        if event.do in {"crash", "restore"} and centre.writer is not None:
            self._crash(centre, 500 + event.for_ms % 4_000, restored=event.do == "restore")
            return True
        if event.do in {"flood", "garbage"} and centre.writer is not None:
            return self._send_much(event)
        return False

    def _send_much(self, event: Event) -> bool:
        """Old envelopes again and again, and a STOP of someone else at the same time; or bytes that nobody signed."""
        envelope = self._newest.get((event.party, event.other), b"")
        if event.do == "garbage":
            self._arrive(Packet(event.party, event.other, forged(self._chance, envelope)))
            return True
        if not envelope:
            return False
        for _ in range(COPIES):
            self._arrive(Packet(event.party, event.other, envelope))
        other = next((party for party in self.world.centres if party not in {event.party, event.other}), "")
        if other:
            self._happen(Event(event.at_ms, "stop", other, other=event.other))
        return True

    def _tick(self, centre: Centre) -> None:
        """Look at the time, show that it is alive, send again what is due."""
        self._after(TICK_MS, lambda: self._tick(centre))
        if centre.writer is None:
            return
        self._put(centre, centre.party, centre.tick(self.world.now_ms), safety=False)
        for turned in centre.turned_away():
            self._put(centre, centre.party, turned, safety=False)
        for party in sorted(centre.state.peers):
            self._beat(centre, party)
            self._ask(centre, party)
            self._pump(centre, party)
        if self.world.now_ms // TICK_MS % 3 == 0 and centre.disk.cut is None:
            self._checkpoint(centre)

    def _ask(self, centre: Centre, party: str) -> None:
        """Ask for what a restored centre lacks."""
        asked = question(centre, party)
        if asked is not None:
            self._send(centre, Packet(centre.party, party, asked))

    def _take_back(self, centre: Centre, given: Answer) -> None:
        """Put what came back before the writer, and ask for more."""
        for taken in taken_back(centre, given):
            safety = isinstance(taken, Arrived) and taken.opened.envelope.lane is Lane.SAFETY
            self._put(centre, given.party, taken, safety=safety)
        if given.then is not None:
            self._ask(centre, given.party)

    def _checkpoint(self, centre: Centre) -> None:
        """Sign the log, and offer that to each witness."""
        if sign(centre):
            for party in sorted(centre.state.peers):
                self._offer(centre, party)

    def _offer(self, centre: Centre, witness: str) -> None:
        """Offer the newest checkpoint to a witness that has not co-signed it."""
        split = self._liar.split if self._liar is not None and not self.world.honest(centre.party) else None
        offered = offer(centre, self.world.logs[centre.party], witness, split)
        if offered is not None:
            self._send(centre, Packet(centre.party, witness, offered))

    def _take_of_logs(self, centre: Centre, sender: str, carried: Carried) -> None:
        """What another centre says of logs: answered, and a proof of a lie told to all."""
        held = self.world.logs[centre.party]
        asked = held.wanted.get((sender, centre.state.epoch))
        try:
            answer = take(centre, held, sender, carried, self.world.now_ms // 1_000)
        except Fork:
            self._tell_proof(centre, sender)
            return
        if isinstance(carried, Lie):
            self._keep_proofs(centre)
        if answer is not None:
            self._send(centre, Packet(centre.party, sender, answer))
        if isinstance(carried, Wanted) and held.wanted.get((sender, centre.state.epoch)) != asked:
            self._offer(centre, sender)

    def _tell_proof(self, centre: Centre, liar: str) -> None:
        proof = self.world.logs[centre.party].proofs[liar]
        self.world.tell(centre.party, f"PROOF that {liar} signed two trees of one size")
        self._keep_proofs(centre)
        for party in sorted(centre.state.peers):
            self._send(centre, Packet(centre.party, party, proof))

    def _keep_proofs(self, centre: Centre) -> None:
        """Put the proofs of lies before the writer; what is in the log already changes nothing."""
        for _, lie in sorted(self.world.logs[centre.party].proofs.items()):
            self._put(centre, centre.party, LieProven(lie), safety=False)

    def _put(self, centre: Centre, source: str, taken: Input, *, safety: bool) -> None:
        centre.put(source, taken, safety=safety)
        self._wake(centre, self._chance.randrange(FLUSH_MS + 1))

    def _wake(self, centre: Centre, delay_ms: int) -> None:
        if not centre.batch_due:
            centre.batch_due = True
            starts = centre.starts
            self._after(delay_ms, lambda: self._batch(centre, starts))

    def _batch(self, centre: Centre, starts: int) -> None:
        """Take one batch of the inputs that wait, and release what it made."""
        if centre.writer is None or centre.starts != starts:
            return
        world, centre.batch_due = self.world, False
        inputs = centre.inbox.take(MAX_BATCH)
        before = centre.writer.log
        try:
            outcomes = centre.writer.take(inputs, centre.means_in_turn(inputs, world.now_ms))
        except PowerLost as lost:
            world.tell(centre.party, f"power lost: {lost}")
            self._crash(centre, START_AGAIN_MS, restored=False)
            return
        centre.mark = centre.disk.end()
        world.inputs += len(inputs)
        step = Step(centre, inputs, outcomes, before, centre.writer.log)
        if step.after is not before:
            newest = centre.disk.kept.epochs[centre.mark.epoch][-1]
            world.stamp(centre.party, newest.leaf)
        if world.tracing:
            tell_step(world, step)
        if world.honest(centre.party):
            for watch in self._steps:
                watch(world, step)
        self._release(step)
        if len(centre.inbox):
            self._wake(centre, FLUSH_MS)

    def _release(self, step: Step) -> None:
        """Send what the batch said, and acknowledge what it took."""
        centre, sources = step.centre, set[str]()
        for taken in step.inputs:
            if isinstance(taken, Arrived):
                sources.add(taken.opened.envelope.sender)
            elif isinstance(taken, Beat):
                sources.add(taken.party)
        for party, peer in sorted(centre.state.peers.items()):
            said = peer.out is not step.before.state.peers[party].out
            if said or party in sources:
                sent = self._pump(centre, party)
                if not sent and any(isinstance(taken, Arrived) for taken in step.inputs) and party in sources:
                    self._beat(centre, party)

    def _pump(self, centre: Centre, party: str) -> int:
        sent = 0
        for raw in centre.due(party, self.world.now_ms):
            self._newest[centre.party, party] = raw
            self._send(centre, Packet(centre.party, party, raw))
            sent += 1
        return sent

    def _beat(self, centre: Centre, party: str) -> None:
        beating = Beating(centre.holds(party), witnessed(centre, party), centre.state.epoch)
        self._send(centre, Packet(centre.party, party, beating))

    def _send(self, centre: Centre, packet: Packet) -> None:
        """A packet leaves a centre."""
        if self.world.honest(centre.party):
            for watch in self._sendings:
                watch(self.world, centre, packet)
        cut = self.world.network.line(packet.sender, packet.recipient).cut
        down = self.world.centres[packet.recipient].writer is None
        centre.causes[packet.recipient] = "unreachable" if down else "not answering" if cut else ""
        self._transmit(packet)

    def _transmit(self, packet: Packet) -> None:
        """Put a packet on its line."""
        line = self.world.network.line(packet.sender, packet.recipient)
        for arrives_ms in line.arrivals_ms(self.world.now_ms):
            self._at(arrives_ms, lambda: self._arrive(packet))

    def _arrive(self, packet: Packet) -> None:
        """A packet comes to a centre; what cannot be verified is counted and goes no further."""
        centre = self.world.centres[packet.recipient]
        if centre.writer is None:
            return
        if isinstance(packet.load, Beating):
            centre.heard_ms[packet.sender] = self.world.now_ms
            self._put(centre, packet.sender, Beat(packet.sender, packet.load.holds, packet.load.epoch), safety=False)
            self._compare(centre, packet.sender, packet.load)
            return
        if isinstance(packet.load, Question):
            self._send(centre, Packet(centre.party, packet.sender, answer(centre, packet.load)))
            return
        if isinstance(packet.load, Answer):
            self._take_back(centre, packet.load)
            return
        if not isinstance(packet.load, bytes):
            if centre.disk.cut is None:
                self._take_of_logs(centre, packet.sender, packet.load)
            return
        try:
            opened = centre.opened(packet.load)
        except WellclearError as refused:
            centre.turn_away(packet.sender, refused.code)
            return
        centre.heard_ms[packet.sender] = self.world.now_ms
        safety = opened.envelope.kind in {Kind.STOP, Kind.EMERGENCY, Kind.HAZARD, Kind.ALL_CLEAR}
        self._put(centre, packet.sender, Arrived(opened), safety=safety)

    def _compare(self, centre: Centre, witness: str, beating: Beating) -> None:
        """Compare what another witness was shown; a lie is told to all."""
        held = self.world.logs[centre.party]
        known = set(held.proofs)
        try:
            compare(centre, held, witness, beating.notes)
        except Fork:
            for liar in sorted(set(held.proofs) - known):
                self._tell_proof(centre, liar)

    def _crash(self, centre: Centre, down_ms: int, *, restored: bool) -> None:
        """End a process, and start it again later, perhaps over an older copy of its disk."""
        if self.world.honest(centre.party):
            for rule in self.rules:
                rule.crashed(self.world, centre)
        centre.stop()
        if restored and centre.backup is not None:
            term, centre.disk = centre.disk.kept.term, Disk(centre.backup.copy())
            centre.disk.kept.term = term
        self._after(down_ms, lambda: self._start(centre, restored=restored))

    def _start(self, centre: Centre, *, restored: bool) -> None:
        """Start a process again; a disk behind the mark begins a new epoch."""
        if centre.writer is not None:
            return
        centre.disk.cut = None
        centre.start(self.world.now_ms)
        self.world.tell(centre.party, "started again")
        if self._behind(centre):
            centre.restored = True
            centre.begin_epoch("the disk is behind the mark", self.world.now_ms)
        centre.mark = centre.disk.end()
        self._keep_proofs(centre)
        if self.world.honest(centre.party):
            for rule in self.rules:
                rule.started(self.world, centre, restored=restored)

    @staticmethod
    def _behind(centre: Centre) -> bool:
        """Whether the disk is older than the log once was."""
        end = centre.disk.end()
        return Place(end.epoch, end.index) < centre.mark

    def _heal(self) -> None:
        """End all faults."""
        self.world.network.heal()
        for centre in self.world.centres.values():
            centre.clock.mend()
            centre.disk.cut = None
