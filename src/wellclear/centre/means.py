"""What a decision needs besides state and input: the time, chance, keys and the checkpoints held."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wellclear.centre.entries.link import StatedRing
from wellclear.model.agreement.steps import StepKind
from wellclear.protocol.bodies import SignedStatement
from wellclear.trust.signing import SigningKey


@dataclass(frozen=True, slots=True)
class Means:
    """Given to `decide` with each input.

    Attributes:
        now_ms: UTC by the centre's clock.
        error_ms: the largest error that the clock may have.
        random: so many random bytes.
        signer: the centre's message key.
        checkpoints: newest checkpoints, as signed notes, to enclose for a counterparty.
        cosigned: of a counterparty's log, per epoch the first index that the own centre has not co-signed.
        verify_ring: the keys of a party from the signed statements of its root, verified: party, statements, root key.
        verify_agreed: that a key signed the exact text of an agreement, where the step is a signature: key, text,
            signature, step.
    """

    now_ms: int
    error_ms: int
    random: Callable[[int], bytes]
    signer: SigningKey
    checkpoints: Callable[[str], tuple[str, ...]]
    cosigned: Callable[[str], tuple[tuple[int, int], ...]]
    verify_ring: Callable[[str, Sequence[SignedStatement], bytes], StatedRing]
    verify_agreed: Callable[[bytes, bytes, bytes, StepKind], None]
