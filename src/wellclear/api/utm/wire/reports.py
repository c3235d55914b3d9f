"""Reports of what went wrong between two systems."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, structs

from wellclear.api.utm.wire.limits import MAX_REPORT_ID_CHARACTERS, Recorded, Text, Version, Wire
from wellclear.api.utm.wire.volumes import Time
from wellclear.formats.json_node import Node


class ExchangeRecord(Wire, frozen=True):
    """One request and what was answered.

    The interface requires a member `request_source` and does not say what it is: it is kept as it came, and null where
    we write the record.
    """

    url: Text
    method: Text
    recorder_role: Literal["Client", "Server"]
    request_time: Time
    request_source: Any = UNSET
    headers: list[Text] | None = None
    request_body: Recorded | None = None
    response_time: Time | None = None
    response_body: Recorded | None = None
    response_code: Version | None = None
    problem: Text | None = None


class ErrorReport(Wire, frozen=True):
    """A report; who receives it gives it its number."""

    exchange: ExchangeRecord
    report_id: Annotated[str, Meta(max_length=MAX_REPORT_ID_CHARACTERS)] | None = None


def whole(report: ErrorReport) -> ErrorReport:
    """A report with every member that the interface requires of it."""
    if report.exchange.request_source is not UNSET:
        return report
    return structs.replace(report, exchange=structs.replace(report.exchange, request_source=None))


def verify_times(report: ErrorReport) -> None:
    """Hold only if the times in a report are times.

    Raises:
        MalformedInput: one is none.
    """
    for name, time in (
        ("request_time", report.exchange.request_time),
        ("response_time", report.exchange.response_time),
    ):
        if time is not None:
            Node(time.value, f"$.exchange.{name}.value").time_ms(finer="down")
