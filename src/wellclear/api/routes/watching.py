"""What machines watch: health and metrics."""

from __future__ import annotations

from ipaddress import ip_address

from litestar import Response, Router, get
from prometheus_client import CONTENT_TYPE_LATEST

from wellclear.api.metrics import Metrics
from wellclear.api.office import AnyRequest, Office
from wellclear.api.views.view import View


class HealthView(View, frozen=True):
    """Whether the centre serves.

    Attributes:
        party: whose centre it is.
        leads: whether it could commit a moment ago; the status is 503 where not.
        unconfirmed: whether no counterparty has confirmed yet that the log is the newest.
        signs: whether it signs its log: not where the log on disk is not what was written.
        clock_doubted: whether its clock may be so wrong that nothing settles.
        epoch: of the log.
        entries: of all epochs.
        now_ms: the time by its clock, by which it counts what is late, near or over.
    """

    party: str
    leads: bool
    unconfirmed: bool
    clock_doubted: bool
    signs: bool
    epoch: int
    entries: int
    now_ms: int


def watching_routes(office: Office) -> Router:
    """Health for whoever asks; metrics for this machine, and for officers from elsewhere."""
    metrics = Metrics(office.centre)

    @get("/v1/health", tags=["watching"])
    async def health() -> Response[HealthView]:
        """Whether the centre serves: 200, or 503 while it cannot commit."""
        state, leads = office.centre.state, office.centre.leads
        view = HealthView(
            party=state.party,
            leads=leads,
            unconfirmed=state.unconfirmed,
            clock_doubted=state.clock_doubted,
            signs=not office.centre.witnessing.signing.stopped,
            epoch=state.epoch,
            entries=state.total,
            now_ms=office.centre.now_ms(),
        )
        return Response(view, status_code=200 if leads else 503)

    @get("/metrics", tags=["watching"])
    async def figures(request: AnyRequest) -> Response[bytes]:
        """Figures in the text format of Prometheus; without a session from this machine alone."""
        if not _is_local(request):
            office.gate.acting(request.headers.get("authorization", ""), "")
        return Response(metrics.print(), headers={"content-type": CONTENT_TYPE_LATEST})

    return Router("/", route_handlers=[health, figures])


def _is_local(request: AnyRequest) -> bool:
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
