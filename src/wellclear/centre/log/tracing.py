"""What an entry is about: so that all about one incident can be found, and nothing else is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import singledispatch
from typing import Any, Final

from wellclear.centre.entries import agreements, alarms, hotline, link, operations
from wellclear.centre.entries.entry import Entry
from wellclear.centre.state.state import key
from wellclear.errors import MalformedInput
from wellclear.protocol import bodies
from wellclear.protocol.envelope import Envelope, Kind, Opened, envelope_digest, parse_own

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Trace:
    """What an entry is about.

    Attributes:
        subjects: parties' operations, hazards and calls, see `wellclear.centre.state.state.key`; of no party,
            agreements by identifier and by hexadecimal digest.
        digest: of the envelope that it holds; empty for none.
        follows: digests of envelopes that it answers, or that it relays.
        agreements: digests of agreements that it names.
        calls: the call that it makes, which may be about an operation: what is about the call is then sought too.
        alarm: identifier of the alarm that it is about; empty for none.
        opened: the envelope that it holds; nothing for none.
    """

    subjects: frozenset[str] = frozenset()
    digest: bytes = b""
    follows: frozenset[bytes] = frozenset()
    agreements: frozenset[bytes] = frozenset()
    calls: frozenset[str] = frozenset()
    alarm: str = ""
    opened: Opened | None = None


def trace(own: str, entry: Entry) -> Trace:
    """What an entry is about.

    Args:
        own: the own party.
        entry: of its log.
    """
    if isinstance(entry, link.Said | link.Took):
        return _of_envelope(parse_own(entry.raw))
    return _trace(entry, own)


@singledispatch
def _trace(_entry: Entry, _own: str) -> Trace:
    return Trace()


@_trace.register
def _(entry: operations.Filed, own: str) -> Trace:
    return Trace(_keys((own, entry.identifier)), agreements=frozenset(entry.agreements))


@_trace.register(operations.Readdressed)
@_trace.register(operations.Withdrawn)
@_trace.register(hotline.HazardDeclared)
@_trace.register(hotline.HazardEnded)
def _(entry: Any, own: str) -> Trace:  # noqa: ANN401 - the types above
    return Trace(_keys((own, entry.identifier)))


@_trace.register(link.Judged)
@_trace.register(operations.Expired)
@_trace.register(operations.ReadByOfficer)
def _(entry: Any, _own: str) -> Trace:  # noqa: ANN401 - the types above
    return Trace(_keys((entry.party, entry.identifier)))


@_trace.register
def _(entry: operations.Overdue, own: str) -> Trace:
    return Trace(_keys((own, entry.identifier), (entry.party, entry.identifier)))


@_trace.register
def _(entry: operations.Acted, own: str) -> Trace:
    party, _, rest = entry.subject.partition(" ")
    if entry.act == "evidence":
        asked, _, identifier = entry.subject.partition("/")
        return Trace(_keys((own, entry.subject), (asked, identifier)) | {key("", entry.subject)}, alarm=entry.subject)
    if entry.act == "agreement-draft":
        return Trace(frozenset({key("", party)}))
    named = {"read-back": (party, rest), Kind.ACCEPT.value: (party, rest), Kind.OBJECT.value: (party, rest)}
    return Trace(_keys(named.get(entry.act, (own, entry.subject))))


@_trace.register
def _(entry: hotline.Called, own: str) -> Trace:
    call = _keys((own, entry.identifier))
    return Trace(call | _keys(*((party, entry.about) for party in entry.told)), calls=call)


@_trace.register
def _(entry: alarms.Raised, own: str) -> Trace:
    if entry.kind == "agreement":
        return Trace(frozenset({key("", entry.subject.partition(" ")[0])}), alarm=entry.alarm)
    subject = entry.subject.partition(" ")[2] if entry.kind == "overdue" else entry.subject
    return Trace(_keys((own, subject), (entry.party, subject)), alarm=entry.alarm)


@_trace.register(alarms.Climbed)
@_trace.register(alarms.Acknowledged)
def _(entry: Any, _own: str) -> Trace:  # noqa: ANN401 - the types above
    return Trace(alarm=entry.alarm)


@_trace.register(agreements.Drafted)
@_trace.register(agreements.Stepped)
@_trace.register(agreements.Phased)
@_trace.register(agreements.Governed)
def _(entry: Any, _own: str) -> Trace:  # noqa: ANN401 - the types above
    return Trace(frozenset({key("", entry.digest.hex())}), agreements=frozenset({entry.digest}))


@_trace.register
def _(entry: link.Equivocated, _own: str) -> Trace:
    return Trace(digest=envelope_digest(entry.raw), follows=frozenset({entry.first}))


def _of_envelope(opened: Opened) -> Trace:
    envelope = opened.envelope
    follows = {envelope.answers} - {b""}
    agreed = {envelope.agreement} - {b""}
    subjects: frozenset[str] = frozenset()
    try:
        body = bodies.parse_body(envelope)
    except MalformedInput:
        return Trace(digest=opened.digest, follows=frozenset(follows), opened=opened)
    pairs = _PAIRS.get(type(body))
    if pairs is not None:
        subjects = _keys(*pairs(envelope, body))
    for name in ("covers", "resolve"):
        follows |= {getattr(body, name, b"")} - {b""}
    relayed = getattr(body, "relayed", b"")
    if relayed:
        follows.add(envelope_digest(relayed))
    if isinstance(body, bodies.AgreementStep):
        agreed.add(body.digest)
        subjects = frozenset({key("", body.digest.hex())})
    calls = _keys((envelope.sender, body.identifier)) if isinstance(body, bodies.Stop) else frozenset()
    return Trace(subjects, opened.digest, frozenset(follows), frozenset(agreed), calls, opened=opened)


def _of_sender(envelope: Envelope, body: Any) -> list[Pair]:  # noqa: ANN401 - bodies with an identifier
    return [(envelope.sender, body.identifier)]


def _of_recipient(envelope: Envelope, body: Any) -> list[Pair]:  # noqa: ANN401 - as above
    return [(envelope.recipient, body.identifier)]


def _of_resolve(envelope: Envelope, body: bodies.Resolve) -> list[Pair]:
    return [(envelope.sender, body.own_identifier), (envelope.recipient, body.other_identifier)]


def _of_stop(envelope: Envelope, body: bodies.Stop) -> list[Pair]:
    return [(envelope.sender, body.identifier), (envelope.recipient, body.about)]


_PAIRS: Final[dict[type[bodies.Body], Callable[[Envelope, Any], list[Pair]]]] = {
    bodies.Notice: _of_sender,
    bodies.Withdraw: _of_sender,
    bodies.Hazard: _of_sender,
    bodies.AllClear: _of_sender,
    bodies.Emergency: _of_sender,
    bodies.Test: _of_sender,
    bodies.Stop: _of_stop,
    bodies.Resolve: _of_resolve,
    bodies.Assessment: _of_recipient,
    bodies.ReadBack: _of_recipient,
    bodies.Answer: _of_recipient,
}
"""Whose operation, hazard or call a body names."""


def _keys(*pairs: Pair) -> frozenset[str]:
    return frozenset(key(party, identifier) for party, identifier in pairs if party and identifier)
