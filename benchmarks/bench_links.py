"""Measure two centres on one machine, over HTTPS, both flushing to disk: a notice to its receipt, and STOP in a flood.

    python benchmarks/bench_links.py [--quick] [--folder DIR] [--out bench-out]

The one centre runs in this process, the other in one of its own, and who floods it in a third. A notice is timed from
its acceptance (the officer's command is on disk and answered) to its receipt (verified, and on the sender's disk). STOP
is timed from the officer's command to its receipt, first alone, then while a third party sends the receiver notices and
calls as fast as it is let.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx
import numpy as np

from partners import plan
from run import machine
from wellclear.api.application import application
from wellclear.api.serving import SWITCH_S
from wellclear.assembly.enrolling import enrol_party
from wellclear.assembly.high_water import HighWater
from wellclear.assembly.logs import set_up_logs
from wellclear.assembly.own_keys import read_own_keys, read_settings
from wellclear.assembly.running import Parts, RunningCentre, serving_files
from wellclear.assembly.settings import Log
from wellclear.centre.agreeing import shared
from wellclear.centre.commands import DraftAgreement, File, SayStop, StepAgreement
from wellclear.cli.demonstration.agency import Agency, free_ports, make_agency, serving
from wellclear.errors import WellclearError
from wellclear.model.agreement.ladder import Urgency
from wellclear.model.agreement.steps import StepKind
from wellclear.model.agreement.text import agreement_digest
from wellclear.model.operation_text import parse_operation, print_operation
from wellclear.protocol.bodies import Body, Notice, Stop, print_body
from wellclear.protocol.envelope import Envelope, Held, Kind, envelope_digest, print_envelope
from wellclear.simulation.agreement import agreement_text
from wellclear.simulation.keys import real_key
from wellclear.store.opening import open_store
from wellclear.transport.framing import print_batch
from wellclear.transport.listener import Listener
from wellclear.transport.routes import ENVELOPES_PATH, KEY_HEADER, SAFETY_PATH
from wellclear.transport.tls import server_context
from wellclear.trust.key_statement import KeyPurpose, Place

FORMAT_VERSION: Final = 1
SEED: Final = 20_261_126
PARTIES: Final = ("north", "south")
SETTLED_S: Final = 150.0
"""How long the agreement may take to be in force at both: a minute of grace either side, and a slow machine."""

ANSWER_S: Final = 60.0
FLOODED: Final = 4_000
"""Envelopes that are signed before the flood; it goes round among them."""

Figures = dict[str, Any]


async def main() -> int:
    """Measure, and write the figures."""
    asked = _options()
    if asked.flood:
        await _flood(*asked.flood)
        return 0
    few = 10 if asked.quick else 1
    figures: Figures = {"format": "wellclear-bench-links", "version": FORMAT_VERSION, "machine": machine()}
    with tempfile.TemporaryDirectory(dir=asked.folder, prefix="bench-links-") as folder:
        ports = free_ports(3)
        north, south, west = (
            make_agency(Path(folder), party, "eve", port) for party, port in zip((*PARTIES, "west"), ports, strict=True)
        )
        with serving([south]):
            async with _running(north) as centre:
                await _agree(centre, north, south, west)
                figures["notice"] = await _notices(centre, 500 // few)
                figures["stop_quiet"] = await _stops(centre, "quiet", 300 // few)
                with _flooding(west, south):
                    figures["stop_flooded"] = await _stops(centre, "flooded", 300 // few)
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "links.json").write_text(json.dumps(figures, indent=1) + "\n")
    (asked.out / "links.md").write_text(page(figures))
    print(page(figures))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure two centres over HTTPS.")
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    parser.add_argument("--folder", type=Path, default=None, help="where the stores lie; a real disk")
    parser.add_argument("--out", type=Path, default=Path("bench-out"))
    parser.add_argument("--flood", nargs=3, metavar=("DIR", "PARTY", "URL"), help="only flood a centre")
    return parser.parse_args()


@asynccontextmanager
async def _running(agency: Agency) -> AsyncIterator[RunningCentre]:
    """The centre in this process."""
    set_up_logs(Log(level="error"))
    sys.setswitchinterval(SWITCH_S)
    settings, keys = read_settings(agency.directory), read_own_keys(agency.directory)
    with closing(open_store(agency.directory / settings.store)) as store:
        mark = HighWater(agency.directory / settings.high_water)
        centre = RunningCentre(Parts(settings, keys, store, store.lead(), high_water=mark))
        files = serving_files(centre)
        context = None if files is None else server_context(*files)
        listener = Listener(application(centre), settings.listen.address, settings.listen.port, context)
        await listener.start()
        await centre.start()
        try:
            yield centre
        finally:
            await listener.stop()
            await centre.stop()


async def _agree(centre: RunningCentre, north: Agency, south: Agency, west: Agency) -> None:
    """All are enrolled where they are needed; north and south agree, and wait until that is in force."""
    text = agreement_text(PARTIES, "full", datetime.now(UTC).year).decode()
    for agency in (north, south):
        text = text.replace(real_key(agency.party, "root").verifier.public.hex(), agency.card.root.hex())
    digest = agreement_digest(text.encode())
    await centre.act("eve", "supervisor", enrol_party(south.card))
    with south.desk() as desk:
        for agency in (north, west):
            await asyncio.to_thread(desk.give, enrol_party(agency.card))
        await centre.act("eve", "authority", DraftAgreement(text=text.encode()))
        for step in (StepKind.PROPOSE, StepKind.SIGN):
            await centre.act("eve", "authority", StepAgreement(step=step, digest=digest))
        until_s = time.monotonic() + ANSWER_S
        while time.monotonic() < until_s:
            with suppress(WellclearError):
                await asyncio.to_thread(desk.give, StepAgreement(step=StepKind.SIGN, digest=digest))
                break
            await asyncio.sleep(0.5)
    await _until(lambda: shared(centre.state, "south"), SETTLED_S)
    await asyncio.sleep(2.0)  # the other clock, and its tick


async def _notices(centre: RunningCentre, count: int) -> Figures:
    chance, spent_ms = random.Random(SEED), list[float]()  # noqa: S311 - the same in every run
    for number in range(count):
        command = _later(plan("north", number, chance), centre.now_ms())
        await centre.act("eve", "duty-officer", command)
        name, began_s = f"north-{number}", time.perf_counter()
        whole = centre.state.own[name].filed.whole
        await _until(lambda name=name, whole=whole: centre.state.own[name].deliveries["south"].received == whole)  # type: ignore[misc] # bound at once
        spent_ms.append((time.perf_counter() - began_s) * 1000)
    return _spread(spent_ms)


async def _stops(centre: RunningCentre, name: str, count: int) -> Figures:
    spent_ms = list[float]()
    for number in range(count):
        text, began_s = f"{name} {number}", time.perf_counter()
        await centre.act("eve", "duty-officer", SayStop(to=("south",), text=text))
        await _until(lambda text=text: any(c.answered for c in centre.state.calls.values() if c.text == text))  # type: ignore[misc] # bound at once
        spent_ms.append((time.perf_counter() - began_s) * 1000)
    return _spread(spent_ms)


async def _until(holds: Callable[[], object], most_s: float = ANSWER_S) -> None:
    async with asyncio.timeout(most_s):
        while not holds():  # noqa: ASYNC110 - the state on disk is looked at, as who measures would
            await asyncio.sleep(0.001)


def _later(command: File, now_ms: int) -> File:
    """The same operation, at a time that lies ahead."""
    operation = parse_operation(command.content)
    (volume,) = operation.volumes
    start_ms = now_ms + 6 * 3_600_000
    span = type(volume.span)(start_ms, start_ms + 3_600_000)
    moved = type(volume)(volume.footprint, volume.band, span, volume.name)
    return File(content=print_operation(type(operation)(operation.party, operation.identifier, (moved,), "transport")))


def _spread(spent_ms: list[float]) -> Figures:
    return {
        "count": len(spent_ms),
        "p50_ms": float(np.percentile(spent_ms, 50)),
        "p99_ms": float(np.percentile(spent_ms, 99)),
    }


@contextmanager
def _flooding(west: Agency, south: Agency) -> Iterator[None]:
    command = [sys.executable, __file__, "--flood", str(west.directory), "south", south.url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | {"OMP_NUM_THREADS": "1"}) as flood:
        try:
            if flood.stdout is None or not flood.stdout.readline():
                raise RuntimeError("the flood did not begin")
            yield
        finally:
            flood.kill()


async def _flood(directory: str, recipient: str, url: str) -> None:
    """Send notices and calls as fast as they are taken, until killed."""
    signer = read_own_keys(Path(directory)).signer(KeyPurpose.MESSAGE, Place(0, 0))
    chance, raws = random.Random(SEED), dict[Kind, list[bytes]]()  # noqa: S311 - the same in every run
    for kind, count in ((Kind.NOTICE, FLOODED), (Kind.STOP, 200)):
        previous, raws[kind] = bytes(32), []
        for number in range(1, count + 1):
            now_ms = time.time_ns() // 1_000_000
            envelope = Envelope(
                kind=kind,
                sender="west",
                epoch=0,
                recipient=recipient,
                lane=kind.lane,
                sequence=number,
                previous=previous,
                other_lane=0,
                holds=Held(),
                at_ms=now_ms,
                error_ms=100,
                index=number,
                body=print_body(_body(kind, number, _later(plan("west", number, chance), now_ms).content)),
            )
            raws[kind].append(print_envelope(envelope, signer))
            previous = envelope_digest(raws[kind][-1])
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    headers = {KEY_HEADER: signer.verifier.public.hex()}
    async with httpx.AsyncClient(base_url=url, verify=context, trust_env=False, headers=headers) as client:
        print("flooding", flush=True)
        ways = [(ENVELOPES_PATH, raws[Kind.NOTICE], 64)] * 6 + [(SAFETY_PATH, raws[Kind.STOP], 8)] * 2
        await asyncio.gather(*(_pour(client, *way) for way in ways))


async def _pour(client: httpx.AsyncClient, path: str, raws: list[bytes], size: int) -> None:
    while True:
        for start in range(0, len(raws), size):
            with suppress(httpx.HTTPError):
                await client.post(path, content=print_batch(raws[start : start + size]))


def _body(kind: Kind, number: int, content: bytes) -> Body:
    if kind is Kind.STOP:
        return Stop(identifier=f"w{number}", about="", text="flood", relayed=b"")
    (volume,) = parse_operation(content).volumes
    return Notice(
        identifier=f"west-{number}",
        number=1,
        whole=bytes(32),
        supersedes=b"",
        disclosed="full",
        operation=content,
        place_name="",
        urgency=Urgency.ROUTINE,
        addressees=("south",),
        hazard_tail_ms=0,
        starts_ms=volume.span.start_ms,
        ends_ms=volume.span.end_ms,
        remarks="",
        category="transport",
        name_alone=False,
    )


def page(figures: Figures) -> str:
    """The figures as a page."""
    rows = (
        ("a notice, from accepted to its receipt verified", "notice"),
        ("STOP, to its receipt", "stop_quiet"),
        ("STOP through a centre that another peer floods", "stop_flooded"),
    )
    lines = ["| both flushed, over HTTPS on one machine | times | p50 | p99 |", "|---|--:|--:|--:|"]
    lines += [
        f"| {title} | {figures[name]['count']} | {figures[name]['p50_ms']:.1f} ms | {figures[name]['p99_ms']:.1f} ms |"
        for title, name in rows
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
