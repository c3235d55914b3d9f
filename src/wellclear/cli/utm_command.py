"""`wellclear utm`: ASTM F3548-21 for drone operators' systems."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

from cyclopts import App, Parameter

from wellclear.api.utm.dss.registries.opening import open_registry
from wellclear.api.utm.dss.settings import (
    MAX_AREA_OF_USS_KM2,
    MAX_INTENTS_IN_CELL,
    MAX_POINTS_OF_USS,
    MAX_REQUESTS_OF_USS,
    MAX_SUBSCRIPTIONS_OF_USS,
    DssSettings,
)
from wellclear.api.utm.serving import UtmSettings, serve_utm
from wellclear.api.utm.tokens.sources import KeySources
from wellclear.api.utm.wire.limits import printed
from wellclear.assembly.settings import Log
from wellclear.cli import utm_records
from wellclear.cli.screen import open_screen, print_labelled, print_line
from wellclear.cli.utm_uss_options import DEFAULT_USS, UssOptions, uss_settings
from wellclear.cli.visible import visible
from wellclear.errors import RuleViolated
from wellclear.model.centre_url import is_loopback

DEFAULT_STORE: Final = "sqlite:///utm.sqlite"
"""Where a service alone keeps what it knows, if nothing else is said."""

utm = App(
    name="utm",
    help="Speak ASTM F3548-21 with drone operators' systems. It informs; it protects nobody.",
    help_epilogue="""Examples:

wellclear utm serve --port 8082 --public-key authority.pem --audience dss.example.com

wellclear utm serve --port 8082 --store postgresql://utm@db/utm --jwks https://auth.example.com/jwks.json --audience dss.example.com

wellclear utm serve --public-key authority.pem --audience uss.example.com --dss https://dss.example.com --token-url https://auth.example.com/token

wellclear utm flights --store sqlite:///utm.sqlite

wellclear utm logs --since 2026-11-26T00:00:00Z

wellclear utm reports --store sqlite:///utm.sqlite""",  # noqa: E501 - one command a line
    help_format="plaintext",
    default_parameter=Parameter(negative=()),
)


for _command in (utm_records.flights, utm_records.logs, utm_records.constraints):
    utm.command(_command)


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class ListenOptions:
    """Where the service listens."""

    address: Annotated[str, Parameter(help="Address of this machine to listen at.")] = "127.0.0.1"
    port: Annotated[int, Parameter(help="Number of the port; 0 for any that is free.")] = 8082
    certificate: Annotated[Path | None, Parameter(help="PEM file of a certificate chain; plain HTTP without.")] = None
    certificate_key: Annotated[Path | None, Parameter(help="PEM file of the certificate's key.")] = None


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class TokenOptions:
    """Whose tokens count. Nothing turns the check off."""

    public_key: Annotated[
        tuple[Path, ...], Parameter(help="PEM file with a key of the authority; again for more.")
    ] = ()
    jwks: Annotated[tuple[str, ...], Parameter(help="Key set of the authority: a file or https://...")] = ()
    audience: Annotated[tuple[str, ...], Parameter(help="Host name, without port, that tokens are for.")] = ()


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class RuleOptions:
    """What the service may be told to do otherwise, and the limits of one USS."""

    words_for_ovn: Annotated[bool, Parameter(help='Write "Available from USS" for another USS\'s OVN.')] = False
    requested_ovn_suffix: Annotated[bool, Parameter(help="Take requested_ovn_suffix, as InterUSS does.")] = False
    intents_in_cell: Annotated[int, Parameter(help="Live intents of one USS in one place.")] = MAX_INTENTS_IN_CELL
    area_of_uss_km2: Annotated[float, Parameter(name="--area-of-uss", help="Area of all that one USS has, in km2.")] = (
        MAX_AREA_OF_USS_KM2
    )
    points_of_uss: Annotated[int, Parameter(help="Points of all that one USS has.")] = MAX_POINTS_OF_USS
    subscriptions_of_uss: Annotated[int, Parameter(help="Subscriptions of one USS.")] = MAX_SUBSCRIPTIONS_OF_USS
    requests_of_uss: Annotated[float, Parameter(help="Requests of one USS to the DSS, a second.")] = MAX_REQUESTS_OF_USS


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class LogOptions:
    """What the service writes of its own running, on standard error."""

    log_level: Annotated[Literal["debug", "info", "warning", "error"], Parameter(help="From which weight on.")] = "info"
    log_format: Annotated[Literal["text", "json"], Parameter(help="Lines for people, or JSON.")] = "text"


