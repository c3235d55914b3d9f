"""Bodies of requests, read strictly: no key twice, no value of another type, no more than the limits."""

from __future__ import annotations

from typing import Final, TypeVar

import msgspec

from wellclear.api.utm.wire.limits import MAX_UTM_BODY_BYTES, Wire
from wellclear.errors import MalformedInput
from wellclear.formats.json_text import check

Body = TypeVar("Body", bound=Wire)

_decoders: Final[dict[type[Wire], msgspec.json.Decoder[Wire]]] = {}


def parse_body(content: bytes, form: type[Body]) -> Body:
    """Read a body.

    Args:
        content: of the request.
        form: what it must be.

    Raises:
        MalformedInput: `utm-body-size`, `utm-form`, or not strict JSON, see `wellclear.formats.json_text.check`.
    """
    if len(content) > MAX_UTM_BODY_BYTES:
        raise MalformedInput(
            "the request is too large", code="utm-body-size", wanted=f"at most {MAX_UTM_BODY_BYTES:,} bytes"
        )
    check(content)
    decoder = _decoders.get(form)
    if decoder is None:
        decoder = _decoders[form] = msgspec.json.Decoder(form)
    try:
        found = decoder.decode(content)
    except (msgspec.DecodeError, RecursionError) as problem:
        wrong, _, place = str(problem).partition(" - at ")
        raise MalformedInput(
            "the request is not of its form", code="utm-form", at=place.strip("`"), wanted=wrong
        ) from None
    return found  # type: ignore[return-value] # the decoder was made for this form
