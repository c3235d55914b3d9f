"""A client of a centre's HTTP interface, for the command line and other programs in Python."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, Self, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from wellclear.api.office import ROLE_HEADER
from wellclear.api.routes.accounts import NewOfficer, OfficerChange, OfficerView
from wellclear.api.routes.commands import DoneView
from wellclear.api.routes.sessions import Login, SessionView
from wellclear.api.routes.watching import HealthView
from wellclear.api.views.hotline import AlarmView, CallView, HazardView
from wellclear.api.views.inbox import InboxItem
from wellclear.api.views.log import LogPage
from wellclear.api.views.notices import ConflictView, NoticeDetail, NoticeView, ResolutionView
from wellclear.api.views.operations import OperationDetail, OperationView
from wellclear.api.views.parties import AgreementDetail, AgreementView, LinkView
from wellclear.api.views.witnesses import WitnessesView
from wellclear.centre.commands import Command, ExportEvidence
from wellclear.errors import (
    MalformedInput,
    NotFound,
    PeerUnavailable,
    RuleViolated,
    VerificationFailed,
    WellclearError,
)
from wellclear.model.card import Card
from wellclear.transport.http_errors import Fault
from wellclear.transport.tls import client_context
from wellclear.trust.key_statement import KeyPurpose

TIMEOUT_S: Final = 15.0
"""How long a centre may take to answer: a queue of commands is done in less."""

EVIDENCE_TIMEOUT_S: Final = 600.0
"""How long it may take to search and prove: the whole log is read, some 10,000 entries a second."""

_FAMILIES: Final[dict[int, type[WellclearError]]] = {
    400: MalformedInput,
    413: MalformedInput,
    401: VerificationFailed,
    403: VerificationFailed,
    404: NotFound,
    409: RuleViolated,
    429: RuleViolated,
}
_T = TypeVar("_T")
_DECODERS: Final[Mapping[Any, msgspec.json.Decoder[Any]]] = {
    form: msgspec.json.Decoder(form)
    for form in (
        SessionView,
        DoneView,
        list[OperationView],
        OperationDetail,
        list[NoticeView],
        NoticeDetail,
        list[ConflictView],
        list[ResolutionView],
        list[InboxItem],
        list[AlarmView],
        list[HazardView],
        list[CallView],
        list[LinkView],
        WitnessesView,
        list[AgreementView],
        AgreementDetail,
        LogPage,
        list[OfficerView],
        OfficerView,
        HealthView,
        Fault,
    )
}


def context_for(card: Card) -> ssl.SSLContext:
    """A TLS context that holds only with the centre of a card.

    Args:
        card: of the own party, from the centre's directory or from a medium that the officer trusts.
    """
    records = (record for record in card.ring.records if record.purpose is KeyPurpose.TLS)
    return client_context([record.key for record in records if record.compromised is None])


class CentreClient:
    """Speaks with one centre. Everything may raise what the centre refuses, as the same family of error.

    Args:
        url: of the centre.
        context: for https, see `context_for`; None for plain http on this machine.
        token: of a session; empty before `log_in`.
        role: in which commands are given; empty for the officer's lowest.
        transport: another way than the network, for tests.
    """

    def __init__(
        self,
        url: str,
        context: ssl.SSLContext | None = None,
        *,
        token: str = "",
        role: str = "",
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._client = httpx.Client(
            base_url=url,
            verify=False if context is None else context,
            timeout=TIMEOUT_S,
            trust_env=False,
            transport=transport,
        )
        self.token, self.role = token, role

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connection up."""
        self._client.close()

    def log_in(self, name: str, password: str) -> SessionView:
        """Open a session and use its token from now on."""
        view = self._ask("POST", "/v1/session", SessionView, Login(name, password))
        self.token = view.token
        return view

    def log_out(self) -> None:
        """Close the session."""
        self._ask("DELETE", "/v1/session", None)
        self.token = ""

    def session(self) -> SessionView:
        """Who is logged in."""
        return self._ask("GET", "/v1/session", SessionView)

    def give(self, command: Command) -> DoneView:
        """Give a command; what it made is on disk when this returns."""
        return self._ask("POST", "/v1/commands", DoneView, command)

    def operations(self, *, everything: bool = False) -> list[OperationView]:
        """Own operations."""
        return self._ask("GET", "/v1/operations", list[OperationView], all=everything)

    def operation(self, identifier: str) -> OperationDetail:
        """One own operation with its geometry."""
        return self._ask("GET", _path("operations", identifier), OperationDetail)

    def notices(self, *, everything: bool = False) -> list[NoticeView]:
        """Notices of counterparties."""
        return self._ask("GET", "/v1/notices", list[NoticeView], all=everything)

    def notice(self, party: str, identifier: str) -> NoticeDetail:
        """One notice with its geometry; that it was looked at goes on the record."""
        return self._ask("GET", _path("notices", party, identifier), NoticeDetail)

    def conflicts(self) -> list[ConflictView]:
        """Conflicts of own operations."""
        return self._ask("GET", "/v1/conflicts", list[ConflictView])

    def resolutions(self) -> list[ResolutionView]:
        """Resolutions."""
        return self._ask("GET", "/v1/resolutions", list[ResolutionView])

    def inbox(self) -> list[InboxItem]:
        """What waits for an officer."""
        return self._ask("GET", "/v1/inbox", list[InboxItem])

    def alarms(self) -> list[AlarmView]:
        """Alarms."""
        return self._ask("GET", "/v1/alarms", list[AlarmView])

    def hazards(self, *, everything: bool = False) -> list[HazardView]:
        """Hazards."""
        return self._ask("GET", "/v1/hazards", list[HazardView], all=everything)

    def calls(self) -> list[CallView]:
        """Calls."""
        return self._ask("GET", "/v1/calls", list[CallView])

    def links(self) -> list[LinkView]:
        """Counterparties and the links to them."""
        return self._ask("GET", "/v1/links", list[LinkView])

    def witnesses(self) -> WitnessesView:
        """Who co-signed how much of the own log, what was co-signed of others', and proofs of lies."""
        return self._ask("GET", "/v1/witnesses", WitnessesView)

    def agreements(self) -> list[AgreementView]:
        """Agreements."""
        return self._ask("GET", "/v1/agreements", list[AgreementView])

    def agreement(self, digest: bytes) -> AgreementDetail:
        """One agreement with its text."""
        return self._ask("GET", _path("agreements", digest.hex()), AgreementDetail)

    def log(
        self, *, epoch: int | None = None, start: int = -50, count: int = 50, kind: str = "", about: str = ""
    ) -> LogPage:
        """Entries of the log; a negative start counts from the end."""
        asked = {} if epoch is None else {"epoch": epoch}
        return self._ask("GET", "/v1/log", LogPage, start=start, count=count, kind=kind, about=about, **asked)

    def prove_entry(self, index: int, *, epoch: int | None = None, size: int = 0) -> bytes:
        """That an entry stands in the log: exact bytes of `wellclear.trust.evidence.LogProof`."""
        asked = {} if epoch is None else {"epoch": epoch}
        return self._exact("GET", "/v1/log/proof", index=index, size=size, **asked)

    def prove_grown(self, older: int, newer: int, *, epoch: int | None = None) -> bytes:
        """That the log of a size continues a smaller one; as `prove_entry`."""
        asked = {} if epoch is None else {"epoch": epoch}
        return self._exact("GET", "/v1/log/consistency", older=older, newer=newer, **asked)

    def evidence(self, command: ExportEvidence) -> bytes:
        """What the log holds about an incident: exact bytes of `wellclear.trust.evidence.Evidence`."""
        return self._exact("POST", "/v1/evidence", command)

    def officers(self) -> list[OfficerView]:
        """Accounts."""
        return self._ask("GET", "/v1/officers", list[OfficerView])

    def add_officer(self, officer: NewOfficer) -> OfficerView:
        """Make an account."""
        return self._ask("POST", "/v1/officers", OfficerView, officer)

    def change_officer(self, name: str, change: OfficerChange) -> OfficerView:
        """Change an account."""
        return self._ask("PATCH", _path("officers", name), OfficerView, change)

    def health(self) -> HealthView:
        """Whether the centre serves; also where it says that it does not."""
        answer = self._send("GET", "/v1/health", None, {})
        found: HealthView = _DECODERS[HealthView].decode(answer.content)
        return found

    def _ask(self, method: str, path: str, form: type[_T] | None, body: object = None, **asked: object) -> _T:
        answer = self._send(method, path, None if body is None else msgspec.json.encode(body), asked)
        if answer.is_error:
            raise _refusal(answer)
        try:
            found: _T = _DECODERS[form].decode(answer.content) if form is not None else _nothing()
        except msgspec.MsgspecError as problem:
            raise MalformedInput(
                f"the centre answers what this version cannot read: {problem}", code="answer-form", at=path
            ) from None
        return found

    def _exact(self, method: str, path: str, body: object = None, **asked: object) -> bytes:
        encoded = None if body is None else msgspec.json.encode(body)
        answer = self._send(method, path, encoded, asked, EVIDENCE_TIMEOUT_S)
        if answer.is_error:
            raise _refusal(answer)
        return answer.content

    def _send(
        self, method: str, path: str, body: bytes | None, asked: Mapping[str, object], timeout_s: float = TIMEOUT_S
    ) -> httpx.Response:
        headers = {"content-type": "application/json"} if body is not None else {}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        if self.role:
            headers[ROLE_HEADER] = self.role
        parameters: dict[str, Any] = {name: _query(value) for name, value in asked.items()}
        try:
            request = self._client.build_request(
                method, path, content=body, headers=headers, params=parameters, timeout=timeout_s
            )
            return self._client.send(request)
        except (httpx.HTTPError, ssl.SSLError) as error:
            raise PeerUnavailable(
                f"the centre does not answer: {error}",
                code="centre-unreachable",
                at=str(self._client.base_url),
                wanted="a centre that runs",
            ) from None


def _refusal(answer: httpx.Response) -> WellclearError:
    """The error that the centre answered."""
    try:
        fault: Fault = _DECODERS[Fault].decode(answer.content)
    except msgspec.MsgspecError:
        fault = Fault("answer-form", f"HTTP {answer.status_code}")
    family = _FAMILIES.get(answer.status_code, PeerUnavailable)
    return family(fault.message, code=fault.code, at=fault.at, wanted=fault.wanted)


def _path(*parts: str) -> str:
    return "/v1/" + "/".join(quote(part, safe="") for part in parts)


def _query(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _nothing() -> Any:  # noqa: ANN401 - who asks for no form looks at no answer
    return None
