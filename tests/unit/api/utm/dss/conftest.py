"""A service on a clock that stands still, asked over HTTP in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from rig.utm import World, serving
from wellclear.api.utm.dss.settings import DssSettings

Script = Callable[[World], Awaitable[None]]


@pytest.fixture
def play() -> Callable[..., None]:
    """Runs a script of requests against a new service."""

    def run(script: Script, **settings: object) -> None:
        async def played() -> None:
            async with serving(settings=DssSettings(**settings)) as world:  # type: ignore[arg-type]
                await script(world)

        asyncio.run(played())

    return run
