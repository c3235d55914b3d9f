"""Figures of a running centre for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from wellclear.api.views.witnesses import signed_size
from wellclear.assembly.receipts import OVERDUE_MS
from wellclear.assembly.running import RunningCentre
from wellclear.centre.entries.link import Condition
from wellclear.protocol.envelope import Lane


class _Standing(Collector):
    """Figures that are read when they are asked for."""

    def __init__(self, centre: RunningCentre) -> None:
        self._centre = centre

    def collect(self) -> Iterator[Metric]:
        """All of them."""
        yield from self._of_log()
        yield from self._of_witnesses()
        yield from self._of_links()
        yield from self._of_work()

    def _of_log(self) -> Iterator[Metric]:
        centre = self._centre
        yield GaugeMetricFamily("wellclear_log_entries", "Entries of all epochs.", value=centre.state.total)
        yield GaugeMetricFamily("wellclear_log_epoch", "Epoch of the log.", value=centre.state.epoch)
        yield GaugeMetricFamily("wellclear_leads", "1 while the centre can commit.", value=int(centre.leads))
        error_s = centre.error_ms() / 1_000
        yield GaugeMetricFamily("wellclear_clock_error_seconds", "Largest error of the clock.", value=error_s)

    def _of_witnesses(self) -> Iterator[Metric]:
        state, witnessing = self._centre.state, self._centre.witnessing
        signs = int(not witnessing.signing.stopped)
        yield GaugeMetricFamily("wellclear_log_signs", "0 once the log on disk is not what was written.", value=signs)
        size = signed_size(state, witnessing.kept)
        yield GaugeMetricFamily("wellclear_checkpoint_size", "Entries of the newest own checkpoint.", value=size)
        lag = GaugeMetricFamily("wellclear_witness_lag", "Entries that a witness has not co-signed.", labels=["party"])
        unproven = GaugeMetricFamily("wellclear_receipts_unproven", "Receipts of overdue proof.", labels=["party"])
        now_ms = self._centre.now_ms()
        for party in state.peers:
            lag.add_metric([party], state.index - witnessing.kept.cosigned_size(state.party, state.epoch, party))
            unproven.add_metric([party], witnessing.proving.receipts.overdue(party, now_ms, OVERDUE_MS))
        yield lag
        yield unproven
        lies = len(witnessing.kept.lies)
        yield GaugeMetricFamily("wellclear_lies_proven", "Logs that signed two histories.", value=lies)

    def _of_links(self) -> Iterator[Metric]:
        state = self._centre.state
        links = GaugeMetricFamily("wellclear_links", "Counterparties by condition of the link.", labels=["condition"])
        for condition in Condition:
            count = sum(1 for peer in state.peers.values() if peer.condition is condition)
            links.add_metric([condition.value], count)
        yield links
        waiting = GaugeMetricFamily(
            "wellclear_unacknowledged", "Envelopes that a counterparty has not acknowledged.", labels=["party", "lane"]
        )
        for party, peer in state.peers.items():
            for lane in Lane:
                waiting.add_metric([party, lane.value], len(peer.out[lane].unacknowledged))
        yield waiting
        refused = CounterMetricFamily("wellclear_refused", "What was not taken of whom.", labels=["party", "code"])
        for (party, code), count in self._centre.refusals.total.items():
            refused.add_metric([party, code], count)
        yield refused

    def _of_work(self) -> Iterator[Metric]:
        state = self._centre.state
        alarms = sum(1 for alarm in state.alarms.values() if not alarm.acknowledged_by)
        yield GaugeMetricFamily("wellclear_alarms_open", "Alarms that nobody acknowledged.", value=alarms)
        live = sum(1 for own in state.own.values() if not own.ended)
        yield GaugeMetricFamily("wellclear_operations_live", "Own operations that are not over.", value=live)
        queues = GaugeMetricFamily("wellclear_queue", "Inputs that wait for the writer.", labels=["rank"])
        for rank, count in zip(("life", "own", "turns"), self._centre.intake.lengths(), strict=True):
            queues.add_metric([rank], count)
        yield queues


class Metrics:
    """The figures of one centre.

    Args:
        centre: that runs.
    """

    def __init__(self, centre: RunningCentre) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        figures = centre.writing.figures
        for figure in (figures.batches, figures.inputs, figures.refused, figures.entries, figures.batch_s):
            self._registry.register(figure)
        self._registry.register(_Standing(centre))

    def print(self) -> bytes:
        """All figures, in the text format of Prometheus."""
        return generate_latest(self._registry)
