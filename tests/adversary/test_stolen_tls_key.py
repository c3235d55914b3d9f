"""A thief with a centre's TLS key stands at its address, before and after the root has stated the theft."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest
from litestar import Litestar, get

from wellclear.assembly.initialising import ROOT, RootKeeping, init_centre, root_name
from wellclear.assembly.means import stated
from wellclear.assembly.own_keys import read_own_keys
from wellclear.assembly.rotating import Change, Fresh, revoke, rotate
from wellclear.assembly.secret_files import open_root_file
from wellclear.assembly.settings import Listen, Settings
from wellclear.model.card import Card
from wellclear.transport.listener import Listener
from wellclear.transport.pins import pins_of
from wellclear.transport.tls import client_context, server_context
from wellclear.trust.ed25519 import Signer
from wellclear.trust.key_statement import KeyPurpose, Place

PHRASE = "correct horse battery"
NOW_MS = 1_800_000_000_000
START = Place(0, 0)
NORTH = Settings("north", "log.sqlite", Listen("127.0.0.1", 8443, "https://127.0.0.1:8443"))
Files = tuple[Path, Path]


@get("/", sync_to_thread=False)
def greeting() -> str:
    """What any server would say."""
    return "hello"


@pytest.fixture
def north(tmp_path: Path) -> Path:
    init_centre(tmp_path / "north", NORTH, RootKeeping(PHRASE), NOW_MS)
    return tmp_path / "north"


@pytest.fixture
def root(north: Path) -> Signer:
    return open_root_file(north / ROOT / root_name("north", read_own_keys(north).card.root), "north", PHRASE)


def reaches(served: Files, card: Card, newest: Place) -> bool:
    """Whether who holds this card, and knows the log to a place, takes a server with these files."""

    async def ask() -> bool:
        listener = Listener(Litestar([greeting], openapi_config=None), "127.0.0.1", 0, server_context(*served))
        await listener.start()
        context = client_context(pins_of(stated(card.ring), newest))
        try:
            async with httpx.AsyncClient(verify=context, trust_env=False) as client:
                return (await client.get(f"https://127.0.0.1:{listener.port}/")).text == "hello"
        except httpx.ConnectError:
            return False
        finally:
            await listener.stop()

    return asyncio.run(ask())


def test_until_the_root_has_spoken_the_thief_passes_and_then_no_more(north: Path, root: Signer):
    before = read_own_keys(north)
    stolen = before.certificate(START)
    pin = before.card.ring.holding(KeyPurpose.TLS, START)[0]
    assert reaches(stolen, before.card, START)
    after = revoke(north, root, pin, Change(Place(0, 50), Place(0, 10)), Fresh(NOW_MS))
    assert not reaches(stolen, after, START)
    assert reaches(read_own_keys(north).certificate(Place(0, 50)), after, START)


def test_while_certificates_change_no_line_is_cut(north: Path, root: Signer):
    old = read_own_keys(north).certificate(START)
    card = rotate(north, root, KeyPurpose.TLS, Change(Place(0, 50), Place(0, 80)), Fresh(NOW_MS))
    new = read_own_keys(north).certificate(Place(0, 50))
    assert reaches(old, card, Place(0, 79))
    assert reaches(new, card, START)
    assert not reaches(old, card, Place(0, 80))


def test_another_centre_at_the_same_address_is_refused(north: Path, tmp_path: Path):
    init_centre(tmp_path / "other", NORTH, RootKeeping(PHRASE), NOW_MS)
    other = read_own_keys(tmp_path / "other").certificate(START)
    assert not reaches(other, read_own_keys(north).card, START)
