"""A party's card: who it is, by which keys it signs, and where its centre is reached.

The card is one text of ASCII, signed by the party's root. Two officers compare its fingerprint by voice, once; from
then on the root's statements carry every change of keys.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from wellclear.errors import MalformedInput, RuleViolated, VerificationFailed
from wellclear.model.centre_url import verify_url
from wellclear.trust.canonical import parse_octets, print_octets
from wellclear.trust.ed25519 import Verifier
from wellclear.trust.key_statement import KeyPurpose
from wellclear.trust.keys import KeyRing, key_ring
from wellclear.trust.signing import SigningKey
from wellclear.trust.statement_text import STATEMENT, parse_statements, print_statements
from wellclear.trust.typed import Signed, sign_typed, verify_typed

CARD: Final = "application/vnd.wellclear.card.v1"
"""Type under which a card is signed."""

MAX_CARD_BYTES: Final = 1_048_576
"""Bytes of a card: those of one message's body; a card with all the statements that a root may make has below."""

MAX_URLS: Final = 4
"""Ways to one centre: a second path is good, more than these nobody tests."""

MAX_LANGUAGES: Final = 8
"""Languages in which a party's officers read."""

_PARTY: Final = re.compile(r"(?=.{1,40}\Z)[a-z0-9]+(-[a-z0-9]+)*")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")
_FRAME: Final = re.compile(
    rb"wellclear-card/v1\nroot (?P<root>[0-9a-f]{64})\nsignature (?P<signature>[A-Za-z0-9+/]{86}==)\n\n(?P<content>.*)",
    flags=re.DOTALL,
)
_WORDS: Final = ("party", "url", "language", STATEMENT)
_FINGERPRINT: Final = b"wellclear/card/v1\n"
_ROOT_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class Card:
    """A card whose signature and statements hold: who has one has a good one, though perhaps a stranger's.

    Attributes:
        party: its name: lower-case letters, digits and single hyphens, at most 40.
        root: its root's public key, 32 bytes.
        urls: where its centre is reached, the best first.
        languages: what its officers read, the best first; ISO 639 codes.
        statements: all that its root stated of its keys, in order.
        signature: the root's, over what `print_content` gives, as `CARD`. 64 bytes.
        ring: the keys that the statements give.

    Raises:
        MalformedInput: a part is not of its form, or a key may not be enrolled.
        VerificationFailed: the signature, or a statement, is not the root's.
        RuleViolated: `card-keys`: no key of some purpose is left; `url-plain`; or what `key_ring` raises.
    """

    party: str
    root: bytes
    urls: tuple[str, ...]
    languages: tuple[str, ...]
    statements: tuple[Signed, ...]
    signature: bytes
    ring: KeyRing = field(init=False, compare=False)

    def __post_init__(self) -> None:
        verify_party(self.party)
        _verify_list(self.urls, MAX_URLS, "url")
        _verify_list(self.languages, MAX_LANGUAGES, "language")
        for url in self.urls:
            verify_url(url)
        if any(not _LANGUAGE.fullmatch(language) for language in self.languages):
            raise MalformedInput("this is no language", code="card-language", wanted="such as en, ru, ar")
        root = Verifier(self.root)
        verify_typed(Signed(CARD, _print_content(self), self.signature), root)
        object.__setattr__(self, "ring", key_ring(self.party, self.statements, root))
        _verify_live(self.ring)

    @property
    def origin(self) -> str:
        """The name of its log, to which an epoch is added: ``wellclear/PARTY/`` and the start of its root key.

        Two parties that call themselves alike have logs of different names.
        """
        return f"wellclear/{self.party}/{self.root.hex()[:_ROOT_DIGITS]}"


def sign_card(
    party: str, urls: Sequence[str], languages: Sequence[str], statements: Sequence[Signed], root: SigningKey
) -> Card:
    """A card, signed by its root; arguments and errors as `Card`."""
    content = _content(party, tuple(urls), tuple(languages), tuple(statements))
    signature = sign_typed(CARD, content, root).signature
    return Card(party, root.verifier.public, tuple(urls), tuple(languages), tuple(statements), signature)


def print_card(card: Card) -> bytes:
    """The exact bytes of a card.

    Three lines of a frame, ``wellclear-card/v1``, ``root HEX`` and ``signature OCTETS``; a blank line; then what the
    root signed: ``party NAME``, each ``url``, each ``language``, each ``statement``.
    """
    frame = f"wellclear-card/v1\nroot {card.root.hex()}\nsignature {print_octets(card.signature)}\n\n"
    return frame.encode() + _print_content(card)


