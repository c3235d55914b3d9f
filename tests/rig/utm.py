"""A service of F3548-21 in this process, and callers with tokens: what tests of it share."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

from wellclear.api.utm.admission import Admission
from wellclear.api.utm.application import application
from wellclear.api.utm.dss.ports import Registry
from wellclear.api.utm.dss.registries.memory import MemoryRegistry
from wellclear.api.utm.dss.service import Dss
from wellclear.api.utm.dss.settings import DssSettings
from wellclear.api.utm.dss.turns import Turns
from wellclear.api.utm.pacing import Pace
from wellclear.api.utm.tokens.keys import parse_pem
from wellclear.api.utm.tokens.scopes import UtmScope
from wellclear.api.utm.tokens.verifying import TokenVerifier
from wellclear.geo.time_text import print_rfc3339

NOW_MS: Final = 1_800_000_000_000
MINUTE_MS: Final = 60_000
AUDIENCE: Final = "dss.example.com"
ALL: Final = tuple(UtmScope)
PLANNER: Final = (UtmScope.STRATEGIC_COORDINATION,)

Json = dict[str, Any]


@lru_cache(maxsize=1)
def authority() -> RSAKey:
    """The key that signs tokens."""
    return RSAKey.generate_key(2048)


def public_pem() -> bytes:
    return authority().as_pem(private=False)


@lru_cache(maxsize=256)
def token(
    name: str, scopes: tuple[str, ...] = ALL, audience: str = AUDIENCE, until_ms: int = NOW_MS + 60 * MINUTE_MS
) -> str:
    claims = {
        "sub": name,
        "aud": audience,
        "exp": until_ms // 1000,
        "scope": " ".join(scopes),
        "iss": "rig",
        "jti": "1",
    }
    return jwt.encode({"alg": "RS256"}, claims, authority())


def identifier(number: int) -> str:
    return str(UUID(int=number, version=4))


def time_json(after_min: float, now_ms: int = NOW_MS) -> Json:
    return {"value": print_rfc3339(now_ms + round(after_min * MINUTE_MS)), "format": "RFC3339"}


def altitude(value_m: float) -> Json:
    return {"value": value_m, "reference": "W84", "units": "M"}


def volume(
    lat: float = 46.0,
    lng: float = 7.0,
    *,
    radius_m: float = 300.0,
    heights_m: tuple[float, float] = (100.0, 200.0),
    minutes: tuple[float, float] = (10.0, 40.0),
    now_ms: int = NOW_MS,
) -> Json:
    return {
        "volume": {
            "outline_circle": {"center": {"lat": lat, "lng": lng}, "radius": {"value": radius_m, "units": "M"}},
            "altitude_lower": altitude(heights_m[0]),
            "altitude_upper": altitude(heights_m[1]),
        },
        "time_start": time_json(minutes[0], now_ms),
        "time_end": time_json(minutes[1], now_ms),
    }


def square(lat: float, lng: float, half_deg: float, **rest: Any) -> Json:  # noqa: ANN401 - as `volume` takes them
    found = volume(**rest)
    corners = ((-1, -1), (-1, 1), (1, 1), (1, -1))
    found["volume"].pop("outline_circle")
    found["volume"]["outline_polygon"] = {
        "vertices": [{"lat": lat + half_deg * north, "lng": lng + half_deg * east} for north, east in corners]
    }
    return found


@dataclass
class Uss:
    """A caller."""

    client: httpx.AsyncClient
    name: str
    scopes: tuple[str, ...] = ALL
    url: str = ""

    def __post_init__(self) -> None:
        self.url = self.url or f"https://{self.name}.example.com/utm"

    async def ask(self, method: str, path: str, body: Json | bytes | None = None) -> httpx.Response:
        content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        headers = {"authorization": f"Bearer {token(self.name, self.scopes)}"}
        return await self.client.request(method, f"/dss/v1/{path}", content=content, headers=headers)

    async def put_intent(
        self,
        number: int,
        extents: Sequence[Json] | None = None,
        *,
        ovn: str = "",
        key: Sequence[str] = (),
        state: str = "Accepted",
        **rest: object,
    ) -> httpx.Response:
        path = f"operational_intent_references/{identifier(number)}" + (f"/{ovn}" if ovn else "")
        body = {"extents": extents or [volume()], "key": list(key), "state": state, "uss_base_url": self.url, **rest}
        return await self.ask("PUT", path, body)

    async def get_intent(self, number: int) -> httpx.Response:
        return await self.ask("GET", f"operational_intent_references/{identifier(number)}")

    async def query_intents(self, area: Json) -> httpx.Response:
        return await self.ask("POST", "operational_intent_references/query", {"area_of_interest": area})

    async def delete_intent(self, number: int, ovn: str) -> httpx.Response:
        return await self.ask("DELETE", f"operational_intent_references/{identifier(number)}/{ovn}")

    async def put_constraint(
        self, number: int, extents: Sequence[Json] | None = None, *, ovn: str = ""
    ) -> httpx.Response:
        path = f"constraint_references/{identifier(number)}" + (f"/{ovn}" if ovn else "")
        return await self.ask("PUT", path, {"extents": extents or [volume()], "uss_base_url": self.url})

    async def delete_constraint(self, number: int, ovn: str) -> httpx.Response:
        return await self.ask("DELETE", f"constraint_references/{identifier(number)}/{ovn}")

    async def put_subscription(
        self,
        number: int,
        extents: Json | None = None,
        *,
        version: str = "",
        intents: bool = True,
        constraints: bool = False,
    ) -> httpx.Response:
        path = f"subscriptions/{identifier(number)}" + (f"/{version}" if version else "")
        body = {
            "extents": extents or volume(radius_m=1000, heights_m=(0, 500), minutes=(0, 60)),
            "uss_base_url": self.url,
            "notify_for_operational_intents": intents,
            "notify_for_constraints": constraints,
        }
        return await self.ask("PUT", path, body)

    async def get_subscription(self, number: int | str) -> httpx.Response:
        return await self.ask("GET", f"subscriptions/{number if isinstance(number, str) else identifier(number)}")

    async def delete_subscription(self, number: int, version: str) -> httpx.Response:
        return await self.ask("DELETE", f"subscriptions/{identifier(number)}/{version}")

    async def set_availability(self, uss: str, state: str, old_version: str = "") -> httpx.Response:
        body = {"availability": state, "old_version": old_version}
        return await self.ask("PUT", f"uss_availability/{uss}", body)


@dataclass
class World:
    """A service, its clock, and who calls it."""

    client: httpx.AsyncClient
    dss: Dss
    now_ms: int = NOW_MS
    named: dict[tuple[str, tuple[str, ...]], Uss] = field(default_factory=dict)

    def uss(self, name: str = "uss1", scopes: tuple[str, ...] = ALL) -> Uss:
        return self.named.setdefault((name, scopes), Uss(self.client, name, scopes))


@asynccontextmanager
async def serving(registry: Registry | None = None, settings: DssSettings | None = None) -> AsyncIterator[World]:
    """A service in this process, on a clock that stands still."""
    world: World

    def now_ms() -> int:
        return world.now_ms

    turns = Turns(registry or MemoryRegistry(), now_ms)
    verifier = TokenVerifier(parse_pem(public_pem(), "rig"), [AUDIENCE])
    settings = settings or DssSettings()
    pace = Pace(settings.requests_of_uss, lambda: now_ms() / 1_000)
    dss = Dss(Admission(verifier, now_ms, pace), turns, settings)
    transport = httpx.ASGITransport(application(dss), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=f"https://{AUDIENCE}") as client:
        world = World(client, dss)
        try:
            yield world
        finally:
            turns.close()
