"""What an incident is: an operation, notice, hazard, call, alarm or agreement, or a length of time."""

from __future__ import annotations

from dataclasses import dataclass

from wellclear.centre.agreeing import read
from wellclear.centre.commands import ExportEvidence
from wellclear.centre.state.state import State, key
from wellclear.errors import NotFound, RuleViolated

_DIGEST_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Incident:
    """What entries are sought by.

    Attributes:
        words: as it was asked for.
        subjects: parties' operations, hazards and calls, see `wellclear.centre.state.state.key`; of no party,
            agreements by identifier and by hexadecimal digest.
        alarm: an alarm's identifier; empty for none.
        agreements: digests.
        from_ms: entries of this length of time, whatever they are about.
        until_ms: its end, excluded; 0 where no time is asked for.
    """

    words: str
    subjects: frozenset[str] = frozenset()
    alarm: str = ""
    agreements: frozenset[bytes] = frozenset()
    from_ms: int = 0
    until_ms: int = 0


def sought(state: State, command: ExportEvidence) -> Incident:
    """The incident that a command asks for; errors as `incident_named` and `incident_between`.

    Raises:
        RuleViolated: `incident-both`: a name together with a time, or neither.
    """
    if bool(command.about) is bool(command.until_ms):
        raise RuleViolated("a name, or a length of time", code="incident-both", at="about", wanted="one of them")
    if command.about:
        return incident_named(state, command.about)
    return incident_between(command.from_ms, command.until_ms)


def incident_between(from_ms: int, until_ms: int) -> Incident:
    """Everything of a length of time.

    Raises:
        RuleViolated: `incident-window`: it ends before it begins.
    """
    if not 0 <= from_ms < until_ms:
        raise RuleViolated("the time ends before it begins", code="incident-window", at="until_ms")
    return Incident(f"from {from_ms} until {until_ms} ms UTC", from_ms=from_ms, until_ms=until_ms)


def incident_named(state: State, about: str) -> Incident:
    """What a name means at a centre.

    Args:
        state: of the centre.
        about: IDENTIFIER of an operation, hazard or call, the own party's before others'; PARTY/IDENTIFIER; an alarm's
            identifier; an agreement's identifier, or the start of its digest.

    Raises:
        NotFound: `incident-unknown`.
        RuleViolated: `incident-ambiguous`: several parties call something so.
    """
    own = (key(state.party, identifier) for identifier in state.own)
    known = {*own, *state.notices, *state.hazards, *state.calls}
    party, slash, rest = about.partition("/")
    if key(state.party, about) in known:
        return Incident(about, subjects=frozenset({key(state.party, about)}))
    if slash and key(party, rest) in known:
        return Incident(about, subjects=frozenset({key(party, rest)}))
    typed = " ".join(about.split())
    alarm = next((name for name in state.alarms if " ".join(name.split()) == typed), "")
    if alarm:
        return Incident(about, alarm=alarm)
    held = [held for held in state.agreements.values() if _is_called(held.text, held.digest, about)]
    if held:
        names = {one.digest.hex() for one in held} | {read(one.text).identifier for one in held}
        subjects = frozenset(key("", name) for name in names)
        return Incident(about, subjects=subjects, agreements=frozenset(one.digest for one in held))
    return Incident(about, subjects=frozenset({_of_one_peer(state, known, about)}))


def _is_called(text: bytes, digest: bytes, about: str) -> bool:
    starts = len(about) >= _DIGEST_DIGITS and digest.hex().startswith(about)
    return starts or read(text).identifier == about


def _of_one_peer(state: State, known: set[str], about: str) -> str:
    found = sorted(party for party in state.peers if key(party, about) in known)
    if not found:
        raise NotFound(
            f"nothing here is called {about[:80]!r}",
            code="incident-unknown",
            at="about",
            wanted="IDENTIFIER, PARTY/IDENTIFIER, an alarm, an agreement, or --from and --until",
        )
    if len(found) > 1:
        wanted = " or ".join(f"{party}/{about}" for party in found)
        raise RuleViolated("several parties call something so", code="incident-ambiguous", at="about", wanted=wanted)
    return key(found[0], about)
