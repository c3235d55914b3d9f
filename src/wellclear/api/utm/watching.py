"""What machines watch of the service alone: health and metrics."""

from __future__ import annotations

from importlib.metadata import version

from litestar import Response, Router, get
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from wellclear.api.routes.watching import is_local
from wellclear.api.utm.answers import AnyRequest, answered
from wellclear.api.utm.dss.acts import Act
from wellclear.api.utm.dss.airspace import Airspace
from wellclear.api.utm.dss.moment import Moment
from wellclear.api.utm.dss.service import Dss
from wellclear.api.utm.wire.limits import Wire
from wellclear.errors import RuleViolated


class Health(Wire, frozen=True):
    """That the service serves, and what it holds."""

    version: str
    records: int


class Count(Act[int]):
    """How much is known; asked in turn, so that the store must answer too."""

    def decide(self, airspace: Airspace, moment: Moment) -> int:  # noqa: ARG002 - as in Act
        """As in `Act`."""
        return len(airspace.records())


def watching_routes(dss: Dss) -> Router:
    """Health for whoever asks; metrics for this machine."""
    registry = CollectorRegistry(auto_describe=False)
    for figure in dss.turns.figures.all():
        registry.register(figure)

    @get("/v1/health")
    async def health() -> Response[bytes]:
        """Whether the service serves: 200, or 500 while its store fails."""
        return answered(Health(version("wellclear"), await dss.turns.take(Count())))

    @get("/metrics")
    async def figures(request: AnyRequest) -> Response[bytes]:
        """Figures in the text format of Prometheus, for this machine alone."""
        _verify_local(request)
        return Response(generate_latest(registry), headers={"content-type": CONTENT_TYPE_LATEST})

    return Router("/", route_handlers=[health, figures])


def _verify_local(request: AnyRequest) -> None:
    if not is_local(request):
        raise RuleViolated("metrics are for this machine alone", code="utm-owner")
