"""Entries about the own operations, and about what time ends."""

from __future__ import annotations

from wellclear.centre.entries.entry import Entry
from wellclear.model.agreement.ladder import Urgency


class Filed(Entry, frozen=True, tag="filed"):
    """An officer filed a version of an operation.

    Attributes:
        officer: who.
        role: as what.
        identifier: what the party calls the operation.
        number: of the version, from 1.
        content: exact bytes of the whole operation.
        salt: 32 random bytes.
        whole: salted digest of the version: its name everywhere.
        place_name: a name of the place.
        urgency: how soon an answer is needed.
        remarks: free text.
        name_alone: whether the place is given by its name alone (UNBOUNDED): the whole area of the agreement is meant.
        agreements: digests of the agreements' texts that it is filed under.
        addressees: who is told.
        withheld: addressees that are told only once their notice conflicts.
        hazard_tail_ms: how long its danger outlives it.
        starts_ms: first start.
        ends_ms: last end with the hazard tail.
    """

    officer: str
    role: str
    identifier: str
    number: int
    content: bytes
    salt: bytes
    whole: bytes
    place_name: str
    urgency: Urgency
    remarks: str
    name_alone: bool
    agreements: tuple[bytes, ...]
    addressees: tuple[str, ...]
    withheld: tuple[str, ...]
    hazard_tail_ms: int
    starts_ms: int
    ends_ms: int


class Readdressed(Entry, frozen=True, tag="readdressed"):
    """The addressees of an operation changed, since agreements did; it is unsettled until they hold it."""

    identifier: str
    agreements: tuple[bytes, ...]
    addressees: tuple[str, ...]
    withheld: tuple[str, ...]


class Withdrawn(Entry, frozen=True, tag="withdrawn"):
    """An officer withdrew an operation."""

    officer: str
    role: str
    identifier: str
    reason: str


class Expired(Entry, frozen=True, tag="expired"):
    """An operation, notice or hazard is over: its last end and its hazard tail have passed.

    Attributes:
        what: ``operation``, ``notice`` or ``hazard``.
        party: whose.
        identifier: which.
    """

    what: str
    party: str
    identifier: str


class Overdue(Entry, frozen=True, tag="overdue"):
    """A deadline passed.

    Attributes:
        deadline: ``receipt``, ``read-back`` or ``answer``.
        party: who owes it; the own party for what the own officers owe.
        identifier: of the operation or call it is owed for.
        whole: version; empty for a call.
        covers: digest of the envelope whose receipt is owed; empty for the others.
        to: counterparty that the own party owes it; empty where another one owes it.
    """

    deadline: str
    party: str
    identifier: str
    whole: bytes
    covers: bytes = b""
    to: str = ""


class Acted(Entry, frozen=True, tag="acted"):
    """An officer's act that leads to the entries after it in the same decision; the centre's own word.

    Attributes:
        officer: who.
        role: as what.
        act: the command's name.
        subject: what it was about.
        remark: what the officer gave as a reason.
    """

    officer: str
    role: str
    act: str
    subject: str
    remark: str = ""


class ReadByOfficer(Entry, frozen=True, tag="read"):
    """An officer looked at a peer's notice: every read of it is on the record."""

    officer: str
    party: str
    identifier: str
    whole: bytes
