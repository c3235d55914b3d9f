"""An own operation as a counterparty may see it. Toward a peer everything is computed from this, never from more."""

from __future__ import annotations

from functools import lru_cache

from wellclear.centre.agreeing import disclosure_to
from wellclear.centre.comparing import Compared, effective
from wellclear.centre.state.operations import OwnOperation
from wellclear.centre.state.state import State
from wellclear.model.agreement.disclosure import DisclosureTerm
from wellclear.model.disclosure import disclosed_content


def seen_by(state: State, operation: OwnOperation, party: str) -> Compared | None:
    """What a counterparty may see of an own operation once it is told; nothing outside every agreement.

    Args:
        state: of the centre.
        operation: an own one.
        party: the counterparty.
    """
    filed = operation.filed
    if not filed.content:
        return None
    category = effective(Compared(filed.content)).category
    term = disclosure_to(state, party, category)
    return None if term is None else Compared(shown(filed.content, term), filed.hazard_tail_ms)


@lru_cache(maxsize=20_000)
def shown(content: bytes, term: DisclosureTerm) -> bytes:
    """Exact bytes of an operation as a disclosure shows it: itself, or its cover on the stated grid."""
    return disclosed_content(content, term)