DEFAULT_LISTEN: Final = ListenOptions()
DEFAULT_TOKENS: Final = TokenOptions()
DEFAULT_RULES: Final = RuleOptions()
DEFAULT_LOG: Final = LogOptions()


@utm.command
def serve(  # noqa: PLR0913 - groups of options of a command
    *,
    store: Annotated[str, Parameter(help="sqlite:///PATH, or postgresql://... for several instances.")] = DEFAULT_STORE,
    listen: ListenOptions = DEFAULT_LISTEN,
    tokens: TokenOptions = DEFAULT_TOKENS,
    rules: RuleOptions = DEFAULT_RULES,
    uss: UssOptions = DEFAULT_USS,
    logs: LogOptions = DEFAULT_LOG,
) -> int:
    """Run a DSS and a USS alone until SIGTERM or Ctrl-C.

    Any number of instances may share one PostgreSQL database; an SQLite file is for one.
    Exit code 74: the store failed. Start it again.
    """
    if (listen.certificate is None) != (listen.certificate_key is None):
        raise RuleViolated("a certificate and its key go together", code="utm-certificate", wanted="both, or neither")
    certificate = (
        (listen.certificate, listen.certificate_key) if listen.certificate and listen.certificate_key else None
    )
    scheme = "https" if certificate else "http"
    settings = UtmSettings(
        store=store,
        keys=KeySources(tokens.public_key, tokens.jwks),
        audiences=tokens.audience,
        address=listen.address,
        port=listen.port,
        certificate=certificate,
        dss=DssSettings(
            words_for_ovn=rules.words_for_ovn,
            requested_ovn_suffix=rules.requested_ovn_suffix,
            intents_in_cell=rules.intents_in_cell,
            area_of_uss_km2=rules.area_of_uss_km2,
            points_of_uss=rules.points_of_uss,
            subscriptions_of_uss=rules.subscriptions_of_uss,
            requests_of_uss=rules.requests_of_uss,
        ),
        uss=uss_settings(uss, store, _reached(listen, tokens)),
        log=Log(logs.log_level, logs.log_format),
    )

    def ready(port: int) -> None:
        screen = open_screen()
        print_labelled(screen, "serving", f"F3548-21 at {scheme}://{visible(listen.address)}:{port}")
        screen.file.flush()

    return int(serve_utm(settings, ready))


def _reached(listen: ListenOptions, tokens: TokenOptions) -> str:
    """Where peers reach the service, if nothing else is said: plain HTTP goes on from a proxy, but for this machine."""
    host = tokens.audience[0] if tokens.audience else listen.address
    if listen.certificate is None and not is_loopback(host):
        return f"https://{host}"
    return f"{'http' if listen.certificate is None else 'https'}://{host}:{listen.port}"


@utm.command
def reports(
    *,
    store: Annotated[str, Parameter(help="Where the service keeps what it knows.")] = DEFAULT_STORE,
    json: Annotated[bool, Parameter(help="One JSON object a line, each with its exchange in full.")] = False,
) -> None:
    """List the reports that USSs made of what went wrong, the oldest first. An SQLite file must not be in use."""
    registry = open_registry(store)
    screen = open_screen()
    try:
        for report in registry.reports():
            if json:
                screen.file.write(printed(report).decode() + "\n")
                continue
            exchange = report.exchange
            problem = visible(str(exchange.get("problem", "")))
            words = (exchange["recorder_role"], exchange["method"], exchange["url"], exchange.get("response_code", "-"))
            at = exchange["request_time"]["value"]
            told = " ".join(visible(str(word)) for word in words)
            print_line(
                screen, f"{report.identifier}  {visible(at)}  {visible(report.owner)}  {told}  {problem}".rstrip()
            )
    finally:
        registry.close()
