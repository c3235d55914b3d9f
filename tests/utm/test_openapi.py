"""Every operation of `/dss/v1`, driven with requests made from the interface's own description.

The description is the one of the standard but for the patches of `rig.specifications`.

Answers that the description does not list, each on purpose:

* 409 where the version of an availability does not match: the interface forgot it
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any, Final

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from rig.specifications import F3548, specification
from rig.utm import AUDIENCE, World, serving, token

UNLISTED: Final = {("setUssAvailability", 409)}


def described() -> dict[str, Any]:
    """The description of `/dss/v1`, patched."""
    found = specification(F3548)
    found["paths"] = {path: item for path, item in found["paths"].items() if path.startswith("/dss/")}
    return found


schema = schemathesis.openapi.from_dict(described())


class Service:
    """A service in this process that a synchronous test can ask."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self.world: World = self._runner.run(self._stack.enter_async_context(serving()))

    def ask(self, request: Any) -> Any:  # noqa: ANN401 - a request as schemathesis makes it
        return self._runner.run(
            self.world.client.request(request.method, request.url, content=request.body, headers=dict(request.headers))
        )

    def close(self) -> None:
        self._runner.run(self._stack.aclose())
        self._runner.close()


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    one = Service()
    yield one
    one.close()


@schema.parametrize()
@settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_no_answer_is_outside_the_interface(case: Any, service: Service) -> None:  # noqa: ANN401 - schemathesis' own
    name = case.operation.definition.raw["operationId"]
    headers = {"authorization": f"Bearer {token('uss1')}"}
    prepared = case.as_transport_kwargs(base_url=f"https://{AUDIENCE}", headers=headers)
    request = requests.Request(**prepared).prepare()
    answer = service.ask(request)
    assert answer.status_code < 500, answer.text
    if (name, answer.status_code) in UNLISTED:
        return
    case.validate_response(
        answer,
        checks=[
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_schema_conformance,
        ],
    )
