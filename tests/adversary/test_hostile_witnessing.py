"""A counterparty that offers garbage, what is cut short, what was said before, endless epochs and false proofs."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec
import pytest

from live.centres import Live, introduce, make_centre, serving
from wellclear.assembly.witnessing import MAX_EPOCHS
from wellclear.centre.entries.link import Condition
from wellclear.centre.log.origin import origin_of
from wellclear.protocol.witnessing import (
    ASK_FORM,
    CHECKPOINT_FORM,
    COSIGN_FORM,
    PROOF_FORM,
    Ask,
    CheckpointOffer,
    Cosign,
    Lie,
    Proof,
)
from wellclear.transport.routes import KEY_HEADER
from wellclear.transport.witnessing import CHECKPOINT_PATH, PROOF_PATH
from wellclear.trust.checkpoint import Checkpoint, sign_checkpoint
from wellclear.trust.key_statement import Place
from wellclear.trust.merkle import EMPTY, leaf_hash
from wellclear.trust.note import print_note
from wellclear.trust.proofs import consistency_proof, subtrees_of
from wellclear.trust.signing import SigningKey

pytestmark = pytest.mark.anyio
LEAVES = [leaf_hash(b"west %d" % number) for number in range(200)]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("centres")
    return {party: make_centre(party, folder) for party in ("north", "west")}


@dataclass
class Scene:
    """North is attacked; west's keys are in hostile hands, and its centre does not run."""

    north: Live
    message: SigningKey
    log: SigningKey
    client: httpx.AsyncClient

    def note(self, size: int, epoch: int = 5) -> str:
        origin = origin_of("west", epoch)
        checkpoint = Checkpoint(origin, size, EMPTY.extend(LEAVES[:size]).root)
        return print_note(sign_checkpoint(checkpoint, origin, self.log)).decode()

    def offer(self, size: int, older_size: int = 0, epoch: int = 5) -> CheckpointOffer:
        proof = consistency_proof(older_size, size, subtrees_of(LEAVES.__getitem__)) if older_size else ()
        return CheckpointOffer(
            party="west",
            recipient="north",
            epoch=epoch,
            note=self.note(size, epoch),
            older_size=older_size,
            proof=proof,
        )

    async def post(self, path: str, body: bytes) -> httpx.Response:
        return await self.client.post(path, content=body, headers={KEY_HEADER: self.message.verifier.public.hex()})

    async def cosign(self, offer: CheckpointOffer) -> Cosign:
        answer = await self.post(CHECKPOINT_PATH, CHECKPOINT_FORM.print(offer, self.message))
        assert answer.status_code == 200, answer.text
        return COSIGN_FORM.open(answer.content, "west", lambda _: ("north", self.north.centre.signer.verifier))

    async def ask(self, ask: Ask) -> Proof:
        answer = await self.post(PROOF_PATH, ASK_FORM.print(ask, self.message))
        assert answer.status_code == 200, answer.text
        return PROOF_FORM.open(answer.content, "west", lambda _: ("north", self.north.centre.signer.verifier))

    @property
    def held(self) -> set[tuple[str, int]]:
        return set(self.north.centre.witnessing.kept.witnessed)


@asynccontextmanager
async def scene(folders: dict[str, Path]) -> AsyncIterator[Scene]:
    async with serving(folders["north"]) as north:
        async with serving(folders["west"]) as west:
            await introduce(north, west)
            await north.until(lambda centre: centre.state.peers["west"].condition is Condition.LIVE)
            message, log = west.centre.signer, west.centre.log_signer(Place(0, 0))
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        url = north.centre.parts.settings.listen.url
        async with httpx.AsyncClient(base_url=url, verify=context, trust_env=False, timeout=30.0) as client:
            yield Scene(north, message, log, client)


async def test_garbage_and_what_is_cut_short_is_refused(folders: dict[str, Path]) -> None:
    async with scene(folders) as at:
        whole = CHECKPOINT_FORM.print(at.offer(7), at.message)
        for path in (CHECKPOINT_PATH, PROOF_PATH):
            for body in (b"", b"garbage", bytes(1_000), whole[:-1], whole[:200], whole + b" "):
                assert (await at.post(path, body)).status_code in {400, 403}, body[:50]
        assert (await at.post(CHECKPOINT_PATH, bytes(70_000))).status_code == 413
        assert (await at.post(PROOF_PATH, whole)).json()["code"] == "signature-refused"
        assert ("west", 5) not in at.held


