"""The facade within the process of a centre. Whatever becomes of it, the centre goes on."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path
from typing import Final

import structlog

from wellclear.api.utm.centre.facade import join
from wellclear.api.utm.centre.host import CentreHost
from wellclear.api.utm.centre.listening import Watched
from wellclear.api.utm.centre.publishing import Disclosed
from wellclear.api.utm.serving import UtmSettings, serve_until
from wellclear.api.utm.tokens.sources import KeySources
from wellclear.api.utm.uss.assembling import SECRET_VARIABLE, TokenSettings, UssSettings
from wellclear.api.utm.uss.desk import Rules
from wellclear.api.utm.uss.service import Uss
from wellclear.assembly.clock import wall_ms
from wellclear.assembly.running import RunningCentre
from wellclear.assembly.utm_section import Utm
from wellclear.errors import WellclearError

AGAIN_S: Final = 30.0
"""How long after a failure the facade is started again: an authority or a database may be away for a while."""

_SQLITE: Final = "sqlite:///"

log = structlog.get_logger("wellclear.utm")


async def serve_beside(centre: RunningCentre, utm: Utm, directory: Path, stop: asyncio.Event) -> None:
    """Serve F3548-21 beside a running centre until told to stop; what fails is logged, and tried again.

    Args:
        centre: that runs in this event loop.
        utm: section of its settings.
        directory: of the centre, from where files are named.
        stop: when it is set, the facade ends.
    """
    host = CentreHost(centre, asyncio.get_running_loop(), utm.account)

    def joined(uss: Uss) -> None:
        disclosed = Disclosed(utm.operations, utm.grid if utm.operations == "coarse" else None)
        places = [Watched(place.lat_deg, place.lon_deg, place.radius_km) for place in utm.places]
        join(host, uss, disclosed, places, wall_ms)

    settings = replace(settings_of(utm, directory), joined=joined)
    while not stop.is_set():
        try:
            ended = await serve_until(settings, lambda port: log.info("F3548-21 is served", port=port), stop)
            if not stop.is_set():
                log.error("F3548-21 is not served: its store failed", ended=int(ended))
        except (WellclearError, OSError) as error:
            log.warning("F3548-21 is not served", why=str(error))
        try:
            async with asyncio.timeout(AGAIN_S):
                await stop.wait()
        except TimeoutError:
            continue


def settings_of(utm: Utm, directory: Path) -> UtmSettings:
    """How the facade is run, with files named from the centre's directory."""

    def file(name: str) -> Path | None:
        return directory / name if name else None

    store = utm.store
    if store.startswith(_SQLITE):
        store = f"{_SQLITE}{(directory / store.removeprefix(_SQLITE)).absolute()}"
    secret = os.environ.get(SECRET_VARIABLE, "")
    tokens = TokenSettings(
        utm.token_url,
        (utm.token_client, secret) if utm.token_client else None,
        file(utm.token_file),
        file(utm.token_key),
    )
    uss = UssSettings(
        name=utm.name,
        url=utm.url,
        store=store,
        dss=utm.dss,
        tokens=tokens,
        rules=Rules(utm.equal_permitted, utm.constraints_forbid),
        authorities=file(utm.authorities),
        peers_here=utm.peers_here,
    )
    certificate, key = file(utm.certificate), file(utm.certificate_key)
    sets = [place if place.startswith(("https://", "http://")) else str(directory / place) for place in utm.jwks]
    return UtmSettings(
        store=store,
        keys=KeySources([directory / name for name in utm.public_keys], sets),
        audiences=utm.audiences,
        address=utm.address,
        port=utm.port,
        certificate=(certificate, key) if certificate and key else None,
        uss=uss,
    )
