"""Whether an object of a JSON text has the same key twice.

RFC 8259 leaves open what that means, and decoders differ: what one centre checks may not be what the other uses. Keys
are compared as they are after their escapes are resolved. Equal keys have equal hashes, so hashes only choose which
keys are compared; a collision costs time, never an answer.
"""

from __future__ import annotations

from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from wellclear.errors import MalformedInput
from wellclear.formats.json_place import place
from wellclear.formats.json_structure import COLON, OPEN_OBJECT, Structure

SHORT_KEY_BYTES: Final = 48
"""Keys up to this length are hashed as columns, longer ones singly."""

MAX_ESCAPED_KEYS: Final = 100_000
"""Keys written with escapes are resolved one by one; no format needs one."""

MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)

Hashes = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]


def refuse_duplicate_keys(content: bytes, structure: Structure) -> None:
    """Check every object of a well-formed text.

    Raises:
        MalformedInput: a key occurs twice in one object, or too many keys are written with escapes.
    """
    if structure.key_open.size < 2:
        return
    hashes = _key_hashes(content, structure)
    owners = _owners(structure)
    hashes ^= (owners.astype(np.uint64) + np.uint64(1)) * MULTIPLIER
    ordered = np.sort(hashes)
    repeated = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if repeated.size:
        _refuse_equal(content, structure, owners, np.flatnonzero(np.isin(hashes, repeated)))


def _refuse_equal(content: bytes, structure: Structure, owners: Indices, suspects: Indices) -> None:
    seen: set[tuple[int, str]] = set()
    for nth in suspects:
        key = (int(owners[nth]), _key(content, structure, int(nth)))
        if key in seen:
            at = place(content, structure, int(structure.key_open[nth]))
            raise MalformedInput(
                f'the key "{key[1][:60]}" occurs twice in one object',
                code="json-duplicate-key",
                at=at,
                wanted="each key once",
            )
        seen.add(key)


def _owners(structure: Structure) -> Indices:
    """For each colon, in order, the mark that opened its object."""
    marks = np.flatnonzero((structure.kind == COLON) | (structure.kind == OPEN_OBJECT))
    kind, depth = structure.kind[marks], structure.depth[marks]
    owner = np.zeros(marks.size, dtype=np.int64)
    for level in range(1, int(depth.max()) + 1):
        here = np.flatnonzero(depth == level)
        opened = np.where(kind[here] == OPEN_OBJECT, marks[here], -1)
        owner[here] = np.maximum.accumulate(opened)
    return np.asarray(owner[kind == COLON], dtype=np.int64)


def _key_hashes(content: bytes, structure: Structure) -> Hashes:
    """One hash a key, in order."""
    first = structure.key_open.astype(np.int64) + 1
    length = structure.key_close - first
    hashes = length.astype(np.uint64)
    escaped = np.zeros(first.size, dtype=np.bool_)
    text = np.frombuffer(content, dtype=np.uint8)
    order = np.argsort(length, kind="stable")
    ends = np.searchsorted(length[order], np.arange(SHORT_KEY_BYTES + 1), side="right")
    short = order[: ends[-1]]
    for k in range(SHORT_KEY_BYTES):
        active = short[ends[k] :]
        if not active.size:
            break
        byte = text[first[active] + k]
        escaped[active] |= byte == ord("\\")
        hashes[active] = (hashes[active] ^ byte) * MULTIPLIER
    for nth in order[ends[-1] :]:
        key = content[first[nth] : structure.key_close[nth]]
        escaped[nth] = b"\\" in key
        hashes[nth] = _hash(key)
    _resolve_escapes(content, structure, hashes, np.flatnonzero(escaped))
    return hashes


def _resolve_escapes(content: bytes, structure: Structure, hashes: Hashes, escaped: Indices) -> None:
    if escaped.size > MAX_ESCAPED_KEYS:
        raise MalformedInput(
            f"{escaped.size:,} keys are written with escapes",
            code="json-escaped-keys",
            at=place(content, structure, int(structure.key_open[escaped[0]])),
            wanted="keys written plainly",
        )
    for nth in escaped:
        hashes[nth] = _hash_as_column(_key(content, structure, int(nth)).encode("utf-8", "surrogatepass"))


def _hash_as_column(key: bytes) -> int:
    """What the columns would have given for the same key, written plainly."""
    if len(key) > SHORT_KEY_BYTES:
        return _hash(key)
    value = len(key)
    for byte in key:
        value = (value ^ byte) * int(MULTIPLIER) % 2**64
    return value


def _hash(key: bytes) -> int:
    return hash(key) % 2**64


def _key(content: bytes, structure: Structure, nth: int) -> str:
    written = content[structure.key_open[nth] : structure.key_close[nth] + 1]
    try:
        return str(msgspec.json.decode(written))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return written.decode("utf-8", "replace")
