"""What a root key states of a party's keys: made, retired, compromised; each statement names the one before it.

The exact bytes are seven lines of ASCII, see `print_key_statement`. They are signed as `KEY_STATEMENT`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.trust.canonical import parse_number, verify_name
from wellclear.trust.merkle import HASH_BYTES, MAX_TREE_SIZE

KEY_STATEMENT: Final = "application/vnd.wellclear.key-statement.v1"
"""Type under which a statement is signed."""

MAX_EPOCH: Final = 1_000_000
"""Epochs of one log: each is a store restored, which a person did."""

MAX_KEY_STATEMENTS: Final = 1_000
"""Statements of one root: three keys changed each month for ten years, and a bound on what is verified at once."""

NO_STATEMENT: Final = bytes(HASH_BYTES)
"""What the first statement names as the one before it."""

_KEY_BYTES: Final = 32
_LINES: Final = ("wellclear-key-statement/v1", "party", "number", "previous", "act", "key", "place")
_HEX: Final = re.compile(r"[0-9a-f]{64}")


class KeyAct(StrEnum):
    """What is stated of a key."""

    MADE = "made"
    RETIRED = "retired"
    COMPROMISED = "compromised"


class KeyPurpose(StrEnum):
    """What a key is for; a key has one purpose."""

    MESSAGE = "message"
    LOG = "log"
    TLS = "tls"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a party's log: an epoch, and an index within it. Places are in order of epoch, then index.

    Raises:
        MalformedInput: one of them is out of range.
    """

    epoch: int
    index: int

    def __post_init__(self) -> None:
        if not 0 <= self.epoch <= MAX_EPOCH or not 0 <= self.index <= MAX_TREE_SIZE:
            raise MalformedInput("there is no such place in a log", code="key-place", wanted="an epoch and an index")


@dataclass(frozen=True, slots=True)
class KeyStatement:
    """One statement of a root about one key.

    Attributes:
        party: whose key it is.
        number: how many statements the root made before.
        previous: digest of the statement before, 32 bytes; zeros for the first.
        act: what is stated.
        purpose: what the key is for.
        key: an Ed25519 public key; for TLS the SHA-256 of the certificate's SubjectPublicKeyInfo. 32 bytes.
        place: from where on in the party's log it is so.

    Raises:
        MalformedInput: one of them is not of its form.
    """

    party: str
    number: int
    previous: bytes
    act: KeyAct
    purpose: KeyPurpose
    key: bytes
    place: Place

    def __post_init__(self) -> None:
        verify_name(self.party)
        if not 0 <= self.number < MAX_KEY_STATEMENTS:
            raise MalformedInput("too many statements", code="key-number", wanted=f"below {MAX_KEY_STATEMENTS:,}")
        if len(self.previous) != HASH_BYTES or len(self.key) != _KEY_BYTES:
            raise MalformedInput("a digest or a key has another length", code="key-length", wanted="32 bytes")


def print_key_statement(statement: KeyStatement) -> bytes:
    """The exact bytes that a root signs: seven lines, each ended by LF.

    ``wellclear-key-statement/v1``, ``party NAME``, ``number N``, ``previous HEX``, ``act ACT``, ``key PURPOSE HEX``,
    ``place EPOCH INDEX``.
    """
    values = (
        "",
        statement.party,
        str(statement.number),
        statement.previous.hex(),
        statement.act.value,
        f"{statement.purpose.value} {statement.key.hex()}",
        f"{statement.place.epoch} {statement.place.index}",
    )
    return "".join(f"{word} {value}".rstrip() + "\n" for word, value in zip(_LINES, values, strict=True)).encode()


def parse_key_statement(payload: bytes) -> KeyStatement:
    """A statement from its bytes.

    Raises:
        MalformedInput: they are not what `print_key_statement` writes.
    """
    try:
        lines = payload.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        lines = []
    words = [line.split(" ") for line in lines[:-1]]
    if [line[0] for line in words] != list(_LINES) or [len(line) - 1 for line in words] != [0, 1, 1, 1, 1, 2, 2]:
        raise MalformedInput("this is no statement about a key", code="key-statement", wanted="seven lines")
    _, party, number, previous, act, key, place = (line[1:] for line in words)
    if act[0] not in set(KeyAct) or key[0] not in set(KeyPurpose):
        raise MalformedInput("the act or the purpose is not known", code="key-statement", wanted="such as: made, log")
    statement = KeyStatement(
        party[0],
        parse_number(number[0], MAX_KEY_STATEMENTS - 1),
        _parse_hex(previous[0]),
        KeyAct(act[0]),
        KeyPurpose(key[0]),
        _parse_hex(key[1]),
        Place(parse_number(place[0], MAX_EPOCH), parse_number(place[1], MAX_TREE_SIZE)),
    )
    if print_key_statement(statement) != payload:
        raise MalformedInput("this is no statement about a key", code="key-statement", wanted="its one form")
    return statement


def statement_digest(payload: bytes) -> bytes:
    """What the next statement names as the one before it: SHA-256 of the exact bytes."""
    return sha256(payload).digest()


def _parse_hex(text: str) -> bytes:
    if not _HEX.fullmatch(text):
        raise MalformedInput("this is no digest or key", code="key-statement", wanted="64 hexadecimal digits")
    return bytes.fromhex(text)
