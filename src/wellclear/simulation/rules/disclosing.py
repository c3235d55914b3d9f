"""S14: nothing leaves to a peer beyond what the agreement discloses."""

from __future__ import annotations

from functools import lru_cache

from wellclear.centre.comparing import Compared, pair_of, too_close
from wellclear.model.agreement.disclosure import DisclosureTerm
from wellclear.model.agreement.text import parse_agreement
from wellclear.model.disclosure import disclosed_content
from wellclear.protocol.bodies import Assessment, Notice, Receipt
from wellclear.protocol.verdict import Clash, Verdict
from wellclear.simulation.agreement import agreement_text
from wellclear.simulation.node import Centre
from wellclear.simulation.rules.agreed import TERMS
from wellclear.simulation.rules.ledger import Ledger
from wellclear.simulation.rules.rule import Watch, read_body, read_envelope
from wellclear.simulation.world import Broken, Packet, World


class Disclosed(Watch):
    """A notice shows the cover and nothing else; a verdict toward a peer follows from that cover alone."""

    name = "S14"

    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self._ledger = ledger
        self._checked: set[bytes] = set()

    def sent(self, world: World, centre: Centre, packet: Packet) -> None:
        """Look at each envelope the first time that it leaves."""
        if not isinstance(packet.load, bytes):
            return
        opened = read_envelope(packet.load)
        if opened.digest in self._checked:
            return
        self._checked.add(opened.digest)
        body, schedule = read_body(packet.load), world.schedule
        term = _term(schedule.parties, schedule.disclosure, packet.sender, packet.recipient)
        if isinstance(body, Notice):
            self._notice(packet, body, term)
        elif isinstance(body, Receipt | Assessment) and body.verdict is not None:
            self._verdict(centre, packet, body.whole, body.verdict, term)

    def _notice(self, packet: Packet, body: Notice, term: DisclosureTerm) -> None:
        self.chances += term.grid is not None
        filed = self._ledger.filed.get(body.whole)
        if filed is None or body.name_alone:
            return
        if body.operation != _shown(filed.content, term):
            raise Broken(self.name, f"{packet.sender} shows {packet.recipient} more than {term.disclosure.value}")
        if term.grid is not None and (body.remarks or body.place_name):
            raise Broken(self.name, f"{packet.sender} tells {packet.recipient} a place beside its cover")
        if term.disclosure.value == "on-conflict":
            theirs = self._ledger.facts[packet.sender].notices
            if not any(party == packet.recipient for party, _ in theirs):
                raise Broken(self.name, f"{packet.sender} tells {packet.recipient}, which told it nothing")

    def _verdict(self, centre: Centre, packet: Packet, whole: bytes, verdict: Verdict, term: DisclosureTerm) -> None:
        """Each clash is one of the sender's own, and what it says follows from what the recipient may see."""
        notice = next((held.notice for held in centre.state.notices.values() if held.notice.whole == whole), None)
        for clash in verdict.clashes:
            if clash.against != "operation":
                continue
            if clash.party != packet.sender:
                words = f"{packet.sender} tells {packet.recipient} of {clash.party}'s {clash.identifier}"
                raise Broken(self.name, words)
            filed = self._ledger.filed.get(clash.whole)
            if filed is None or notice is None or notice.name_alone:
                continue
            self.chances += term.grid is not None
            seen = Compared(_shown(filed.content, term), filed.hazard_tail_ms)
            found = too_close(pair_of(seen, Compared(notice.operation, notice.hazard_tail_ms), TERMS))
            if found is None or _measures(found) != _measures(clash):
                raise Broken(self.name, f"{packet.sender} tells {packet.recipient} what its cover does not show")


def _measures(clash: Clash) -> tuple[object, ...]:
    """What a clash says of places, heights and times."""
    return (
        clash.finding,
        clash.from_ms,
        clash.until_ms,
        clash.lateral_m,
        clash.vertical_m,
        clash.lon_e7,
        clash.lat_e7,
        clash.by_envelope,
    )


@lru_cache(maxsize=4_096)
def _shown(content: bytes, term: DisclosureTerm) -> bytes:
    return disclosed_content(content, term)


@lru_cache(maxsize=256)
def _term(parties: tuple[str, ...], disclosure: str, sender: str, recipient: str) -> DisclosureTerm:
    """What the agreement's text says."""
    return parse_agreement(agreement_text(parties, disclosure)).disclosure_to(sender, recipient, "survey")
