"""`wellclear operations`: own operations, who has each, what each side found and what is open."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from wellclear.cli import screen as look
from wellclear.cli.exit_codes import ExitCode
from wellclear.cli.mechanism.desk import NEWEST, CentreOptions, connected
from wellclear.cli.mechanism.printed import (
    code_of,
    positions_in_words,
    print_as_json,
    print_operation_summary,
)
from wellclear.cli.show_command import print_ground
from wellclear.cli.visible import visible, visible_name
from wellclear.cli.wording import print_band, print_span
from wellclear.model.operation_text import parse_operation

if TYPE_CHECKING:
    from rich.console import Console

    from wellclear.api.views.operations import OperationView
    from wellclear.cli.mechanism.desk import Desk
    from wellclear.model.operation import Operation

ON_THE_WAY: Final = frozenset({"queued", "sent"})
"""Stages that a receipt ends."""

POLL_S: Final = 0.1
"""How often the centre is asked while receipts are waited for."""

DEFAULT_WAIT: Final = "5s"
"""How long receipts and acknowledgements are waited for: a live link needs far less, a broken one nobody waits for."""


def operations(
    identifier: Annotated[str, Parameter(metavar="OPERATION", help="Only this one, with its volumes.")] = "",
    /,
    *,
    all_: Annotated[bool, Parameter(name="--all", help="Also what was withdrawn or has expired.")] = False,
    json: Annotated[bool, Parameter(help="Print JSON for programs.")] = False,
    at: CentreOptions = NEWEST,
) -> int:
    """Show own operations: who has each, how far it got, LATE by how much, what each side found, and what is open."""
    screen = look.open_screen()
    with connected(at) as desk:
        if identifier:
            return _one(screen, desk, identifier, as_json=json)
        views, links = desk.client.operations(everything=all_), desk.client.links()
    if json:
        print_as_json(views)
        return code_of(views)
    for view in views:
        print_operation_summary(screen, view, links)
    settled = sum(view.settled for view in views)
    counts = f"{look.counted(len(views), 'operation')}, {settled:,} settled"
    look.print_line(screen, f"{counts}; settled is informed, not protected" if settled else counts, "bold")
    return code_of(views)


def told(desk: Desk, identifier: str, wait_ms: int) -> OperationView:
    """An own operation once every addressee's receipt came, or the wait is over."""
    until_s = time.monotonic() + wait_ms / 1_000
    while True:
        view = desk.client.operation(identifier).summary
        awaited = any(delivery.stage in ON_THE_WAY and not delivery.refused for delivery in view.deliveries)
        if not awaited or time.monotonic() >= until_s:
            return view
        time.sleep(POLL_S)


def withdrawn(desk: Desk, identifier: str, wait_ms: int) -> OperationView:
    """An operation that was just withdrawn, once all who were told of it receipted that, or the wait is over."""
    until_s = time.monotonic() + wait_ms / 1_000
    while True:
        view = desk.client.operation(identifier).summary
        awaited = any(delivery.withdrawal == "awaited" for delivery in view.deliveries)
        if not awaited or time.monotonic() >= until_s:
            return view
        time.sleep(POLL_S)


def print_volumes(screen: Console, operation: Operation) -> None:
    """Ground, band and span of each volume, every position in three notations and MGRS."""
    look.print_labelled(screen, "  datum", "WGS 84")
    for ordinal, volume in enumerate(operation.volumes, start=1):
        name = visible_name(volume.name) or str(ordinal)
        when = print_span(volume.span.start_ms, volume.span.end_ms)
        look.print_labelled(
            screen, f"  volume {name}", f"{print_ground(volume.footprint)}; {print_band(volume.band)}; {when}"
        )
        for words in positions_in_words(volume.footprint.points):
            look.print_labelled(screen, "", words, "dim")


def _one(screen: Console, desk: Desk, identifier: str, *, as_json: bool) -> int:
    detail = desk.client.operation(identifier)
    if as_json:
        print_as_json(detail)
        return code_of((detail.summary,))
    print_operation_summary(screen, detail.summary, desk.client.links())
    if detail.summary.remarks:
        look.print_labelled(screen, "  remarks", visible(detail.summary.remarks))
    if detail.content:
        print_volumes(screen, parse_operation(detail.content))
    return ExitCode(code_of((detail.summary,)))
