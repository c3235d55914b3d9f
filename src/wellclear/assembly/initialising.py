"""Making a centre: its root key, its own keys, its card and its settings, all of it or nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from wellclear.assembly.own_keys import KEYS, card_file, write_certificate, write_signer
from wellclear.assembly.secret_files import flush_directory, write_secret, write_whole
from wellclear.assembly.settings import SETTINGS_FILE, Settings, print_settings, verify_settings
from wellclear.errors import NotFound, RuleViolated
from wellclear.model.card import Card, print_card, sign_card
from wellclear.model.centre_url import parse_url
from wellclear.trust.certificate import CERTIFICATE_CHANCE_BYTES, make_certificate
from wellclear.trust.ed25519 import SEED_BYTES, Signer
from wellclear.trust.key_files import seal_root_key
from wellclear.trust.key_statement import KeyAct, KeyPurpose, Place
from wellclear.trust.keys import key_ring, sign_statement
from wellclear.trust.password import PASSWORD_SALT_BYTES, verify_password_strength
from wellclear.trust.typed import Signed

ROOT: Final = "root"
"""Folder of the root key within the centre's directory, until it is moved to another medium."""

Chance = Callable[[int], bytes]
"""So many random bytes."""

_START: Final = Place(0, 0)
_ROOT_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class RootKeeping:
    """How the root key of a new centre is kept.

    Attributes:
        passphrase: what will open it.
        directory: where its sealed file goes, such as another medium; ``root`` in the centre's directory if None.
    """

    passphrase: str = field(repr=False)
    directory: Path | None = None


def init_centre(
    directory: Path, settings: Settings, keeping: RootKeeping, now_ms: int, chance: Chance = os.urandom
) -> Card:
    """Make a centre in a directory that does not exist yet. A kill at any moment leaves no half of one.

    It is made beside the directory, under a name that begins with a dot and ends in ``unfinished``, and renamed when it
    is whole. With a root directory elsewhere, the root key is written there first.

    Args:
        directory: where; its parent exists.
        settings: of the new centre.
        keeping: how the root key is kept.
        now_ms: POSIX time, for the certificate.
        chance: where random bytes come from.

    Returns:
        The card, to be shown to counterparties.

    Raises:
        RuleViolated: `centre-exists`: the directory is there already; the passphrase is too short; settings that do not
            fit together.
        NotFound: `centre-parent`: the directory above is not there.
        MalformedInput: a value of the settings is not of its form.
        OSError: storage failed.
    """
    verify_settings(settings)
    verify_password_strength(keeping.passphrase)
    if directory.exists():
        raise _exists(directory)
    if not directory.parent.is_dir():
        raise NotFound(
            "there is no such directory", code="centre-parent", at=str(directory.parent), wanted="one that is there"
        )
    root = Signer(chance(SEED_BYTES))
    sealed = seal_root_key(settings.party, root, keeping.passphrase, chance(PASSWORD_SALT_BYTES))
    unfinished = Path(mkdtemp(prefix=f".{directory.name}.", suffix=".unfinished", dir=directory.parent))
    root_file = (keeping.directory or unfinished / ROOT) / root_name(settings.party, root.verifier.public)
    try:
        card = _make(unfinished, settings, root, now_ms, chance)
        root_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_secret(root_file, sealed)
        flush_directory(unfinished)
        _rename(unfinished, directory)
    except BaseException:
        if unfinished.exists():  # else it was renamed: the centre is whole, and its root key must stay
            shutil.rmtree(unfinished)
            if root_file.is_file():
                root_file.unlink()
        raise
    flush_directory(directory.parent)
    return card


def root_name(party: str, public: bytes) -> str:
    """Name of the file of a party's sealed root key: the party and the start of the public key."""
    return f"{party}-{public.hex()[:_ROOT_DIGITS]}.root"


def _make(directory: Path, settings: Settings, root: Signer, now_ms: int, chance: Chance) -> Card:
    """Write all but the root key."""
    (directory / KEYS).mkdir(mode=0o700)
    public: list[tuple[KeyPurpose, bytes]] = []
    for purpose in (KeyPurpose.MESSAGE, KeyPurpose.LOG):
        signer = Signer(chance(SEED_BYTES))
        write_signer(directory, purpose, signer)
        public.append((purpose, signer.verifier.public))
    identity = make_certificate(certificate_hosts(settings.listen.url), chance(CERTIFICATE_CHANCE_BYTES), now_ms)
    write_certificate(directory, identity)
    public.append((KeyPurpose.TLS, identity.pin))
    statements: list[Signed] = []
    for purpose, key in public:
        ring = key_ring(settings.party, statements, root.verifier)
        statements.append(sign_statement(ring, ring.next_statement(KeyAct.MADE, purpose, key, _START), root))
    card = sign_card(settings.party, (settings.listen.url,), settings.defaults.languages, statements, root)
    write_whole(card_file(directory, card.party), print_card(card))
    write_secret(directory / SETTINGS_FILE, print_settings(settings).encode())
    return card


def certificate_hosts(url: str) -> tuple[str, ...]:
    """Hosts of a certificate: that of the centre's address, and this machine."""
    return tuple(dict.fromkeys((parse_url(url).host, "localhost", "127.0.0.1", "::1")))


def _rename(unfinished: Path, directory: Path) -> None:
    try:
        unfinished.rename(directory)
    except OSError:
        if directory.exists():
            raise _exists(directory) from None
        raise


def _exists(directory: Path) -> RuleViolated:
    return RuleViolated(
        "the directory is there already", code="centre-exists", at=str(directory), wanted="one that does not exist"
    )
