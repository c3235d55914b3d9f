from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from wellclear.assembly.own_keys import read_own_keys
from wellclear.errors import NotFound, RuleViolated, WellclearError
from wellclear.trust.key_statement import KeyPurpose, Place


def key_file(directory: Path, start: str) -> Path:
    return next((directory / "keys").glob(f"{start}*"))


def test_the_secrets_are_those_that_the_root_stated(north: Path):
    keys = read_own_keys(north)
    for purpose in (KeyPurpose.MESSAGE, KeyPurpose.LOG):
        assert keys.card.ring.holding(purpose, Place(0, 0)) == (keys.signer(purpose, Place(0, 7)).verifier.public,)
    certificate, secret = keys.certificate(Place(0, 0))
    assert certificate.read_bytes().startswith(b"-----BEGIN CERTIFICATE")
    assert secret.read_bytes().startswith(b"-----BEGIN PRIVATE KEY")
    assert "signers" not in repr(keys)


@pytest.mark.parametrize(
    ("start", "code"), [("message", "key-file-missing"), ("log", "key-file-missing"), ("tls", "key-file-missing")]
)
def test_a_missing_secret_is_named(north: Path, start: str, code: str):
    key_file(north, start).unlink()
    with pytest.raises(NotFound) as missing:
        read_own_keys(north)
    assert missing.value.code == code
    assert start in missing.value.at or str(north / "keys") == missing.value.at


@pytest.mark.parametrize("start", ["message", "log", "tls"])
def test_a_secret_that_others_may_read_stops_the_start(north: Path, start: str):
    next(path for path in (north / "keys").glob(f"{start}*.key")).chmod(0o644)
    with pytest.raises(RuleViolated) as refused:
        read_own_keys(north)
    assert refused.value.code == "key-file-readable"


@pytest.mark.parametrize("start", ["message", "log"])
def test_a_swapped_or_spoiled_secret_is_seen(north: Path, start: str):
    other = {"message": "log", "log": "message"}[start]
    kept = key_file(north, start).read_bytes()
    shutil.copyfile(key_file(north, other), key_file(north, start))
    with pytest.raises(WellclearError) as refused:
        read_own_keys(north)
    assert refused.value.code == "key-file-other"
    key_file(north, start).write_bytes(kept[:40])
    with pytest.raises(WellclearError) as refused:
        read_own_keys(north)
    assert refused.value.code == "key-file"
    assert start in refused.value.at


def test_a_spoiled_card_stops_the_start(north: Path):
    card = north / "north.card"
    card.write_bytes(card.read_bytes().replace(b"language en", b"language ru"))
    with pytest.raises(WellclearError) as refused:
        read_own_keys(north)
    assert refused.value.code == "signature-refused"
    assert "north.card" in refused.value.at
    card.unlink()
    with pytest.raises(NotFound) as missing:
        read_own_keys(north)
    assert missing.value.code == "card-missing"


def test_a_directory_without_a_centre_is_named(tmp_path: Path):
    with pytest.raises(NotFound) as missing:
        read_own_keys(tmp_path)
    assert missing.value.code == "centre-missing"
