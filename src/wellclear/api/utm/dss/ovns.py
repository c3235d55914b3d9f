"""OVNs: a new one at every change, which nobody can guess; or, where it is allowed, one that the USS asks for."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from wellclear.api.utm.dss.moment import Moment
from wellclear.api.utm.dss.records import Intent
from wellclear.api.utm.dss.refusals import disallowed
from wellclear.api.utm.dss.settings import DssSettings

SUFFIX_AGE_MS: Final = 5 * 60_000
"""How far the time in a suffix that is asked for may lie from ours."""


def new_ovn(identifier: str, former: Intent | None, suffix: str | None, moment: Moment, settings: DssSettings) -> str:
    """The OVN of a changed intent.

    Args:
        identifier: of the intent.
        former: as it was.
        suffix: `requested_ovn_suffix`, an extension of InterUSS: a UUID of version 7. Passed over unless the settings
            allow it.
        moment: when, and the chance.
        settings: of the service.

    Raises:
        RuleViolated: `utm-disallowed`: the suffix is none, too old, or the same as before.
    """
    if not suffix or not settings.requested_ovn_suffix:
        return moment.ovn
    try:
        uuid = UUID(suffix)
    except ValueError:
        uuid = None
    if uuid is None or uuid.version != 7 or str(uuid) != suffix.lower():
        raise disallowed("the requested suffix of the OVN is none", "a version-7 UUID")
    if abs((uuid.int >> 80) - moment.now_ms) > SUFFIX_AGE_MS:
        raise disallowed("the requested suffix of the OVN is not of now", "a version-7 UUID made within 5 minutes")
    ovn = f"{identifier}_{suffix}"
    if former is not None and former.ovn == ovn:
        raise disallowed("the requested suffix of the OVN is that of the version before", "a new one")
    return ovn