async def test_what_was_said_before_has_no_further_effect(folders: dict[str, Path]) -> None:
    async with scene(folders) as at:
        first = await at.cosign(at.offer(7))
        assert first.note
        assert (await at.cosign(at.offer(12, 7))).note
        assert (await at.cosign(at.offer(12, 12))).note
        again = await at.cosign(at.offer(7))
        assert (again.note, again.wanted) == ("", 12)
        assert at.north.centre.witnessing.kept.witnessed["west", 5].decode().split("\n")[1] == "12"


async def test_false_proofs_and_other_logs_are_not_cosigned(folders: dict[str, Path]) -> None:
    async with scene(folders) as at:
        assert (await at.cosign(at.offer(7))).note
        good = at.offer(12, 7)
        false = [
            msgspec.structs.replace(good, proof=good.proof[:-1]),
            msgspec.structs.replace(good, proof=(*good.proof, bytes(32))),
            msgspec.structs.replace(good, proof=(b"short", *good.proof[1:])),
            msgspec.structs.replace(good, note=at.note(12, epoch=6)),
            msgspec.structs.replace(good, note=good.note.replace("\n12\n", "\n13\n")),
            msgspec.structs.replace(good, note="nothing"),
        ]
        for offer in false:
            answer = await at.post(CHECKPOINT_PATH, CHECKPOINT_FORM.print(offer, at.message))
            assert answer.status_code in {400, 403}, answer.text
        assert (await at.cosign(good)).note


async def test_epochs_without_end_and_those_that_ended_are_refused(folders: dict[str, Path]) -> None:
    async with scene(folders) as at:
        codes = []
        for epoch in range(5, 5 + MAX_EPOCHS + 3):
            at.north.centre.receiving._spent["witnessing"]._purses.clear()
            codes.append((await at.cosign(at.offer(7, epoch=epoch))).refused)
        assert "epochs-many" in codes
        assert len(at.held) <= MAX_EPOCHS
        assert (await at.cosign(at.offer(7, epoch=4))).refused == "epoch-ended"


async def test_a_false_accusation_is_not_believed(folders: dict[str, Path]) -> None:
    async with scene(folders) as at:
        own = at.north.centre.witnessing.own
        lies = (
            Lie("north", 0, own, own, bytes(32)),
            Lie("west", 5, at.note(7), at.note(7), EMPTY.extend(LEAVES[:7]).root),
            Lie("nobody", 0, own, own, bytes(32)),
            Lie("north", 0, "nothing", "nothing", bytes(32)),
        )
        assert (await at.cosign(msgspec.structs.replace(at.offer(7), lies=lies))).note
        assert not at.north.centre.witnessing.kept.lies
        assert not at.north.centre.state.alarms


async def test_questions_open_nothing_that_is_not_the_askers(folders: dict[str, Path]) -> None:
    async with scene(folders) as at:
        size = at.north.centre.state.index
        asked = Ask(party="west", recipient="north", epoch=0, size=size)
        assert (await at.ask(msgspec.structs.replace(asked, older_size=1))).consistency
        refused = {
            "entry-withheld": msgspec.structs.replace(asked, indexes=(0,)),
            "proof-sizes": msgspec.structs.replace(asked, size=size + 1_000),
        }
        for code, ask in refused.items():
            assert (await at.ask(ask)).refused == code
        assert (await at.ask(msgspec.structs.replace(asked, epoch=9))).refused == "proof-sizes"


async def test_a_flood_of_offers_is_slowed_and_nothing_else_is(folders: dict[str, Path]) -> None:
    async with scene(folders) as at:
        posts = (at.post(CHECKPOINT_PATH, b"x" * 200) for _ in range(100))
        answers = await asyncio.gather(*posts)
        assert {answer.json()["code"] for answer in answers} <= {"key-unknown", "requests-under-way", "rate"}
        assert 429 in {answer.status_code for answer in answers}
