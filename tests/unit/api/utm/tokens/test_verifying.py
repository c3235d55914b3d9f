from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from wellclear.api.utm.tokens.keys import TokenKeys, parse_key_set, parse_pem, token_keys
from wellclear.api.utm.tokens.verifying import MAX_VERIFIED_TOKENS, Caller, TokenVerifier
from wellclear.errors import MalformedInput, VerificationFailed

NOW_MS = 1_800_000_000_000
AUDIENCE = "dss.example.com"
KEY, OTHER = RSAKey.generate_key(2048), RSAKey.generate_key(2048)


def pem(key: RSAKey) -> bytes:
    return key.as_pem(private=False)


def key_set(**named: RSAKey) -> bytes:
    return json.dumps({"keys": [{**key.as_dict(private=False), "kid": name} for name, key in named.items()]}).encode()


def claims(**changed: object) -> dict[str, Any]:
    return {
        "iss": "https://auth.example.com",
        "sub": "uss1",
        "aud": AUDIENCE,
        "exp": NOW_MS // 1000 + 600,
        "scope": "utm.strategic_coordination utm.constraint_processing",
        "jti": "1",
    } | changed


def token(key: RSAKey = KEY, header: dict[str, Any] | None = None, **changed: object) -> str:
    return jwt.encode({"alg": "RS256"} | (header or {}), claims(**changed), key)


def verifier(keys: TokenKeys | None = None) -> TokenVerifier:
    return TokenVerifier(keys or parse_pem(pem(KEY), "key.pem"), [AUDIENCE, "dss.example.org"])


def refusal(authorization: str, verify: TokenVerifier | None = None, now_ms: int = NOW_MS) -> str:
    with pytest.raises(VerificationFailed) as refused:
        (verify or verifier()).verified(authorization, now_ms)
    return refused.value.code


def test_a_right_token_tells_who_calls_and_what_for() -> None:
    found = verifier().verified(f"Bearer {token()}", NOW_MS)
    assert found == Caller("uss1", frozenset({"utm.strategic_coordination", "utm.constraint_processing"}))


def test_one_of_several_audiences_is_enough() -> None:
    assert verifier().verified(f"bearer {token(aud=['x', 'dss.example.org'])}", NOW_MS).name == "uss1"


@pytest.mark.parametrize("aud", ["other.example.com", "dss.example.com:8888", "", None, [], 1, ["x"]])
def test_another_audience_is_refused(aud: object) -> None:
    assert refusal(f"Bearer {token(aud=aud)}") == "token-audience"


@pytest.mark.parametrize("authorization", ["", "Basic dTpw", "Bearer", token()])
def test_a_request_without_a_token_is_refused(authorization: str) -> None:
    assert refusal(authorization) == "token-missing"


@pytest.mark.parametrize("text", ["x", "x.y.z", "..", "a" * 9_000, "\u00e9.e.e", '"', "eyJhbGciOiJSUzI1NiJ9.e30."])
def test_what_is_no_token_is_refused(text: str) -> None:
    assert refusal(f"Bearer {text}") in {"token-malformed", "token-signature"}


def test_another_key_is_refused() -> None:
    assert refusal(f"Bearer {token(OTHER)}") == "token-signature"


def test_changed_claims_are_refused() -> None:
    head, _, signature = token().split(".")
    body = token(OTHER, sub="admin").split(".")[1]
    assert refusal(f"Bearer {head}.{body}.{signature}") == "token-signature"


def test_no_algorithm_but_rs256_is_taken() -> None:
    content = json.dumps(claims())
    by_secret = jws.serialize_compact({"alg": "HS256"}, content, OctKey.generate_key(256), algorithms=["HS256"])
    by_curve = jws.serialize_compact({"alg": "ES256"}, content, ECKey.generate_key("P-256"), algorithms=["ES256"])
    by_pss = jws.serialize_compact({"alg": "PS256"}, content, KEY, algorithms=["PS256"])
    unsigned = ".".join((urlsafe_b64encode(b'{"alg": "none"}').decode().rstrip("="), token().split(".")[1], ""))
    assert {refusal(f"Bearer {each}") for each in (by_secret, by_curve, by_pss, unsigned)} == {"token-signature"}


