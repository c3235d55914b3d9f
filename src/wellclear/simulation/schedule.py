"""From a seed, what is done and what goes wrong: at least ten faults, two conflicting operations and an amendment."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

from wellclear.simulation.agreement import DISCLOSURES, USUAL_AREA
from wellclear.simulation.chance import stream
from wellclear.simulation.events import LIES, Event
from wellclear.simulation.plans import PARTIES, START_MS

HEAL_MS: Final = 36_000
"""When all faults end."""

END_MS: Final = 60_000
"""When a schedule ends, quiet since it healed: longer than the alarm time, the receipt's deadline and ten seconds.

Of two centres alone, which have less to say, twice that.
"""

LEAST_FAULTS: Final = 10
"""Faults of a schedule, at least."""

LEAST_INPUTS: Final = 200
"""Inputs of a schedule, at least."""

REAL_KEYS_EVERY: Final = 100
"""One schedule of so many signs with Ed25519."""

NAMES: Final = ("ALPHA", "BRAVO")
"""What operations are called."""

_ACTS: Final = (
    ("file", 4),
    ("amend", 4),
    ("amend-old", 1),
    ("withdraw", 2),
    ("name-alone", 1),
    ("read-back", 2),
    ("misread", 1),
    ("accept", 3),
    ("object", 2),
    ("resolve", 5),
    ("move", 1),
    ("agree", 6),
    ("stop", 2),
    ("emergency", 1),
    ("hazard", 1),
    ("all-clear", 1),
    ("test-call", 1),
    ("acknowledge", 3),
    ("read", 1),
)
_FAULTS: Final = (
    ("slow", 2),
    ("lossy", 2),
    ("repeating", 3),
    ("reordering", 2),
    ("cut", 2),
    ("split", 2),
    ("crash", 2),
    ("crash-unwritten", 1),
    ("crash-torn", 2),
    ("crash-unanswered", 2),
    ("restore", 1),
    ("clock-jump", 1),
    ("clock-doubt", 1),
    ("flood", 1),
    ("garbage", 1),
)
_LINE_FAULTS: Final = frozenset({"slow", "lossy", "repeating", "reordering", "cut", "split", "flood", "garbage"})


@dataclass(frozen=True, slots=True)
class Schedule:
    """All of a run that is not decided by the centres.

    Attributes:
        seed: of all chance.
        parties: whose centres take part.
        disclosure: what the first of them shows the others.
        events: in order of time.
        heal_ms: when all faults end.
        end_ms: when it ends.
        liar: whose centre lies; empty for none.
        real_keys: whether signatures are Ed25519.
        start_ms: when it begins, UTC.
        area: centre and radius of the agreement's area.
    """

    seed: int
    parties: tuple[str, ...]
    disclosure: str
    events: tuple[Event, ...]
    heal_ms: int = HEAL_MS
    end_ms: int = END_MS
    liar: str = ""
    real_keys: bool = False
    start_ms: int = START_MS
    area: tuple[str, str] = USUAL_AREA


def schedule(seed: int, centres: int, *, liar: bool = False, favours: str = "") -> Schedule:
    """The schedule of a seed.

    Args:
        seed: any integer.
        centres: how many take part, 2 to 5.
        liar: whether the last of them lies.
        favours: an act or fault that is to happen often; empty for none.
    """
    parties = PARTIES[:centres]
    chance = stream(seed, "schedule")
    events = [*_certain(chance, parties), *_acts(chance, parties), *_faults(chance, parties)]
    events += [
        _act(chance, parties, favours) if favours in dict(_ACTS) else _fault(chance, parties, favours)
        for _ in range(4 if favours else 0)
    ]
    if chance.randrange(12) == 0:
        party = chance.choice(parties)
        events += [Event(chance.randint(5_000, 25_000), "suspend", party), Event(30_000, "resume", party)]
    if liar:
        events += [_lie(chance, parties) for _ in range(chance.randint(8, 14))]
        split_ms = chance.randint(3_000, HEAL_MS)
        events.append(Event(split_ms, "lie", parties[-1], other=chance.choice(parties[:-1]), subject="split-view"))
    if chance.randrange(4) == 0:
        events += _danger_again(chance, parties)
    if chance.randrange(8) == 0:
        events.append(Event(chance.randint(5_000, 35_000), "compromise", chance.choice(parties)))
    return Schedule(
        seed=seed,
        parties=parties,
        disclosure=chance.choice(DISCLOSURES),
        events=tuple(sorted(events)),
        end_ms=END_MS if centres > 2 else 2 * END_MS,
        liar=parties[-1] if liar else "",
        real_keys=seed % REAL_KEYS_EVERY == 0,
    )


def _certain(chance: Random, parties: tuple[str, ...]) -> list[Event]:
    """What no schedule is without: two that conflict, an amendment, and a try at settling."""
    one, other = chance.sample(parties, 2)
    filed_ms, corrected_ms = chance.randint(500, 6_000), chance.randint(3_000, HEAL_MS)
    return [
        Event(corrected_ms, "file", other, subject="DELTA", plan="apart"),
        Event(corrected_ms + chance.randint(5, 150), "amend", other, subject="DELTA", plan="apart"),
        Event(filed_ms, "file", one, subject="ALPHA", plan="crossing"),
        Event(filed_ms + chance.randint(0, 4_000), "file", other, subject="ALPHA", plan="crossing"),
        Event(chance.randint(8_000, 30_000), "resolve", one, other=other, subject="ALPHA"),
        Event(chance.randint(14_000, HEAL_MS), "agree", other, other=one),
        Event(chance.randint(12_000, HEAL_MS), "amend", one, subject="ALPHA", plan=_plan(chance)),
        Event(HEAL_MS + 2_000, "resolve", one, other=other, subject="ALPHA"),
        Event(HEAL_MS + 4_000, "agree", other, other=one),
    ]


def _acts(chance: Random, parties: tuple[str, ...]) -> list[Event]:
    names = [name for name, weight in _ACTS for _ in range(weight)]
    return [_act(chance, parties, chance.choice(names)) for _ in range(chance.randint(16, 26) * 3 // len(parties) + 4)]


def _act(chance: Random, parties: tuple[str, ...], do: str) -> Event:
    party, other = chance.sample(parties, 2)
    at_ms = chance.randint(1_000, HEAL_MS)
    plan = _plan(chance) if do in {"file", "amend", "amend-old", "hazard"} else ""
    return Event(at_ms, do, party, other=other, subject=chance.choice(NAMES), plan=plan)


def _danger_again(chance: Random, parties: tuple[str, ...]) -> list[Event]:
    """A hazard, its ALL-CLEAR, and the hazard again, over a line that changes their order."""
    party, other = chance.sample(parties, 2)
    at_ms = chance.randint(2_000, HEAL_MS - 10_000)
    return [
        Event(at_ms - 500, "reordering", party, other=other, for_ms=5_000),
        *(
            Event(at_ms + number * 300, "all-clear" if number % 2 else "hazard", party, subject="ALPHA", plan="apart")
            for number in range(3)
        ),
    ]


def _lie(chance: Random, parties: tuple[str, ...]) -> Event:
    """A lie of the last party to another."""
    what = chance.choice(tuple(LIES))
    return Event(chance.randint(3_000, HEAL_MS), "lie", parties[-1], other=chance.choice(parties[:-1]), subject=what)


def _plan(chance: Random) -> str:
    plans = (
        "crossing",
        "crossing",
        "within",
        "above",
        "above",
        "beside",
        "apart",
        "apart",
        "doubtful",
        "soon",
        "brief",
    )
    return chance.choice(plans)


def _faults(chance: Random, parties: tuple[str, ...]) -> list[Event]:
    names = [name for name, weight in _FAULTS for _ in range(weight)]
    chosen = [chance.choice(names) for _ in range(chance.randint(LEAST_FAULTS, LEAST_FAULTS + 4))]
    faults = [_fault(chance, parties, do) for do in chosen]
    backups = [
        Event(max(0, fault.at_ms - chance.randint(1_000, 10_000)), "backup", fault.party)
        for fault in faults
        if fault.do == "restore"
    ]
    return faults + backups


def _fault(chance: Random, parties: tuple[str, ...], do: str) -> Event:
    party, other = chance.sample(parties, 2)
    at_ms = chance.randint(1_000, HEAL_MS - 6_000)
    for_ms = chance.randint(500, 9_000)
    if do in {"clock-jump", "clock-doubt"}:
        for_ms = chance.choice((-3_600_000, -120_000, 700, 5_000, 120_000, 3_600_000))
    return Event(at_ms, do, party, other=other if do in _LINE_FAULTS else "", for_ms=for_ms)
