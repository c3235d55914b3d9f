from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput, RuleViolated, VerificationFailed, WellclearError
from wellclear.trust.ed25519 import Signer
from wellclear.trust.key_files import (
    MAX_KEY_FILE_BYTES,
    open_root_key,
    parse_secret_key,
    print_secret_key,
    seal_root_key,
)

ROOT = Signer(b"root" * 8)
PHRASE = "correct horse battery"
SEALED = seal_root_key("north", ROOT, PHRASE, b"sixteen bytes of")
RFC_8410 = (
    b"-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
    b"-----END PRIVATE KEY-----\n"
)
"""RFC 8410, section 10.3."""


def test_a_secret_key_comes_back():
    assert parse_secret_key(print_secret_key(ROOT)) == ROOT
    assert b"PRIVATE KEY" in print_secret_key(ROOT)


def test_the_key_of_the_standard_is_read_and_written():
    assert parse_secret_key(RFC_8410).seed.hex().startswith("d4ee72dbf913584ad5b6d8f1f769f8ad")
    assert print_secret_key(parse_secret_key(RFC_8410)) == RFC_8410


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        RFC_8410[:60],
        ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        Ed25519PrivateKey.from_private_bytes(bytes(32)).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")
        ),
        RFC_8410 + b"x" * MAX_KEY_FILE_BYTES,
    ],
)
def test_another_file_is_no_secret_key(content: bytes):
    with pytest.raises(MalformedInput) as refused:
        parse_secret_key(content)
    assert refused.value.code == "key-file"


@given(st.binary(max_size=200))
def test_any_bytes_give_a_key_or_malformed_input(content: bytes):
    for written in (content, b"-----BEGIN PRIVATE KEY-----\n" + content):
        with pytest.raises(MalformedInput):
            parse_secret_key(written)


def test_a_root_key_opens_by_its_passphrase_alone():
    assert open_root_key(SEALED, "north", PHRASE) == ROOT
    assert ROOT.seed not in SEALED
    with pytest.raises(VerificationFailed) as failed:
        open_root_key(SEALED, "north", "correct horse batterz")
    assert failed.value.code == "root-key-sealed"


def test_a_short_passphrase_seals_nothing():
    with pytest.raises(RuleViolated) as refused:
        seal_root_key("north", ROOT, "short", b"sixteen bytes of")
    assert refused.value.code == "password-short"


def test_the_root_key_of_another_party_is_not_taken():
    with pytest.raises(VerificationFailed) as failed:
        open_root_key(SEALED, "south", PHRASE)
    assert failed.value.code == "root-key-party"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"party north", b"party south", "root-key-party"),
        (ROOT.verifier.public.hex().encode(), bytes(32).hex().encode(), "root-key-sealed"),
        (b"/v1", b"/v2", "root-key-file"),
        (b"sealed ", b"sealed", "root-key-file"),
        (b"salt ", b"salt  ", "root-key-file"),
        (b"\nsalt", b"\nextra\nsalt", "root-key-file"),
        (b"==\nsealed", b"\nsealed", "octets-malformed"),
    ],
)
def test_a_changed_root_file_does_not_open(old: bytes, new: bytes, code: str):
    changed = SEALED.replace(old, new)
    assert changed != SEALED
    with pytest.raises(WellclearError) as refused:
        open_root_key(changed, "north", PHRASE)
    assert refused.value.code == code


@given(st.binary(max_size=200))
def test_any_bytes_are_no_root_key(content: bytes):
    with pytest.raises(MalformedInput):
        open_root_key(content, "north", PHRASE)
