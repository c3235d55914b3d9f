"""Agreements as texts, with the steps that were taken of them."""

from __future__ import annotations

from dataclasses import dataclass

from wellclear.centre.entries.agreements import Stepped


@dataclass(frozen=True, slots=True)
class HeldAgreement:
    """The exact text of an agreement and what was signed of it.

    Attributes:
        digest: SHA-256 of the text.
        text: exact bytes; `parse_agreement` reads them.
        steps: in order of arrival.
        phase: by the own clock, as the newest entry says; see `wellclear.model.agreement.states.Phase`.
        settles: whether it is in force throughout the grace either side.
        signers: who is bound by it, in order.
    """

    digest: bytes
    text: bytes
    steps: tuple[Stepped, ...] = ()
    phase: str = "draft"
    settles: bool = False
    signers: tuple[str, ...] = ()
