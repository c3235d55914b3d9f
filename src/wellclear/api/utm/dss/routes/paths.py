"""What stands in a path: identifiers, and versions that are not empty."""

from __future__ import annotations

from wellclear.api.utm.answers import AnyRequest
from wellclear.api.utm.wire.identifiers import parse_identifier
from wellclear.errors import MalformedInput


def identifier_in(request: AnyRequest, name: str) -> str:
    """An identifier in a path.

    Raises:
        MalformedInput: `utm-identifier`.
    """
    return parse_identifier(request.path_params[name], name)


def version_in(request: AnyRequest, name: str) -> str:
    """An OVN or a version in a path.

    Raises:
        MalformedInput: `utm-version-empty`.
    """
    text: str = request.path_params.get(name, "")
    if not text.strip():
        raise _empty(name)
    return text


def verify_whole(request: AnyRequest, name: str) -> None:
    """Hold only if no empty version ends the path: the framework passes over it, and an update would create.

    Raises:
        MalformedInput: `utm-version-empty`.
    """
    if request.scope["path"].endswith("/") or bytes(request.scope["raw_path"]).endswith((b"/", b"%2F", b"%2f")):
        raise _empty(name)


def _empty(name: str) -> MalformedInput:
    return MalformedInput(f"the {name} is empty", code="utm-version-empty", at=name, wanted="the current one")
