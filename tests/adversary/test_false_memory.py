"""A counterparty lies about what it holds of a centre: neither numbers nor what it never signed claim anything."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from litestar import Litestar, Request, Response, post

from live.centres import Live, make_centre, serving
from wellclear.assembly.enrolling import enrol_party
from wellclear.assembly.own_keys import OwnKeys, read_own_keys
from wellclear.centre.log.origin import origin_of
from wellclear.protocol.bodies import Stop, print_body
from wellclear.protocol.envelope import Envelope, Held, Kind, Lane, print_envelope
from wellclear.protocol.recall import Answer, open_question, print_answer
from wellclear.transport.listener import Listener
from wellclear.transport.routes import NEWEST_PATH, RECALL_PATH
from wellclear.trust.checkpoint import Checkpoint, sign_checkpoint
from wellclear.trust.ed25519 import Signer, Verifier
from wellclear.trust.key_statement import KeyPurpose, Place
from wellclear.trust.merkle import EMPTY
from wellclear.trust.note import print_note

pytestmark = pytest.mark.anyio
START = Place(0, 0)
Lie = Callable[[Answer, OwnKeys, OwnKeys], Answer]
"""Makes a lie of an honest answer; it gets the keys of north, which is lied to, and of south, which lies."""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def message_key(keys: OwnKeys) -> Signer:
    return keys.signer(KeyPurpose.MESSAGE, START)


def envelope_of_north(signer: Signer, index: int, recipient: str = "south") -> bytes:
    envelope = Envelope(
        kind=Kind.STOP,
        sender="north",
        epoch=0,
        recipient=recipient,
        lane=Lane.SAFETY,
        sequence=7,
        previous=bytes(32),
        other_lane=0,
        holds=Held(),
        at_ms=1,
        error_ms=1,
        index=index,
        body=print_body(Stop(identifier="s", about="", text="never said", relayed=b"")),
    )
    return print_envelope(envelope, signer)


def changed(answer: Answer, holds: Held, **other: object) -> Answer:
    values = {"index": answer.index, "checkpoint": answer.checkpoint, "envelopes": answer.envelopes, **other}
    return Answer(party="south", recipient="north", question=answer.question, holds=holds, **values)


def numbers(answer: Answer, _north: OwnKeys, _south: OwnKeys) -> Answer:
    return changed(answer, Held(3, 99, 99), index=100_000)


def own_signature(answer: Answer, _north: OwnKeys, south: OwnKeys) -> Answer:
    return changed(answer, Held(0, 7, 0), envelopes=(envelope_of_north(message_key(south), 900),))


def cut_signature(answer: Answer, north: OwnKeys, _south: OwnKeys) -> Answer:
    raw = bytearray(envelope_of_north(message_key(north), 900))
    raw[40] ^= 1
    return changed(answer, Held(0, 7, 0), envelopes=(bytes(raw),))


def to_another(answer: Answer, north: OwnKeys, _south: OwnKeys) -> Answer:
    return changed(answer, Held(0, 7, 0), envelopes=(envelope_of_north(message_key(north), 900, "west"),))


def of_a_place_that_the_log_has(answer: Answer, north: OwnKeys, _south: OwnKeys) -> Answer:
    return changed(answer, Held(0, 7, 0), envelopes=(envelope_of_north(message_key(north), 1),))


def strange_checkpoint(answer: Answer, _north: OwnKeys, south: OwnKeys) -> Answer:
    return changed(answer, answer.holds, checkpoint=checkpoint(south.signer(KeyPurpose.LOG, START)))


def checkpoint(signer: Signer) -> str:
    origin = origin_of("north", 0)
    return print_note(sign_checkpoint(Checkpoint(origin, 9_000, EMPTY.root), origin, signer)).decode()


def proof_by_envelope(answer: Answer, north: OwnKeys, _south: OwnKeys) -> Answer:
    return changed(answer, Held(0, 7, 0), envelopes=(envelope_of_north(message_key(north), 900),))


def proof_by_checkpoint(answer: Answer, north: OwnKeys, _south: OwnKeys) -> Answer:
    return changed(answer, answer.holds, checkpoint=checkpoint(north.signer(KeyPurpose.LOG, START)))


def lying_centre(directories: dict[str, Path], lie: Lie) -> Listener:
    """Answers questions as south, with its keys."""
    north, south = read_own_keys(directories["north"]), read_own_keys(directories["south"])

    def told(raw: bytes) -> Response[bytes]:
        key_of = lambda public: ("north", Verifier(public))  # noqa: E731 - a liar asks for no more
        open_question(raw, "south", 0, 2**60, key_of)
        honest = Answer(party="south", recipient="north", question=sha256(raw).digest(), holds=Held())
        return Response(print_answer(lie(honest, north, south), message_key(south)), media_type="application/x")

    @post([NEWEST_PATH, RECALL_PATH], status_code=200)
    async def answer(request: Request[object, object, object]) -> Response[bytes]:
        return told(await request.body())

    listen = int(south.card.urls[0].rpartition(":")[2])
    return Listener(Litestar([answer], openapi_config=None), "127.0.0.1", listen, None)


async def told_by_a_liar(folder: Path, lie: Lie, until: Callable[[Live], object]) -> Live:
    directories = {party: make_centre(party, folder, secured=False) for party in ("north", "south")}
    listener = lying_centre(directories, lie)
    await listener.start()
    try:
        async with serving(directories["north"]) as north:
            await north.centre.act("ada", "supervisor", enrol_party(read_own_keys(directories["south"]).card))
            await north.until(lambda _: until(north))
        return north
    finally:
        await listener.stop()


@pytest.mark.parametrize("lie", [numbers, own_signature, cut_signature, to_another, of_a_place_that_the_log_has])
async def test_what_north_never_signed_there_claims_nothing(tmp_path: Path, lie: Lie) -> None:
    north = await told_by_a_liar(tmp_path, lie, lambda live: live.centre.may_say("south"))
    assert north.centre.state.epoch == 0
    assert not any(alarm.kind == "new-epoch" for alarm in north.centre.state.alarms.values())
    assert not north.centre.state.calls


async def test_a_checkpoint_by_another_key_claims_nothing(tmp_path: Path) -> None:
    north = await told_by_a_liar(tmp_path, strange_checkpoint, lambda live: live.centre.may_say("south"))
    assert north.centre.state.epoch == 0


@pytest.mark.parametrize("proof", [proof_by_envelope, proof_by_checkpoint])
async def test_what_north_signed_beyond_its_log_is_proof(tmp_path: Path, proof: Lie) -> None:
    north = await told_by_a_liar(tmp_path, proof, lambda live: live.centre.state.epoch == 1)
    assert any(alarm.kind == "new-epoch" for alarm in north.centre.state.alarms.values())
