from __future__ import annotations

import subprocess
import sys

import pytest

from wellclear.errors import MalformedInput, RuleViolated, VerificationFailed
from wellclear.trust.password import (
    MAX_PASSWORD_CHARACTERS,
    MIN_PASSWORD_CHARACTERS,
    hash_password,
    password_key,
    verify_password,
    verify_password_hash,
    verify_password_strength,
)

SALT = b"sixteen bytes of"


def test_a_password_is_known_again_and_another_is_not():
    hashed = hash_password("correct horse", SALT)
    verify_password_hash(hashed)
    verify_password("correct horse", hashed)
    with pytest.raises(VerificationFailed) as failed:
        verify_password("correct horsf", hashed)
    assert failed.value.code == "password-wrong"
    assert "correct horse" not in hashed


def test_the_key_is_that_of_another_implementation_of_argon2id():
    argon2 = pytest.importorskip("argon2.low_level", reason="argon2-cffi is not installed")
    expected = argon2.hash_secret_raw(b"correct horse", SALT, 3, 65_536, 1, 32, argon2.Type.ID)
    assert password_key("correct horse", SALT) == expected


def test_two_who_log_in_at_once_do_not_wait_for_each_other_for_ever():
    program = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from wellclear.trust.password import password_key\n"
        "with ThreadPoolExecutor(2) as both:\n"
        "    keys = set(both.map(password_key, ['correct horse'] * 6, [bytes(16)] * 6))\n"
        "print(len(keys))"
    )
    # in a process of its own, which can be ended where its threads cannot
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "1"


def test_accents_count_the_same_however_they_are_typed():
    assert password_key("cr\N{LATIN SMALL LETTER E WITH ACUTE}me", SALT) == password_key(
        "cre\N{COMBINING ACUTE ACCENT}me", SALT
    )


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password-short"),
        ("x" * (MIN_PASSWORD_CHARACTERS - 1), "password-short"),
        ("x" * (MAX_PASSWORD_CHARACTERS + 1), "password-long"),
    ],
)
def test_a_new_password_is_of_some_length(password: str, code: str):
    with pytest.raises(RuleViolated) as refused:
        verify_password_strength(password)
    assert refused.value.code == code


def test_the_shortest_and_the_longest_are_taken():
    verify_password_strength("x" * MIN_PASSWORD_CHARACTERS)
    verify_password_strength("x" * MAX_PASSWORD_CHARACTERS)


def test_what_is_typed_at_a_login_is_limited_before_it_is_hashed():
    with pytest.raises(RuleViolated):
        verify_password("x" * (MAX_PASSWORD_CHARACTERS + 1), hash_password("correct horse", SALT))


@pytest.mark.parametrize("salt", [b"", b"short", SALT + b"x"])
def test_a_salt_has_sixteen_bytes(salt: bytes):
    with pytest.raises(MalformedInput):
        password_key("correct horse", salt)


@pytest.mark.parametrize(
    "hashed", ["", "argon2id/1", "argon2id/2 c2l4dGVlbiBieXRlcyBvZg== AA==", "argon2id/1 A B", "x y z w"]
)
def test_what_is_no_hash_is_refused(hashed: str):
    with pytest.raises(MalformedInput):
        verify_password_hash(hashed)
