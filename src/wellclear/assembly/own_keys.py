"""The keys of a centre as they lie in its directory: its card says which hold, the folder ``keys`` has the secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from wellclear.assembly.secret_files import read_secret, write_secret
from wellclear.assembly.settings import MAX_SETTINGS_BYTES, SETTINGS_FILE, Settings, parse_settings
from wellclear.errors import MalformedInput, NotFound, RuleViolated, VerificationFailed, WellclearError
from wellclear.model.card import MAX_CARD_BYTES, Card, parse_card
from wellclear.trust.certificate import TlsIdentity, parse_certificate
from wellclear.trust.ed25519 import Signer
from wellclear.trust.key_files import MAX_KEY_FILE_BYTES, parse_secret_key, print_secret_key
from wellclear.trust.key_statement import KeyPurpose, Place

KEYS: Final = "keys"
"""Folder of the centre's own secrets, within its directory."""

_NAME_DIGITS: Final = 16
Secret = TypeVar("Secret")


@dataclass(frozen=True, slots=True)
class OwnKeys:
    """A centre's card and the secrets of all its keys that may still sign.

    Attributes:
        card: its own.
        signers: by public key.
        certificates: by pin: the files of certificate and secret, both PEM.
    """

    card: Card
    signers: Mapping[bytes, Signer] = field(repr=False)
    certificates: Mapping[bytes, tuple[Path, Path]]

    def signer(self, purpose: KeyPurpose, at: Place) -> Signer:
        """The key that signs at a place of the log: the newest that holds there.

        Args:
            purpose: message or log.
            at: where the entry will stand; for a checkpoint the last entry that it covers.

        Raises:
            RuleViolated: `key-none`: none holds there.
            NotFound: `key-file-missing`: it has ended since, and its secret was destroyed.
        """
        return _kept(self.signers, self._newest(purpose, at))

    def certificate(self, at: Place) -> tuple[Path, Path]:
        """Files of the certificate and the secret to show on links, once the log has reached a place.

        Raises:
            RuleViolated: `key-none`: none holds there.
            NotFound: `key-file-missing`: it has ended since, and its secret was destroyed.
        """
        return _kept(self.certificates, self._newest(KeyPurpose.TLS, at))

    def _newest(self, purpose: KeyPurpose, at: Place) -> bytes:
        holding = self.card.ring.holding(purpose, at)
        if not holding:
            raise RuleViolated(
                f"no {purpose.value} key holds at entry {at.index} of epoch {at.epoch}",
                code="key-none",
                wanted="a key that the root made from there on or before",
            )
        return holding[0]


def read_settings(directory: Path) -> Settings:
    """The settings in a centre's directory.

    Raises:
        NotFound: `centre-missing`: there is no centre.
        MalformedInput, RuleViolated: as `parse_settings`.
    """
    return parse_settings(_read(directory / SETTINGS_FILE, MAX_SETTINGS_BYTES, "centre-missing"))


def card_file(directory: Path, party: str) -> Path:
    """Where a centre's own card lies."""
    return directory / f"{party}.card"


def read_own_card(directory: Path, party: str) -> Card:
    """The card in a centre's directory.

    Raises:
        NotFound: `card-missing`.
        VerificationFailed: `card-party`: it is another party's.
        MalformedInput, VerificationFailed, RuleViolated: as `parse_card`.
    """
    path = card_file(directory, party)
    try:
        card = parse_card(_read(path, MAX_CARD_BYTES, "card-missing"))
    except WellclearError as error:
        raise error.placed(str(path)) from None
    if card.party != party:
        raise VerificationFailed(f"this is the card of {card.party}", code="card-party", at=str(path), wanted=party)
    return card


def read_own_keys(directory: Path) -> OwnKeys:
    """The card and the secrets in a centre's directory, each secret checked against what the root stated.

    Raises:
        NotFound: `centre-missing`, `card-missing` or `key-file-missing`.
        RuleViolated: `key-file-readable`; `card-url`: settings and card give different addresses.
        VerificationFailed: `key-file-other`: a file holds another key than its name says.
        MalformedInput, VerificationFailed, RuleViolated: as `parse_settings`, `parse_card` and `parse_secret_key`.
    """
    settings = read_settings(directory)
    card = read_own_card(directory, settings.party)
    if settings.listen.url not in card.urls:
        raise RuleViolated(
            "the settings give another address than the card",
            code="card-url",
            at="listen.url",
            wanted=f"{card.urls[0]}, or a new card by the root",
        )
    signers: dict[bytes, Signer] = {}
    certificates: dict[bytes, tuple[Path, Path]] = {}
    for record in card.ring.records:
        ended = record.retired is not None or record.compromised is not None
        if ended and not _key_file(directory, record.purpose, record.key).is_file():
            continue
        if record.purpose is KeyPurpose.TLS:
            certificates[record.key] = _certificate(directory, record.key)
        else:
            signers[record.key] = _signer(directory, record.purpose, record.key)
    return OwnKeys(card, signers, certificates)


def write_signer(directory: Path, purpose: KeyPurpose, signer: Signer) -> None:
    """Write a new secret into the folder of keys; errors as `write_secret`."""
    write_secret(_key_file(directory, purpose, signer.verifier.public), print_secret_key(signer))


def write_certificate(directory: Path, identity: TlsIdentity) -> None:
    """Write a new certificate and its secret into the folder of keys; errors as `write_secret`."""
    secret = _key_file(directory, KeyPurpose.TLS, identity.pin)
    write_secret(secret.with_suffix(".crt"), identity.certificate)
    write_secret(secret, identity.secret)


def _kept(secrets: Mapping[bytes, Secret], key: bytes) -> Secret:
    if key not in secrets:
        raise NotFound("the secret was destroyed", code="key-file-missing", at=key.hex()[:_NAME_DIGITS])
    return secrets[key]


def _signer(directory: Path, purpose: KeyPurpose, public: bytes) -> Signer:
    path = _key_file(directory, purpose, public)
    try:
        signer = parse_secret_key(read_secret(path))
    except MalformedInput as error:
        raise error.placed(str(path)) from None
    _verify_own(path, signer.verifier.public, public)
    return signer


def _certificate(directory: Path, pin: bytes) -> tuple[Path, Path]:
    secret = _key_file(directory, KeyPurpose.TLS, pin)
    read_secret(secret)
    certificate = secret.with_suffix(".crt")
    _verify_own(certificate, parse_certificate(_read(certificate, MAX_KEY_FILE_BYTES, "key-file-missing")), pin)
    return certificate, secret


def _verify_own(path: Path, found: bytes, expected: bytes) -> None:
    if found != expected:
        raise VerificationFailed(
            "the file holds another key than its name says", code="key-file-other", at=str(path), wanted="a copy of it"
        )


def _key_file(directory: Path, purpose: KeyPurpose, key: bytes) -> Path:
    return directory / KEYS / f"{purpose.value}-{key.hex()[:_NAME_DIGITS]}.key"


def _read(path: Path, most_bytes: int, missing: str) -> bytes:
    """A file that is no secret; one byte more than allowed tells the parser that it is too large."""
    try:
        with path.open("rb") as file:
            return file.read(most_bytes + 1)
    except FileNotFoundError:
        raise NotFound(f"there is no {path.name}", code=missing, at=str(path.parent), wanted="a whole centre") from None
