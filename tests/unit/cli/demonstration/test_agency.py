"""Agencies of the demonstration: what is said when a centre does not start, and that none is left behind."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from wellclear.cli.demonstration.agency import LOOPBACK, free_ports, make_agency, serving
from wellclear.errors import PeerUnavailable


def test_ports_are_free_and_different() -> None:
    ports = free_ports(3)
    assert len(set(ports)) == 3
    for port in ports:
        with socket.create_server((LOOPBACK, port)):
            pass


def test_a_centre_that_does_not_start_says_why_and_stops_the_others(tmp_path: Path) -> None:
    (free,) = free_ports(1)
    with socket.socket() as taken:  # bound, and not listening: who connects is refused at once
        taken.bind((LOOPBACK, 0))
        agencies = [
            make_agency(tmp_path, "usfs", "whitehorse", free),
            make_agency(tmp_path, "county", "okafor", taken.getsockname()[1]),
        ]
        with (
            pytest.raises(PeerUnavailable, match=r"the centre of county does not start: .*listen") as caught,
            serving(agencies),
        ):
            pytest.fail("they serve")
    assert caught.value.code == "demo-centre"
    with socket.create_server((LOOPBACK, free)):
        pass


def test_an_officer_is_at_the_desk_while_the_centre_runs(tmp_path: Path) -> None:
    agency = make_agency(tmp_path, "calfire", "ramirez", free_ports(1)[0])
    assert agency.password not in repr(agency.card)
    assert agency.card_path.is_file()
    with serving([agency]), agency.desk() as desk:
        assert desk.session.roles == ("duty-officer", "supervisor", "authority")
        assert desk.client.inbox() == []
    with socket.create_server((LOOPBACK, desk_port(agency.url))):
        pass


def desk_port(url: str) -> int:
    return int(url.rpartition(":")[2])
