"""Which keys of a party hold at which place of its log, from the signed statements of its root.

The root is offline and named in the agreement. Its statements form a chain: each names the one before it, so that none
can be left out. A key holds from the place where it was made. From the place where it was retired it signs nothing
more, and what it signed stays. From the place where it was compromised only that counts which a witness had cosigned
before it learned of it; of a compromised log key that is so for all it signed, since it is what proves places.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from wellclear.errors import RuleViolated, VerificationFailed
from wellclear.trust.ed25519 import verify_enrolment
from wellclear.trust.key_statement import (
    KEY_STATEMENT,
    MAX_KEY_STATEMENTS,
    NO_STATEMENT,
    KeyAct,
    KeyPurpose,
    KeyStatement,
    Place,
    parse_key_statement,
    print_key_statement,
    statement_digest,
)
from wellclear.trust.signing import SigningKey, VerifyingKey
from wellclear.trust.typed import Signed, sign_typed, verify_typed


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """What was stated of one key, taken together.

    Attributes:
        purpose: what it is for.
        key: 32 bytes, see `KeyStatement`.
        made: from where on it holds.
        retired: from where on it signs nothing more, if so.
        compromised: from where on others may have signed with it, if so.
    """

    purpose: KeyPurpose
    key: bytes
    made: Place
    retired: Place | None = None
    compromised: Place | None = None

    def holds(self, at: Place) -> bool:
        """Whether the key may sign at a place; a log key that was ever compromised may not, as it proves places."""
        if at < self.made or (self.retired is not None and at >= self.retired):
            return False
        return self.compromised is None or (self.purpose is not KeyPurpose.LOG and at < self.compromised)


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys of a party as its root stated them.

    Attributes:
        party: whose they are.
        records: one for each key, in the order in which they were made.
        count: how many statements were read.
        head: digest of the last one, 32 bytes: two who hold another one for the same count were told different things.
    """

    party: str
    records: tuple[KeyRecord, ...] = ()
    count: int = 0
    head: bytes = NO_STATEMENT

    def record(self, key: bytes) -> KeyRecord | None:
        """What was stated of a key, or nothing."""
        return next((record for record in self.records if record.key == key), None)

    def holding(self, purpose: KeyPurpose, at: Place) -> tuple[bytes, ...]:
        """The keys that hold for a purpose at a place of the party's log, the newest first.

        The first is the one to sign with, or for TLS the one to show. Two hold while one follows the other, if their
        root let them overlap.
        """
        return tuple(record.key for record in reversed(self.records) if record.purpose is purpose and record.holds(at))

    def next_statement(self, act: KeyAct, purpose: KeyPurpose, key: bytes, place: Place) -> KeyStatement:
        """What the root would state next, with its number and the statement before it.

        Raises:
            MalformedInput: the key has another length, or there are too many statements.
        """
        return KeyStatement(self.party, self.count, self.head, act, purpose, key, place)

    def verify_key(self, purpose: KeyPurpose, key: bytes, at: Place, cosigned: Iterable[Place] = ()) -> None:
        """Hold only if what a key signed at a place of its owner's log counts.

        Args:
            purpose: what it was signed as.
            key: 32 bytes.
            at: where it stands in the owner's log, from a verified proof; for a checkpoint its epoch and the index of
                the last entry that it covers; for TLS the newest place known.
            cosigned: of each epoch, the first place not covered by what the judge had cosigned before learning that
                the key was compromised.

        Raises:
            VerificationFailed: `key-unknown` for this purpose, `key-early`, `key-retired` or `key-compromised`.
        """
        record = self.record(key)
        if record is None or record.purpose is not purpose:
            raise VerificationFailed(f"{self.party} has no such key for {purpose.value}", code="key-unknown")
        if at < record.made:
            raise VerificationFailed("the key was not yet made", code="key-early")
        if record.retired is not None and at >= record.retired:
            raise VerificationFailed("the key was retired", code="key-retired")
        if record.compromised is None or (purpose is not KeyPurpose.LOG and at < record.compromised):
            return
        if not any(at.epoch == end.epoch and at.index < end.index for end in cosigned):
            raise VerificationFailed("the key was compromised, and no one had cosigned this", code="key-compromised")


