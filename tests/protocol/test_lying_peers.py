"""A counterparty with a true key says what no centre would: it is refused, rings, and settles nothing."""

from __future__ import annotations

import msgspec
import pytest

from rig.centres import Rig, key_for
from rig.plans import HOUR_MS, agreement, circle
from wellclear.api.views.inbox import inbox
from wellclear.centre.commands import AcknowledgeAlarm, AgreeResolution, File, ProposeResolution, StepAgreement
from wellclear.centre.decide import alarming, calling, contracting
from wellclear.centre.entries.link import Took
from wellclear.centre.inputs import LogDoubted
from wellclear.centre.judging import own_verdict, peer_verdict
from wellclear.centre.settlement import settlement
from wellclear.centre.snapshot import load_snapshot, pieces_of
from wellclear.centre.state.state import key
from wellclear.model.agreement.steps import StepKind
from wellclear.model.agreement.text import agreement_digest
from wellclear.protocol import bodies
from wellclear.protocol.bodies import (
    Assessment,
    Body,
    Emergency,
    Notice,
    Phrase,
    Receipt,
    Settles,
    print_body,
)
from wellclear.protocol.envelope import Envelope, Kind, Lane, parse_own, print_envelope
from wellclear.protocol.verdict import Clash, Finding, Verdict


@pytest.fixture
def rig() -> Rig:
    rig = Rig("north", "south")
    rig.agree(agreement("north", "south"))
    return rig


def file(rig: Rig, party: str, identifier: str, lat_e7: int = 450_000_000) -> None:
    start_ms = rig.now_ms + 2 * HOUR_MS
    rig[party].act(File(content=circle(party, identifier, 100_000_000, lat_e7, start_ms, start_ms + HOUR_MS)))
    rig.deliver()


