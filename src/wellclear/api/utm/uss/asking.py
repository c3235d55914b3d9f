"""Requests to a DSS or to another USS: bounded in time and size, with a token for that host alone, each on record."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

import httpx
import msgspec

from wellclear.api.utm.uss.credentials import Credentials
from wellclear.api.utm.uss.reaching import GuardedTransport, Reach, verify_reachable
from wellclear.errors import MalformedInput, PeerUnavailable, RuleViolated
from wellclear.formats.json_text import check

CONNECT_S: Final = 2.0
"""How long a connection may take."""

SILENCE_S: Final = 3.0
"""How long the other side may say nothing: details are due within a second."""

ANSWER_S: Final = 8.0
"""How long a whole exchange may take, however slowly the answer drips."""

MAX_ANSWER_BYTES: Final = 8_388_608
"""Bytes of an answer: 10,000 vertices with every digit take a fifteenth of it."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request that was made, and what came of it.

    Attributes:
        method: of the request.
        url: whole.
        token: that was shown.
        body: that was sent.
        asked_ms: when.
        answered_ms: when the answer was whole, or the attempt ended.
        status: 0 where none came.
        answer: exact bytes, as far as they came.
        problem: what went wrong; empty for nothing.
    """

    method: str
    url: str
    token: str
    body: bytes
    asked_ms: int
    answered_ms: int = 0
    status: int = 0
    answer: bytes = b""
    problem: str = ""


Form = TypeVar("Form")
Recorder = Callable[[Exchange], None]


def decoded(content: bytes, decoder: msgspec.json.Decoder[Form], whose: str) -> Form:
    """An answer of its form.

    Raises:
        MalformedInput: `answer-form`: it is of another one.
    """
    try:
        check(content)
        return decoder.decode(content)
    except (msgspec.MsgspecError, MalformedInput, RecursionError) as problem:
        raise MalformedInput(f"{whose} answers what cannot be read: {problem}", code="answer-form") from None


class Asking:
    """Makes requests.

    Args:
        credentials: where tokens come from.
        record: told of every exchange, before its answer is looked at.
        now_ms: the time.
        reach: what may be reached beside other machines.
        transport: another way than over guarded connections, which know the usual authorities.
    """

    def __init__(
        self,
        credentials: Credentials,
        record: Recorder,
        now_ms: Callable[[], int],
        *,
        reach: Reach = Reach(),  # noqa: B008 - a frozen value
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._credentials, self._record, self._now_ms, self._reach = credentials, record, now_ms, reach
        self._http = httpx.Client(
            timeout=httpx.Timeout(SILENCE_S, connect=CONNECT_S),
            follow_redirects=False,
            trust_env=False,
            transport=transport or GuardedTransport(reach),
        )

    def ask(self, method: str, url: str, scope: str, body: object = None) -> Exchange:
        """Make a request; an answer of any status is an answer.

        Raises:
            RuleViolated: `url-refused`: the URL names a place to where nothing is sent.
            PeerUnavailable: `token-unavailable`; `uss-unreachable`: no whole answer came, or its host is such a place.
        """
        host = verify_reachable(url, self._reach)
        token = self._credentials.token(host, scope)
        content = b"" if body is None else msgspec.json.encode(body)
        exchange = self._exchange(Exchange(method, url, token, content, self._now_ms()))
        self._record(exchange)
        if exchange.problem:
            raise PeerUnavailable(
                f"{host} does not answer: {exchange.problem}", code="uss-unreachable", wanted="another try in a while"
            )
        return exchange

    def close(self) -> None:
        """Give the connections up."""
        self._http.close()

    def _exchange(self, asked: Exchange) -> Exchange:
        headers = {"authorization": f"Bearer {asked.token}", "accept": "application/json"}
        if asked.body:
            headers["content-type"] = "application/json"
        ends_s, content, status, problem = time.monotonic() + ANSWER_S, bytearray(), 0, ""
        try:
            with self._http.stream(asked.method, asked.url, content=asked.body or None, headers=headers) as answer:
                status = answer.status_code
                for piece in answer.iter_bytes():
                    content += piece
                    if len(content) > MAX_ANSWER_BYTES:
                        problem = "the answer is too large"
                        break
                    if time.monotonic() > ends_s:
                        problem = "the answer takes too long"
                        break
        except RuleViolated as error:
            problem = error.message
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
            problem = type(error).__name__
        return _answered(asked, self._now_ms(), status, bytes(content), problem)


def _answered(asked: Exchange, now_ms: int, status: int, content: bytes, problem: str) -> Exchange:
    return Exchange(asked.method, asked.url, asked.token, asked.body, asked.asked_ms, now_ms, status, content, problem)