def test_a_token_ends_at_its_expiry_also_when_it_is_remembered() -> None:
    verify, authorization = verifier(), f"Bearer {token(exp=NOW_MS // 1000 + 1)}"
    assert verify.verified(authorization, NOW_MS + 999).name == "uss1"
    assert refusal(authorization, verify, NOW_MS + 1_000) == "token-expired"
    assert refusal(f"Bearer {token(exp=NOW_MS // 1000)}") == "token-expired"


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": None},
        {"exp": "1"},
        {"exp": True},
        {"exp": 10**400},
        {"exp": 1e300},
        {"sub": ""},
        {"sub": " "},
        {"sub": 1},
        {"sub": "uss1\x00"},
        {"sub": "a" * 257},
        {"scope": ["a"]},
        {"nbf": "x"},
    ],
)
def test_claims_that_are_not_what_they_must_be_are_refused(changed: dict[str, Any]) -> None:
    assert refusal(f"Bearer {token(**changed)}") == "token-claims"


def test_a_token_of_the_future_is_refused() -> None:
    assert refusal(f"Bearer {token(nbf=NOW_MS // 1000 + 3600)}") == "token-early"


def test_a_named_key_is_the_one_that_counts() -> None:
    keys = parse_key_set(key_set(first=KEY, second=OTHER), "jwks")
    verify = verifier(keys)
    assert verify.verified(f"Bearer {token(header={'kid': 'first'})}", NOW_MS).name == "uss1"
    assert verify.verified(f"Bearer {token(OTHER)}", NOW_MS).name == "uss1"
    assert refusal(f"Bearer {token(OTHER, {'kid': 'first'})}", verify) == "token-signature"
    assert refusal(f"Bearer {token(header={'kid': 'third'})}", verify) == "token-signature"


def test_a_key_without_name_may_have_signed_a_token_that_names_one() -> None:
    assert verifier().verified(f"Bearer {token(header={'kid': 'any'})}", NOW_MS).name == "uss1"


def test_with_other_keys_what_was_verified_counts_no_longer() -> None:
    verify, authorization = verifier(), f"Bearer {token()}"
    verify.verified(authorization, NOW_MS)
    verify.renew(parse_pem(pem(OTHER), "other.pem"))
    assert refusal(authorization, verify) == "token-signature"


def test_only_so_many_tokens_are_remembered() -> None:
    verify = verifier()
    for number in range(3):
        verify.verified(f"Bearer {token(jti=str(number))}", NOW_MS)
    assert len(verify._verified) == 3 < MAX_VERIFIED_TOKENS


def test_no_key_and_no_audience_are_refused() -> None:
    with pytest.raises(MalformedInput, match="keys to verify"):
        token_keys([])
    with pytest.raises(MalformedInput, match="audience"):
        TokenVerifier(parse_pem(pem(KEY), "key.pem"), [])


@pytest.mark.parametrize(
    "content",
    [b"", b"x", KEY.as_pem(private=True), ECKey.generate_key("P-256").as_pem(private=False)],
    ids=["empty", "text", "private", "curve"],
)
def test_what_is_no_public_rsa_key_is_refused(content: bytes) -> None:
    with pytest.raises(MalformedInput) as refused:
        parse_pem(content, "key.pem")
    assert (refused.value.code, refused.value.at) == ("token-key", "key.pem")


@pytest.mark.parametrize("content", [b"{}", b"[]", b'{"keys": 1}', b'{"keys": [{"kty": "RSA", "kid": "a"}]}'])
def test_what_is_no_key_set_is_refused(content: bytes) -> None:
    with pytest.raises(MalformedInput) as refused:
        parse_key_set(content, "jwks")
    assert refused.value.code == "token-key"


def test_half_a_character_names_nobody() -> None:
    content = json.dumps(claims(sub="\ud800")).encode("ascii")
    signed = jws.serialize_compact({"alg": "RS256"}, content, KEY)
    assert refusal(f"Bearer {signed}") in {"token-claims", "token-malformed"}
