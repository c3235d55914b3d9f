"""Questions to the person at the terminal, and their answers for scripts."""

from __future__ import annotations

import os
import sys
from getpass import getpass

from wellclear.errors import RuleViolated


def ask_secret(question: str, variable: str, *, twice: bool = False) -> str:
    """Ask for a password without showing it; a script gives it in an environment variable.

    Args:
        question: what is asked.
        variable: name of the environment variable.
        twice: whether it is a new one, which is typed twice.

    Raises:
        RuleViolated: `password-missing`: nobody can be asked; `password-differs`: the two are not alike.
    """
    given = os.environ.get(variable)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise RuleViolated("nobody can be asked for the password", code="password-missing", at=variable, wanted="it")
    secret = getpass(f"{question}: ")
    if twice and getpass("The same again: ") != secret:
        raise RuleViolated("the two are not alike", code="password-differs", wanted="the same twice")
    return secret


def ask_agreement(question: str) -> None:
    """Ask a question that must be answered with yes.

    Raises:
        RuleViolated: `not-agreed`: it was not.
    """
    sys.stdout.flush()
    answer = input(f"{question}? [yes/no] ") if sys.stdin.isatty() else ""
    if answer.strip().lower() not in {"yes", "y"}:
        raise RuleViolated("not answered with yes", code="not-agreed", wanted="yes; else call by voice first")
