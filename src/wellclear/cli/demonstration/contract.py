"""The agreement of the demonstration: enrolment by voice, a text, three signatures, and a minute of waiting."""

from __future__ import annotations

import time
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Final

from wellclear.assembly.enrolling import enrol_party
from wellclear.centre.commands import DraftAgreement, StepAgreement
from wellclear.cli.mechanism.agreement_printed import print_coverage
from wellclear.cli.mechanism.agreement_texts import steps_of
from wellclear.cli.screen import print_labelled, print_line
from wellclear.cli.watch import Watch
from wellclear.errors import PeerUnavailable
from wellclear.geo.time_text import print_rfc3339
from wellclear.model.agreement.coverage import coverage
from wellclear.model.agreement.steps import StepKind
from wellclear.model.agreement.text import agreement_digest, parse_agreement
from wellclear.model.card import card_fingerprint
from wellclear.protocol.voice.check_words import check_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console

    from wellclear.cli.demonstration.agency import Agency
    from wellclear.cli.mechanism.desk import Desk

TEMPLATE: Final = "demo_agreement.toml"
POLL_S: Final = 0.25
PATIENCE_S: Final = 30.0
"""How long the demonstration waits for what takes a second on a machine at rest."""

GRACE_S: Final = 60.0
"""Clocks differ: a minute after it came into force, every centre takes it to be so."""

_DAY_MS: Final = 86_400_000


def enrol_all(screen: Console, agencies: Sequence[Agency], desks: Sequence[Desk]) -> None:
    """Each enrols each other, after the check words of the card were read out."""
    for agency in agencies:
        words = " ".join(check_words(card_fingerprint(agency.card), "en"))
        print_labelled(screen, f"  {agency.party}", f"{agency.url}, check words of its card: {words}")
    for desk in desks:
        for agency in agencies:
            if agency.party != desk.session.party:
                desk.give(enrol_party(agency.card))
    await_all(desks, _all_live, "the links are not live")


def text_of(agencies: Sequence[Agency], now_ms: int) -> bytes:
    """The agreement's text with keys and times filled in; it begins now."""
    packaged = files("wellclear.cli").joinpath("assets", TEMPLATE).read_text(encoding="utf-8")
    start_ms = now_ms - now_ms % 1_000
    values = {f"{agency.party}_root_key": agency.card.root.hex() for agency in agencies} | {
        "from_time": print_rfc3339(start_ms),
        "ratify_by_time": print_rfc3339(start_ms + _DAY_MS),
        "until_time": print_rfc3339(start_ms + 90 * _DAY_MS),
        "review_day": print_rfc3339(start_ms + 45 * _DAY_MS)[:10],
        "verified_day": print_rfc3339(start_ms)[:10],
    }
    return Template(packaged).substitute(values).encode()


def propose_and_sign(screen: Console, desks: Sequence[Desk], text: bytes) -> None:
    """The first proposes, all sign the exact text."""
    digest, first = agreement_digest(text), desks[0]
    first.give(DraftAgreement(text=text))
    first.give(StepAgreement(step=StepKind.PROPOSE, digest=digest))
    words = " ".join(check_words(digest, "en"))
    print_labelled(screen, f"  {first.session.party}", f"proposes it; check words of its text: {words}")
    for desk in desks:
        await_all(
            [desk], lambda one: any(view.digest == digest for view in one.client.agreements()), "no proposal came"
        )
        desk.give(StepAgreement(step=StepKind.SIGN, digest=digest))
        print_labelled(screen, f"  {desk.session.party}", f"{desk.session.officer} signs for it, byte for byte")
    await_all(desks, lambda one: one.client.agreement(digest).summary.phase == "in force", "it is not in force")


def print_covered(screen: Console, desk: Desk, text: bytes) -> None:
    """What the agreement covers between the first two parties."""
    views = desk.client.agreements()
    rows = coverage([parse_agreement(text)], steps_of(views), time.time_ns() // 1_000_000)
    print_coverage(screen, [row for row in rows if row.category in {"tanker", "helicopter"}])


def await_force(screen: Console, desks: Sequence[Desk]) -> None:
    """Wait until all three count operations as settled under it, and show how long that still takes."""
    started_s = time.monotonic()
    with Watch() as watch:

        def shown(one: Desk) -> bool:
            passed_s = time.monotonic() - started_s
            watch(min(round(passed_s), 60), 60, "in force; waiting out the grace of clocks")
            return all(view.settles for view in one.client.agreements())

        await_all(desks, shown, "the agreement does not settle", patience_s=GRACE_S + PATIENCE_S)
    waited_s = round(time.monotonic() - started_s)
    print_line(screen, f"  after {waited_s} s: at all three centres an operation can now be settled under it")


def await_all(
    desks: Sequence[Desk], holds: Callable[[Desk], bool], otherwise: str, *, patience_s: float = PATIENCE_S
) -> None:
    """Wait until something holds at every centre.

    Raises:
        PeerUnavailable: `demo-waiting`: it does not.
    """
    until_s = time.monotonic() + patience_s
    for desk in desks:
        while not holds(desk):
            if time.monotonic() > until_s:
                raise PeerUnavailable(
                    f"{otherwise} at {desk.session.party} after {patience_s:.0f} s",
                    code="demo-waiting",
                    wanted="a machine that is not overloaded",
                )
            time.sleep(POLL_S)


def _all_live(desk: Desk) -> bool:
    links = desk.client.links()
    return bool(links) and all(link.condition == "live" for link in links)
