"""What a centre writes of its own running: lines for people, or JSON for programs, on standard error."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Final, TextIO

import structlog

from wellclear.assembly.settings import Log

SECRET_WORDS: Final = ("password", "passphrase", "token", "secret", "authorization", "seed", "salt")
"""A field whose name holds one of these is never written."""

HIDDEN: Final = "(hidden)"

_QUIET: Final = ("httpx", "httpcore", "uvicorn", "uvicorn.error", "litestar", "asyncio")


def set_up_logs(settings: Log, stream: TextIO | None = None) -> None:
    """Set up what is written.

    Args:
        settings: level and form.
        stream: where to; standard error if none.
    """
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    as_json = settings.format == "json"
    # a plain traceback: the one with the values of all variables would show passwords and keys
    text = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    last: list[Any] = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()] if as_json else [text]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            hide_secrets,
            *last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=stream or sys.stderr, force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)


def hide_secrets(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A processor that hides the values of fields which are named like secrets."""
    for name in event:
        if any(word in name.lower() for word in SECRET_WORDS):
            event[name] = HIDDEN
    return event
