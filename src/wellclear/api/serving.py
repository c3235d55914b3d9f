"""The process of a centre: from its directory to its end."""

from __future__ import annotations

import asyncio
import gc
import os
import resource
import signal
import ssl
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from wellclear.api.application import application
from wellclear.api.ended import Ended
from wellclear.api.utm.centre.serving import serve_beside
from wellclear.assembly.high_water import HighWater
from wellclear.assembly.leading import is_shared, only_process, stand_by
from wellclear.assembly.logs import set_up_logs
from wellclear.assembly.own_keys import read_own_keys, read_settings
from wellclear.assembly.running import Parts, RunningCentre, serving_files
from wellclear.assembly.settings import ARCHIVE_FOLDER
from wellclear.centre.ports.store import Store
from wellclear.errors import RuleViolated
from wellclear.store.opening import open_store
from wellclear.transport.listener import Listener
from wellclear.transport.tls import server_context

MIN_FILES: Final = 4_096
"""Open files that the process asks for: a thousand connections, and as many strangers that have not said a word."""

SWITCH_S: Final = 0.0005
"""How long one thread may hold the interpreter while others wait: a STOP goes through several, and a flood is verified
in another. Python's own 5 ms for each of them is more than a flush."""

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)

log = structlog.get_logger("wellclear.centre")


@dataclass(frozen=True, slots=True)
class Served:
    """A centre that serves.

    Attributes:
        centre: that runs.
        url: where.
    """

    centre: RunningCentre
    url: str


async def serve_centre(
    directory: Path, store: str | None, ready: Callable[[Served], None], stop: asyncio.Event
) -> Ended:
    """Serve a centre until it is stopped or fails.

    On a shared store this process stands by while another one leads. After a failure of the store the caller must end
    the process with `os._exit`, so that nothing is flushed again.

    Args:
        directory: of the centre.
        store: where the log is, if not where the settings say: a file or ``postgresql://...``.
        ready: called once it serves.
        stop: when it is set, the centre stops.

    Raises:
        WellclearError: the centre cannot start, and why.
        OSError: the address is taken, or storage failed.
    """
    settings, keys = read_settings(directory), read_own_keys(directory)
    address = store or settings.store
    with only_process(directory):
        opened = open_store(address if "://" in address else directory / address, directory / ARCHIVE_FOLDER)
        if is_shared(address) and not await _leads_next(opened, stop):
            opened.close()
            return Ended.STOPPED
        mark = HighWater(directory / settings.high_water)
        parts = Parts(settings, keys, opened, opened.lead(), shared=is_shared(address), high_water=mark)
        with _without_collecting():
            centre = await asyncio.to_thread(RunningCentre, parts)
        listener = _listener(centre)
        beside = _beside(centre, directory)
        ended = await _run(centre, listener, beside, lambda: ready(Served(centre, settings.listen.url)), stop)
        if ended is Ended.STOPPED:
            opened.close()
        return ended


def serve(directory: Path, store: str | None, ready: Callable[[Served], None]) -> Ended:
    """Serve a centre in this process until SIGTERM or SIGINT; see `serve_centre`.

    Raises:
        WellclearError: the centre cannot start, and why.
        OSError: the address is taken, or storage failed.
    """
    set_up_logs(read_settings(directory).log)
    _ask_for_files()
    sys.setswitchinterval(SWITCH_S)
    ended = asyncio.run(_until_signal(directory, store, ready))
    if ended is not Ended.STOPPED:
        os._exit(ended)
    return ended


async def _until_signal(directory: Path, store: str | None, ready: Callable[[Served], None]) -> Ended:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, stop.set)
    return await serve_centre(directory, store, ready, stop)


async def _run(
    centre: RunningCentre,
    listener: Listener,
    beside: Callable[[asyncio.Event], Awaitable[None]],
    ready: Callable[[], None],
    stop: asyncio.Event,
) -> Ended:
    await centre.start()
    await listener.start()
    stop_beside = asyncio.Event()
    served_beside = asyncio.ensure_future(beside(stop_beside))
    ready()
    waits = [asyncio.create_task(stop.wait()), asyncio.create_task(centre.ended.wait())]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
    if centre.writing.failure is None:
        log.info("stopping")
        stop_beside.set()
        await served_beside
        await listener.stop()
        await centre.stop()
    failure = centre.writing.failure
    if failure is None:
        return Ended.STOPPED
    superseded = isinstance(failure, RuleViolated) and failure.code == "term-superseded"
    return Ended.SUPERSEDED if superseded else Ended.STORE_FAILED


def _beside(centre: RunningCentre, directory: Path) -> Callable[[asyncio.Event], Awaitable[None]]:
    """What is served beside the centre, if its settings say so."""

    async def serve_utm(stop: asyncio.Event) -> None:
        utm = centre.parts.settings.utm
        if utm is not None:
            await serve_beside(centre, utm, directory, stop)

    return serve_utm


async def _leads_next(store: Store, stop: asyncio.Event) -> bool:
    """Wait for the lead of a shared store; whether it came before the centre was stopped."""
    tasks = [asyncio.create_task(stand_by(store)), asyncio.create_task(_until(stop))]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    led = tasks[0].done()
    for task in tasks:
        task.cancel()
    if led:
        tasks[0].result()
    return led


async def _until(stop: asyncio.Event) -> None:
    await stop.wait()


def _listener(centre: RunningCentre) -> Listener:
    listen = centre.parts.settings.listen
    try:
        return Listener(application(centre), listen.address, listen.port, _context(centre))
    except OSError as error:
        raise RuleViolated(
            f"the centre cannot listen: {error.strerror}",
            code="listen-address",
            at=f"{listen.address}:{listen.port}",
            wanted="an address of this machine, and a port that nobody uses",
        ) from None


def _context(centre: RunningCentre) -> ssl.SSLContext | None:
    files = serving_files(centre)
    return None if files is None else server_context(*files)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """While the state is made nothing of it is garbage, and looking for some takes twice as long as making it.

    What was made is not looked at later either: it would hold up every thread.
    """
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


def _ask_for_files() -> None:
    """Ask the system for enough open files, as far as it gives them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MIN_FILES if hard == resource.RLIM_INFINITY else min(MIN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
