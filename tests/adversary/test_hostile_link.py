"""A centre under a peer, or a stranger, that floods, sends garbage and 8 MiB, falls silent, replays and lies about
its key: each is refused and counted, and a STOP of another peer still gets through."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from live.centres import Live, introduce, make_centre, serving
from wellclear.centre.commands import SayStop
from wellclear.centre.entries.link import Condition
from wellclear.protocol.bodies import Stop, print_body
from wellclear.protocol.envelope import Envelope, Held, Kind, Lane, print_envelope
from wellclear.protocol.heartbeat import Heartbeat, print_heartbeat
from wellclear.store.memory import MemoryStore
from wellclear.transport import listener, receiving
from wellclear.transport.framing import MAX_BATCH_BYTES, print_batch
from wellclear.transport.routes import ENVELOPES_PATH, HEARTBEAT_PATH, KEY_HEADER, SAFETY_PATH
from wellclear.trust.ed25519 import Signer
from wellclear.trust.signing import SigningKey

pytestmark = pytest.mark.anyio
QUICK_S = 5.0
"""A STOP takes 10 ms on a quiet machine; these tests share theirs with others."""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("centres")
    return {party: make_centre(party, folder) for party in ("north", "south", "west")}


@dataclass
class Scene:
    """North is attacked; south is honest; west's keys are in hostile hands, and its centre does not run."""

    north: Live
    south: Live
    west: SigningKey
    client: httpx.AsyncClient

    async def stop_crosses(self, name: str) -> None:
        """South says STOP, and north has it within seconds."""
        async with asyncio.timeout(QUICK_S):
            await self.south.centre.act("eve", "duty-officer", SayStop(to=("north",), text=name))
            await self.north.until(lambda centre: any(call.text == name for call in centre.state.calls.values()))

    async def post(self, path: str, body: bytes, key: bytes | None = None) -> httpx.Response:
        shown = self.west.verifier.public if key is None else key
        return await self.client.post(path, content=body, headers={KEY_HEADER: shown.hex()})

    def stop(self, sequence: int, sender: str = "west", signer: SigningKey | None = None, text: str = "lie") -> bytes:
        envelope = Envelope(
            kind=Kind.STOP,
            sender=sender,
            epoch=0,
            recipient="north",
            lane=Lane.SAFETY,
            sequence=sequence,
            previous=bytes(32),
            other_lane=0,
            holds=Held(),
            at_ms=self.north.centre.now_ms(),
            error_ms=100,
            index=sequence,
            body=print_body(Stop(identifier=f"s{sequence}", about="", text=text, relayed=b"")),
        )
        return print_envelope(envelope, signer or self.west)


@asynccontextmanager
async def scene(folders: dict[str, Path]) -> AsyncIterator[Scene]:
    async with serving(folders["north"]) as north, serving(folders["south"]) as south:
        await introduce(north, south)
        async with serving(folders["west"], MemoryStore()) as west:
            await introduce(north, west)
            signer = west.centre.signer
        await north.until(lambda centre: centre.state.peers["south"].condition is Condition.LIVE)
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        url = north.centre.parts.settings.listen.url
        async with httpx.AsyncClient(base_url=url, verify=context, trust_env=False, timeout=30.0) as client:
            yield Scene(north, south, signer, client)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_garbage_is_refused_and_counted(folders: dict[str, Path]) -> None:
    async with scene(folders) as at:
        total = len(at.north.centre.state.calls)
        for body in (b"", b"garbage", bytes(1_000), print_batch([b"garbage"]), print_batch([bytes(5_000)])):
            for path in (ENVELOPES_PATH, SAFETY_PATH, HEARTBEAT_PATH):
                answer = await at.post(path, body)
                assert answer.status_code in {400, 403, 429}, (path, answer.text)
        assert (await at.client.post(SAFETY_PATH, content=b"x")).json()["code"] == "key-header"
        assert code(await at.post(SAFETY_PATH, b"x", bytes(32))) == (403, "key-unknown")
        assert len(at.north.centre.state.calls) == total
        assert at.north.centre.refusals.total
        await at.stop_crosses("after garbage")


async def test_a_wrong_key_says_nothing(folders: dict[str, Path]) -> None:
    async with scene(folders) as at:
        forged = at.stop(1, signer=Signer(bytes(range(32))))
        assert code(await at.post(SAFETY_PATH, print_batch([forged]))) == (403, "key-unknown")
        for_another = at.stop(1, sender="south")
        assert code(await at.post(SAFETY_PATH, print_batch([for_another]))) == (403, "envelope-sender")
        south = at.south.centre.signer.verifier.public
        assert code(await at.post(SAFETY_PATH, print_batch([at.stop(1)]), south)) == (403, "key-other")
        changed = bytearray(at.stop(1))
        changed[-10] ^= 1
        assert (await at.post(SAFETY_PATH, print_batch([bytes(changed)]))).status_code == 403
        assert not at.north.centre.state.calls
        await at.stop_crosses("after forgeries")


