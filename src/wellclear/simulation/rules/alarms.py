"""S8: an alarm stays until a named officer acknowledges it, also over a restart."""

from __future__ import annotations

from wellclear.centre.entries.alarms import Acknowledged
from wellclear.centre.entries.text import parse_entry
from wellclear.centre.state.state import State
from wellclear.simulation.node import Centre
from wellclear.simulation.rules.rule import Watch
from wellclear.simulation.world import Broken, Step, World


class AlarmsStand(Watch):
    """What stood is there after each step and each restart, unless an officer's name stands beside it."""

    name = "S8"

    def __init__(self) -> None:
        super().__init__()
        self._before: dict[str, State] = {}

    def stepped(self, world: World, step: Step) -> None:
        """Nothing ends an alarm but an officer."""
        del world
        if step.after.state.alarms is step.before.state.alarms:
            return
        acknowledged = {
            entry.alarm
            for outcome in step.outcomes
            for entry in outcome.entries
            if isinstance(entry, Acknowledged) and entry.officer
        }
        self._verify(step.centre.party, step.before.state, step.after.state, acknowledged)

    def crashed(self, world: World, centre: Centre) -> None:
        """Remember what stood."""
        del world
        self._before[centre.party] = centre.state

    def started(self, world: World, centre: Centre, *, restored: bool) -> None:
        """It stands again."""
        del world
        before = self._before.pop(centre.party, None)
        if before is not None and not restored:
            written = centre.disk.kept.epochs[before.epoch][before.index :]
            entries = (parse_entry(record.content) for record in written)
            acknowledged = {entry.alarm for entry in entries if isinstance(entry, Acknowledged) and entry.officer}
            self._verify(centre.party, before, centre.state, acknowledged)

    def _verify(self, party: str, before: State, after: State, acknowledged: set[str]) -> None:
        for name, alarm in before.alarms.items():
            if alarm.acknowledged_by or name in acknowledged:
                continue
            self.chances += 1
            now = after.alarms.get(name)
            if now is None or (now.acknowledged_by and now.raised_ms == alarm.raised_ms):
                raise Broken(self.name, f"{party}'s alarm {alarm.kind} {alarm.party} {alarm.subject} ended by itself")
