from __future__ import annotations

from pathlib import Path

import pytest

from live.office import PASSWORD, interface, log_in

pytestmark = pytest.mark.anyio

READS = ("operations", "notices", "conflicts", "agreements", "alarms", "links", "inbox", "hazards", "calls", "log")


async def test_nothing_is_read_without_a_session(directory: Path) -> None:
    async with interface(directory) as (_, client):
        for read in (*READS, "resolutions", "officers", "session"):
            answer = await client.get(f"/v1/{read}")
            assert (answer.status_code, answer.json()["code"]) == (401, "session-missing"), read
        answer = await client.post("/v1/commands", json={"command": "stop", "to": [], "text": "x"})
        assert answer.status_code == 401


async def test_a_session_opens_reads_and_closes(directory: Path) -> None:
    async with interface(directory) as (_, client):
        await log_in(client, "ada")
        for read in READS:
            answer = await client.get(f"/v1/{read}")
            assert answer.status_code == 200, answer.text
            assert answer.headers["cache-control"] == "no-store"
            assert "set-cookie" not in answer.headers
        assert (await client.get("/v1/session")).json()["officer"] == "ada"
        assert (await client.delete("/v1/session")).status_code == 204
        assert (await client.get("/v1/alarms")).json()["code"] == "session-unknown"


async def test_a_wrong_password_is_refused_and_then_waited_for(directory: Path) -> None:
    async with interface(directory) as (_, client):
        for name in ("ada", "nobody"):
            wrong = {"name": name, "password": "not the password"}
            codes = [(await client.post("/v1/session", json=wrong)).json()["code"] for _ in range(4)]
            assert codes == ["login-refused"] * 3 + ["login-throttled"]
        answer = await client.post("/v1/session", json={"name": "bob", "password": PASSWORD})
        assert answer.status_code == 201


async def test_a_role_that_the_officer_lacks_is_refused(directory: Path) -> None:
    async with interface(directory) as (_, client):
        await log_in(client, "ada")
        answer = await client.get("/v1/alarms", headers={"wellclear-role": "commander"})
        assert (answer.status_code, answer.json()["code"]) == (403, "officer-role")
        answer = await client.get("/v1/alarms", headers={"wellclear-role": "king"})
        assert (answer.status_code, answer.json()["code"]) == (400, "role-unknown")


async def test_accounts_are_made_by_supervisors_and_end_sessions(directory: Path) -> None:
    async with interface(directory) as (_, client):
        new = {"name": "eve", "roles": ["duty-officer"], "password": "a fresh password"}
        await log_in(client, "ada")
        assert (await client.post("/v1/officers", json=new)).json()["code"] == "role-low"
        own = await client.patch("/v1/officers/ada", json={"password": "a better password"})
        assert own.status_code == 200
        assert (await client.get("/v1/alarms")).status_code == 401
        await log_in(client, "bob")
        assert (await client.post("/v1/officers", json=new)).status_code == 201
        assert (await client.post("/v1/officers", json=new)).json()["code"] == "officer-exists"
        both = {"password": "two changes at once", "enabled": False}
        assert (await client.patch("/v1/officers/eve", json=both)).json()["code"] == "officer-change"
        assert (await client.patch("/v1/officers/eve", json={"enabled": False})).json()["enabled"] is False
        answer = await client.post("/v1/session", json={"name": "eve", "password": "a fresh password"})
        assert answer.json()["code"] == "login-refused"
        names = [officer["name"] for officer in (await client.get("/v1/officers")).json()]
        assert names == ["ada", "bob", "eve"]
