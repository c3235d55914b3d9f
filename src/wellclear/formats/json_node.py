"""A value from a JSON text together with its path, so that every error says where."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from wellclear.errors import MalformedInput
from wellclear.formats.json_place import step
from wellclear.geo.time_text import Rounding, parse_rfc3339

MAX_TEXT_CHARACTERS: Final = 500
"""Names and remarks: more than any screen shows."""

MAX_NUMBER: Final = 1e15
"""Every quantity read here is far below; beyond it a double no longer holds tenths."""

_TYPE_NAMES: Final[Mapping[type, str]] = {
    dict: "an object",
    list: "an array",
    str: "a text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    type(None): "null",
}


@dataclass(frozen=True, slots=True)
class Node:
    """A decoded value and where it stands: ``$.features[3].properties``.

    Its methods return what is asked for or raise MalformedInput at that place.
    """

    value: object
    at: str

    def refused(self, message: str, code: str, wanted: str = "") -> MalformedInput:
        """An error at this place, to be raised."""
        return MalformedInput(message, code=code, at=self.at, wanted=wanted)

    def members(self) -> dict[str, object]:
        """The value as an object.

        Raises:
            MalformedInput: it is not one.
        """
        if not isinstance(self.value, dict):
            raise self._wrong_type("an object")
        return self.value

    def member(self, name: str) -> Node:
        """A member that must be there and not be null.

        Raises:
            MalformedInput: it is absent or null.
        """
        found = self.optional(name)
        if found is None:
            at = self.at + step(name)
            raise MalformedInput(f'"{name}" is missing', code="field-missing", at=at, wanted=f'a member "{name}"')
        return found

    def optional(self, name: str) -> Node | None:
        """A member, or None where it is absent or null."""
        value = self.members().get(name)
        return None if value is None else Node(value, self.at + step(name))

    def elements(self) -> Iterator[Node]:
        """The elements of an array."""
        for index, value in enumerate(self.array()):
            yield Node(value, f"{self.at}[{index}]")

    def array(self) -> list[object]:
        """The value as an array.

        Raises:
            MalformedInput: it is not one.
        """
        if not isinstance(self.value, list):
            raise self._wrong_type("an array")
        return self.value

    def text(self) -> str:
        """The value as a text of at most 500 characters, not blank.

        Raises:
            MalformedInput: not a text, blank, or too long.
        """
        if not isinstance(self.value, str):
            raise self._wrong_type("a text")
        if len(self.value) > MAX_TEXT_CHARACTERS:
            raise self.refused(
                f"a text of {len(self.value):,} characters", "text-long", f"at most {MAX_TEXT_CHARACTERS}"
            )
        if not self.value.strip():
            raise self.refused("the text is blank", "text-blank")
        return self.value

    def number(self) -> int | float:
        """The value as a finite number; a number in quotes is not one.

        Raises:
            MalformedInput: not a number, or beyond 1e15.
        """
        if type(self.value) not in (int, float) or not isinstance(self.value, (int, float)):
            raise self._wrong_type("a number")
        if abs(self.value) > MAX_NUMBER or not math.isfinite(self.value):  # no float holds every integer
            raise self.refused("the number is out of range", "number-range")
        return self.value

    def integer(self) -> int:
        """The value as a whole number.

        Raises:
            MalformedInput: not a number, or not whole.
        """
        value = self.number()
        if not isinstance(value, int):
            raise self._wrong_type("a whole number")
        return value

    def choice(self, choices: Mapping[str, object]) -> str:
        """The value as one of several texts.

        Raises:
            MalformedInput: none of them.
        """
        value = self.text()
        if value not in choices:
            raise self.refused(f'"{value[:60]}" is not known here', "field-choice", ", ".join(choices))
        return value

    def time_ms(self, *, finer: Rounding = "refuse") -> int:
        """The value as a time with ``Z``, in milliseconds UTC.

        Raises:
            MalformedInput: not such a time.
        """
        try:
            return parse_rfc3339(self.text(), finer=finer)
        except MalformedInput as error:
            raise (error if error.at else error.placed(self.at)) from None

    def _wrong_type(self, wanted: str) -> MalformedInput:
        found = _TYPE_NAMES.get(type(self.value), "something else")
        if isinstance(self.value, str) and "number" in wanted:
            found = "a text (a number in quotes is not a number)"
        return self.refused(f"{found} stands here", "field-type", wanted)
