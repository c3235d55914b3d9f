"""Options of `wellclear utm serve` for the USS beside the DSS."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

from wellclear.api.utm.uss.assembling import SECRET_VARIABLE, TokenSettings, UssSettings
from wellclear.api.utm.uss.desk import Rules
from wellclear.errors import RuleViolated


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class UssOptions:
    """The USS, and how it reaches others."""

    uss_name: Annotated[str, Parameter(help="Who the USS is: the sub of the tokens that it shows.")] = "wellclear"
    uss_url: Annotated[
        str, Parameter(help="Base URL at which peers reach the USS; that of the first audience if left out.")
    ] = ""
    dss: Annotated[str, Parameter(help="Base URL of another DSS to use; that of this process if left out.")] = ""
    token_url: Annotated[str, Parameter(help="Token endpoint of the authority.")] = ""
    token_client: Annotated[
        str, Parameter(help="Name at that endpoint; the secret is taken from WELLCLEAR_UTM_SECRET.")
    ] = ""
    token_file: Annotated[Path | None, Parameter(help="File that holds one token, read anew each time.")] = None
    token_key: Annotated[Path | None, Parameter(help="PEM file of a private key to make tokens with: for trials.")] = (
        None
    )
    equal_permitted: Annotated[bool, Parameter(help="Permit conflicts between flights of one priority.")] = False
    constraints_forbid: Annotated[
        bool, Parameter(help="Reject flights that touch a constraint; else their users are told.")
    ] = False
    system: Annotated[tuple[str, ...], Parameter(help="Identity under which /versions knows this system.")] = ()
    authorities: Annotated[
        Path | None, Parameter(help="PEM file of certificate authorities; the system's if left out.")
    ] = None
    peer_here: Annotated[
        tuple[str, ...],
        Parameter(
            help="HOST:PORT or HOST on this machine at which peers may be, by http too; else nothing is sent there."
        ),
    ] = ()


DEFAULT_USS: Final = UssOptions()


def uss_settings(options: UssOptions, store: str, served_url: str) -> UssSettings:
    """How the USS is run.

    Args:
        options: as given.
        store: of the DSS.
        served_url: where this process is reached, if the options do not say it.
    """
    client = None
    if options.token_client:
        secret = os.environ.get(SECRET_VARIABLE)
        if secret is None:
            raise RuleViolated("there is no secret", code="token-sources", wanted=f"one in {SECRET_VARIABLE}")
        client = options.token_client, secret
    return UssSettings(
        name=options.uss_name,
        url=options.uss_url or served_url,
        store=store,
        dss=options.dss,
        tokens=TokenSettings(options.token_url, client, options.token_file, options.token_key),
        rules=Rules(options.equal_permitted, options.constraints_forbid),
        systems=options.system,
        authorities=options.authorities,
        peers_here=options.peer_here,
    )
