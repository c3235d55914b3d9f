from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput
from wellclear.trust.certificate import (
    CERTIFICATE_CHANCE_BYTES,
    MAX_CERTIFICATE_BYTES,
    certificate_pin,
    make_certificate,
    parse_certificate,
)

NOW_MS = 1_800_000_000_000
CHANCE = bytes(range(CERTIFICATE_CHANCE_BYTES))
IDENTITY = make_certificate(("north.example", "192.0.2.1", "::1"), CHANCE, NOW_MS)
CERTIFICATE = x509.load_pem_x509_certificate(IDENTITY.certificate)
DER = CERTIFICATE.public_bytes(Encoding.DER)


def test_it_is_valid_from_a_day_before_for_ten_years():
    now = datetime.fromtimestamp(NOW_MS / 1_000, UTC)
    assert (now - CERTIFICATE.not_valid_before_utc).days == 1
    assert 3_650 <= (CERTIFICATE.not_valid_after_utc - now).days <= 3_653


def test_it_names_its_hosts_and_signs_itself():
    names = CERTIFICATE.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["north.example"]
    assert names.get_values_for_type(x509.IPAddress) == [ip_address("192.0.2.1"), ip_address("::1")]
    CERTIFICATE.verify_directly_issued_by(CERTIFICATE)
    assert not CERTIFICATE.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_the_pin_is_the_hash_of_its_public_key():
    secret = load_pem_private_key(IDENTITY.secret, None)
    spki = secret.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert sha256(spki).digest() == IDENTITY.pin == certificate_pin(DER) == parse_certificate(IDENTITY.certificate)
    assert spki in DER


def test_the_same_chance_and_time_give_the_same_and_other_chance_another():
    assert make_certificate(("north.example", "192.0.2.1", "::1"), CHANCE, NOW_MS) == IDENTITY
    for place in (0, 39):
        other = bytes(byte ^ (number == place) for number, byte in enumerate(CHANCE))
        assert make_certificate(("north.example",), other, NOW_MS).pin != IDENTITY.pin


def test_the_secret_is_not_shown():
    assert "PRIVATE" not in repr(IDENTITY)


@pytest.mark.parametrize("chance", [bytes(CERTIFICATE_CHANCE_BYTES), b"\xff" * CERTIFICATE_CHANCE_BYTES])
def test_extreme_chance_still_gives_a_key(chance: bytes):
    identity = make_certificate(("north.example",), chance, NOW_MS)
    assert x509.load_pem_x509_certificate(identity.certificate).serial_number > 0


@pytest.mark.parametrize(
    ("hosts", "chance"),
    [((), CHANCE), (("north.example",), CHANCE[1:]), (("s\N{LATIN SMALL LETTER U WITH DIAERESIS}d",), CHANCE)],
)
def test_a_certificate_needs_hosts_in_ascii_and_chance(hosts: tuple[str, ...], chance: bytes):
    with pytest.raises(MalformedInput) as refused:
        make_certificate(hosts, chance, NOW_MS)
    assert refused.value.code == "certificate-host"


@given(st.integers(0, len(DER) - 1), st.integers(1, 255))
def test_a_changed_certificate_gives_a_pin_or_malformed_input(place: int, change: int):
    changed = DER[:place] + bytes((DER[place] ^ change,)) + DER[place + 1 :]
    try:
        pin = certificate_pin(changed)
    except MalformedInput:
        return
    assert len(pin) == 32


@given(st.binary(max_size=300))
def test_any_bytes_are_no_certificate(content: bytes):
    for read in (certificate_pin, parse_certificate):
        with pytest.raises(MalformedInput):
            read(content)


def test_a_certificate_has_a_size():
    with pytest.raises(MalformedInput):
        certificate_pin(DER + bytes(MAX_CERTIFICATE_BYTES))
