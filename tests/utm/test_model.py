"""The service against a model that is obvious: lists, and boxes that meet or do not, gone through one by one.

All places are squares of a grid, in layers of height and slots of time, so that the model need not know any geometry:
two volumes meet exactly if their ranges of columns, rows, layers and slots have something in common.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from rig.utm import World, altitude, identifier, serving, time_json

NAMES: Final = ("uss1", "uss2", "uss3")
NUMBERS: Final = range(1, 7)
STATES: Final = ("Accepted", "Activated", "Nonconforming", "Contingent")
KEYED: Final = ("Accepted", "Activated")

Range = tuple[int, int]


@dataclass(frozen=True)
class Box:
    """First and last column, layer and slot, ends included."""

    columns: Range
    layers: Range
    slots: Range

    def meets(self, other: Box) -> bool:
        return all(
            mine[0] <= theirs[1] and theirs[0] <= mine[1]
            for mine, theirs in zip(self._ranges(), other._ranges(), strict=True)
        )

    def holds(self, other: Box) -> bool:
        return all(
            mine[0] <= theirs[0] and theirs[1] <= mine[1]
            for mine, theirs in zip(self._ranges(), other._ranges(), strict=True)
        )

    def _ranges(self) -> tuple[Range, Range, Range]:
        return self.columns, self.layers, self.slots

    def volume(self, *, from_now: bool = False) -> dict[str, Any]:
        """Columns are 0.01 degree wide with a gap, layers 50 m high with a gap, slots an hour long without one.

        The first slot is under way, and ends a minute from now: what begins anew in it begins now.
        """
        west, east = 7 + self.columns[0] * 0.01, 7 + self.columns[1] * 0.01 + 0.009
        ring = [(46.0, west), (46.0, east), (46.01, east), (46.01, west)]
        return {
            "volume": {
                "outline_polygon": {"vertices": [{"lat": lat, "lng": lng} for lat, lng in ring]},
                "altitude_lower": altitude(self.layers[0] * 50.0),
                "altitude_upper": altitude(self.layers[1] * 50.0 + 49.0),
            },
            "time_start": time_json(max(60 * self.slots[0] - 59, 0 if from_now else -59)),
            "time_end": time_json(60 * self.slots[1] + 1),
        }


@dataclass
class Thing:
    """An intent, a constraint or a subscription, as the model has it."""

    owner: str
    box: Box
    version: str
    state: str = ""
    subscription: str = ""
    implicit: bool = False
    intents: bool = True
    constraints: bool = False
    index: int = 0


@dataclass
class Model:
    """What the service should know."""

    intents: dict[str, Thing] = field(default_factory=dict)
    constraints: dict[str, Thing] = field(default_factory=dict)
    subscriptions: dict[str, Thing] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)

    def hanging(self, subscription: str) -> list[str]:
        return [name for name, intent in self.intents.items() if intent.subscription == subscription]

    def must_name(self, own: str, box: Box, *, constraints: bool) -> set[str]:
        """OVNs that a key must hold."""
        found = {
            intent.version
            for name, intent in self.intents.items()
            if name != own and intent.box.meets(box) and not (intent.state == "Accepted" and intent.owner in self.down)
        }
        if constraints:
            found |= {one.version for one in self.constraints.values() if one.box.meets(box)}
        return found

    def tell(self, boxes: list[Box], *, of_intents: bool) -> dict[str, int]:
        """Count a notification; index by subscription."""
        told = {}
        for name, one in self.subscriptions.items():
            wanted = one.intents if of_intents else one.constraints
            meant = self.boxes_of(name)
            if wanted and any(mine.meets(box) for mine in meant for box in boxes):
                one.index += 1
                told[name] = one.index
        return told

    def boxes_of(self, subscription: str) -> list[Box]:
        if not self.subscriptions[subscription].implicit:
            return [self.subscriptions[subscription].box]
        return [self.intents[name].box for name in self.hanging(subscription)]

    def let_go(self, subscription: str) -> None:
        if subscription and self.subscriptions[subscription].implicit and not self.hanging(subscription):
            del self.subscriptions[subscription]


ranges = st.tuples(st.integers(0, 3), st.integers(0, 1)).map(lambda pair: (pair[0], pair[0] + pair[1]))
boxes = st.builds(Box, ranges, ranges, ranges)
WIDE: Final = Box((0, 5), (0, 5), (0, 5))
wide = st.just(WIDE)
names, numbers = st.sampled_from(NAMES), st.sampled_from(NUMBERS)


@dataclass(frozen=True)
class Wish:
    """How an intent is asked for; of what its key must hold, one is forgotten where `forgets` is 0."""

    box: Box
    state: str
    hangs: str
    forgets: int


wishes = st.builds(
    Wish,
    boxes,
    st.sampled_from(STATES),
    st.sampled_from(("none", "new", "new with constraints", "own")),
    st.integers(0, 3),
)


def told_by(answer: httpx.Response) -> dict[str, int]:
    return {
        state["subscription_id"]: state["notification_index"]
        for one in answer.json()["subscribers"]
        for state in one["subscriptions"]
    }


class ServiceAndModel(RuleBasedStateMachine):
    """Both do the same, and agree."""

    @initialize()
    def begin(self) -> None:
        self.model = Model()
        self.runner, self.stack = asyncio.Runner(), AsyncExitStack()
        self.world: World = self.runner.run(self.stack.enter_async_context(serving()))

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            self.runner.run(self.stack.aclose())
            self.runner.close()

    @rule(who=names, number=numbers, wish=wishes)
    def put_intent(self, who: str, number: int, wish: Wish) -> None:
        box, state, hangs = wish.box, wish.state, wish.hangs
        model, name = self.model, identifier(number)
        former = model.intents.get(name)
        named, rest = self._hanging(who, hangs)
        wants_constraints = hangs == "new with constraints" or bool(named and model.subscriptions[named].constraints)
        needed = model.must_name(name, box, constraints=wants_constraints) if state in KEYED else set()
        key = sorted(needed)[1:] if wish.forgets == 0 else sorted(needed)
        expected = self._expected(who, former, wish, named)
        if expected < 300 and len(key) < len(needed):
            expected = 409
        answer = self.runner.run(
            self.world.uss(who).put_intent(
                number, [box.volume()], ovn=former.version if former else "", key=key, state=state, **rest
            )
        )
        assert answer.status_code == expected, answer.text
        if expected >= 300:
            return
        made = answer.json()["operational_intent_reference"]
        hung = made["subscription_id"] if hangs != "none" else ""
        if hangs.startswith("new"):
            model.subscriptions[hung] = Thing(who, box, "", implicit=True, constraints=wants_constraints)
        model.intents[name] = Thing(who, box, made["ovn"], state, hung)
        assert told_by(answer) == model.tell([box, former.box] if former else [box], of_intents=True)
        if former and former.subscription != hung:
            model.let_go(former.subscription)

    def _hanging(self, who: str, hangs: str) -> tuple[str, dict[str, Any]]:
        """A subscription of one's own, if there is one, and what the request says of it."""
        if hangs == "own":
            known = self.model.subscriptions
            own = sorted((name for name in known if known[name].owner == who), key=lambda name: known[name].implicit)
            return (own[0], {"subscription_id": own[0]}) if own else ("", {"subscription_id": identifier(99)})
        if hangs == "none":
            return "", {}
        url = self.world.uss(who).url
        return "", {"new_subscription": {"uss_base_url": url, "notify_for_constraints": hangs != "new"}}

    def _expected(self, who: str, former: Thing | None, wish: Wish, named: str) -> int:
        """The status, but for the key."""
        if former and former.owner != who:
            return 403
        if self._is_disallowed(former, wish, named):
            return 400
        if wish.state in KEYED and who in self.model.down:
            return 412
        return 200 if former else 201

    def _is_disallowed(self, former: Thing | None, wish: Wish, named: str) -> bool:
        if former is None and wish.state != "Accepted":
            return True
        if former and former.state == "Contingent" and wish.state != "Contingent":
            return True
        if wish.hangs == "own":
            one = self.model.subscriptions.get(named)
            return one is None or not (one.implicit or (one.intents and one.box.holds(wish.box)))
        return wish.hangs == "none" and wish.state != "Accepted"

    @rule(who=names, number=numbers)
    def delete_intent(self, who: str, number: int) -> None:
        model, name = self.model, identifier(number)
        former = model.intents.get(name)
        answer = self.runner.run(
            self.world.uss(who).delete_intent(number, former.version if former else "no-such-ovn-here")
        )
        if former is None:
            assert answer.status_code == 404
        elif former.owner != who:
            assert answer.status_code == 403
        elif who in model.down:
            assert answer.status_code == 412
        else:
            assert answer.status_code == 200
            assert told_by(answer) == model.tell([former.box], of_intents=True)
            del model.intents[name]
            model.let_go(former.subscription)

    @rule(who=names, number=numbers, box=boxes)
    def put_constraint(self, who: str, number: int, box: Box) -> None:
        model, name = self.model, identifier(100 + number)
        former = model.constraints.get(name)
        answer = self.runner.run(
            self.world.uss(who).put_constraint(100 + number, [box.volume()], ovn=former.version if former else "")
        )
        if former and former.owner != who:
            assert answer.status_code == 403
            return
        assert answer.status_code == (200 if former else 201)
        model.constraints[name] = Thing(who, box, answer.json()["constraint_reference"]["ovn"])
        assert told_by(answer) == model.tell([box, former.box] if former else [box], of_intents=False)

    @rule(
        who=names, number=numbers, box=boxes | wide, kinds=st.sampled_from(((True, False), (False, True), (True, True)))
    )
    def put_subscription(self, who: str, number: int, box: Box, kinds: tuple[bool, bool]) -> None:
        model, name = self.model, identifier(200 + number)
        former = model.subscriptions.get(name)
        answer = self.runner.run(
            self.world.uss(who).put_subscription(
                200 + number,
                box.volume(from_now=True),
                version=former.version if former else "",
                intents=kinds[0],
                constraints=kinds[1],
            )
        )
        if former and former.owner != who:
            assert answer.status_code == 409
            return
        if any(not kinds[0] or not box.holds(model.intents[one].box) for one in model.hanging(name)):
            assert answer.status_code == 400
            return
        assert answer.status_code == 200, answer.text
        index = former.index if former else 0
        version = answer.json()["subscription"]["version"]
        model.subscriptions[name] = Thing(who, box, version, intents=kinds[0], constraints=kinds[1], index=index)
        there = {one["id"] for one in answer.json()["operational_intent_references"]}
        assert there == {one for one, intent in model.intents.items() if kinds[0] and intent.box.meets(box)}

    @rule(who=names, number=numbers, box=boxes, state=st.sampled_from(STATES))
    def hang_on_a_wide_subscription(self, who: str, number: int, box: Box, state: str) -> None:
        self.put_subscription(who, number, WIDE, (True, False))
        self.put_intent(who, number, Wish(box, "Accepted", "own", 1))
        self.put_intent(who, number, Wish(box, state, "own", 1))

    @rule(who=names, number=numbers)
    def delete_subscription(self, who: str, number: int) -> None:
        model, name = self.model, identifier(200 + number)
        former = model.subscriptions.get(name)
        answer = self.runner.run(
            self.world.uss(who).delete_subscription(200 + number, former.version if former else "none")
        )
        if former is None:
            assert answer.status_code == 404
        elif former.owner != who:
            assert answer.status_code == 409
        elif model.hanging(name):
            assert answer.status_code == 400
        else:
            assert answer.status_code == 200
            del model.subscriptions[name]

    @rule(who=names)
    def turn_availability(self, who: str) -> None:
        arbiter = self.world.uss("arbiter")
        version = self.runner.run(arbiter.ask("GET", f"uss_availability/{who}")).json()["version"]
        state = "Normal" if who in self.model.down else "Down"
        assert self.runner.run(arbiter.set_availability(who, state, version)).status_code == 200
        self.model.down ^= {who}

    @rule(who=names, box=boxes)
    def query(self, who: str, box: Box) -> None:
        answer = self.runner.run(self.world.uss(who).query_intents(box.volume()))
        found = {one["id"]: one.get("ovn") for one in answer.json()["operational_intent_references"]}
        assert found == {
            name: intent.version if intent.owner == who else None
            for name, intent in self.model.intents.items()
            if intent.box.meets(box)
        }

    @invariant()
    def no_subscription_leaks(self) -> None:
        if not hasattr(self, "world"):
            return
        area = {"area_of_interest": Box((0, 9), (0, 9), (0, 9)).volume()}
        for who in NAMES:
            answer = self.runner.run(self.world.uss(who).ask("POST", "subscriptions/query", area))
            found = {one["id"]: one["notification_index"] for one in answer.json()["subscriptions"]}
            assert found == {name: one.index for name, one in self.model.subscriptions.items() if one.owner == who}


ServiceAndModel.TestCase.settings = settings(max_examples=20, stateful_step_count=30, deadline=None, derandomize=True)
test_the_service_and_the_model_agree = ServiceAndModel.TestCase


def test_the_first_slot_of_the_model_is_under_way() -> None:
    first = Box((0, 0), (0, 0), (0, 0))
    assert (first.volume()["time_start"], first.volume()["time_end"]) == (time_json(-59), time_json(1))
    assert first.volume(from_now=True)["time_start"] == time_json(0)
