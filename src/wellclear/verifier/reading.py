"""Reading what entries hold: as much of them as is judged, from bytes that nobody vouches for.

It is written apart from the centre's own reader, after docs/evidence-format.md, so that neither's slip is the other's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final, TypeVar

import msgspec

from wellclear.errors import MalformedInput, VerificationFailed, WellclearError
from wellclear.trust.ed25519 import Verifier
from wellclear.trust.evidence import parse_one_form
from wellclear.trust.typed import Signed, verify_typed

KEY_BYTES: Final = 32
"""Bytes of a key, and of a digest."""

VALUES: Final = msgspec.json.Decoder(dict[str, Any])
"""Reads any JSON object."""

_ENVELOPE: Final = "application/vnd.wellclear.envelope.v1+json;kind="
_KIND_AT: Final = 96
_MAX_WORD: Final = 80
_NAMED: Final = ("entry", "party", "identifier", "act", "subject", "kind", "officer")
_T = TypeVar("_T")


class Carried(msgspec.Struct, frozen=True):
    """An entry that holds an envelope: `said`, `took`, `equivocated`."""

    raw: bytes


class AgreedText(msgspec.Struct, frozen=True):
    """An entry that holds an agreement's exact text: `drafted`."""

    digest: bytes
    text: bytes


class AgreedStep(msgspec.Struct, frozen=True):
    """A step of an agreement: the entry `stepped`, or the body of AGREEMENT."""

    step: str
    digest: bytes
    signature: bytes
    party: str = ""


class LearnedKey(msgspec.Struct, frozen=True):
    """A key, and the place from which on it is compromised, as the exporter's centre learned it."""

    key: bytes
    compromised: tuple[int, int] | None = None


class LearnedRing(msgspec.Struct, frozen=True):
    """The keys of a party as the exporter's centre learned them."""

    records: tuple[LearnedKey, ...]


class LearnedKeys(msgspec.Struct, frozen=True):
    """An entry by which the exporter learned of keys: `enrolled`, `keys-stated`."""

    ring: LearnedRing


_FORMS: Final[dict[str, type[Any]]] = {
    **dict.fromkeys(("said", "took", "equivocated"), Carried),
    **dict.fromkeys(("enrolled", "keys-stated"), LearnedKeys),
    "drafted": AgreedText,
    "stepped": AgreedStep,
}
"""Entries that hold what somebody signed, or what is needed to judge that; all others are the exporter's own word."""


class SaidEnvelope(msgspec.Struct, frozen=True):
    """What is judged of an envelope's payload; it has more, which is shown and not judged."""

    version: int
    kind: str
    sender: str
    epoch: int
    recipient: str
    lane: str
    sequence: int
    previous: bytes
    index: int
    checkpoints: tuple[str, ...]
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OpenedEnvelope:
    """An envelope whose signature held, by a key of its sender that is not yet judged at its place."""

    said: SaidEnvelope
    key: bytes
    digest: bytes


@lru_cache(maxsize=256)
def verifying_key(public: bytes) -> Verifier:
    """A public key; to find it fit takes longer than to verify with it.

    Raises:
        MalformedInput: it may not be enrolled.
    """
    return Verifier(public)


def open_envelope(raw: bytes) -> OpenedEnvelope:
    """An envelope: 32 bytes of key, 64 of signature, a byte for the length of the kind, the kind, the payload.

    Raises:
        MalformedInput: `envelope-form`, `envelope-kind-unknown`, `evidence-form`, or a key that may not be enrolled.
        VerificationFailed: `signature-refused`, `signature-disputed`; `envelope-kind`.
    """
    end = _KIND_AT + 1 + (raw[_KIND_AT] if len(raw) > _KIND_AT else 0)
    if len(raw) <= end:
        raise MalformedInput("too short for an envelope", code="envelope-form")
    try:
        kind = raw[_KIND_AT + 1 : end].decode("ascii")
    except UnicodeDecodeError:
        raise MalformedInput("an unknown kind of envelope", code="envelope-kind-unknown") from None
    verify_typed(Signed(_ENVELOPE + kind, raw[end:], raw[KEY_BYTES:_KIND_AT]), verifying_key(raw[:KEY_BYTES]))
    said = converted(parse_one_form(raw[end:], VALUES), SaidEnvelope)
    if said.version != 1 or said.kind != kind:
        raise VerificationFailed("the envelope says another kind or version than was signed", code="envelope-kind")
    return OpenedEnvelope(said, raw[:KEY_BYTES], sha256(raw).digest())


def form_of(values: dict[str, Any]) -> object:
    """What is judged of an entry; nothing where it holds only the exporter's own word."""
    form = _FORMS.get(str(values.get("entry")))
    return None if form is None else converted(values, form)


def converted(values: dict[str, Any], form: type[_T]) -> _T:
    """A JSON object as what is judged of it.

    Raises:
        MalformedInput: `evidence-form`.
    """
    try:
        return msgspec.convert(values, form)
    except (msgspec.ValidationError, OverflowError) as problem:
        raise MalformedInput(f"not of its form: {problem}", code="evidence-form") from None


def entry_words(values: dict[str, Any], form: object) -> str:
    """An entry in words."""
    if isinstance(form, Carried):
        try:
            said = converted(parse_one_form(form.raw[_KIND_AT + 1 + form.raw[_KIND_AT] :], VALUES), SaidEnvelope)
        except (WellclearError, IndexError):
            return f"{values['entry']}, an envelope that cannot be read"
        words = [str(values["entry"]), said.kind, said.sender, "to", said.recipient, f"number {said.sequence}"]
    else:
        words = [str(values[name]) for name in _NAMED if values.get(name)]
    return " ".join(word[:_MAX_WORD] for word in words)
