"""What an officer would command, from what the own screen shows; nothing where there is nothing to act on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from wellclear.centre import commands
from wellclear.centre.commands import Command
from wellclear.centre.comparing import Compared, effective
from wellclear.centre.state.operations import HeldNotice, OwnOperation
from wellclear.centre.state.state import State
from wellclear.model.agreement.steps import StepKind
from wellclear.protocol.bodies import Settles
from wellclear.protocol.readback.entered import readback_form
from wellclear.simulation.events import Event
from wellclear.simulation.keys import compromised
from wellclear.simulation.plans import content
from wellclear.trust.key_statement import Place


def command(event: Event, state: State) -> Command | None:
    """The command of an act.

    Args:
        event: the act.
        state: what the officer's screen shows.
    """
    return _COMMANDS[event.do](event, state)


def _file(event: Event, state: State) -> Command | None:
    known = state.own.get(event.subject)
    return None if known is not None else commands.File(content=_content(event, state))


def _content(event: Event, state: State) -> bytes:
    return event.content or content(state.party, event.subject, event.plan)


def _name_alone(event: Event, state: State) -> Command | None:
    if event.subject in state.own:
        return None
    filed = content(state.party, event.subject, "crossing")
    return commands.File(content=event.content or filed, place_name=event.text or "the valley", name_alone=True)


def _amend(event: Event, state: State) -> Command | None:
    own = _live(event, state)
    if own is None or event.content == own.filed.content:
        return None
    return commands.File(content=_content_for(event, state, own), amends=own.filed.whole)


def _amend_old(event: Event, state: State) -> Command | None:
    own = _live(event, state)
    return None if own is None else commands.File(content=_content_for(event, state, own), amends=bytes(32))


def _content_for(event: Event, state: State, own: OwnOperation) -> bytes:
    return event.content or content(state.party, own.filed.identifier, event.plan)


def _withdraw(event: Event, state: State) -> Command | None:
    own = _live(event, state)
    return None if own is None else commands.Withdraw(identifier=own.filed.identifier, reason="not flown")


def _read_back(event: Event, state: State) -> Command | None:
    held = _notice(event, state)
    if held is None or held.notice.name_alone:
        return None
    form = readback_form(effective(Compared(held.notice.operation)))
    fields = [(field.name, field.shown) for field in form.fields]
    if event.do == "misread":
        fields.pop()
    return commands.ReadBackNotice(
        party=held.party, identifier=held.notice.identifier, whole=held.notice.whole, fields=tuple(fields)
    )


def _answer(event: Event, state: State) -> Command | None:
    held = _notice(event, state)
    if held is None:
        return None
    return commands.AnswerNotice(
        party=held.party,
        identifier=held.notice.identifier,
        whole=held.notice.whole,
        accept=event.do == "accept",
        reason="" if event.do == "accept" else "our aircraft are there",
    )


def _resolve(event: Event, state: State) -> Command | None:
    """Propose for the first clash of an own operation."""
    for own in _own(event, state):
        for clash in own.verdict.clashes if own.verdict is not None else ():
            if clash.against == "operation":
                moves = event.do == "move"
                return commands.ProposeResolution(
                    party=clash.party,
                    own_identifier=own.filed.identifier,
                    other_identifier=clash.identifier,
                    settles=Settles.MOVE if moves else Settles.PROCEDURE,
                    mover=clash.party if moves else "",
                    text=event.text or "climb to 3,000 m before the valley; both listen on 121.500 MHz",
                )
    return None


def _agree(event: Event, state: State) -> Command | None:
    """Agree to the newest proposal that is open."""
    for resolution in sorted(state.resolutions.values(), key=lambda each: each.envelope, reverse=True):
        if resolution.proposed_by != state.party and not resolution.agreed and event.other in {"", resolution.party}:
            return commands.AgreeResolution(resolve=resolution.envelope)
    return None


def _stop(event: Event, state: State) -> Command | None:
    return commands.SayStop(
        to=(event.other or next(iter(sorted(state.peers))),), about=event.subject, text=_said(event)
    )


def _emergency(event: Event, _state: State) -> Command | None:
    return commands.SayEmergency(text=_said(event), lon_e7=100_000_000, lat_e7=450_000_000)


def _hazard(event: Event, state: State) -> Command | None:
    hazard = content(state.party, f"{event.subject}-DANGER", event.plan or "crossing")
    return commands.DeclareHazard(identifier=event.subject, content=event.content or hazard, cause=_said(event))


def _all_clear(event: Event, state: State) -> Command | None:
    persisting = [each for each in state.hazards.values() if each.party == state.party and not each.ended]
    if not persisting:
        return None
    return commands.EndHazard(identifier=min(each.identifier for each in persisting), reason=event.text or "over")


def _test_call(event: Event, _state: State) -> Command | None:
    return commands.CallTest(to=(event.other,))


def _acknowledge(_event: Event, state: State) -> Command | None:
    waiting = sorted(name for name, alarm in state.alarms.items() if not alarm.acknowledged_by)
    return commands.AcknowledgeAlarm(alarm=waiting[0]) if waiting else None


def _read(event: Event, state: State) -> Command | None:
    held = _notice(event, state)
    return None if held is None else commands.ReadNotice(party=held.party, identifier=held.notice.identifier)


def _step(event: Event, state: State) -> Command | None:
    step = {"suspend": StepKind.SUSPEND, "resume": StepKind.RESUME}[event.do]
    digest = min(held.digest for held in state.agreements.values())
    return commands.StepAgreement(step=step, digest=digest)


def _compromise(_event: Event, state: State) -> Command | None:
    """A second key holds at once; the first was in strange hands for some time already."""
    now = Place(state.epoch, state.index)
    return commands.StateKeys(statements=compromised(state.party, now, Place(now.epoch, now.index * 2 // 3)))


def _said(event: Event) -> str:
    return event.text or "cease and call back"


def _own(event: Event, state: State) -> list[OwnOperation]:
    """Live own operations, the one that is named first."""
    live = [own for _, own in sorted(state.own.items()) if not own.ended]
    return sorted(live, key=lambda own: own.filed.identifier != event.subject)


def _live(event: Event, state: State) -> OwnOperation | None:
    return next(iter(_own(event, state)), None)


def _notice(event: Event, state: State) -> HeldNotice | None:
    """A live notice: of the party that is named, the operation that is named, as far as there is one."""
    live = [held for _, held in sorted(state.notices.items()) if not held.ended]
    wanted = (event.other, event.subject)
    live.sort(key=lambda held: (held.party != wanted[0], held.notice.identifier != wanted[1]))
    return next(iter(live), None)


_COMMANDS: Final[dict[str, Callable[[Event, State], Command | None]]] = {
    "file": _file,
    "amend": _amend,
    "amend-old": _amend_old,
    "withdraw": _withdraw,
    "name-alone": _name_alone,
    "read-back": _read_back,
    "misread": _read_back,
    "accept": _answer,
    "object": _answer,
    "resolve": _resolve,
    "move": _resolve,
    "agree": _agree,
    "stop": _stop,
    "emergency": _emergency,
    "hazard": _hazard,
    "all-clear": _all_clear,
    "test-call": _test_call,
    "acknowledge": _acknowledge,
    "read": _read,
    "suspend": _step,
    "resume": _step,
    "compromise": _compromise,
}
