"""A centre's self-made TLS certificate, and the pin by which its counterparties know it.

Nobody outside vouches for it: the root states its pin, the SHA-256 of its SubjectPublicKeyInfo, as it states the other
keys. The curve is P-256, since browsers do not take Ed25519 in certificates. Chance and time come in as arguments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from wellclear.errors import MalformedInput

CERTIFICATE_CHANCE_BYTES: Final = 48
"""Random bytes a certificate is made from: 40 for the key, as FIPS 186-5, A.2.1, asks, and 8 for the serial number."""

CERTIFICATE_DAYS: Final = 3_653
"""Ten years. What ends a key is its root's statement, not a date that passes at night."""

MAX_CERTIFICATE_BYTES: Final = 65_536
"""Bytes of a certificate that a stranger shows; ours have below 1,000."""

_KEY_CHANCE_BYTES: Final = 40
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Order of P-256: NIST SP 800-186, section 3.2.1.3."""


@dataclass(frozen=True, slots=True)
class TlsIdentity:
    """What a centre shows on its links, and the secret behind it.

    Attributes:
        certificate: PEM.
        secret: the key, PKCS #8 in PEM, not encrypted.
        pin: SHA-256 of the SubjectPublicKeyInfo, 32 bytes.
    """

    certificate: bytes
    secret: bytes = field(repr=False)
    pin: bytes


def make_certificate(hosts: Sequence[str], chance: bytes, now_ms: int) -> TlsIdentity:
    """A new key and its self-signed certificate, valid from a day before now for ten years.

    Args:
        hosts: names and addresses for browsers, at least one; peers look at the pin alone.
        chance: 48 random bytes, used once.
        now_ms: POSIX time.

    Raises:
        MalformedInput: no host, one that is none, or another number of random bytes.
    """
    if len(chance) != CERTIFICATE_CHANCE_BYTES or not hosts:
        raise MalformedInput("a certificate needs chance and a host", code="certificate-host", wanted="48 random bytes")
    # FIPS 186-5, A.2.1: a number with 64 bits more than the order has, reduced, is as good as even.
    secret = ec.derive_private_key(int.from_bytes(chance[:_KEY_CHANCE_BYTES]) % (_ORDER - 1) + 1, ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "wellclear centre")])
    start = datetime.fromtimestamp(now_ms / 1_000, UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number((int.from_bytes(chance[_KEY_CHANCE_BYTES:]) >> 1) + 1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=CERTIFICATE_DAYS))
        .add_extension(x509.SubjectAlternativeName([_host(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(secret, SHA256(), ecdsa_deterministic=True)
    )
    return TlsIdentity(
        certificate.public_bytes(Encoding.PEM),
        secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        _pin(certificate),
    )


def certificate_pin(certificate: bytes) -> bytes:
    """SHA-256 of a certificate's SubjectPublicKeyInfo, 32 bytes.

    Args:
        certificate: DER, as a peer showed it.

    Raises:
        MalformedInput: `certificate-malformed`.
    """
    if len(certificate) > MAX_CERTIFICATE_BYTES:
        raise MalformedInput("the certificate is too large", code="certificate-malformed", wanted="at most 64 KiB")
    try:
        return _pin(x509.load_der_x509_certificate(certificate))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise MalformedInput("this is no certificate", code="certificate-malformed", wanted="X.509 in DER") from None


def parse_certificate(content: bytes) -> bytes:
    """The pin of a certificate in PEM, as `make_certificate` wrote it.

    Raises:
        MalformedInput: `certificate-malformed`.
    """
    try:
        return _pin(x509.load_pem_x509_certificate(content[:MAX_CERTIFICATE_BYTES]))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise MalformedInput("this is no certificate", code="certificate-malformed", wanted="X.509 in PEM") from None


def _pin(certificate: x509.Certificate) -> bytes:
    return sha256(certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        pass
    try:
        return x509.DNSName(host)
    except ValueError:
        raise MalformedInput("this is no host", code="certificate-host", wanted="a name in ASCII") from None
