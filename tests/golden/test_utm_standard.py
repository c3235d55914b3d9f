"""Our tables of F3548-21 against the interface's own description, and against InterUSS's types of it."""

from __future__ import annotations

from typing import Any

import pytest
from uas_standards.astm.f3548.v21 import constants

from rig.specifications import F3548, PLANNING, VERSIONING, specification
from wellclear.api.utm.answers import LISTS_413
from wellclear.api.utm.dss.extents import MAX_UTM_AREA_M2, MAX_UTM_POINTS
from wellclear.api.utm.dss.subscriptions import MAX_SUBSCRIPTION_MS
from wellclear.api.utm.tokens.scopes import SCOPES_OF_OPERATION, UtmScope

VERBS = ("get", "put", "post", "delete")


def operations(name: str = F3548) -> dict[str, dict[str, Any]]:
    paths = specification(name)["paths"]
    return {item[verb]["operationId"]: item[verb] for item in paths.values() for verb in VERBS if verb in item}


DESCRIBED = {name: found for name, found in operations().items() if name != "getLogSet"}


def test_every_operation_has_its_scopes() -> None:
    assert set(SCOPES_OF_OPERATION) == {*DESCRIBED, *operations(PLANNING), *operations(VERSIONING)}


@pytest.mark.parametrize("name", DESCRIBED)
def test_the_scopes_are_those_of_the_description(name: str) -> None:
    """One that asks for two scopes where one of them alone is enough says nothing."""
    choices = [frozenset(choice["Authority"]) for choice in DESCRIBED[name]["security"]]
    least = {choice for choice in choices if not any(other < choice for other in choices)}
    assert least == {frozenset({scope.value}) for scope in SCOPES_OF_OPERATION[name]}


def test_413_is_listed_where_we_think() -> None:
    listed = {name for name, found in DESCRIBED.items() if "413" in found["responses"]}
    assert listed == LISTS_413


def test_the_scopes_are_those_of_interuss() -> None:
    assert {scope.value for scope in UtmScope} == {scope.value for scope in constants.Scope}


def test_limits_are_no_tighter_than_the_standards() -> None:
    assert constants.DSSMaxSubscriptionDurationHours * 3_600_000 == MAX_SUBSCRIPTION_MS
    assert constants.CstrMaxAreaKm2 * 1e6 <= MAX_UTM_AREA_M2
    assert constants.OiMaxVertices <= MAX_UTM_POINTS
