"""Keys as roots stated them, and checkpoints by the keys that hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from wellclear.errors import VerificationFailed, WellclearError
from wellclear.trust.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from wellclear.trust.evidence import PartyKeys
from wellclear.trust.key_statement import KEY_STATEMENT, KeyPurpose, Place
from wellclear.trust.keys import KeyRing, key_ring
from wellclear.trust.note import parse_note
from wellclear.trust.note_key import NoteKey, SignatureKind, cosigned_s
from wellclear.trust.typed import Signed
from wellclear.verifier.reading import verifying_key
from wellclear.verifier.report import Item, Report


def stated_rings(report: Report, keys: Sequence[PartyKeys], roots: Mapping[str, bytes]) -> dict[str, KeyRing]:
    """The keys of each party, as its root stated them.

    Args:
        report: where it is noted whether they hold; those that do not are left out.
        keys: as the file shows them.
        roots: root keys that the user brings, by party.

    Raises:
        VerificationFailed: into the report, as everything: `evidence-keys`, `evidence-root`.
    """
    rings: dict[str, KeyRing] = {}

    def verify(stated: PartyKeys) -> None:
        if stated.party in rings:
            raise VerificationFailed("the keys of one party twice", code="evidence-keys")
        if roots.get(stated.party, stated.root) != stated.root:
            wanted = roots[stated.party].hex()
            raise VerificationFailed("another root key than you brought", code="evidence-root", wanted=wanted)
        signed = [Signed(KEY_STATEMENT, payload, signature) for payload, signature in stated.statements]
        rings[stated.party] = key_ring(stated.party, signed, verifying_key(stated.root))

    for stated in keys:
        what = f"{len(stated.statements)} statements of the root {stated.root.hex()}"
        report.judge(Item(f"keys of {stated.party}", what), lambda stated=stated: verify(stated))  # type: ignore[misc] # as above
    report.unestablished = tuple(sorted({stated.party for stated in keys} - set(roots)))
    return rings


def signed_checkpoint(note: bytes, party: str, epoch: int, rings: Mapping[str, KeyRing]) -> Checkpoint:
    """A checkpoint, once a log key that holds at its end signed it.

    A compromised log key proves nothing by itself: then a witness must have co-signed the same bytes, which a correct
    one does not do once it has learned of it.

    Args:
        note: the signed note.
        party: whose log it is.
        epoch: of the log.
        rings: keys by party.

    Raises:
        MalformedInput: it is no checkpoint.
        VerificationFailed: no log key that counts signed it, or a cosignature does not hold.
    """
    ring = ring_of(rings, party)
    claimed = parse_checkpoint(parse_note(note).text)
    at = Place(epoch, max(claimed.size, 1) - 1)
    faults: list[WellclearError] = []
    for record in ring.records:
        if record.purpose is KeyPurpose.LOG:
            try:
                key = NoteKey(origin_of(party, epoch), SignatureKind.ED25519, verifying_key(record.key))
                checkpoint = open_checkpoint(note, key, key.name)
                seen = any(cosignatures(note, rings, party)) if record.compromised else False
                ring.verify_key(KeyPurpose.LOG, record.key, at, [Place(epoch, at.index + 1)] if seen else [])
            except WellclearError as fault:
                faults.append(fault)
            else:
                return checkpoint
    told = [fault for fault in faults if fault.code != "note-not-signed"] or faults
    raise told[0] if told else VerificationFailed(f"{party} has no log key", code="key-unknown")


def cosignatures(note: bytes, rings: Mapping[str, KeyRing], *but: str) -> Iterator[tuple[int, int, str]]:
    """Size, time and witness of each cosignature by a party whose keys are known; one that does not hold is a fault."""
    parsed = parse_note(note)
    names = {line.name for line in parsed.signatures}
    for party, ring in rings.items():
        name = f"wellclear.witness/{party}"
        if party in but or name not in names:
            continue
        for record in ring.records:
            if record.purpose is KeyPurpose.LOG and record.compromised is None:
                key = NoteKey(name, SignatureKind.COSIGNATURE, verifying_key(record.key))
                if any((line.name, line.key_id) == (name, key.key_id) for line in parsed.signatures):
                    yield parse_checkpoint(parsed.text).size, cosigned_s(parsed, key)[0], party


def ring_of(rings: Mapping[str, KeyRing], party: str) -> KeyRing:
    """The keys of a party.

    Raises:
        VerificationFailed: `evidence-keys`: none are shown, or they do not hold.
    """
    if party not in rings:
        raise VerificationFailed(f"no keys of {party} are shown that hold", code="evidence-keys")
    return rings[party]


def origin_of(party: str, epoch: int) -> str:
    """Name of one life of a party's log."""
    return f"wellclear.log/{party}/{epoch}"
