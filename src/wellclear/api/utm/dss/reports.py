"""Reports of what went wrong: each gets a number and is kept."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from wellclear.api.utm.dss.acts import Act, scope_of
from wellclear.api.utm.dss.airspace import Airspace
from wellclear.api.utm.dss.moment import Moment
from wellclear.api.utm.dss.ports import Scope
from wellclear.api.utm.dss.records import Kind, Report
from wellclear.api.utm.tokens.verifying import Caller
from wellclear.api.utm.wire.reports import ErrorReport, verify_times, whole


@dataclass(frozen=True, slots=True)
class MakeReport(Act[ErrorReport]):
    """Keep a report."""

    caller: Caller
    asked: ErrorReport

    def scope(self, airspace: Airspace) -> Scope:  # noqa: ARG002 - as in Act
        """As in `Act`."""
        return scope_of((), (self.caller.name,))

    def decide(self, airspace: Airspace, moment: Moment) -> ErrorReport:
        """As in `Act`.

        Raises:
            MalformedInput: a time in it is none.
        """
        verify_times(self.asked)
        report = Report(
            identifier=moment.identifier,
            owner=self.caller.name,
            received_ms=moment.now_ms,
            exchange=msgspec.to_builtins(self.asked.exchange),
        )
        airspace.put(Kind.REPORT, report)
        return ErrorReport(whole(self.asked).exchange, report.identifier)