async def test_a_replayed_envelope_has_one_effect_and_a_replayed_heartbeat_none(folders: dict[str, Path]) -> None:
    async with scene(folders) as at:
        raw = print_batch([at.stop(1)])
        await at.north.until(lambda centre: centre.state.peers["west"].condition is not Condition.LIVE)
        before_ms = at.north.centre.links.of("west").last_ms
        answers = [await at.post(SAFETY_PATH, raw) for _ in range(5)]
        assert {answer.status_code for answer in answers} == {200}
        assert [call.identifier for call in at.north.centre.state.calls.values()] == ["s1"]
        assert at.north.centre.links.of("west").last_ms == before_ms
        beat = print_heartbeat(
            Heartbeat(
                party="west",
                recipient="north",
                epoch=0,
                index=2,
                at_ms=at.north.centre.now_ms(),
                error_ms=1,
                counter=1 << 50,
                holds=Held(),
                backlog=0,
            ),
            at.west,
        )
        assert (await at.post(HEARTBEAT_PATH, beat)).status_code == 200
        heard_ms = at.north.centre.links.of("west").last_ms
        assert heard_ms > before_ms
        assert code(await at.post(HEARTBEAT_PATH, beat)) == (403, "heartbeat-replayed")
        assert at.north.centre.links.of("west").last_ms == heard_ms
        await at.stop_crosses("after replays")


async def test_eight_mebibytes_and_more_are_refused(folders: dict[str, Path]) -> None:
    async with scene(folders) as at:
        large = bytes(MAX_BATCH_BYTES)
        assert (await at.post(ENVELOPES_PATH, large)).status_code in {400, 403}
        for path, body in ((ENVELOPES_PATH, large + b"x"), (SAFETY_PATH, large)):
            with suppress(httpx.TransportError):  # what is refused unread may be cut in the middle
                assert code(await at.post(path, body)) == (413, "body-size")
        one = (1_048_577).to_bytes(4) + bytes(1_048_577)
        assert code(await at.post(ENVELOPES_PATH, one)) == (400, "envelope-size")
        await at.stop_crosses("after 8 MiB")


async def test_a_flood_of_one_peer_delays_no_stop_of_another(folders: dict[str, Path]) -> None:
    async with scene(folders) as at:
        ending = asyncio.Event()
        statuses: list[int] = []

        async def flood(path: str, body: bytes) -> None:
            while not ending.is_set():
                with suppress(httpx.TransportError):  # what is refused unread may be cut in the middle
                    statuses.append((await at.post(path, body)).status_code)

        calls = print_batch([at.stop(sequence) for sequence in range(2, 40)])
        garbage = print_batch([bytes(10_000)] * 60)
        floods = [flood(SAFETY_PATH, calls) for _ in range(4)] + [flood(ENVELOPES_PATH, garbage) for _ in range(4)]
        async with asyncio.TaskGroup() as tasks:
            for one in floods:
                tasks.create_task(one)
            for number in range(5):
                await at.stop_crosses(f"through a flood {number}")
            ending.set()
        assert 429 in statuses
        assert (
            at.north.centre.refusals.total["west", "rate"]
            or at.north.centre.refusals.total["west", "requests-under-way"]
        )
        assert not any(party == "south" for party, _ in at.north.centre.refusals.total)


async def test_who_is_silent_within_a_message_holds_nothing_up(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wellclear.transport.body.SILENCE_S", 0.3)
    monkeypatch.setattr(listener, "HEAD_S", 0.3)
    async with scene(folders) as at:
        listen = at.north.centre.parts.settings.listen
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        key = at.west.verifier.public.hex()
        head = f"POST {SAFETY_PATH} HTTP/1.1\r\nhost: north\r\n{KEY_HEADER}: {key}\r\ncontent-length: 1000\r\n\r\n"
        lines = []
        for started in (b"", b"POST /pe", head.encode() + b"half", head.encode() + b"half", head.encode()):
            reader, writer = await asyncio.open_connection(listen.address, listen.port, ssl=context)
            writer.write(started)
            lines.append((reader, writer))
        assert receiving.MAX_UNDER_WAY == 2
        await at.stop_crosses("while others are silent")
        async with asyncio.timeout(QUICK_S):
            ends = [await asyncio.gather(reader.read(), return_exceptions=True) for reader, _ in lines]
        answers = [end for (end,) in ends]
        assert answers[0] == b"" or isinstance(answers[0], OSError)
        assert any(isinstance(answer, bytes) and b" 408 " in answer and b"body-silent" in answer for answer in answers)
        assert any(isinstance(answer, bytes) and b"requests-under-way" in answer for answer in answers)
        for _, writer in lines:
            writer.transport.abort()
