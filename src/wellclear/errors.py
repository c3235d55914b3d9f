"""The one tree of errors.

    WellclearError
    ├── MalformedInput      bytes or values from outside that cannot be read as what they claim to be
    ├── VerificationFailed  a signature, proof or checksum does not hold
    ├── RuleViolated        well-formed, but not allowed
    ├── NotFound            what is named does not exist
    └── PeerUnavailable     the other side could not be reached

A conflict between operations is a result, never an error.
"""

from __future__ import annotations


class WellclearError(Exception):
    """Something that the caller can act on.

    Attributes:
        code: stable words joined by hyphens, for programs: ``ring-crosses-itself``.
        message: what is wrong, in the words of the domain.
        at: where, pointing into the input: ``line 45``, ``$.features[3].geometry``.
        wanted: what would be right; empty where the message already says it.
    """

    family = "error"

    def __init__(self, message: str, *, code: str, at: str = "", wanted: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.at = at
        self.wanted = wanted

    def placed(self, at: str) -> WellclearError:
        """Return the same error with ``at`` put in front of the place it already names."""
        place = f"{at}{self.at}" if self.at.startswith(("[", ".")) else " ".join(filter(None, (at, self.at)))
        return type(self)(self.message, code=self.code, at=place, wanted=self.wanted)

    def __str__(self) -> str:
        place = f"{self.at}: " if self.at else ""
        remedy = f" ({self.wanted})" if self.wanted else ""
        return f"{place}{self.message}{remedy}"


class MalformedInput(WellclearError):  # noqa: N818 - the five families are named for what they mean to a user
    """Input from outside that cannot be read as what it claims to be."""

    family = "malformed"


class VerificationFailed(WellclearError):  # noqa: N818 - as above
    """A signature, proof or checksum does not hold."""

    family = "verification"


class RuleViolated(WellclearError):  # noqa: N818 - as above
    """Well-formed, but not allowed by a rule or a limit."""

    family = "rule"


class NotFound(WellclearError):  # noqa: N818 - as above
    """What is named does not exist."""

    family = "not-found"


class PeerUnavailable(WellclearError):  # noqa: N818 - as above
    """The other side could not be reached."""

    family = "peer"