class Liar:
    """Speaks with south's key and numbers, whatever south's centre would say."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        out = rig["south"].state.peers["north"].out
        self._sent = {lane: (out[lane].newest, out[lane].previous) for lane in Lane}

    def says(self, kind: Kind, body: Body | msgspec.Raw, **others: object) -> str:
        """What north makes of it: the code of its refusal; empty for taken."""
        number, previous = self._sent[kind.lane]
        centre = self._rig["south"]
        fields: dict[str, object] = {
            "epoch": 0,
            "holds": centre.state.peers["north"].holds,
            "agreement": next(bytes.fromhex(name) for name in centre.state.agreements),
            "at_ms": self._rig.now_ms,
            "error_ms": 10,
            "index": centre.state.index,
            **others,
        }
        envelope = Envelope(  # type: ignore[arg-type] # a liar says what it likes
            kind=kind,
            sender="south",
            recipient="north",
            lane=kind.lane,
            sequence=number + 1,
            previous=previous,
            other_lane=0,
            body=body if isinstance(body, msgspec.Raw) else print_body(body),
            **fields,
        )
        raw = print_envelope(envelope, key_for("south"))
        outcome = self._rig["north"].arrive(raw)
        if outcome.refused is not None:
            return outcome.refused.code
        (took,) = (entry for entry in outcome.entries if isinstance(entry, Took))
        self._sent[kind.lane] = (number + 1, parse_own(raw).digest)
        return took.refused


def assess(rig: Rig, verdict: Verdict) -> str:
    whole = rig["north"].state.own["n1"].filed.whole
    return Liar(rig).says(Kind.ASSESSMENT, Assessment(identifier="n1", whole=whole, number=9, verdict=verdict))


CLASH = Clash(finding=Finding.CONFLICT, against="operation", party="south", identifier="s1", from_ms=1, until_ms=2)
NONE = msgspec.structs.replace(CLASH, finding=Finding.CLEAR)


@pytest.mark.parametrize(
    "verdict",
    [
        Verdict(Finding.CONFLICT),
        Verdict(Finding.NOT_ASSESSED),
        Verdict(Finding.CLEAR, (CLASH,), 1),
        Verdict(Finding.CONFLICT, (NONE,), 1),
        Verdict(Finding.CONFLICT, (CLASH, NONE), 2),
        Verdict(Finding.CONFLICT, (CLASH,), 0),
        Verdict(Finding.CONFLICT, (CLASH,), 7),
        Verdict(Finding.NOT_ASSESSED, (CLASH,), 1, "log-restored"),
    ],
)
def test_a_verdict_that_contradicts_itself_is_refused(rig: Rig, verdict: Verdict) -> None:
    file(rig, "north", "n1")
    assert assess(rig, verdict) == "verdict-form"
    assert settlement(rig["north"].state, "n1").settled


def test_a_true_conflict_unsettles(rig: Rig) -> None:
    file(rig, "north", "n1")
    assert not assess(rig, Verdict(Finding.CONFLICT, (CLASH,), 1))
    assert not settlement(rig["north"].state, "n1").settled


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"lon_e7": 10**12}, "position-range"),
        ({"vertical_m": -1.0}, "verdict-form"),
        ({"lateral_m": 1e300}, "verdict-form"),
        ({"from_ms": 3}, "verdict-form"),
        ({"until_ms": 10**18}, "body-numbers"),
        ({"identifier": "x" * 501}, "body-text"),
        ({"reasons": ("x",) * 17}, "body-text"),
        ({"against": "\x1b[2J"}, "verdict-form"),
    ],
)
def test_a_clash_that_no_screen_can_show_is_refused(rig: Rig, fields: dict[str, object], code: str) -> None:
    file(rig, "north", "n1")
    assert assess(rig, Verdict(Finding.CONFLICT, (msgspec.structs.replace(CLASH, **fields),), 1)) == code


@pytest.mark.parametrize(
    ("kind", "body", "fields", "code"),
    [
        (Kind.TEST, bodies.Test(identifier="t", text=""), {"epoch": 2**70}, "envelope-numbers"),
        (Kind.TEST, bodies.Test(identifier="t", text=""), {"at_ms": 2**70}, "envelope-numbers"),
        (Kind.TEST, bodies.Test(identifier="t", text=""), {"error_ms": -1}, "envelope-numbers"),
        (Kind.TEST, bodies.Test(identifier="t", text=""), {"role": "x" * 81}, "envelope-fields"),
        (Kind.TEST, bodies.Test(identifier="t", text=""), {"agreement": b"short"}, "envelope-fields"),
        (Kind.PHRASE, Phrase(entry="e", fields=(("a", "x" * 501),)), {}, "body-text"),
        (Kind.EMERGENCY, Emergency(identifier="e", lon_e7=2**70, lat_e7=0, text="", relayed=b""), {}, "body-numbers"),
        (
            Kind.RECEIPT,
            Receipt(covers=bytes(32), whole=b"", epoch=0, index=0, number=0, verdict=None, late_ms=2**70),
            {},
            "body-numbers",
        ),
    ],
)
def test_numbers_that_no_snapshot_holds_are_refused(
    rig: Rig, kind: Kind, body: Body, fields: dict[str, object], code: str
) -> None:
    assert Liar(rig).says(kind, body, **fields) == code
    reader = rig["north"].store.reader()
    for piece in pieces_of(rig["north"].log, reader):
        rig["north"].writer.keep(piece)
    assert load_snapshot(reader) is not None
    reader.close()


def settle(rig: Rig) -> Notice:
    """North's and south's operations conflict, and both sign a procedure."""
    file(rig, "north", "n1")
    file(rig, "south", "s1", 450_100_000)
    north = rig["north"]
    north.act(
        ProposeResolution(
            own_identifier="n1", party="south", other_identifier="s1", settles=Settles.PROCEDURE, mover="", text="high"
        )
    )
    rig.deliver()
    (name,) = rig["south"].state.resolutions
    rig["south"].act(AgreeResolution(resolve=bytes.fromhex(name)))
    rig.deliver()
    assert settlement(north.state, "n1").settled
    return north.state.notices[key("south", "s1")].notice


@pytest.mark.parametrize("number", [1, 2])
def test_another_operation_under_a_settled_digest_is_refused(rig: Rig, number: int) -> None:
    told = settle(rig)
    start_ms = rig.now_ms + 2 * HOUR_MS
    nearer = circle("south", "s1", 100_000_000, 450_000_000, start_ms, start_ms + HOUR_MS)
    lie = msgspec.structs.replace(told, number=number, operation=nearer, supersedes=told.whole)
    assert Liar(rig).says(Kind.AMEND, lie) == "notice-whole"
    assert rig["north"].state.notices[key("south", "s1")].notice == told


def test_a_settlement_that_died_does_not_rise_with_its_digest(rig: Rig) -> None:
    told = settle(rig)
    liar = Liar(rig)
    assert not liar.says(Kind.AMEND, msgspec.structs.replace(told, number=2, whole=b"2" * 32, supersedes=told.whole))
    assert not settlement(rig["north"].state, "n1").settled
    assert liar.says(Kind.AMEND, msgspec.structs.replace(told, number=3, supersedes=b"2" * 32)) == "notice-whole"
    assert not settlement(rig["north"].state, "n1").settled


def warns(liar: Liar, identifier: str, now_ms: int, lat_e7: int = 450_000_000) -> str:
    content = circle("south", identifier, 100_000_000, lat_e7, now_ms, now_ms + HOUR_MS)
    body = bodies.Hazard(identifier=identifier, volumes=content, cause="x", responsible="", relayed=b"")
    return liar.says(Kind.HAZARD, body)


def test_hazards_without_end_are_refused(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "MAX_HAZARDS", 3)
    liar = Liar(rig)
    assert [warns(liar, f"h{number}", rig.now_ms) for number in range(3)] == [""] * 3
    assert warns(liar, "one more", rig.now_ms) == "hazards-many"
    assert not warns(liar, "h1", rig.now_ms)
    assert not liar.says(Kind.ALL_CLEAR, bodies.AllClear(identifier="h0", reason="over"))
    assert not warns(liar, "one more", rig.now_ms)


def test_one_hazard_changes_verdicts_as_all_made_anew(rig: Rig) -> None:
    file(rig, "north", "n1")
    file(rig, "south", "s1", 450_100_000)
    liar, north = Liar(rig), rig["north"]

    def verify(hazards: set[str]) -> None:
        own, held = north.state.own["n1"], north.state.notices[key("south", "s1")]
        assert own.verdict == own_verdict(north.state, own)
        assert held.verdict == peer_verdict(north.state, held)
        assert own.verdict is not None
        assert {clash.identifier for clash in own.verdict.clashes if clash.against == "hazard"} == hazards

    assert not warns(liar, "near", rig.now_ms)
    verify({"near"})
    assert not warns(liar, "far", rig.now_ms, 600_000_000)
    verify({"near"})
    assert not warns(liar, "near", rig.now_ms, 600_000_000)
    verify(set())
    assert not warns(liar, "far", rig.now_ms)
    verify({"far"})
    assert not liar.says(Kind.ALL_CLEAR, bodies.AllClear(identifier="far", reason="over"))
    verify(set())


def says_much(liar: Liar, count: int) -> None:
    for number in range(count):
        assert not liar.says(Kind.PHRASE, Phrase(entry=f"p{number}", fields=()))


def test_a_flood_of_alarms_rings_as_one_and_hides_no_stop(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarming, "MAX_RINGING", 3)
    liar, north = Liar(rig), rig["north"]
    assert not liar.says(Kind.STOP, bodies.Stop(identifier="s", about="", text="now", relayed=b""))
    rig.now_ms += 1_000
    says_much(liar, 9)
    kinds = [alarm.kind for alarm in north.state.alarms.values()]
    assert (kinds.count("phrase"), kinds.count("flood")) == (1, 1)
    assert not liar.says(Kind.STOP, bodies.Stop(identifier="t", about="", text="again", relayed=b""))
    assert [item.subject.split("\t")[0] for item in inbox(north.state)][:2] == ["stop", "stop"]
    north.take(LogDoubted("views", "south", "log 0", "it may keep two"))
    assert "views\tsouth\tlog 0" in north.state.alarms


def test_a_flood_that_was_acknowledged_rings_anew(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarming, "MAX_RINGING", 3)
    liar, north = Liar(rig), rig["north"]
    says_much(liar, 9)
    flood = north.state.alarms["flood\tsouth\t"]
    north.act(AcknowledgeAlarm(alarm=flood.alarm, remark="called"))
    assert not liar.says(Kind.PHRASE, Phrase(entry="more", fields=()))
    assert not north.state.alarms[flood.alarm].acknowledged_by
    for name in sorted(north.state.ringing["south"]):
        north.act(AcknowledgeAlarm(alarm=name, remark=""))
    assert not north.state.ringing["south"]
    assert not liar.says(Kind.PHRASE, Phrase(entry="yet more", fields=()))
    assert set(north.state.ringing["south"]) == {"phrase\tsouth\tyet more"}


def test_agreements_without_end_are_refused(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contracting, "MAX_UNSIGNED", 2)
    liar, north = Liar(rig), rig["north"]

    def proposes(number: int) -> str:
        text = agreement("north", "south").replace('identifier = "', f'identifier = "x{number}', 1).encode()
        digest = agreement_digest(text)
        body = bodies.AgreementStep(
            step=StepKind.PROPOSE, number=0, digest=digest, text=text, signature=b"", effective_ms=rig.now_ms
        )
        return liar.says(Kind.AGREEMENT, body)

    assert [proposes(number) for number in range(3)] == ["", "", "agreements-many"]
    waiting = next(held for held in north.state.agreements.values() if held.phase == "proposed")
    north.act(StepAgreement(step=StepKind.SIGN, digest=waiting.digest))
    assert not proposes(3)
