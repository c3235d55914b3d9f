"""A table of a TOML text together with its place, read strictly: every key once, none left over, each error placed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from wellclear.errors import MalformedInput, WellclearError

MAX_TOML_BYTES: Final = 262_144
"""Bytes of one agreement: 1,000 sites and 64 parties fit, and a person can still read it."""

MAX_TOML_LINE_CHARACTERS: Final = 600
"""Characters of one line: a text of the longest kind fits, and nesting on one line, which costs time, is bounded."""

MAX_TEXT_CHARACTERS: Final = 500
"""Names and titles: more than any screen shows."""

UNFILLED: Final = "FILL IN"
"""What a skeleton has where a person must write something."""

_HIDDEN: Final = re.compile(r"[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""Characters that change what a reader sees without being seen: marks of direction, joiners, spaces of no width."""

_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_PLACE: Final = re.compile(r"(.*) \(at (.*)\)", flags=re.DOTALL)

Value = TypeVar("Value")


def parse_toml(text: bytes) -> Table:
    """The outermost table of a text.

    Raises:
        MalformedInput: not UTF-8, not TOML, too long, a line too long, or with characters that a reader cannot see.
    """
    if len(text) > MAX_TOML_BYTES:
        raise MalformedInput(
            f"the text has {len(text):,} bytes", code="toml-size", wanted=f"at most {MAX_TOML_BYTES:,} bytes"
        )
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedInput("the text is not UTF-8", code="toml-utf8", at=f"byte {error.start}") from error
    for number, line in enumerate(decoded.split("\n"), start=1):
        _verify_line(line, f"line {number}")
    try:
        return Table(tomllib.loads(decoded), "")
    except RecursionError as error:
        raise MalformedInput("the text is nested too deeply", code="toml-text", wanted="TOML 1.0") from error
    except ValueError as error:
        match = _PLACE.fullmatch(str(error))
        message, place = match.groups() if match else (str(error), "")
        raise MalformedInput(f"not TOML: {message[:200]}", code="toml-text", at=place, wanted="TOML 1.0") from error


def _verify_line(line: str, at: str) -> None:
    _verify_shown(line, at)
    if len(line) > MAX_TOML_LINE_CHARACTERS:
        raise MalformedInput(
            f"a line of {len(line):,} characters",
            code="toml-line",
            at=at,
            wanted=f"at most {MAX_TOML_LINE_CHARACTERS:,}",
        )


def _verify_shown(text: str, at: str) -> None:
    hidden = _HIDDEN.search(text)
    if hidden:
        raise MalformedInput(
            f"the character U+{ord(hidden[0]):04X} cannot be seen and changes how the text is read",
            code="toml-hidden",
            at=at,
            wanted="a text that shows what it says",
        )


