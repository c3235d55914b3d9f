"""What changed between two notices, and what did not: last week's notice sent again with one field changed."""

from __future__ import annotations

from dataclasses import dataclass

from wellclear.model.operation import Operation
from wellclear.protocol.readback.safety_fields import print_exact, safety_fields


@dataclass(frozen=True, slots=True)
class Change:
    """One field that changed.

    Attributes:
        name: where it stands in the operation.
        before: its value; empty where it was not there.
        after: its value; empty where it is no more.
    """

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed and what did not.

    Attributes:
        changed: fields that differ, in order of the newer operation, then those that it has no more.
        unchanged: names of the fields that are the same.
    """

    changed: tuple[Change, ...]
    unchanged: tuple[str, ...]

    @property
    def enter_again(self) -> bool:
        """Whether the safety fields are to be entered again: some of them changed and some did not.

        Then it is a notice made from an older one, and what stayed may have stayed by mistake.
        """
        changed = {change.name.rpartition(".")[2].partition("[")[0] for change in self.changed}
        kept = {name.rpartition(".")[2].partition("[")[0] for name in self.unchanged}
        aside = {"identifier", "category", "priority"}
        return bool(changed - aside) and bool(kept - aside - {"shape"})


def changed_fields(old: Operation, new: Operation) -> Changes:
    """Compare two operations field by field, exactly, every point included.

    Volumes and points are compared by their place in the order.

    Args:
        old: the last notice.
        new: the one that is to be sent.
    """
    before, after = _values(old), _values(new)
    differing = [name for name in after if before.get(name) != after[name]]
    gone = [name for name in before if name not in after]
    return Changes(
        tuple(Change(name, before.get(name, ""), after.get(name, "")) for name in (*differing, *gone)),
        tuple(name for name in after if before.get(name) == after[name]),
    )


def _values(operation: Operation) -> dict[str, str]:
    aside = {"category": operation.category, "priority": str(operation.priority)}
    return aside | {field.name: print_exact(field) for field in safety_fields(operation, every_point=True)}
