"""The registry in memory alone: for tests and trials. It forgets all when its process ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from wellclear.api.utm.dss.airspace import Airspace
from wellclear.api.utm.dss.ports import Registry, Scoped
from wellclear.api.utm.dss.records import Kind, Report


class MemoryRegistry(Registry):
    """Nothing is written."""

    def __init__(self) -> None:
        self._airspace = Airspace()
        self._reports: dict[str, Report] = {}

    @contextmanager
    def transaction(self, scoped: Scoped) -> Iterator[Airspace]:  # noqa: ARG002 - nobody else changes anything
        """As in the port."""
        try:
            yield self._airspace
        except BaseException:
            self._airspace.taken_back()
            raise
        for (kind, identifier), record in self._airspace.changed.items():
            if isinstance(record, Report):
                self._reports[identifier] = record
            elif kind is Kind.REPORT:
                self._reports.pop(identifier, None)
        self._airspace.settled()

    def reports(self) -> Iterator[Report]:
        """As in the port."""
        yield from sorted(self._reports.values(), key=lambda report: report.received_ms)

    def close(self) -> None:
        """As in the port."""
