"""Keys of simulated parties: real ones, and stand-ins that have the same public half and cost nothing.

Public halves are points of the curve in both cases, so that a root's statements about them are real ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b, sha256
from typing import Final

from wellclear.centre.entries.link import StatedKey, StatedRing
from wellclear.errors import VerificationFailed
from wellclear.model.card import Card, sign_card
from wellclear.protocol.bodies import SignedStatement
from wellclear.trust.ed25519 import Signer, Verifier
from wellclear.trust.key_statement import KEY_STATEMENT, KeyAct, KeyPurpose, Place
from wellclear.trust.keys import KeyRing, key_ring, sign_statement
from wellclear.trust.signing import SigningKey, VerifyingKey
from wellclear.trust.typed import Signed

PURPOSES: Final = (KeyPurpose.MESSAGE, KeyPurpose.LOG, KeyPurpose.TLS)
"""What a party's root makes keys for, in this order."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """A key that signs with a keyed hash. Nobody without its seed can sign; nobody without its seed can verify.

    Attributes:
        seed: secret.
        public: that of the real key of this seed, 32 bytes.
    """

    seed: bytes = field(repr=False)
    public: bytes

    @property
    def verifier(self) -> StandIn:
        """Itself."""
        return self

    def sign(self, message: bytes) -> bytes:
        """A keyed hash, 64 bytes."""
        return blake2b(message, key=self.seed).digest()

    def verify(self, message: bytes, signature: bytes) -> None:
        """Hold only if it signed the message.

        Raises:
            VerificationFailed: it did not.
        """
        if signature != blake2b(message, key=self.seed).digest():
            raise VerificationFailed("the signature does not hold", code="signature-refused")


@lru_cache(maxsize=256)
def real_key(party: str, purpose: str, generation: int = 0) -> Signer:
    """The real key of a party for a purpose; the same in every run."""
    return Signer(sha256(f"simulated key\n{party}\n{purpose}\n{generation}".encode()).digest())


@lru_cache(maxsize=256)
def stand_in(party: str, purpose: str, generation: int = 0) -> StandIn:
    """The stand-in for `real_key`."""
    real = real_key(party, purpose, generation)
    return StandIn(real.seed, real.verifier.public)


@dataclass(frozen=True, slots=True)
class Keyring:
    """All keys of all simulated parties; who verifies looks a public key up here once its owner's ring names it.

    Attributes:
        real: whether signatures are Ed25519.
    """

    real: bool

    def signer(self, party: str, generation: int = 0) -> SigningKey:
        """A party's message key."""
        return self._key(party, KeyPurpose.MESSAGE, generation)

    def log_signer(self, party: str) -> SigningKey:
        """A party's log key."""
        return self._key(party, KeyPurpose.LOG, 0)

    def verifier(self, party: str, public: bytes) -> VerifyingKey:
        """The verifying half of a party's key.

        Raises:
            VerificationFailed: the party has no such key.
        """
        for generation in (0, 1):
            key = self.signer(party, generation)
            if key.verifier.public == public:
                return key.verifier
        if self.log_signer(party).verifier.public == public:
            return self.log_signer(party).verifier
        raise VerificationFailed(f"{party} has no such key", code="key-unknown")

    def _key(self, party: str, purpose: KeyPurpose, generation: int) -> SigningKey:
        make = real_key if self.real else stand_in
        return make(party, purpose.value, generation)


@lru_cache(maxsize=256)
def statements(party: str) -> tuple[Signed, ...]:
    """What a party's root stated of its first keys."""
    ring, made = KeyRing(party), list[Signed]()
    root = real_key(party, "root")
    for purpose in PURPOSES:
        public = real_key(party, purpose.value).verifier.public
        made.append(sign_statement(ring, ring.next_statement(KeyAct.MADE, purpose, public, Place(0, 0)), root))
        ring = key_ring(party, made, root.verifier)
    return tuple(made)


@lru_cache(maxsize=256)
def compromised(party: str, now: Place, since: Place) -> tuple[SignedStatement, ...]:
    """All statements of a party's root once it made a second message key.

    Args:
        party: whose.
        now: from where on the second key holds.
        since: from where on others may have signed with the first.
    """
    made, root = list(statements(party)), real_key(party, "root")
    for act, generation, at in ((KeyAct.MADE, 1, now), (KeyAct.COMPROMISED, 0, since)):
        ring = key_ring(party, made, root.verifier)
        public = real_key(party, KeyPurpose.MESSAGE.value, generation).verifier.public
        made.append(sign_statement(ring, ring.next_statement(act, KeyPurpose.MESSAGE, public, at), root))
    return tuple(SignedStatement(signed.payload, signed.signature) for signed in made)


@lru_cache(maxsize=256)
def card(party: str) -> Card:
    """A party's card."""
    return sign_card(party, (f"https://{party}.example:8443",), ("en",), statements(party), real_key(party, "root"))


@lru_cache(maxsize=1_024)
def stated_ring(party: str, stated: Sequence[SignedStatement], root: bytes) -> StatedRing:
    """The keys of a party from its root's statements, verified; errors as `wellclear.trust.keys.key_ring`."""
    signed = [Signed(KEY_STATEMENT, each.payload, each.signature) for each in stated]
    ring = key_ring(party, signed, Verifier(root))
    records = tuple(
        StatedKey(
            record.purpose.value, record.key, _place(record.made), _ended(record.retired), _ended(record.compromised)
        )
        for record in ring.records
    )
    return StatedRing(party, records, ring.count, ring.head)


def _place(place: Place) -> tuple[int, int]:
    return place.epoch, place.index


def _ended(place: Place | None) -> tuple[int, int] | None:
    return None if place is None else _place(place)
