"""Which role may give which command. What concerns life any officer may do."""

from __future__ import annotations

from typing import Final

from wellclear.centre.commands import Command, EnrolParty, ExportEvidence, StateKeys, StepAgreement
from wellclear.errors import RuleViolated
from wellclear.model.agreement.ladder import Role
from wellclear.model.agreement.steps import StepKind

LOWEST_ROLE: Final[dict[type, Role]] = {
    EnrolParty: Role.SUPERVISOR,
    ExportEvidence: Role.SUPERVISOR,
    StateKeys: Role.SUPERVISOR,
}
"""The lowest role for each command that not every officer may give."""

BINDING: Final = frozenset({StepKind.SIGN, StepKind.RESUME, StepKind.END})
"""Steps that bind the party, or free it: for the authority. To propose and to suspend must not wait for anyone."""

ACCOUNTS: Final = Role.SUPERVISOR
"""The lowest role that may make and change accounts."""


def verify_permitted(role: Role, command: Command) -> None:
    """Hold only if a role may give a command.

    Raises:
        RuleViolated: `role-low`.
    """
    lowest = LOWEST_ROLE.get(type(command), Role.DUTY_OFFICER)
    if isinstance(command, StepAgreement) and command.step in BINDING:
        lowest = Role.AUTHORITY
    verify_rank(role, lowest)


def verify_rank(role: Role, lowest: Role) -> None:
    """Hold only if a role is high enough.

    Raises:
        RuleViolated: `role-low`.
    """
    if role.rank < lowest.rank:
        raise RuleViolated(
            f"a {role.value} may not do this", code="role-low", at="wellclear-role", wanted=f"{lowest.value} or higher"
        )
