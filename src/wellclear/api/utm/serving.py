"""The process of the service alone: from its settings to its end."""

from __future__ import annotations

import asyncio
import os
import signal
import ssl
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog
from litestar import Router

from wellclear.api.ended import Ended
from wellclear.api.utm.admission import Admission
from wellclear.api.utm.application import application
from wellclear.api.utm.dss.ports import Registry
from wellclear.api.utm.dss.registries.opening import open_registry
from wellclear.api.utm.dss.registries.warming import warm
from wellclear.api.utm.dss.service import Dss
from wellclear.api.utm.dss.settings import DssSettings
from wellclear.api.utm.dss.sweeping import IsDue, Sweep
from wellclear.api.utm.dss.turns import Turns
from wellclear.api.utm.pacing import Pace
from wellclear.api.utm.steadiness import Steadiness
from wellclear.api.utm.tokens.sources import KeySources, renew_keys
from wellclear.api.utm.tokens.verifying import TokenVerifier
from wellclear.api.utm.uss.assembling import UssSettings, make_uss, routes_of
from wellclear.api.utm.uss.service import Uss
from wellclear.assembly.clock import wall_ms
from wellclear.assembly.logs import set_up_logs
from wellclear.assembly.settings import Log
from wellclear.errors import RuleViolated, WellclearError
from wellclear.transport.listener import Listener

SWEEP_EVERY_S: Final = 60.0
"""How often what has long ended is looked for; so often, too, an idle instance reads what others changed."""

SWITCH_S: Final = 0.0005
"""How long one of the two threads, which answers and which decides, may keep the other waiting."""

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)

log = structlog.get_logger("wellclear.utm")


@dataclass(frozen=True, slots=True)
class UtmSettings:
    """How the service is run.

    Attributes:
        store: address of the registry.
        keys: of the authority.
        audiences: host names under which it is reached.
        address: of this machine to listen at.
        port: number of the port; 0 for any that is free.
        certificate: files of a certificate chain and its key; none for plain HTTP.
        dss: what the service may be told to do otherwise.
        uss: how the USS beside it is run; None for a DSS alone.
        joined: given the USS before it starts, to join it to something else, such as a centre.
        log: what it writes of its own running.
    """

    store: str
    keys: KeySources
    audiences: Sequence[str]
    address: str = "127.0.0.1"
    port: int = 0
    certificate: tuple[Path, Path] | None = None
    dss: DssSettings = field(default_factory=DssSettings)
    uss: UssSettings | None = None
    joined: Callable[[Uss], None] = lambda _uss: None
    log: Log = field(default_factory=Log)


def serve_utm(settings: UtmSettings, ready: Callable[[int], None]) -> Ended:
    """Serve in this process until SIGTERM or SIGINT.

    After a failure of a store that only a new process can read again, the process ends at once with 74.

    Args:
        settings: how.
        ready: called with the number of the port once it serves.

    Raises:
        WellclearError: the service cannot start, and why.
        OSError: storage failed.
    """
    set_up_logs(settings.log)
    sys.setswitchinterval(SWITCH_S)
    ended = asyncio.run(_until_signal(settings, ready))
    if ended is not Ended.STOPPED:
        os._exit(ended)
    return ended


async def _until_signal(settings: UtmSettings, ready: Callable[[int], None]) -> Ended:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, stop.set)
    return await serve_until(settings, ready, stop)


async def serve_until(settings: UtmSettings, ready: Callable[[int], None], stop: asyncio.Event) -> Ended:
    """Serve until told to stop, or the store fails; see `serve_utm`.

    Raises:
        WellclearError: the service cannot start, and why.
        OSError: storage failed.
    """
    verifier = TokenVerifier(await asyncio.to_thread(settings.keys.read), settings.audiences)
    registry = await asyncio.to_thread(open_registry, settings.store)
    log.info("making ready: half a minute at the first start, while code is compiled, and a moment later on")
    await asyncio.to_thread(warm)
    failed, loop = asyncio.Event(), asyncio.get_running_loop()
    turns = Turns(registry, wall_ms, lambda _: _tell(loop, failed, registry))
    service = Dss(Admission(verifier, wall_ms, Pace(settings.dss.requests_of_uss)), turns, settings.dss)
    try:
        uss = None if settings.uss is None else await asyncio.to_thread(make_uss, settings.uss, service, loop, wall_ms)
        listener = _listener(settings, service, uss)
    except (WellclearError, OSError):
        await asyncio.to_thread(turns.close)
        raise
    await listener.start()
    if uss is not None:
        settings.joined(uss)
        uss.start()
    ready(listener.port)
    log.info("serving", port=listener.port, audiences=list(settings.audiences))
    tasks = [asyncio.create_task(_sweep(turns)), asyncio.create_task(stop.wait()), asyncio.create_task(failed.wait())]
    if settings.keys.may_change:
        tasks.append(asyncio.create_task(renew_keys(verifier, settings.keys)))
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    log.info("stopping")
    await listener.stop()
    if uss is not None:
        await asyncio.to_thread(uss.stop)
    await asyncio.to_thread(turns.close)
    return Ended.STORE_FAILED if failed.is_set() else Ended.STOPPED


def _tell(loop: asyncio.AbstractEventLoop, failed: asyncio.Event, registry: Registry) -> None:
    """A store that cannot be read again by this process ends it."""
    if not registry.recovers:
        loop.call_soon_threadsafe(failed.set)


async def _sweep(turns: Turns) -> None:
    """Forget from time to time what has long ended, for ever."""
    steadiness = Steadiness(wall_ms)
    while True:
        await asyncio.sleep(SWEEP_EVERY_S)
        if not steadiness.holds():
            continue
        with suppress(WellclearError, OSError):
            if await turns.take(IsDue()):
                await turns.take(Sweep())


def _listener(settings: UtmSettings, dss: Dss, uss: Uss | None) -> Listener:
    others, serves_dss = list[Router](), True
    if uss is not None and settings.uss is not None:
        others, serves_dss = routes_of(uss, dss, settings.uss.systems), not settings.uss.dss
    try:
        context = _context(settings.certificate)
        served = application(dss, others, serves_dss=serves_dss)
        return Listener(served, settings.address, settings.port, context)
    except OSError as error:
        raise RuleViolated(
            f"the service cannot listen: {error.strerror or error}",
            code="listen-address",
            at=f"{settings.address}:{settings.port}",
            wanted="an address of this machine, a port that nobody uses, and readable files of a certificate",
        ) from None


def _context(files: tuple[Path, Path] | None) -> ssl.SSLContext | None:
    if files is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(*files)
    return context
