"""A centre's own process serves F3548-21 beside the mechanism, as its settings say, and finds all again when killed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from live.centres import free_port, make_centre
from live.office import PASSWORD
from live.process import Process
from live.utm import HOST, KEY, Served, identifier, request, until, volume
from rig.plans import circle
from wellclear.api.utm.dss.registries.warming import warm
from wellclear.assembly.clock import wall_ms
from wellclear.assembly.settings import SETTINGS_FILE
from wellclear.centre.commands import File, Withdraw
from wellclear.cli.main import main


class Facade:
    """The facade of a centre."""

    def __init__(self, url: str) -> None:
        self.url = url

    ask = Served.ask
    plan = Served.plan
    told = Served.told

    @property
    def serves(self) -> bool:
        try:
            return httpx.get(f"{self.url}/v1/health", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False


def prepared(folder: Path) -> tuple[Path, str]:
    """A centre's directory with a section [utm], and the URL of its facade; what it needs compiled is compiled."""
    warm()
    directory, port = make_centre("north", folder, secured=False), free_port()
    url = f"http://{HOST}:{port}"
    (directory / "public.pem").write_bytes(KEY.as_pem(private=False))
    (directory / "private.pem").write_bytes(KEY.as_pem(private=True))
    section = f"""
[utm]
name = "north"
url = "{url}"
address = "{HOST}"
port = {port}
audiences = ["{HOST}"]
public_keys = ["public.pem"]
token_key = "private.pem"

[[utm.places]]
lat_deg = 46.0
lon_deg = 7.0
radius_km = 20.0
"""
    with (directory / SETTINGS_FILE).open("a", encoding="utf-8") as file:
        file.write(section)
    return directory, url


@contextmanager
def serving(directory: Path) -> Iterator[Process]:
    """A centre's process; killed at the end."""
    process = Process(directory, "log.sqlite")
    try:
        process.hear("serving")
        yield process
    finally:
        process.end()


def test_a_flight_is_in_the_centres_log_after_a_kill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory, url = prepared(tmp_path)
    facade, plan = Facade(url), identifier()
    monkeypatch.setenv("WELLCLEAR_PASSWORD", PASSWORD)
    assert main(["centre", "officer", str(directory), "ada"]) == 0
    with serving(directory) as process:
        until(lambda: facade.serves)
        made = facade.plan(plan, request(volume(wall_ms())))
        assert made["planning_result"] == "Completed", made
        with process.office() as client:
            until(client.operations)
            (before,) = client.operations()
            assert before.identifier.startswith("uas/north/")
    with serving(directory) as process:
        until(lambda: facade.serves)
        with process.office() as client:
            assert [each.identifier for each in client.operations()] == [before.identifier]
            assert facade.plan(plan, request(usage="Closed"))["planning_result"] == "Completed"
            until(lambda: not client.operations())
    assert main(["utm", "constraints", "--store", f"sqlite:///{directory}/utm.sqlite"]) == 0


def constraints(facade: Facade) -> list[dict[str, Any]]:
    now_ms = wall_ms()
    asked = {"area_of_interest": volume(now_ms, 46.0, 7.0, low_m=-1_000, high_m=20_000, end_min=60)}
    path = "/dss/v1/constraint_references/query"
    answer = facade.ask("POST", path, "utm.constraint_processing", "uss2", json=asked)
    found: list[dict[str, Any]] = answer.json()["constraint_references"]
    return found


def test_an_operation_is_one_constraint_before_and_after_a_kill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory, url = prepared(tmp_path)
    facade, now_ms = Facade(url), wall_ms()
    monkeypatch.setenv("WELLCLEAR_PASSWORD", PASSWORD)
    assert main(["centre", "officer", str(directory), "ada"]) == 0
    content = circle("north", "SURVEY", 70_000_000, 460_000_000, now_ms, now_ms + 3_600_000)
    with serving(directory) as process, process.office() as client:
        client.give(File(content=content))
        until(lambda: facade.serves and constraints(facade))
        (before,) = constraints(facade)
        told = facade.ask("GET", f"/uss/v1/constraints/{before['id']}", "utm.constraint_processing", "uss2").json()
        assert told["constraint"]["details"]["type"] == "org.wellclear.operation"
        assert told["constraint"]["reference"]["version"] == before["version"]
    with serving(directory) as process, process.office() as client:
        until(lambda: facade.serves)
        flight = facade.plan(identifier(), request(volume(wall_ms(), low_m=0, high_m=9_000)))
        assert flight["planning_result"] == "Completed"
        assert "org.wellclear.operation" in flight["notes"]
        assert [each["id"] for each in constraints(facade)] == [before["id"]]
        client.give(Withdraw(identifier="SURVEY", reason="weather"))
        until(lambda: constraints(facade) == [])