def sign_statement(ring: KeyRing, statement: KeyStatement, root: SigningKey) -> Signed:
    """The next signed statement of a root.

    Args:
        ring: what the root stated so far.
        statement: what it states now, as `KeyRing.next_statement` makes it.
        root: the root key.

    Raises:
        VerificationFailed: it does not follow what was stated so far.
        RuleViolated: it cannot be stated of this key.
        MalformedInput: the key may not be enrolled.
    """
    payload = print_key_statement(statement)
    _with_statement(ring, statement, payload, root.verifier)
    return sign_typed(KEY_STATEMENT, payload, root)


def key_ring(party: str, statements: Sequence[Signed], root: VerifyingKey) -> KeyRing:
    """The keys of a party, once the whole chain of its root's statements was verified.

    Args:
        party: whose keys are expected.
        statements: all that the root stated, in order.
        root: the root key, from the agreement.

    Raises:
        VerificationFailed: a statement is not the root's, of another party, or not the next one.
        RuleViolated: the root stated what cannot be: a key made twice, or retired before it was made.
        MalformedInput: what the root signed is no statement, or a key that may not be enrolled.
    """
    if len(statements) > MAX_KEY_STATEMENTS:
        raise RuleViolated("too many statements", code="key-number", wanted=f"at most {MAX_KEY_STATEMENTS:,}")
    ring = KeyRing(party)
    for signed in statements:
        if signed.payload_type != KEY_STATEMENT:
            raise VerificationFailed("this is no statement about a key", code="key-chain", at=f"[{ring.count}]")
        verify_typed(signed, root)
        ring = _with_statement(ring, parse_key_statement(signed.payload), signed.payload, root)
    return ring


def verify_key_chain(party: str, statements: Sequence[Signed], root: VerifyingKey) -> None:
    """Hold only if these are all the statements of a party's root, in order; errors as `key_ring`."""
    key_ring(party, statements, root)


def _with_statement(ring: KeyRing, statement: KeyStatement, payload: bytes, root: VerifyingKey) -> KeyRing:
    """The ring after one more statement."""
    place = f"[{ring.count}]"
    if (statement.party, statement.number, statement.previous) != (ring.party, ring.count, ring.head):
        raise VerificationFailed("the statement does not follow the one before it", code="key-chain", at=place)
    record = ring.record(statement.key)
    if statement.act is KeyAct.MADE:
        if record is not None or statement.key == root.public:
            raise RuleViolated("the key is in use already", code="key-reused", at=place, wanted="a fresh key")
        if statement.purpose is not KeyPurpose.TLS:
            verify_enrolment(statement.key)
        records = (*ring.records, KeyRecord(statement.purpose, statement.key, statement.place))
    else:
        ended = _ended(record, statement, place)
        records = tuple(ended if known.key == ended.key else known for known in ring.records)
    return replace(ring, records=records, count=ring.count + 1, head=statement_digest(payload))


def _ended(record: KeyRecord | None, statement: KeyStatement, place: str) -> KeyRecord:
    """The record of a key after it was retired or compromised, each once."""
    if record is None or record.purpose is not statement.purpose or statement.place < record.made:
        raise RuleViolated("the key was not made before", code="key-not-made", at=place)
    if statement.act is KeyAct.RETIRED:
        if record.retired is not None or record.compromised is not None:
            raise RuleViolated("the key has ended already", code="key-ended", at=place)
        return replace(record, retired=statement.place)
    if record.compromised is not None and statement.place >= record.compromised:
        raise RuleViolated("the key is compromised already", code="key-ended", at=place, wanted="an earlier place")
    return replace(record, compromised=statement.place)
