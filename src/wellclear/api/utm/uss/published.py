"""A constraint of our own, as it is kept."""

from __future__ import annotations

from typing import Final

import msgspec

from wellclear.api.utm.wire.details import Constraint, ConstraintDetails
from wellclear.api.utm.wire.references import ConstraintReference
from wellclear.api.utm.wire.volumes import Volume4D


class Published(msgspec.Struct, frozen=True):
    """A constraint.

    Attributes:
        identifier: of the entity.
        source: what of the party's it is a piece of.
        volumes: of the version that the DSS acknowledged last, or that it was asked for first.
        type: of the constraint.
        reference: of that version; None before the first acknowledgement.
        asked: whether the DSS was asked for a change since, and what came of it is not known.
    """

    identifier: str
    source: str
    volumes: list[Volume4D]
    type: str
    reference: ConstraintReference | None = None
    asked: bool = False

    def whole(self) -> Constraint | None:
        """As peers are told; nothing before the DSS knows of it."""
        if self.reference is None:
            return None
        return Constraint(self.reference, ConstraintDetails(self.volumes, self.type))


PUBLISHED: Final = msgspec.json.Decoder(Published)
"""Reads one that was kept."""
