"""The interfaces' own specifications, as dictionaries, with the patches that they need."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest
import yaml

FOLDER: Final = Path(__file__).parents[2].parent / "shared" / "specs"

F3548: Final = "astm-f3548-21-utm.yaml"
PLANNING: Final = "interuss-flight_planning-v1/flight_planning.yaml"
VERSIONING: Final = "interuss-versioning.yaml"

UUID: Final = r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$"
"""The published pattern has doubled backslashes, so that its own example does not match, and its range `8-b` holds
punctuation and capitals."""


NOWHERE: Final = "request_source"
"""A member of an exchange that the interface requires and defines nowhere, so that nobody sends it."""


def specification(name: str) -> dict[str, Any]:
    """A specification in one piece: what stands in files beside it is brought in.

    Where it is not beside the repository, the module that asks for it is skipped.
    """
    if not (FOLDER / name).exists():
        pytest.skip(f"the specification is not beside the repository: shared/specs/{name}", allow_module_level=True)
    read: dict[str, Any] = {}
    whole = _read(FOLDER / name, read)
    for other, found in list(read.items()):
        if other != Path(name).name:
            schemas = whole.setdefault("components", {}).setdefault("schemas", {})
            schemas |= {key: value for key, value in found["components"]["schemas"].items() if key not in schemas}
    exchange = whole["components"]["schemas"].get("ExchangeRecord")
    if exchange is not None:
        exchange["required"].remove(NOWHERE)
    return _patched(whole)


def _read(path: Path, read: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    read[path.name] = found
    for reference in _references(found):
        file = reference.partition("#")[0].removeprefix("./")
        if file and file not in read:
            _read(path.parent / file, read)
    return found


def _references(node: Any) -> list[str]:  # noqa: ANN401 - any value of YAML
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [found for value in node.values() for found in _references(value)]
    return [found for value in node for found in _references(value)] if isinstance(node, list) else []


def _patched(node: Any) -> Any:  # noqa: ANN401 - any value of YAML
    """References into one file, and UUIDs as they are meant."""
    if isinstance(node, list):
        return [_patched(value) for value in node]
    if not isinstance(node, dict):
        return node
    patched = {key: _patched(value) for key, value in node.items()}
    if isinstance(patched.get("$ref"), str):
        return {"$ref": "#" + patched["$ref"].partition("#")[2]}
    if patched.get("format") == "uuid" and "pattern" in patched:
        patched["pattern"] = UUID
    return patched
