"""Refusals that several rules share."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Raw

from wellclear.api.utm.dss.airspace import Airspace
from wellclear.api.utm.dss.extents import Extent
from wellclear.api.utm.dss.records import Constraint, Departed, Entity, Intent, points_of
from wellclear.api.utm.dss.settings import MAX_REPORT_BYTES_OF_USS, DssSettings
from wellclear.errors import NotFound, RuleViolated


def disallowed(message: str, wanted: str = "") -> RuleViolated:
    """A request that is well-formed and may not be made so; HTTP calls it 400."""
    return RuleViolated(message, code="utm-disallowed", wanted=wanted)


def nothing_here(what: str, identifier: str) -> NotFound:
    """Nothing of this identifier is there."""
    return NotFound(f"there is no {what} {identifier}", code="utm-unknown")


def verify_owner(what: str, owner: str, caller: str) -> None:
    """Hold only if the caller made it.

    Raises:
        RuleViolated: `utm-owner`.
    """
    if owner != caller:
        raise RuleViolated(f"the {what} is another USS's", code="utm-owner", wanted=f"a token of {owner}")


def verify_version(what: str, current: str, given: str) -> None:
    """Hold only if the caller knows the newest version.

    Raises:
        RuleViolated: `utm-version`.
    """
    if given != current:
        raise RuleViolated(
            f"the {what} has another version", code="utm-version", wanted="read it again, and name its version"
        )


def repeated(departed: Departed | None, caller: str, version: str, now_ms: int) -> Raw | None:
    """The first answer to a deletion that is asked for again, by the same USS with the same version, for a day."""
    if departed is None or not departed.answer or now_ms >= departed.until_ms:
        return None
    return Raw(departed.answer) if (departed.owner, departed.version) == (caller, version) else None


def verify_within_limits(
    airspace: Airspace, caller: str, extent: Extent, former: Intent | Constraint | None, settings: DssSettings
) -> None:
    """Hold only if a USS holds no more of the airspace with an extent than it may.

    Raises:
        RuleViolated: `utm-limit`.
    """
    standing = airspace.standing(caller)
    former_m2 = former.area_m2 if former else 0.0
    if standing.area_m2 - former_m2 + extent.area_m2 > settings.area_of_uss_km2 * 1e6:
        raise _limit(f"{settings.area_of_uss_km2:,.0f} km2 of intents and constraints")
    verify_points(airspace, caller, extent, former, settings)


def verify_points(
    airspace: Airspace, caller: str, extent: Extent, former: Entity | None, settings: DssSettings
) -> None:
    """Hold only if a USS has no more points with an extent than it may.

    Raises:
        RuleViolated: `utm-limit`.
    """
    former_points = points_of(former.blocks) if former else 0
    if airspace.standing(caller).points - former_points + extent.points > settings.points_of_uss:
        raise _limit(f"{settings.points_of_uss:,} points of intents, constraints and subscriptions")


def verify_cells(airspace: Airspace, caller: str, cells: Iterable[int], settings: DssSettings) -> None:
    """Hold only if a USS may have one intent more in some cells.

    Raises:
        RuleViolated: `utm-limit`.
    """
    held = airspace.standing(caller).in_cell
    if any(held[cell] >= settings.intents_in_cell for cell in cells):
        raise _limit(f"{settings.intents_in_cell:,} live intents in one place")


def verify_subscriptions(count: int, settings: DssSettings) -> None:
    """Hold only if a USS may have one explicit subscription more.

    Raises:
        RuleViolated: `utm-limit`.
    """
    if count >= settings.subscriptions_of_uss:
        raise _limit(f"{settings.subscriptions_of_uss:,} subscriptions")


def verify_reports(airspace: Airspace, caller: str, size_bytes: int, settings: DssSettings) -> None:
    """Hold only if a USS may have one report more that is kept.

    Raises:
        RuleViolated: `utm-limit`.
    """
    standing = airspace.standing(caller)
    if standing.reports >= settings.reports_of_uss or standing.report_bytes + size_bytes > MAX_REPORT_BYTES_OF_USS:
        raise _limit(f"{settings.reports_of_uss:,} reports in 45 days", "wait until old ones are forgotten")


def _limit(most: str, then: str = "delete some first") -> RuleViolated:
    return RuleViolated("a limit of this USS is reached", code="utm-limit", wanted=f"at most {most}; {then}")
