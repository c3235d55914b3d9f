"""The service as a process: started with one command, stopped gracefully, its reports listed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from rig.utm import ALL, identifier, public_pem, token, volume
from rig.utm_process import HOST, instance

PROGRAM = str(Path(sys.executable).parent / "wellclear")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAM, "utm", *arguments], capture_output=True, text=True, check=False, timeout=60)


def test_it_stops_when_told_and_begins_again_with_what_it_knew(tmp_path: Path) -> None:
    now_ms = int(time.time() * 1_000)
    store = f"sqlite:///{tmp_path / 'utm.sqlite'}"
    headers = {"authorization": f"Bearer {token('uss1', ALL, HOST, now_ms + 3_600_000)}"}
    exchange = {"url": "https://uss2.example/x", "method": "GET", "recorder_role": "Client"}
    exchange["request_time"] = {"value": "2026-11-26T12:00:00Z", "format": "RFC3339"}  # type: ignore[assignment]
    with instance(tmp_path, store) as one:
        with httpx.Client(base_url=one.url, headers=headers, timeout=60) as client:
            body = {"extents": [volume(now_ms=now_ms)], "state": "Accepted", "uss_base_url": "https://uss1.example"}
            assert client.put(f"/dss/v1/operational_intent_references/{identifier(1)}", json=body).status_code == 201
            assert client.post("/dss/v1/reports", json={"exchange": exchange}).status_code == 201
            assert client.get("/v1/health").json()["records"] == 2, "the intent, and that a report is kept"
            assert "wellclear_utm_requests_decided_total" in client.get("/metrics").text
        one.process.terminate()
        assert one.process.wait(30) == 0
    listed = run("reports", "--store", store, "--json")
    assert json.loads(listed.stdout)["owner"] == "uss1"
    assert "https://uss2.example/x" in run("reports", "--store", store).stdout
    with instance(tmp_path, store) as again:
        assert httpx.get(f"{again.url}/v1/health").json()["records"] == 2


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("--audience", HOST), "token-keys"),
        (("--public-key", "nothing.pem", "--audience", HOST), "token-key-file"),
        (("--public-key", "PEM"), "token-audience"),
        (("--public-key", "PEM", "--audience", HOST, "--store", "nonsense"), "store-address"),
        (("--public-key", "PEM", "--audience", HOST, "--certificate", "PEM"), "utm-certificate"),
    ],
)
def test_what_cannot_be_served_is_told_with_its_code(tmp_path: Path, given: tuple[str, ...], code: str) -> None:
    pem = tmp_path / "authority.pem"
    pem.write_bytes(public_pem())
    store = () if "--store" in given else ("--store", "memory:")
    done = run("serve", "--port", "0", *store, *(str(pem) if word == "PEM" else word for word in given))
    assert (done.returncode, f"[{code}]" in done.stderr) == (2, True), done.stderr
