"""What the writer's decisions need besides state and input, from the real world."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wellclear.assembly.clock import Clock
from wellclear.centre.decide.contracting import AGREEMENT_TYPE
from wellclear.centre.entries.link import StatedKey, StatedRing
from wellclear.centre.means import Means
from wellclear.model.agreement.steps import StepKind
from wellclear.protocol.bodies import SignedStatement
from wellclear.trust.ed25519 import Verifier
from wellclear.trust.key_statement import KEY_STATEMENT, Place
from wellclear.trust.keys import KeyRing, key_ring
from wellclear.trust.signing import SigningKey
from wellclear.trust.typed import Signed, verify_typed


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What stands beside the log of checkpoints and co-signatures; a centre without witnesses has none.

    Attributes:
        checkpoints: newest checkpoints to enclose for a counterparty.
        cosigned: of a counterparty's log, per epoch the first index that the own centre has not co-signed.
    """

    checkpoints: Callable[[str], tuple[str, ...]] = lambda _party: ()
    cosigned: Callable[[str], tuple[tuple[int, int], ...]] = lambda _party: ()


def real_means(clock: Clock, signer: SigningKey, witnessed: Witnessed) -> Means:
    """Means for one decision, now.

    Args:
        clock: of the centre.
        signer: the message key that holds now.
        witnessed: what stands beside the log.
    """
    return Means(
        now_ms=clock.now_ms(),
        error_ms=clock.error_ms(),
        random=secrets.token_bytes,
        signer=signer,
        checkpoints=witnessed.checkpoints,
        cosigned=witnessed.cosigned,
        verify_ring=verified_ring,
        verify_agreed=verify_agreed,
    )


def verified_ring(party: str, statements: Sequence[SignedStatement], root: bytes) -> StatedRing:
    """The keys of a party, once all its root's statements were verified.

    Raises:
        MalformedInput, VerificationFailed, RuleViolated: as `key_ring`.
    """
    signed = [Signed(KEY_STATEMENT, statement.payload, statement.signature) for statement in statements]
    return stated(key_ring(party, signed, Verifier(root)))


def stated(ring: KeyRing) -> StatedRing:
    """A verified ring, as an entry keeps it."""
    records = tuple(
        StatedKey(
            record.purpose.value, record.key, _pair(record.made), _pair_of(record.retired), _pair_of(record.compromised)
        )
        for record in ring.records
    )
    return StatedRing(ring.party, records, ring.count, ring.head)


def verify_agreed(key: bytes, text: bytes, signature: bytes, step: StepKind) -> None:
    """Hold only if a key signed an agreement's text, where the step is a signature.

    Raises:
        MalformedInput, VerificationFailed: it did not.
    """
    if step is StepKind.SIGN:
        verify_typed(Signed(AGREEMENT_TYPE, text, signature), Verifier(key))


def _pair(place: Place) -> tuple[int, int]:
    return place.epoch, place.index


def _pair_of(place: Place | None) -> tuple[int, int] | None:
    return None if place is None else _pair(place)
