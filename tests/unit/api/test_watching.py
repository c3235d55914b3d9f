from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from live.office import interface, log_in
from wellclear.api.application import application

pytestmark = pytest.mark.anyio


async def test_health_and_metrics(directory: Path) -> None:
    async with interface(directory) as (centre, client):
        health = await client.get("/v1/health")
        assert health.status_code == 200
        assert health.json()["party"] == "north"
        assert health.json()["signs"]
        figures = (await client.get("/metrics")).text
        for name in (
            "wellclear_log_entries",
            "wellclear_batches_total",
            "wellclear_batch_seconds_bucket",
            'wellclear_links{condition="live"}',
            "wellclear_alarms_open",
            'wellclear_queue{rank="life"}',
            "wellclear_leads 1.0",
            "wellclear_log_signs 1.0",
            "wellclear_checkpoint_size",
            "wellclear_lies_proven 0.0",
        ):
            assert name in figures
        afar = httpx.ASGITransport(application(centre), client=("192.0.2.7", 1))  # type: ignore[arg-type] # ASGI
        async with httpx.AsyncClient(transport=afar, base_url="http://north.example") as stranger:
            assert (await stranger.get("/metrics")).status_code == 401
            assert (await stranger.get("/v1/health")).status_code == 200


async def test_a_centre_that_cannot_commit_shows_nothing_as_new(directory: Path) -> None:
    async with interface(directory) as (centre, client):
        await log_in(client, "ada")
        centre.writing._committed_s -= 3_600.0
        centre.writing._shared = True
        assert (await client.get("/v1/operations")).json()["code"] == "not-leading"
        assert (await client.get("/v1/health")).status_code == 503


async def test_the_document_names_every_command_and_read(directory: Path) -> None:
    async with interface(directory) as (_, client):
        document = (await client.get("/openapi.json")).json()
        assert {"/v1/commands", "/v1/operations", "/v1/session", "/v1/log"} <= set(document["paths"])
        assert "/peer/v1/envelopes" not in document["paths"]
        for form in ("File", "SayStop", "StepAgreement", "OperationView", "ConflictView"):
            assert form in document["components"]["schemas"]


async def test_unknown_paths_and_methods_answer_in_the_one_form(directory: Path) -> None:
    async with interface(directory) as (_, client):
        assert (await client.get("/v1/other")).json()["code"] == "no-such-path"
        assert (await client.delete("/v1/commands")).json()["code"] == "no-such-method"
        await log_in(client, "ada")
        assert (await client.get("/v1/log", params={"count": 9_999})).json()["code"] == "request-form"
