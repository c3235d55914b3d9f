"""The service: who is let in, what it is told to do, and the turns in which it decides."""

from __future__ import annotations

from dataclasses import dataclass

from wellclear.api.utm.admission import Admission
from wellclear.api.utm.dss.settings import DssSettings
from wellclear.api.utm.dss.turns import Turns


@dataclass(frozen=True, slots=True)
class Dss:
    """What routes need.

    Attributes:
        admission: of callers.
        turns: that decide.
        settings: of the service.
    """

    admission: Admission
    turns: Turns
    settings: DssSettings
