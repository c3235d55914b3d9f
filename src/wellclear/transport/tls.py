"""TLS between centres: version 1.3 alone, and a counterparty is known by the pin that its root stated.

No authority vouches for a centre, so that no chain, name or date of a certificate is looked at: a host may move and a
clock be wrong without cutting the line for STOP. What is looked at is the key: TLS proves that the other side has it,
and its hash must be one that the root of that counterparty stated. OpenSSL has no such check, so that it is made at the
end of the handshake, before a byte of ours is sent.
"""

from __future__ import annotations

import ssl
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

from wellclear.errors import MalformedInput, RuleViolated
from wellclear.trust.certificate import certificate_pin

PIN_BYTES: Final = 32
"""SHA-256 of a SubjectPublicKeyInfo."""


class _PinnedObject(ssl.SSLObject):
    """A connection over memory, as asyncio, anyio and httpcore use it."""

    def do_handshake(self) -> None:
        super().do_handshake()
        _verify_pinned(self.context, self.getpeercert(binary_form=True))


class _PinnedSocket(ssl.SSLSocket):
    """A connection over a socket."""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - as in the class above it
        super().do_handshake(block)
        _verify_pinned(self.context, self.getpeercert(binary_form=True))


class PinnedContext(ssl.SSLContext):
    """A client's context that holds only with a server that has one of the pinned keys; see `client_context`."""

    sslobject_class = _PinnedObject
    sslsocket_class = _PinnedSocket
    pins: frozenset[bytes] = frozenset()

    def wrap_socket(self, *arguments: Any, **options: Any) -> ssl.SSLSocket:  # noqa: ANN401 - as in the class above
        """As in `ssl.SSLContext`, but no handshake is left to happen by itself, where no pin would be looked at.

        Raises:
            RuleViolated: `tls-late-handshake`.
        """
        if not options.get("do_handshake_on_connect", True) or len(arguments) > 2:
            raise RuleViolated(
                "the handshake of a pinned connection cannot wait",
                code="tls-late-handshake",
                wanted="do_handshake_on_connect=True",
            )
        return super().wrap_socket(*arguments, **options)


def client_context(pins: Collection[bytes]) -> ssl.SSLContext:
    """A context for connections to one counterparty.

    A server with another key ends the handshake with `ssl.SSLCertVerificationError`.

    Args:
        pins: of the counterparty's keys that hold, 32 bytes each, as `pins_of` gives them; with none every server is
            refused.

    Raises:
        MalformedInput: `tls-pins`: one has another length.
    """
    if any(len(pin) != PIN_BYTES for pin in pins):
        raise MalformedInput("this is no pin of a counterparty", code="tls-pins", wanted="32 bytes")
    context = PinnedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.pins = frozenset(pins)
    return context


def server_context(certificate: Path, secret: Path) -> ssl.SSLContext:
    """A context for what a centre serves, to counterparties and to browsers.

    Args:
        certificate: file in PEM.
        secret: file of its key in PEM, not encrypted.

    Raises:
        MalformedInput: `tls-certificate`: the two do not belong together, or are not of this form.
        OSError: they cannot be read.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    try:
        context.load_cert_chain(certificate, secret)
    except ssl.SSLError:
        raise MalformedInput(
            "the certificate and the key do not belong together", code="tls-certificate", at=str(certificate)
        ) from None
    return context


def _verify_pinned(context: ssl.SSLContext, certificate: bytes | None) -> None:
    """Hold only if the server has a pinned key; raises as OpenSSL would, so that every library closes the line."""
    pins = context.pins if isinstance(context, PinnedContext) else frozenset[bytes]()
    try:
        pin = certificate_pin(certificate or b"")
    except MalformedInput:
        pin = b""
    if pin not in pins:
        raise ssl.SSLCertVerificationError(
            "the server has another key than those that the root of this counterparty stated"
        )
