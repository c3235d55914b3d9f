from __future__ import annotations

import base64
from pathlib import Path

import msgspec
import pytest

from live.centres import agreement_of, make_centre
from live.office import interface, log_in
from rig.plans import HOUR_MS, circle
from wellclear.assembly.enrolling import enrol_party
from wellclear.assembly.own_keys import read_own_keys
from wellclear.centre.commands import DraftAgreement, File, StepAgreement
from wellclear.model.agreement.steps import StepKind
from wellclear.model.agreement.text import agreement_digest
from wellclear.model.card import Card

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Card:
    return read_own_keys(make_centre("south", tmp_path_factory.mktemp("other"))).card


async def test_an_operation_is_filed_and_shown(directory: Path) -> None:
    async with interface(directory) as (centre, client):
        await log_in(client, "ada")
        start_ms = centre.now_ms() + HOUR_MS
        content = circle("north", "TANKER 1/24", 100_000_000, 450_000_000, start_ms, start_ms + HOUR_MS)
        answer = await client.post("/v1/commands", content=msgspec.json.encode(File(content=content)))
        assert answer.status_code == 200, answer.text
        kinds = [made["entry"]["entry"] for made in answer.json()["entries"]]
        assert kinds[0] == "filed"
        (listed,) = (await client.get("/v1/operations")).json()
        assert (listed["identifier"], listed["officer"], listed["settled"]) == ("TANKER 1/24", "ada", False)
        assert [found["code"] for found in listed["open"]] == ["nobody-told"]
        assert all(found["next"] for found in listed["open"])
        detail = (await client.get("/v1/operations/TANKER%201%2F24")).json()
        assert base64.b64decode(detail["content"]) == content
        assert detail["operation"]["identifier"] == "TANKER 1/24"
        assert (await client.get("/v1/operations/OTHER")).json()["code"] == "operation-unknown"


async def test_what_is_not_strictly_a_command_is_refused(directory: Path) -> None:
    async with interface(directory) as (centre, client):
        await log_in(client, "ada")
        before = centre.state.total
        for content, code in (
            (b"", "file-empty"),
            (b"garbage", "json-syntax"),
            (b'{"command":"stop","to":[],"text":"a","text":"b"}', "json-duplicate-key"),
            (b'{"command":"stop","to":[],"text":5}', "request-form"),
            (b'{"command":"stop","to":[],"text":"x","more":1}', "request-form"),
            (b'{"command":"reboot"}', "request-form"),
            (b"[" * 5_000, "json-deep"),
        ):
            answer = await client.post("/v1/commands", content=content)
            assert (answer.status_code, answer.json()["code"]) == (400, code), content[:50]
        answer = await client.post("/v1/commands", content=b" " * 2_200_000)
        assert (answer.status_code, answer.json()["code"]) == (413, "body-size")
        answer = await client.post("/v1/commands", json={"command": "withdraw", "identifier": "x", "reason": "y"})
        assert (answer.status_code, answer.json()["code"]) == (404, "operation-unknown")
        assert centre.state.total == before


async def test_a_duty_officer_neither_enrols_nor_signs(directory: Path, card: Card) -> None:
    async with interface(directory) as (centre, client):
        text, south = agreement_of(centre.parts.keys.card, card), enrol_party(card)
        sign = StepAgreement(step=StepKind.SIGN, digest=agreement_digest(text))
        await log_in(client, "ada")
        for command in (south, sign):
            answer = await client.post("/v1/commands", content=msgspec.json.encode(command))
            assert (answer.status_code, answer.json()["code"]) == (403, "role-low")
        await log_in(client, "bob")
        for command, role in ((south, "supervisor"), (DraftAgreement(text=text), ""), (sign, "authority")):
            headers = {"wellclear-role": role} if role else {}
            answer = await client.post("/v1/commands", content=msgspec.json.encode(command), headers=headers)
            assert answer.status_code == 200, answer.text
        assert list(centre.state.peers) == ["south"]
        (shown,) = (await client.get("/v1/agreements")).json()
        assert (shown["parties"], shown["missing"]) == (["north", "south"], ["south"])
        assert shown["steps"][0]["officer"] == "bob"
        detail = await client.get(f"/v1/agreements/{agreement_digest(text).hex()}")
        assert detail.json()["text"].encode() == text
        (link,) = (await client.get("/v1/links")).json()
        assert (link["party"], link["condition"]) == ("south", "stale")
        page = (await client.get("/v1/log", params={"start": 0, "count": 3})).json()
        assert [entry["index"] for entry in page["entries"]] == [0, 1, 2]
        assert page["entries"][0]["entry"]["entry"] == "began"
        said = (await client.get("/v1/log", params={"start": -1})).json()["entries"][0]
        assert said["index"] == page["size"] - 1 or said["says"]
