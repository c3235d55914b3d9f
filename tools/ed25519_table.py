"""Write docs/evidence/ed25519.md from the public edge cases of Ed25519; --check only says whether it is true.

The vectors are those of C2SP/CCTV, `ed25519/ed25519vectors.json`; --vectors names the file.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

import nacl.bindings
import nacl.exceptions
import nacl.signing
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.backends.openssl import backend
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from wellclear.errors import MalformedInput
from wellclear.trust.curve import verify_prime_order

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = ROOT / "docs" / "evidence" / "ed25519.md"
VECTORS: Final = ROOT.parent / "shared" / "data" / "vectors" / "ed25519" / "ed25519vectors.json"
OF_THE_KEY: Final = {
    "non_canonical_A": "not canonical",
    "low_order_A": "low order",
    "low_order_component_A": "a part of low order",
}
HEAD: Final = """# Ed25519: which keys and signatures are taken

Made by `python tools/ed25519_table.py` from the {count} edge cases of
[C2SP/CCTV](https://github.com/C2SP/CCTV/tree/main/ed25519), which are built to make verifiers differ. The libraries:
cryptography {cryptography} ({openssl}) and PyNaCl {pynacl} with the libsodium that its wheel carries.

Two rules together leave no room for a difference: a key is enrolled only if it is the canonical form of a point of
prime order, and a signature counts only if both libraries accept it. [Trust](../trust.md#keys-and-signatures) says why.
"""


@dataclass(frozen=True)
class Verdicts:
    """What is thought of one case."""

    key: bytes
    flags: frozenset[str]
    refusal: str
    sodium_takes_key: bool
    openssl: bool
    sodium: bool

    @property
    def fault(self) -> str:
        """What the published flags say of the key."""
        return ", ".join(text for flag, text in OF_THE_KEY.items() if flag in self.flags) or "none"


def refusal(key: bytes) -> str:
    """The code with which own arithmetic refuses a key; empty where it does not."""
    try:
        verify_prime_order(key)
    except MalformedInput as refused:
        return refused.code
    return ""


def openssl_accepts(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether OpenSSL alone takes the signature."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def sodium_accepts(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether libsodium alone takes the signature."""
    try:
        nacl.signing.VerifyKey(key).verify(message, signature)
    except nacl.exceptions.BadSignatureError:
        return False
    return True


def verdicts(vectors: Path) -> list[Verdicts]:
    """The verdicts on every case."""
    found = []
    for case in json.loads(vectors.read_text(encoding="utf-8")):
        key, message, signature = bytes.fromhex(case["key"]), case["msg"].encode(), bytes.fromhex(case["sig"])
        found.append(
            Verdicts(
                key,
                frozenset(case["flags"] or ()),
                refusal(key),
                nacl.bindings.crypto_core_ed25519_is_valid_point(key),
                openssl_accepts(key, message, signature),
                sodium_accepts(key, message, signature),
            )
        )
    return found


def keys_table(found: list[Verdicts]) -> list[str]:
    """One row for each key."""
    rows = ["| key | published fault | own arithmetic | libsodium | enrolled |", "|---|---|---|---|---|"]
    for case in sorted({case.key: case for case in found}.values(), key=lambda case: (case.fault, case.key)):
        ours = f"refused: `{case.refusal}`" if case.refusal else "taken"
        sodium = "taken" if case.sodium_takes_key else "refused"
        enrolled = "yes" if case.sodium_takes_key and not case.refusal else "no"
        rows.append(
            f"| `{case.key.hex()[:16]}…{case.key.hex()[-4:]}` | {case.fault} | {ours} | {sodium} | {enrolled} |"
        )
    return rows


def signatures_table(found: list[Verdicts]) -> list[str]:
    """One row for each fault of the key: how many signatures each library takes, and how many count."""
    rows = [
        "| published fault of the key | cases | taken by OpenSSL | by libsodium | by both | count as evidence |",
        "|---|---|---|---|---|---|",
    ]
    for fault, count in sorted(Counter(case.fault for case in found).items()):
        cases = [case for case in found if case.fault == fault]
        openssl, sodium = sum(case.openssl for case in cases), sum(case.sodium for case in cases)
        both = [case for case in cases if case.openssl and case.sodium]
        counted = sum(case.sodium_takes_key and not case.refusal for case in both)
        rows.append(f"| {fault} | {count} | {openssl} | {sodium} | {len(both)} | {counted} |")
    return rows


def page(vectors: Path) -> str:
    """The whole page in Markdown."""
    found = verdicts(vectors)
    head = HEAD.format(
        count=len(found),
        cryptography=version("cryptography"),
        openssl=backend.openssl_version_text(),
        pynacl=version("PyNaCl"),
    )
    keys = len({case.key for case in found})
    parts = [head, f"## Keys\n\n{keys} different keys.\n", *keys_table(found)]
    parts += ["\n## Signatures\n\nNumbers of cases whose signature is accepted.\n", *signatures_table(found)]
    return "\n".join(parts) + "\n"


def main() -> int:
    """Write the page, or check it; 1 when it is not true."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vectors", type=Path, default=VECTORS)
    parser.add_argument("--check", action="store_true")
    chosen = parser.parse_args()
    made = page(chosen.vectors)
    if not chosen.check:
        PAGE.write_text(made, encoding="utf-8")
        return 0
    if PAGE.read_text(encoding="utf-8") == made:
        return 0
    print("docs/evidence/ed25519.md is not what these libraries do; write it with: python tools/ed25519_table.py")
    return 1


if __name__ == "__main__":
    sys.exit(main())
