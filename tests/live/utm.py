"""USSs with one DSS between them, in one process: their own stores, over loopback, with tokens of one authority."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar

import httpx
from joserfc.jwk import RSAKey
from litestar import Litestar

from live.centres import free_port
from wellclear.api.utm.admission import Admission
from wellclear.api.utm.dss.availability import SetAvailability
from wellclear.api.utm.dss.records import Report
from wellclear.api.utm.dss.registries.memory import MemoryRegistry
from wellclear.api.utm.dss.registries.warming import warm
from wellclear.api.utm.dss.settings import MAX_REQUESTS_OF_USS, DssSettings
from wellclear.api.utm.dss.turns import Turns
from wellclear.api.utm.pacing import Pace
from wellclear.api.utm.tokens.keys import parse_pem
from wellclear.api.utm.tokens.verifying import TokenVerifier
from wellclear.api.utm.uss.changing import Identity
from wellclear.api.utm.uss.credentials import OwnKey
from wellclear.api.utm.uss.desk import Rules
from wellclear.api.utm.uss.own_dss import OwnDss
from wellclear.api.utm.uss.reaching import reach_of_peers
from wellclear.api.utm.uss.routes.peers import uss_routes
from wellclear.api.utm.uss.routes.planners import planner_routes, version_routes
from wellclear.api.utm.uss.service import SYSTEM, Uss, UssParts
from wellclear.api.utm.uss.sql_keeping import open_keeping
from wellclear.api.utm.wire.availability import AvailabilityState, SetUssAvailabilityStatusParameters
from wellclear.assembly.clock import wall_ms
from wellclear.geo.time_text import print_rfc3339
from wellclear.transport.listener import Listener

Result = TypeVar("Result")
KEY = RSAKey.generate_key(2048)
PATIENCE_S = 20.0
MINUTE_MS = 60_000
HOST = "127.0.0.1"
HERE = reach_of_peers([HOST])


@lru_cache(maxsize=64)
def own_key(subject: str) -> OwnKey:
    """The authority's key in the hands of one subject; to read it verifies it, which takes longer than a request."""
    return OwnKey(KEY.as_pem(private=True), "https://auth.example", subject)


def token(subject: str, scope: str, audience: str = HOST) -> str:
    return own_key(subject).token(audience, scope)


@dataclass
class Clock:
    """Real time, which a test may let go on by a leap."""

    ahead_ms: int = 0

    def __call__(self) -> int:
        return wall_ms() + self.ahead_ms


@dataclass
class Served:
    """A USS and where it is reached."""

    uss: Uss
    url: str
    listener: Listener
    application: Litestar

    def ask(self, method: str, path: str, scope: str, subject: str = "planner", **more: object) -> httpx.Response:
        headers = {"authorization": f"Bearer {token(subject, scope)}"}
        with httpx.Client(base_url=self.url, timeout=PATIENCE_S, trust_env=False) as client:
            return client.request(method, path, headers=headers, **more)  # type: ignore[arg-type] # as httpx takes them

    def plan(self, identifier: str, request: dict[str, Any], subject: str = "planner") -> dict[str, Any]:
        path = f"/flight_planning/v1/flight_plans/{identifier}"
        answer = self.ask("PUT", path, "interuss.flight_planning.plan", subject, json=request)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def told(self, subject: str = "planner") -> list[dict[str, Any]]:
        path = "/flight_planning/v1/user_notifications?after=2020-01-01T00:00:00Z"
        answer = self.ask("GET", path, "interuss.flight_planning.plan", subject)
        assert answer.status_code == 200, answer.text
        return answer.json()["user_notifications"]


@dataclass
class World:
    """A DSS and its USSs, served by an event loop in a thread of its own."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    served: dict[str, Served] = field(default_factory=dict)

    def __post_init__(self) -> None:
        warm()
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever)
        self._thread.start()
        self.registry = MemoryRegistry()
        self.turns = Turns(self.registry, self.clock)

    def uss(self, name: str, rules: Rules = Rules(), joined: Callable[[Uss], None] = lambda _uss: None) -> Served:  # noqa: B008 - a frozen value
        port = free_port()
        url = f"http://{HOST}:{port}"
        identity = Identity(name, url)
        parts = UssParts(
            identity,
            own_key(name),
            lambda _asking: OwnDss(self.turns, self.loop, name, DssSettings()),
            open_keeping(self.folder / f"{name}.sqlite"),
            self.clock,
            rules,
            reach=HERE,
        )
        uss = Uss(parts)
        verifier = TokenVerifier(parse_pem(KEY.as_pem(private=False), "key.pem"), [HOST])
        admission = Admission(verifier, self.clock, Pace(MAX_REQUESTS_OF_USS, lambda: self.clock() / 1_000))
        routes = [
            uss_routes(uss, admission),
            planner_routes(uss, admission),
            version_routes(admission, {SYSTEM}),
        ]
        application = Litestar(routes, logging_config=None)
        self.served[name] = Served(uss, url, self.serve(application, port), application)
        joined(uss)
        uss.start()
        return self.served[name]

    def reports(self) -> list[Report]:
        """What was reported to the DSS."""
        return list(self.registry.reports())

    def arbitrate(self, uss: str, state: AvailabilityState) -> None:
        """Say whether a USS answers."""
        asked = SetUssAvailabilityStatusParameters("", state)
        self.run(self.turns.take(SetAvailability(uss, asked)))

    def serve(self, application: Litestar, port: int) -> Listener:
        return self.run(self._serve(application, port))

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE_S)

    async def _serve(self, application: Litestar, port: int) -> Listener:
        listener = Listener(application, HOST, port, None)
        await listener.start()
        return listener

    def close(self) -> None:
        for served in self.served.values():
            self.run(served.listener.stop())
            served.uss.stop()
        self.turns.close()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


def until(holds: Callable[[], object]) -> None:
    """Wait until something holds."""
    ended = threading.Event()
    for _ in range(int(PATIENCE_S / 0.02)):
        if holds():
            return
        ended.wait(0.02)
    raise AssertionError(f"never: {holds}")


def identifier() -> str:
    return str(uuid.uuid4())


def volume(
    now_ms: int,
    lat: float = 46.0,
    lng: float = 7.0,
    *,
    radius_m: float = 200.0,
    low_m: float = 500.0,
    high_m: float = 600.0,
    start_min: float = -1,
    end_min: float = 30,
) -> dict[str, Any]:
    """A disc with heights and times."""

    def time(minutes: float) -> dict[str, str]:
        return {"value": print_rfc3339(now_ms + int(minutes * MINUTE_MS)), "format": "RFC3339"}

    return {
        "volume": {
            "outline_circle": {"center": {"lat": lat, "lng": lng}, "radius": {"value": radius_m, "units": "M"}},
            "altitude_lower": {"value": low_m, "reference": "W84", "units": "M"},
            "altitude_upper": {"value": high_m, "reference": "W84", "units": "M"},
        },
        "time_start": time(start_min),
        "time_end": time(end_min),
    }


def request(
    *area: dict[str, Any],
    usage: str = "Planned",
    uas: str = "Nominal",
    priority: int = 0,
    style: str = "IfAllowed",
    **more: object,
) -> dict[str, Any]:
    """A user's request about a flight."""
    return {
        "flight_plan": {
            "basic_information": {"usage_state": usage, "uas_state": uas, "area": list(area)},
            "astm_f3548_21": {"priority": priority},
            **more,
        },
        "execution_style": style,
        "request_id": identifier(),
    }


in_use = partial(request, usage="InUse")
