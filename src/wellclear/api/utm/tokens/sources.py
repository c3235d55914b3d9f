"""Where the authority's keys come from: PEM files, and key sets in a file or at an address, which is asked again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import structlog

from wellclear.api.utm.tokens.keys import MAX_KEY_SET_BYTES, TokenKeys, parse_key_set, parse_pem, token_keys
from wellclear.api.utm.tokens.verifying import TokenVerifier
from wellclear.errors import MalformedInput, NotFound, PeerUnavailable, WellclearError

KEY_SET_EVERY_S: Final = 300.0
"""How often a key set at an address is read again: a key that was withdrawn counts that long at most."""

KEY_SET_TIMEOUT_S: Final = 10.0
"""How long the authority may take to answer."""

log = structlog.get_logger("wellclear.utm")


@dataclass(frozen=True, slots=True)
class KeySources:
    """Where keys come from.

    Attributes:
        pem_files: each with one public key.
        key_sets: files, or ``https://...``.
    """

    pem_files: Sequence[Path] = ()
    key_sets: Sequence[str] = ()

    @property
    def may_change(self) -> bool:
        """Whether an address is among them."""
        return any(_is_address(place) for place in self.key_sets)

    def read(self) -> TokenKeys:
        """All keys.

        Raises:
            NotFound: `token-key-file`: no such file.
            PeerUnavailable: `token-key-set`: the authority does not answer.
            MalformedInput: there are no keys in it, see `wellclear.api.utm.tokens.keys`.
        """
        pems = [parse_pem(_content(path), str(path)) for path in self.pem_files]
        sets = [
            parse_key_set(_fetched(place) if _is_address(place) else _content(Path(place)), place)
            for place in self.key_sets
        ]
        return token_keys((*pems, *sets))


async def renew_keys(verifier: TokenVerifier, sources: KeySources) -> None:
    """Read the keys again from time to time, for ever. Where that fails, those that there were count on."""
    while True:
        await asyncio.sleep(KEY_SET_EVERY_S)
        try:
            verifier.renew(await asyncio.to_thread(sources.read))
        except (WellclearError, OSError) as error:
            log.warning("the keys of the authority could not be read again", reason=str(error))


def _is_address(place: str) -> bool:
    return place.startswith(("https://", "http://"))


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_KEY_SET_BYTES + 1)
    except (FileNotFoundError, IsADirectoryError):
        raise NotFound("there is no such file", code="token-key-file", at=str(path)) from None


def _fetched(address: str) -> bytes:
    try:
        with httpx.stream("GET", address, timeout=KEY_SET_TIMEOUT_S) as answer:
            answer.raise_for_status()
            content = b""
            for piece in answer.iter_bytes():
                content += piece
                if len(content) > MAX_KEY_SET_BYTES:
                    raise MalformedInput("the set is too large", code="token-key", at=address)
            return content
    except httpx.HTTPError as error:
        raise PeerUnavailable(
            f"the keys of the authority cannot be read: {error}", code="token-key-set", at=address
        ) from None
