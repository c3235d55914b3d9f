"""Two running centres with an agreement in force between them, and the terminals of their officers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from live.centres import agreement_of
from live.office import PASSWORD
from live.offices import Offices, Plan, Terminal
from rig.plans import HOUR_MS, circle
from wellclear.cli.main import main
from wellclear.formats import registry
from wellclear.geo.span import Span
from wellclear.model.operation_text import parse_operation
from wellclear.model.reading import Context

LON_E7, LAT_E7 = 100_000_000, 450_000_000


@pytest.fixture(scope="session")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    """The centres, enrolled with each other, their officers logged in and an agreement in force."""
    folder = tmp_path_factory.mktemp("offices")
    offices = Offices(folder)
    kept = {name: os.environ.get(name) for name in ("XDG_CONFIG_HOME", "WELLCLEAR_PASSWORD")}
    os.environ |= {"XDG_CONFIG_HOME": str(folder), "WELLCLEAR_PASSWORD": PASSWORD}
    offices.start()
    try:
        assert main(["login", "--card", offices.card("north"), "--officer", "ada"]) == 0
        assert main(["login", "--centre", offices.url("south"), "--officer", "ada"]) == 0
        text = folder / "agreement.toml"
        text.write_bytes(agreement_of(*(live.centre.parts.keys.card for live in offices.lives.values())))
        assert main(["agreement", "propose", str(text), "--centre", offices.url("north")]) == 0
        held = next(iter(offices.lives["north"].centre.state.agreements.values()))
        digest = held.digest.hex()
        offices.until(lambda centre: digest in centre.state.agreements)
        for party in offices.lives:
            assert main(["agreement", "sign", digest[:12], "--yes", "--centre", offices.url(party)]) == 0
        offices.until_settling()
        yield offices
    finally:
        offices.end()
        for name, value in kept.items():
            os.environ.pop(name, None)
            os.environ |= {} if value is None else {name: value}


@pytest.fixture
def north(offices: Offices, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(offices, "north", capsys)


@pytest.fixture
def south(offices: Offices, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(offices, "south", capsys)


@pytest.fixture
def plan(offices: Offices, tmp_path: Path) -> Plan:
    """Writes a plan of one disc as GeoJSON: party, name, degrees east of the others, hours from now."""

    def write(party: str, identifier: str, east_deg: float = 0.0, hours: float = 2.0, radius_m: int = 5_000) -> str:
        start_ms = offices.now_ms() // 60_000 * 60_000 + int(hours * HOUR_MS)
        lon_e7 = LON_E7 + int(east_deg * 10_000_000)
        operation = parse_operation(circle(party, identifier, lon_e7, LAT_E7, start_ms, start_ms + HOUR_MS, radius_m))
        horizon = Span(start_ms, start_ms + HOUR_MS)
        writing = registry.write((operation,), "geojson", Context("plan", party, horizon))
        path = tmp_path / f"{party}-{identifier.replace('/', '-')}-{start_ms}-{lon_e7}-{radius_m}.geojson"
        path.write_bytes(writing.content)
        return str(path)

    return write
