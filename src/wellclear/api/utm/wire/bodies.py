"""Bodies of requests, read strictly: no key twice, no value of another type, no more than the limits."""

from __future__ import annotations

import json
from typing import Final, TypeVar

import msgspec

from wellclear.api.utm.wire.limits import MAX_UTM_BODY_BYTES, Wire
from wellclear.errors import MalformedInput
from wellclear.formats.json_text import check

Body = TypeVar("Body", bound=Wire)

SMALL_BYTES: Final = 65_536
"""Up to this size a body is looked through by the standard library, which is quicker at small ones."""


def parse_body(content: bytes, decoder: msgspec.json.Decoder[Body]) -> Body:
    """Read a body.

    Args:
        content: of the request.
        decoder: of the form that it must have.

    Raises:
        MalformedInput: `utm-body-size`, `utm-form`, or not strict JSON, see `wellclear.formats.json_text.check`.
    """
    if len(content) > MAX_UTM_BODY_BYTES:
        raise MalformedInput(
            "the request is too large", code="utm-body-size", wanted=f"at most {MAX_UTM_BODY_BYTES:,} bytes"
        )
    _refuse_unstrict(content)
    try:
        return decoder.decode(content)
    except (msgspec.DecodeError, RecursionError) as problem:
        wrong, _, place = str(problem).partition(" - at ")
        raise MalformedInput(
            "the request is not of its form", code="utm-form", at=place.strip("`"), wanted=wrong
        ) from None


def _refuse_unstrict(content: bytes) -> None:
    """Refuse what the decoder would take though it is not strict JSON: above all a key that occurs twice.

    Whatever is in doubt is left to `check`, which tells what is wrong and where.
    """
    if len(content) <= SMALL_BYTES:
        try:
            json.loads(content.decode(), object_pairs_hook=_once)
        except (ValueError, RecursionError):
            pass
        else:
            return
    check(content)


def _once(members: list[tuple[str, object]]) -> None:
    if len(dict(members)) < len(members):
        raise ValueError("a key occurs twice")
