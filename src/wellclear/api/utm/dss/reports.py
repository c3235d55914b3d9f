"""Reports of what went wrong: each gets a number and is kept."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from wellclear.api.utm.dss.acts import Act, scope_of
from wellclear.api.utm.dss.airspace import Airspace
from wellclear.api.utm.dss.moment import Moment
from wellclear.api.utm.dss.ports import Scope
from wellclear.api.utm.dss.records import Kind, Report, Reported, print_record
from wellclear.api.utm.dss.refusals import verify_reports
from wellclear.api.utm.dss.settings import DssSettings
from wellclear.api.utm.tokens.verifying import Caller
from wellclear.api.utm.wire.reports import ErrorReport, verify_times, whole


@dataclass(frozen=True, slots=True)
class MakeReport(Act[ErrorReport]):
    """Keep a report."""

    caller: Caller
    asked: ErrorReport
    settings: DssSettings

    def scope(self, airspace: Airspace) -> Scope:  # noqa: ARG002 - as in Act
        """As in `Act`."""
        return scope_of((), (self.caller.name,))

    def decide(self, airspace: Airspace, moment: Moment) -> ErrorReport:
        """As in `Act`.

        Raises:
            MalformedInput: a time in it is none.
            RuleViolated: `utm-limit`.
        """
        verify_times(self.asked)
        report = Report(
            identifier=moment.identifier,
            owner=self.caller.name,
            received_ms=moment.now_ms,
            exchange=msgspec.to_builtins(self.asked.exchange),
        )
        size_bytes = len(print_record(report))
        verify_reports(airspace, self.caller.name, size_bytes, self.settings)
        airspace.put(Kind.REPORT, report)
        kept = Reported(
            identifier=report.identifier, owner=report.owner, received_ms=report.received_ms, size_bytes=size_bytes
        )
        airspace.put(Kind.REPORTED, kept)
        return ErrorReport(whole(self.asked).exchange, report.identifier)
