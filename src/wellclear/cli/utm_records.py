"""`wellclear utm flights`, `logs` and `constraints`: what a USS keeps, read beside it while it runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Final

import msgspec
from cyclopts import Parameter
from rich.table import Table

from wellclear.api.utm.centre.publishing import Standing
from wellclear.api.utm.uss.assembling import keeping_address
from wellclear.api.utm.uss.flight import Flights
from wellclear.api.utm.uss.journal import Journal
from wellclear.api.utm.uss.keeping import Keeping, Kind
from wellclear.api.utm.uss.sql_keeping import open_keeping
from wellclear.api.utm.uss.volumes import ends_ms
from wellclear.api.utm.wire.limits import printed
from wellclear.assembly.clock import wall_ms
from wellclear.cli.options import given
from wellclear.cli.screen import open_screen, print_line
from wellclear.cli.visible import visible
from wellclear.errors import NotFound
from wellclear.geo.time_text import parse_rfc3339, print_rfc3339

_STANDINGS: Final = msgspec.json.Decoder(list[Standing])

DEFAULT_STORE: Final = "sqlite:///utm.sqlite"
"""Where a service alone keeps what it knows, if nothing else is said."""

Store = Annotated[str, Parameter(help="Where the service keeps what it knows: the same as for serve.")]
Json = Annotated[bool, Parameter(help="Print JSON.")]


def flights(*, store: Store = DEFAULT_STORE, json: Json = False) -> None:
    """Show the flights that are planned at the USS."""
    screen = open_screen()
    with _kept(store) as keeping:
        found = [flight for flight, _ in Flights(keeping, wall_ms).all()]
    if json:
        screen.file.write(msgspec.json.encode(found).decode() + "\n")
        return
    table = Table("flight", "user", "state", "priority", "until", "intent", box=None)
    for flight in found:
        state = "not acknowledged" if flight.reference is None else flight.reference.state
        until = print_rfc3339(ends_ms(flight.details)) if flight.reference is not None else ""
        priority = str(flight.plan.astm_f3548_21.priority)
        table.add_row(flight.identifier, visible(flight.owner), state, priority, until, flight.intent)
    screen.print(table)
    print_line(screen, f"{len(found)} flights. Informed, not protected.")


def logs(
    *,
    store: Store = DEFAULT_STORE,
    since: Annotated[str, Parameter(metavar="TIME", help="From when on: 2026-11-26T08:00:00Z.")],
    until: Annotated[str, Parameter(metavar="TIME", help="Until when; until now if left out.")] = "",
) -> None:
    """Print what F3548-21 wants logged of a time, as a set of logs in its form. No peer is ever served it."""
    start_ms = given("--since", parse_rfc3339, since)
    end_ms = given("--until", parse_rfc3339, until) if until else wall_ms()
    with _kept(store) as keeping:
        exported = Journal(keeping, wall_ms).exported(start_ms, end_ms)
    open_screen().file.write(printed(exported).decode() + "\n")


def constraints(*, store: Store = DEFAULT_STORE, json: Json = False) -> None:
    """Show how the operations and hazards of a centre stand as constraints, and why one waits."""
    screen = open_screen()
    with _kept(store) as keeping:
        kept = keeping.get(Kind.STANDING, "")
    found = [] if kept is None else _STANDINGS.decode(kept.content)
    if json:
        screen.file.write(msgspec.json.encode(found).decode() + "\n")
        return
    table = Table("what", "party", "identifier", "published", "waits", box=None)
    for standing in found:
        published = f"{standing.published} of {standing.pieces}"
        table.add_row(
            standing.kind, visible(standing.party), visible(standing.identifier), published, visible(standing.waits)
        )
    screen.print(table)
    if kept is not None:
        print_line(screen, f"As of {print_rfc3339(kept.at_ms)}.")


@contextmanager
def _kept(store: str) -> Iterator[Keeping]:
    address = keeping_address(store)
    try:
        keeping = open_keeping(address, make=False)
    except FileNotFoundError:
        raise NotFound(
            "no USS keeps anything here", code="utm-store-missing", at=store, wanted="--store as for serve"
        ) from None
    try:
        yield keeping
    finally:
        keeping.close()