def parse_card(encoded: bytes) -> Card:
    """A card from its bytes; the root's signature is verified before anything that it signed is read.

    That it holds says only that one root made all of it. Whose root it is, officers find out by comparing
    `card_fingerprint`.

    Raises:
        MalformedInput: they are not what `print_card` writes, or a key may not be enrolled.
        VerificationFailed, RuleViolated: as `Card`.
    """
    frame = _FRAME.fullmatch(encoded) if len(encoded) <= MAX_CARD_BYTES else None
    if frame is None:
        raise MalformedInput("this is no card of a party", code="card-malformed", wanted="the file that init wrote")
    root = bytes.fromhex(frame["root"].decode())
    signature = parse_octets(frame["signature"].decode())
    verify_typed(Signed(CARD, frame["content"], signature), Verifier(root))
    party, urls, languages, statements = _parse_content(frame["content"])
    if _content(party, urls, languages, statements) != frame["content"]:
        raise MalformedInput("this is no card of a party", code="card-malformed", wanted="its one form")
    return Card(party, root, urls, languages, statements, signature)


def card_fingerprint(card: Card) -> bytes:
    """What officers compare by voice: SHA-256 of ``wellclear/card/v1`` LF and the card's exact bytes, 32 bytes."""
    return sha256(_FINGERPRINT + print_card(card)).digest()


def verify_successor(newer: Card, older: Card) -> None:
    """Hold only if a card is a later one of the same root, so that it need not be compared by voice again.

    Raises:
        VerificationFailed: `card-root`: of another party or root; `card-older`: its statements do not go on from those
            of the older card, so that a key that was ended might come back.
    """
    if (newer.party, newer.root) != (older.party, older.root):
        raise VerificationFailed(
            f"this card is not by the root of {older.party} that was enrolled",
            code="card-root",
            wanted="a card of the same root, or a new comparison by voice",
        )
    if newer.statements[: len(older.statements)] != older.statements:
        raise VerificationFailed(
            f"what this card says of keys does not go on from the card of {older.party} that was enrolled",
            code="card-older",
            wanted="the newest card",
        )


def verify_party(party: str) -> None:
    """Hold only if a text can name a party: it stands in files, logs and addresses, and is said on the telephone.

    Raises:
        MalformedInput: `party-name`.
    """
    if not _PARTY.fullmatch(party):
        raise MalformedInput(
            "this names no party", code="party-name", wanted="1 to 40 lower-case letters, digits and single hyphens"
        )


def _print_content(card: Card) -> bytes:
    return _content(card.party, card.urls, card.languages, card.statements)


def _content(party: str, urls: Sequence[str], languages: Sequence[str], statements: Sequence[Signed]) -> bytes:
    lines = [f"party {party}", *(f"url {url}" for url in urls), *(f"language {language}" for language in languages)]
    return ("".join(f"{line}\n" for line in lines) + print_statements(statements)).encode()


def _parse_content(content: bytes) -> tuple[str, tuple[str, ...], tuple[str, ...], tuple[Signed, ...]]:
    lines = content.decode("utf-8", "replace").split("\n")
    values: dict[str, list[str]] = {word: [] for word in _WORDS}
    for number, line in enumerate(lines[:-1], 5):
        word, _, value = line.partition(" ")
        if word not in values:
            raise MalformedInput(
                "a card has no such line", code="card-malformed", at=f"line {number}", wanted=", ".join(_WORDS)
            )
        values[word].append(line if word == STATEMENT else value)
    if len(values["party"]) != 1:
        raise MalformedInput("a card is of one party", code="card-malformed", at="line 5", wanted="party NAME")
    statements = parse_statements("".join(f"{line}\n" for line in values[STATEMENT]))
    return values["party"][0], tuple(values["url"]), tuple(values["language"]), statements


def _verify_list(values: Sequence[str], most: int, word: str) -> None:
    if not 1 <= len(values) <= most or len(set(values)) != len(values):
        raise MalformedInput(
            f"a card with {len(values)} lines of {word}", code=f"card-{word}", wanted=f"1 to {most}, each once"
        )


def _verify_live(ring: KeyRing) -> None:
    live = {record.purpose for record in ring.records if record.retired is None and record.compromised is None}
    for purpose in KeyPurpose:
        if purpose not in live:
            raise RuleViolated(
                f"the card of {ring.party} has no {purpose.value} key that still holds",
                code="card-keys",
                wanted="a card made after a new key was stated",
            )
