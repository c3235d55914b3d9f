"""The settings of a centre: ``wellclear.toml`` in its directory.

There is no setting that turns a check off: what is not safe is not offered.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from wellclear.assembly.section import Line, Port, Section
from wellclear.assembly.utm_section import Utm, print_utm, verify_utm
from wellclear.errors import MalformedInput, RuleViolated
from wellclear.model.card import MAX_LANGUAGES, verify_party
from wellclear.model.centre_url import is_loopback, parse_url

SETTINGS_FILE: Final = "wellclear.toml"
"""Name of the file within the centre's directory."""

MAX_SETTINGS_BYTES: Final = 65_536
"""Bytes of the file: forty times what `print_settings` writes, and a bound on what is parsed at start."""

ARCHIVE_FOLDER: Final = "archive"
"""Folder within the centre's directory with the files to which the bodies of old entries were moved."""

POSTGRESQL: Final = "postgresql://"
"""How the location of a store begins that is not a file."""

ErrorMs = Annotated[int, Meta(ge=1, le=3_600_000)]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}\Z")]
Languages = Annotated[tuple[Language, ...], Meta(min_length=1, max_length=MAX_LANGUAGES)]


class Listen(Section, frozen=True):
    """Where the centre listens.

    Attributes:
        address: of this machine; ``127.0.0.1`` for this machine alone, ``0.0.0.0`` for every network it is on.
        port: number of the port.
        url: where counterparties and officers reach it: as it stands on the card.
    """

    address: Line
    port: Port
    url: Line


class Log(Section, frozen=True):
    """What the centre writes of its own running; not the log that its peers co-sign.

    Attributes:
        level: from which weight on.
        format: lines for people, or JSON for programs.
    """

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"


class Defaults(Section, frozen=True):
    """How things are shown to an officer who has not chosen.

    Attributes:
        languages: what the officers read, the one to begin with first; ISO 639 codes, as on the card.
        position: form in which positions are shown; every form is read.
    """

    languages: Languages = ("en",)
    position: Literal["decimal", "minutes", "seconds", "mgrs"] = "minutes"


class Clock(Section, frozen=True):
    """How well this machine knows the time.

    Attributes:
        error_ms: how far its clock may be from UTC, as its time service promises. Over 500 the centre settles nothing.
    """

    error_ms: ErrorMs = 100


class Settings(Section, frozen=True):
    """The settings of a centre.

    Attributes:
        party: whose centre it is.
        store: where the log is kept: a file, taken from the centre's directory, or ``postgresql://...``.
        listen: where it listens.
        defaults: how things are shown.
        clock: how well it knows the time.
        log: what it writes of its own running.
        high_water: file that holds how far the log was, outside the store, taken from the centre's directory.
        utm: how it speaks ASTM F3548-21; None where it does not.
    """

    party: str
    store: Line
    listen: Listen
    defaults: Defaults = Defaults()
    clock: Clock = Clock()
    log: Log = Log()
    high_water: Line = "high-water"
    utm: Utm | None = None

    @property
    def secured(self) -> bool:
        """Whether it speaks TLS; else it is reached from this machine alone."""
        return parse_url(self.listen.url).secured


def parse_settings(content: bytes) -> Settings:
    """Settings from the file, strictly.

    Raises:
        MalformedInput: `settings-toml`: it is no TOML; `settings-value`: a setting is not known, missing or not of its
            form; `at` names it. `party-name`, `url-malformed`.
        RuleViolated: `url-plain`; `settings-plain`: plain http, and listening to other machines.
    """
    if len(content) > MAX_SETTINGS_BYTES:
        raise MalformedInput(
            f"settings of {len(content):,} bytes", code="settings-toml", wanted=f"at most {MAX_SETTINGS_BYTES:,} bytes"
        )
    try:
        table = tomllib.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise MalformedInput(f"the settings are no TOML: {error}", code="settings-toml", at=SETTINGS_FILE) from None
    try:
        settings = msgspec.convert(table, Settings)
    except msgspec.ValidationError as error:
        wrong, _, place = str(error).partition(" - at ")
        at = place.strip("`").removeprefix("$.")
        raise MalformedInput("the setting is not of its form", code="settings-value", at=at, wanted=wrong) from None
    verify_settings(settings)
    return settings


def verify_settings(settings: Settings) -> None:
    """Hold only if settings fit together; errors as `parse_settings`.

    Raises:
        RuleViolated: `settings-plain`.
    """
    verify_party(settings.party)
    url = parse_url(settings.listen.url)
    if not url.secured and not is_loopback(settings.listen.address):
        raise RuleViolated(
            "the centre is reached by plain http, and listens to other machines",
            code="settings-plain",
            at="listen.address",
            wanted="127.0.0.1 or ::1, or a url with https",
        )
    if settings.utm is not None:
        verify_utm(settings.utm)


def store_address(settings: Settings, directory: Path) -> str | Path:
    """Where the log is kept, as `open_store` takes it: a file's path is taken from the centre's directory."""
    if settings.store.startswith(POSTGRESQL):
        return settings.store
    return directory / settings.store


def print_settings(settings: Settings) -> str:
    """The file, with a comment at each setting; `parse_settings` reads the same back."""
    listen, defaults, clock, log = settings.listen, settings.defaults, settings.clock, settings.log
    return f"""\
# Settings of the centre of {settings.party}. They are read when the centre starts.

# Whose centre this is. It stands in the keys' statements and cannot be changed here.
party = {_quoted(settings.party)}

# Where the log is kept: a file in this directory, or postgresql://user@host/name.
store = {_quoted(settings.store)}

# Where it is marked how far the log was: a file in this directory, better one on another disk than the store.
# A store that was restored from a copy is known by it. Never copy it, and never restore it, with the store.
high_water = {_quoted(settings.high_water)}

[listen]
# Address of this machine: 127.0.0.1 for this machine alone, 0.0.0.0 for every network it is on.
address = {_quoted(listen.address)}
port = {listen.port}
# Where counterparties and officers reach it, as on the card. Plain http only at 127.0.0.1 or [::1].
url = {_quoted(listen.url)}

[defaults]
# What the officers read, as on the card, in codes of ISO 639. An officer who has not chosen sees the first.
languages = [{", ".join(map(_quoted, defaults.languages))}]
# Form in which positions are shown: decimal, minutes, seconds or mgrs. Every form is read.
position = {_quoted(defaults.position)}

[clock]
# How far this machine's clock may be from UTC, in milliseconds, as its time service promises.
# Above 500 the centre settles nothing, and says so.
error_ms = {clock.error_ms}

[log]
# What the centre writes of its own running: debug, info, warning or error; as text or json.
level = {_quoted(log.level)}
format = {_quoted(log.format)}

# To speak ASTM F3548-21 with drone operators' systems add a section [utm], see docs/operating.md.
{"" if settings.utm is None else print_utm(settings.utm)}"""


def _quoted(text: str) -> str:
    """A basic string of TOML: without control characters it is written as one of JSON."""
    return json.dumps(text, ensure_ascii=False)
