"""Leaves of a log that say nothing of what they hold, until their salt and content are shown.

A log's hashes travel in proofs to those who may not see its other entries. A hash of the bare content would let them
try what it may be; the salt of 32 random bytes prevents that. Each entry has its own, so that one entry can be opened
without the rest. The commitment stands between content and leaf, so that the place of an entry can be shown unopened.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from wellclear.errors import MalformedInput, VerificationFailed
from wellclear.trust.canonical import verify_line
from wellclear.trust.merkle import leaf_hash

SALT_BYTES: Final = 32
"""Random bytes that hide a content; as many as the hash has."""

ENTRY: Final = "entry"
"""Label of the commitments that a log's leaves are made of."""

_COMMITMENT: Final = b"wellclear/commitment/v1\n"
_LEAF: Final = b"wellclear/leaf/v1\n"


def commitment(label: str, salt: bytes, content: bytes) -> bytes:
    """Commitment to a content: SHA-256("wellclear/commitment/v1" LF label LF salt content).

    The label is one line and the salt has a fixed length, so that no two triples give the same bytes.

    Args:
        label: what the commitment is for.
        salt: 32 random bytes, used once.
        content: any bytes.

    Returns:
        32 bytes, which tell nothing of the content to whom does not know the salt.

    Raises:
        MalformedInput: the salt has another length, or the label is not one line.
    """
    verify_line(label)
    if len(salt) != SALT_BYTES:
        raise MalformedInput(f"{len(salt)} bytes are no salt", code="salt-length", wanted="32 random bytes")
    return sha256(_COMMITMENT + label.encode() + b"\n" + salt + content).digest()


def committed_leaf(committed: bytes) -> bytes:
    """Hash of the leaf of a commitment: the leaf's bytes are "wellclear/leaf/v1" LF and the commitment."""
    return leaf_hash(_LEAF + committed)


def salted_leaf(salt: bytes, content: bytes) -> bytes:
    """Hash of the leaf of an entry.

    Args:
        salt: 32 random bytes, used for this entry alone.
        content: the entry's exact bytes.

    Raises:
        MalformedInput: the salt has another length.
    """
    return committed_leaf(commitment(ENTRY, salt, content))


def verify_opened(leaf: bytes, salt: bytes, content: bytes) -> None:
    """Hold only if a leaf is that of this entry.

    Args:
        leaf: the leaf's hash, from a verified inclusion proof.
        salt: the salt that is shown.
        content: the content that is shown.

    Raises:
        VerificationFailed: it is not.
        MalformedInput: the salt has another length.
    """
    if salted_leaf(salt, content) != leaf:
        raise VerificationFailed("the entry shown is not the one in the log", code="leaf-opened")
