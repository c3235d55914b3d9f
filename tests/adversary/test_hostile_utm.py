"""Hostile bodies to the service of F3548-21: each is refused within two seconds, and the service serves on."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from rig.utm import ALL, identifier, token, volume
from rig.utm_process import HOST, instance

NOW_MS = int(time.time() * 1_000)
MIB = 2**20


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder: Path = tmp_path_factory.mktemp("hostile")
    headers = {"authorization": f"Bearer {token('uss1', ALL, HOST, NOW_MS + 3_600_000)}"}
    with (
        instance(folder, "memory:") as one,
        httpx.Client(base_url=one.url, headers=headers, timeout=30) as client,
    ):
        yield client


def polygon(points: list[tuple[float, float]]) -> dict[str, Any]:
    found = volume(now_ms=NOW_MS)
    del found["volume"]["outline_circle"]
    found["volume"]["outline_polygon"] = {"vertices": [{"lat": lat, "lng": lng} for lat, lng in points]}
    return found


def star(count: int, step: int) -> list[tuple[float, float]]:
    """A star of {count/step}: every edge crosses many others."""
    turns = [2 * math.pi * step * k / count for k in range(count)]
    return [(46 + 0.1 * math.sin(turn), 7 + 0.1 * math.cos(turn)) for turn in turns]


def comb(teeth: int) -> list[tuple[float, float]]:
    there = [(46 + 0.05 * (k % 2), 7 + 0.1 * k / teeth) for k in range(teeth)]
    return [*there, (45.99, 7.1), (45.99, 7.0)]


def intent(*extents: dict[str, Any]) -> bytes:
    return json.dumps({"extents": extents, "state": "Accepted", "uss_base_url": "https://uss1.example"}).encode()


def odd(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever a hostile client sends
    found = volume(now_ms=NOW_MS)
    found["volume"].update(changed)
    return found


BOTH = polygon(star(5, 1))["volume"]["outline_polygon"]
REFUSED: dict[str, bytes] = {
    "star": intent(polygon(star(3_999, 1_777))),
    "many stars": intent(*(polygon(star(99, 40)) for _ in range(90))),
    "collinear": intent(polygon([(46, 7), (46.1, 7), (46.2, 7)])),
    "twice": intent(polygon([(46, 7), (46, 7.1), (46.1, 7.1), (46, 7)])),
    "two points": intent(polygon([(46, 7), (46.1, 7)])),
    "half the world": intent(polygon([(-80, -170), (-80, 170), (80, 170), (80, -170)])),
    "around the pole": intent(polygon([(80, 0), (80, 120), (80, -120)])),
    "many points": intent(*(polygon(comb(3_000)) for _ in range(20))),
    "many volumes": intent(*(volume(now_ms=NOW_MS) for _ in range(3_000))),
    "huge circle": intent(volume(radius_m=1e308, now_ms=NOW_MS)),
    "no outline": intent(odd(outline_circle=None)),
    "two outlines": intent(odd(outline_polygon=BOTH)),
    "empty circle": intent(odd(outline_circle={})),
    "another reference": intent(odd(altitude_lower={"value": 1, "reference": "AGL", "units": "M"})),
    "not finite": intent(volume(now_ms=NOW_MS)).replace(b"300.0", b"NaN"),
    "beyond doubles": intent(volume(now_ms=NOW_MS)).replace(b"300.0", b"1e400"),
    "text for a number": intent(volume(now_ms=NOW_MS)).replace(b"300.0", b'"300.0"'),
    "deep": b"[" * MIB + b"]" * MIB,
    "deep objects": b'{"extents":' * 100_000,
    "a key twice": intent(volume(now_ms=NOW_MS))[:-1] + b',"state":"Accepted"}',
    "a key twice, escaped": intent(volume(now_ms=NOW_MS))[:-1] + b',"st\\u0061te":"Accepted"}',
    "not JSON": b"\xff\xfe" * 100,
    "nothing": b"",
    "8 MiB": b" " * (8 * MIB),
    "8 MiB of a key": b'{"key":["' + b"x" * (8 * MIB) + b'"]}',
    "4 MiB of short keys": b'{"key":[' + b",".join([b'"x"'] * MIB)[: 4 * MIB - 20] + b"]}",
    "4 MiB of objects": b"[" + b",".join([b"{}"] * MIB)[: 4 * MIB - 20] + b"]",
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_within_two_seconds(client: httpx.Client, name: str) -> None:
    begun_s = time.perf_counter()
    answer = client.put(f"/dss/v1/operational_intent_references/{identifier(1)}", content=REFUSED[name])
    took_s = time.perf_counter() - begun_s
    assert answer.status_code in {400, 413}, answer.text[:500]
    assert set(answer.json()) == {"message", "code"}
    assert took_s < 2
    assert client.get("/v1/health").status_code == 200


def test_a_comb_that_is_a_ring_is_taken(client: httpx.Client) -> None:
    answer = client.put(f"/dss/v1/operational_intent_references/{identifier(2)}", content=intent(polygon(comb(500))))
    assert answer.status_code == 201
