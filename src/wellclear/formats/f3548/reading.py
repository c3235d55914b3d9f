"""What F3548-21 exchanges, to operations: a volume, an array of them, details, operational intents, constraints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import msgspec

from wellclear.errors import MalformedInput
from wellclear.formats import json_text
from wellclear.formats.f3548.volumes import volume_of
from wellclear.formats.gathering import Gathering, Part
from wellclear.formats.json_node import Node
from wellclear.model.reading import Context, Note, Reading, Refusal

WRAPPERS: Final = ("operational_intent", "constraint")
LISTS: Final = ("volumes", "off_nominal_volumes")
MARKS: Final = frozenset(("volume", "details", *WRAPPERS, *LISTS))

Found = dict[str, msgspec.Raw]


@dataclass(frozen=True, slots=True)
class Entity:
    """An operational intent or constraint: whose it is, and its volumes as text.

    Attributes:
        reference: id and manager, as far as stated.
        details: priority and type, as far as stated.
        volumes: text, path and name of each; to be gone through once.
        at: its path.
    """

    reference: Node
    details: Node
    volumes: Iterable[tuple[msgspec.Raw | bytes, str, str]]
    at: str


def recognises(content: bytes) -> bool:
    """Whether the text is or holds a Volume4D, details, an operational intent or a constraint."""
    top = json_text.outline(content)
    if isinstance(top, list):
        first = json_text.outline(bytes(top[0])) if top else None
        return isinstance(first, dict) and _is_entity_or_volume(first)
    return isinstance(top, dict) and _is_entity_or_volume(top)


def read(content: bytes, context: Context) -> Reading:
    """Read every volume. An array of bare volumes is one operation, as it is in F3548.

    Raises:
        MalformedInput: not strict JSON, or none of the shapes of F3548-21.
    """
    json_text.check(content)
    gathering = Gathering("f3548", context)
    for index, found in enumerate(_entities(content)):
        if isinstance(found, MalformedInput):
            gathering.refuse(Refusal.of(found, source=context.source))
        else:
            _take(found, str(index + 1), gathering)
    return gathering.reading()


def _is_entity_or_volume(found: Found) -> bool:
    return "type" not in found and any(mark in found for mark in MARKS)


def _entities(content: bytes) -> Iterator[Entity | MalformedInput]:
    top = json_text.outline(content)
    if isinstance(top, dict) and _is_entity_or_volume(top):
        yield _entity(content, "$")
    elif isinstance(top, list) and recognises(content):
        if "volume" in json_text.members(top[0], "$[0]"):
            named = ((raw, f"$[{index}]", "") for index, raw in enumerate(top))
            yield Entity(Node({}, "$"), Node({}, "$"), named, "$")
            return
        for index, raw in enumerate(top):
            try:
                yield _entity(raw, f"$[{index}]")
            except MalformedInput as error:
                yield error
    else:
        raise MalformedInput(
            "none of the shapes of F3548-21", code="f3548-shape", at="$", wanted="volumes, details or intents"
        )


def _entity(raw: msgspec.Raw | bytes, at: str) -> Entity:
    found = json_text.members(raw, at)
    _refuse_two_shapes(found, at)
    for wrapper in WRAPPERS:
        if wrapper in found:
            return _entity(found[wrapper], f"{at}.{wrapper}")
    empty = Node({}, at)
    if "volume" in found:
        return Entity(empty, empty, ((raw, at, ""),), at)
    reference = _node(found, "reference", at)
    if "details" in found:
        found, at = json_text.members(found["details"], f"{at}.details"), f"{at}.details"
    if not any(name in found for name in LISTS):
        raise MalformedInput("no volumes stand here", code="f3548-shape", at=at, wanted='"volumes"')
    lists: dict[str, list[msgspec.Raw]] = {
        name: json_text.elements(found[name], f"{at}.{name}") for name in LISTS if name in found
    }
    details = Node({key: json_text.decode(found[key], at) for key in ("priority", "type") if key in found}, at)
    return Entity(reference, details, _volumes(lists, at), at)


def _volumes(lists: dict[str, list[msgspec.Raw]], at: str) -> Iterator[tuple[msgspec.Raw, str, str]]:
    for name, raws in lists.items():
        for index, raw in enumerate(raws):
            yield raw, f"{at}.{name}[{index}]", "" if name == LISTS[0] else f"off-nominal {index + 1}"


def _refuse_two_shapes(found: Found, at: str) -> None:
    """Refuse an object of which only one part would be read."""
    shapes: list[str] = [mark for mark in (*WRAPPERS, "details", "volume", "volumes") if mark in found]
    shapes += [LISTS[1]] if LISTS[1] in found and LISTS[0] not in found else []
    if len(shapes) > 1:
        raise MalformedInput(
            f'"{shapes[0]}" and "{shapes[1]}" stand in one object',
            code="f3548-shape",
            at=at,
            wanted="one of them: which of the two holds is not said",
        )


def _node(found: Found, name: str, at: str) -> Node:
    value = json_text.decode(found[name], f"{at}.{name}") if name in found else {}
    return Node(value, f"{at}.{name}")


def _take(entity: Entity, ordinal: str, gathering: Gathering) -> None:
    context = gathering.context
    try:
        manager, identifier = entity.reference.optional("manager"), entity.reference.optional("id")
        priority, category = entity.details.optional("priority"), entity.details.optional("type")
        party = manager.text() if manager else context.party
        subject = identifier.text() if identifier else ordinal
        rank = priority.integer() if priority else 0
        kind = category.text() if category else ""
    except MalformedInput as error:
        gathering.refuse(Refusal.of(error, source=context.source))
        return
    for raw, at, name in entity.volumes:
        try:
            volume, remarks = volume_of(Node(json_text.decode(raw, at), at), context.horizon, name)
        except MalformedInput as error:
            gathering.refuse(Refusal.of(error, source=context.source, subject=subject))
            continue
        gathering.add(Part(party, subject, kind, rank, name, (volume,), at))
        for remark in remarks:
            gathering.note(Note(context.source, at, subject, remark))
