"""Whatever is asked of a USS within its interfaces' specifications, the answer lies within them too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from live.utm import Served, World, identifier, request, token, volume
from rig.specifications import F3548, PLANNING, VERSIONING, specification

SCOPES: Final = (
    "utm.strategic_coordination",
    "utm.constraint_management",
    "utm.constraint_processing",
    "utm.conformance_monitoring_sa",
    "interuss.flight_planning.direct_automated_test",
    "interuss.flight_planning.plan",
    "interuss.versioning.read_system_versions",
)
NOT_LISTED: Final = {"PUT /flight_plans/{flight_plan_id}", "POST /clear_area_requests"}
"""The interface lists no answer to a body that cannot be read; ours is 400."""

few = settings(
    max_examples=10, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck), deadline=None
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    world = World(tmp_path_factory.mktemp("uss"))
    uss = world.uss("uss1")
    uss.plan(identifier(), request(volume(world.clock())))
    yield uss
    world.close()


def loaded(name: str, prefix: str = "", wanted: str = "/") -> Any:  # noqa: ANN401 - schemathesis has no type for it
    found = specification(name)
    paths = {path: item for path, item in found["paths"].items() if path.startswith(wanted) and "log_sets" not in path}
    found["paths"] = paths
    found["servers"] = [{"url": f"http://127.0.0.1{prefix}"}]
    return schemathesis.openapi.from_dict(found)


peers = loaded(F3548, wanted="/uss/v1")
planners = loaded(PLANNING, "/flight_planning/v1")
versions = loaded(VERSIONING)


def conforms(case: Any, served: Served, prefix: str = "") -> None:  # noqa: ANN401 - as above
    headers = {"authorization": f"Bearer {token('planner', ' '.join(SCOPES))}"}
    answer = case.call(base_url=served.url + prefix, headers=headers, timeout=30)
    not_listed = f"{case.method.upper()} {case.path}" in NOT_LISTED and answer.status_code == 400
    checks = [not_a_server_error, response_schema_conformance, content_type_conformance]
    case.validate_response(answer, checks=checks if not_listed else [*checks, status_code_conformance])


@few
@peers.parametrize()
def test_peers_are_answered_as_specified(case: Any, served: Served) -> None:  # noqa: ANN401 - as above
    conforms(case, served)


@few
@planners.parametrize()
def test_planners_are_answered_as_specified(case: Any, served: Served) -> None:  # noqa: ANN401 - as above
    conforms(case, served, "/flight_planning/v1")


@few
@versions.parametrize()
def test_versions_are_answered_as_specified(case: Any, served: Served) -> None:  # noqa: ANN401 - as above
    conforms(case, served)
