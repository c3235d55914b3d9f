"""The examples of agreements: their digests are fixed, and the template of the demonstration makes one of them."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from string import Template

import pytest

from plans.agreements import AIR, FIRE, example, example_text
from wellclear.model.agreement.text import agreement_digest
from wellclear.trust.ed25519 import Signer

TEMPLATE = Path(__file__).parents[2] / "src" / "wellclear" / "cli" / "assets" / "demo_agreement.toml"
TIMES = {
    "from_time": "2026-12-01T00:00:00Z",
    "until_time": "2027-05-30T00:00:00Z",
    "ratify_by_time": "2026-12-15T00:00:00Z",
    "review_day": "2027-03-01",
    "verified_day": "2026-11-20",
}


def example_root(name: str) -> bytes:
    return Signer(sha256(f"wellclear example root key {name}".encode()).digest()).verifier.public


@pytest.mark.parametrize("name", [AIR, FIRE])
def test_root_keys_are_those_that_the_example_says(name: str) -> None:
    assert [party.root_key for party in example(name).parties] == [example_root(p) for p in example(name).party_names]


def test_the_template_of_the_demonstration_makes_the_example_of_the_fire_agencies() -> None:
    roots = {f"{name}_root_key": example_root(name).hex() for name in ("calfire", "usfs", "county")}
    text = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(TIMES | roots)
    assert text.encode() == example_text(FIRE)


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        (AIR, "397ff22c4df8dd56374cbb205834e9fe642854bc9978a23def69c1d394509932"),
        (FIRE, "ef31b95c2537a4c5275866ecda3c10a9d3b8ac1131f1e4b6ea22f55e18c7e966"),
    ],
)
def test_the_digest_is_what_sha256sum_says_of_the_file(name: str, digest: str) -> None:
    assert agreement_digest(example_text(name)).hex() == digest