class Table:
    """A table and where it stands: ``party[1]``. Each key is taken once; `finish` refuses what is left.

    Its methods return what is asked for or raise MalformedInput at that place.
    """

    def __init__(self, values: Mapping[str, object], at: str) -> None:
        self._left = dict(values)
        self.at = at

    def place(self, key: str) -> str:
        """Where a key of this table stands."""
        shown = key if _BARE_KEY.fullmatch(key) else f'"{key[:MAX_TEXT_CHARACTERS]}"'
        return f"{self.at}.{shown}" if self.at else shown

    def has(self, key: str) -> bool:
        """Whether a key is there and not yet taken."""
        return key in self._left

    def keys(self) -> tuple[str, ...]:
        """Keys that are not yet taken, in the order of the text."""
        return tuple(self._left)

    def text(self, key: str, read: Callable[[str], Value], *, wanted: str = "", default: Value | None = None) -> Value:
        """What a text means.

        Args:
            key: where it stands.
            read: makes a value of it, or raises a `WellclearError`.
            wanted: an example, where the text is missing or is something else.
            default: what holds where the key is absent; without one, absence is refused.

        Raises:
            MalformedInput: it is missing, no text, too long, a gap that nobody filled in, or refused by `read`.
        """
        if default is not None and key not in self._left:
            return default
        return _read(self._take(key, wanted), read, self.place(key), wanted)

    def texts(self, key: str, read: Callable[[str], Value], most_count: int, *, wanted: str) -> tuple[Value, ...]:
        """What the texts of an array mean.

        Raises:
            MalformedInput: as `text`, for each; or no array, or too many.
        """
        values = self._array(key, most_count, wanted)
        return tuple(_read(value, read, f"{self.place(key)}[{index}]", wanted) for index, value in enumerate(values))

    def number(self, key: str, *, wanted: str) -> int:
        """A whole number.

        Raises:
            MalformedInput: it is missing or something else.
        """
        value = self._take(key, wanted)
        if type(value) is not int:
            raise _wrong_type("a whole number", self.place(key), wanted)
        return value

    def flag(self, key: str) -> bool:
        """True or false.

        Raises:
            MalformedInput: it is missing or something else.
        """
        value = self._take(key, "true or false")
        if type(value) is not bool:
            raise _wrong_type("true or false", self.place(key), "true or false")
        return value

    def table(self, key: str, *, optional: bool = False) -> Table:
        """A table within this one; an absent optional one is empty.

        Raises:
            MalformedInput: it is missing or something else.
        """
        if optional and key not in self._left:
            return Table({}, self.place(key))
        return _table(self._take(key, f"a table [{self.place(key)}]"), self.place(key))

    def tables(self, key: str, most_count: int) -> tuple[Table, ...]:
        """The tables of an array; an absent one is empty.

        Raises:
            MalformedInput: something else, or too many.
        """
        if key not in self._left:
            return ()
        values = self._array(key, most_count, f"tables [[{self.place(key)}]]")
        return tuple(_table(value, f"{self.place(key)}[{index}]") for index, value in enumerate(values))

    def means(self, read: Callable[[Table], Value]) -> Value:
        """What the whole table means; an error that names no place stands at the table, and no key is left over.

        Raises:
            MalformedInput: `read` refuses it, or leaves a key.
        """
        try:
            value = read(self)
        except WellclearError as error:
            if error.at:
                raise
            raise error.placed(self.at) from error
        self.finish()
        return value

    def finish(self) -> None:
        """Hold only if every key was taken.

        Raises:
            MalformedInput: one was not; it is not known here.
        """
        for key in self._left:
            raise MalformedInput(
                f"the key {key[:MAX_TEXT_CHARACTERS]!r} is not known here",
                code="toml-key",
                at=self.place(key),
                wanted="only keys that the agreement's format has, spelled as it spells them",
            )

    def _take(self, key: str, wanted: str) -> object:
        if key not in self._left:
            raise MalformedInput(
                f"{key!r} is missing", code="toml-missing", at=self.place(key), wanted=wanted or f"a key {key!r}"
            )
        return self._left.pop(key)

    def _array(self, key: str, most_count: int, wanted: str) -> list[object]:
        value = self._take(key, wanted)
        if not isinstance(value, list):
            raise _wrong_type("an array", self.place(key), wanted)
        if len(value) > most_count:
            raise MalformedInput(
                f"{len(value):,} entries", code="toml-count", at=self.place(key), wanted=f"at most {most_count:,}"
            )
        return value


def _read(value: object, read: Callable[[str], Value], at: str, wanted: str) -> Value:
    """What a value means that must be a text."""
    if not isinstance(value, str):
        raise _wrong_type("a text in quotes", at, wanted)
    if len(value) > MAX_TEXT_CHARACTERS:
        raise MalformedInput(
            f"a text of {len(value):,} characters",
            code="toml-characters",
            at=at,
            wanted=f"at most {MAX_TEXT_CHARACTERS}",
        )
    _verify_shown(value, at)
    if UNFILLED in value:
        raise MalformedInput("this was not filled in", code="toml-unfilled", at=at, wanted=wanted)
    try:
        return read(value)
    except WellclearError as error:
        raise type(error)(error.message, code=error.code, at=at, wanted=error.wanted or wanted) from error


def _table(value: object, at: str) -> Table:
    if not isinstance(value, dict):
        raise _wrong_type("a table", at, f"[{at}]")
    return Table(value, at)


def _wrong_type(name: str, at: str, wanted: str) -> MalformedInput:
    return MalformedInput(f"this is not {name}", code="toml-type", at=at, wanted=wanted)
