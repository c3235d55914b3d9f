"""Judging evidence: each entry in its tree, each signature by a key that counts at its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Final

from wellclear.errors import VerificationFailed, WellclearError
from wellclear.trust.checkpoint import Checkpoint, verify_consistent
from wellclear.trust.evidence import (
    MANIFEST,
    Evidence,
    LogProof,
    Manifest,
    ShownEntry,
    ShownTree,
    parse_evidence,
    parse_manifest,
    parse_one_form,
    proofs_digest,
)
from wellclear.trust.key_statement import KeyPurpose, Place
from wellclear.trust.keys import KeyRing
from wellclear.trust.leaf import salted_leaf
from wellclear.trust.proofs import verify_inclusion
from wellclear.trust.typed import Signed, verify_typed
from wellclear.verifier.logs import cosignatures, origin_of, ring_of, signed_checkpoint, stated_rings
from wellclear.verifier.reading import (
    KEY_BYTES,
    VALUES,
    AgreedStep,
    AgreedText,
    Carried,
    LearnedKeys,
    OpenedEnvelope,
    converted,
    entry_words,
    form_of,
    open_envelope,
    verifying_key,
)
from wellclear.verifier.report import ENTRY, Item, Report

_AGREEMENT: Final = "application/vnd.wellclear.agreement.v1+toml"


@dataclass(slots=True)
class _Known:
    """What was established so far.

    Attributes:
        party: whose log it is.
        rings: by party.
        trees: the checkpoint of each epoch.
        cosigned: epoch, size, time and witness of each cosignature.
        learned: by key, where in this log it was learned that it is compromised.
        texts: of agreements, by digest.
        agreed: key and place in its owner's log, by party, agreement and signature.
        chains: digests of envelopes by sender, epoch, recipient, lane and number.
        after_s: newest time by a witness within what was read so far.
    """

    party: str
    rings: dict[str, KeyRing]
    trees: dict[int, Checkpoint] = field(default_factory=dict)
    cosigned: list[tuple[int, int, int, str]] = field(default_factory=list)
    learned: dict[bytes, Place] = field(default_factory=dict)
    texts: dict[bytes, bytes] = field(default_factory=dict)
    agreed: dict[tuple[str, bytes, bytes], tuple[bytes, Place]] = field(default_factory=dict)
    chains: dict[tuple[str, int, str, str, int], bytes] = field(default_factory=dict)
    after_s: int | None = None


def check(encoded: bytes, roots: Mapping[str, bytes]) -> Report:
    """Judge a file.

    Args:
        encoded: its bytes.
        roots: root keys that the user brings, by party, 32 bytes each.

    Raises:
        MalformedInput: it cannot be read as evidence or a proof. All other faults are in the report.
    """
    found = parse_evidence(encoded)
    if isinstance(found, LogProof):
        return _check_proof(found, roots)
    manifest = parse_manifest(found.manifest)
    report = Report(manifest.party, manifest.about)
    known = _Known(manifest.party, stated_rings(report, found.keys, roots))
    for tree in found.trees:
        what = f"signed by {known.party}, and {len(tree.witnessed):,} more that witnesses co-signed"
        report.judge(Item(f"checkpoint of epoch {tree.epoch}", what), lambda tree=tree: _tree(known, tree))  # type: ignore[misc] # mypy knows no type of a default
    report.judge(Item("manifest", "what the exporter signed that it holds"), lambda: _manifest(known, found, manifest))
    shown, named = {(entry.epoch, entry.index) for entry in found.entries}, set(manifest.places)
    for epoch, index in sorted(named - shown):
        missing = VerificationFailed("named by the exporter, and not shown", code="evidence-missing")
        report.items.append(Item(f"{ENTRY}{index} of epoch {epoch}", "NOT SHOWN", missing))
    _noted(known, found.entries)
    before = (-1, -1)
    for entry in found.entries:
        report.items.append(_judged(known, entry, before, is_named=(entry.epoch, entry.index) in named))
        before = max(before, (entry.epoch, entry.index))
    return report


def _check_proof(proof: LogProof, roots: Mapping[str, bytes]) -> Report:
    report = Report(proof.keys.party, "a proof alone")
    ring = stated_rings(report, (proof.keys,), roots)

    def verify() -> None:
        origin = origin_of(report.party, proof.epoch)
        sizes = [Checkpoint(origin, step.size, step.root) for step in proof.steps]
        if signed_checkpoint(proof.checkpoint, report.party, proof.epoch, ring) != sizes[-1]:
            raise VerificationFailed("the proof leads to another checkpoint", code="evidence-checkpoint")
        if proof.index is not None:
            verify_inclusion(proof.leaf, proof.index, sizes[0].size, proof.inclusion, sizes[0].root)
        for number in range(len(sizes) - 1):
            verify_consistent(sizes[number], sizes[number + 1], proof.steps[number].proof)

    sizes = ", then ".join(f"{step.size:,}" for step in proof.steps[:8])
    leaf = "" if proof.index is None else f"entry {proof.index} with the leaf {proof.leaf.hex()} in "
    report.judge(Item(f"epoch {proof.epoch}", f"{leaf}the log of {sizes} entries"), verify)
    return report


def _tree(known: _Known, tree: ShownTree) -> None:
    """Hold only if the log signed the checkpoint, and it continues all that are shown as co-signed."""
    if tree.epoch in known.trees:
        raise VerificationFailed("an epoch twice", code="evidence-epoch")
    newest = signed_checkpoint(tree.checkpoint, known.party, tree.epoch, known.rings)
    cosigned = list(cosignatures(tree.checkpoint, known.rings, known.party))
    for number, older in enumerate(tree.witnessed):
        try:
            checkpoint = signed_checkpoint(older.note, known.party, tree.epoch, known.rings)
            verify_consistent(checkpoint, newest, older.proof)
            cosigned += cosignatures(older.note, known.rings, known.party)
        except WellclearError as fault:
            raise fault.placed(f"co-signed checkpoint {number}") from None
    known.trees[tree.epoch] = newest
    known.cosigned += [(tree.epoch, *one) for one in cosigned]


def _manifest(known: _Known, evidence: Evidence, manifest: Manifest) -> None:
    """Hold only if the exporter's message key signed what the file should hold."""
    verify_typed(Signed(MANIFEST, evidence.manifest, evidence.signature), verifying_key(evidence.key))
    at = Place(*manifest.signed_at)
    ring_of(known.rings, known.party).verify_key(KeyPurpose.MESSAGE, evidence.key, at)
    if manifest.proven_by != proofs_digest(evidence.keys, evidence.trees):
        raise VerificationFailed("keys or checkpoints are not those that the exporter signed", code="evidence-proofs")


def _noted(known: _Known, entries: Iterable[ShownEntry]) -> None:
    """Note what other entries are judged by: agreements' texts and signatures, and what was learned of keys."""
    for entry in entries:
        try:
            place = Place(entry.epoch, entry.index)
            form = form_of(parse_one_form(entry.content, VALUES))
            _note(known, place, form)
        except WellclearError:
            continue  # it is judged in its turn, and its fault is named there


def _note(known: _Known, place: Place, form: object) -> None:
    if isinstance(form, AgreedText):
        known.texts[sha256(form.text).digest()] = form.text
    elif isinstance(form, LearnedKeys):
        for record in form.ring.records:
            if record.compromised is not None:
                known.learned.setdefault(record.key, place)
    elif isinstance(form, Carried):
        opened = open_envelope(form.raw)
        if opened.said.kind == "AGREEMENT":
            step = converted(opened.said.body, AgreedStep)
            at = Place(opened.said.epoch, opened.said.index)
            known.agreed[opened.said.sender, step.digest, step.signature] = (opened.key, at)


def _judged(known: _Known, entry: ShownEntry, before: tuple[int, int], *, is_named: bool) -> Item:
    """One entry: in its place, in the tree, and signed where it holds what was signed."""
    found, said = Report("", ""), "cannot be read"

    def verify() -> None:
        nonlocal said
        place = Place(entry.epoch, entry.index)
        values = parse_one_form(entry.content, VALUES)
        form = form_of(values)
        said = entry_words(values, form)
        if not is_named or (entry.epoch, entry.index) <= before:
            raise VerificationFailed("not named by the exporter, or not in order", code="evidence-order")
        if entry.epoch not in known.trees:
            raise VerificationFailed("no checkpoint of its epoch holds", code="evidence-checkpoint")
        tree = known.trees[entry.epoch]
        verify_inclusion(salted_leaf(entry.salt, entry.content), entry.index, tree.size, entry.proof, tree.root)
        _verify_form(known, place, str(values["entry"]), form)

    found.judge(Item(f"{ENTRY}{entry.index} of epoch {entry.epoch}", ""), verify)
    over = [
        (time_s, witness)
        for epoch, size, time_s, witness in known.cosigned
        if epoch == entry.epoch and size > entry.index
    ]
    before_s, witness = min(over, default=(None, ""))
    return replace(found.items[0], what=said, after_s=known.after_s, before_s=before_s, witness=witness)


def _verify_form(known: _Known, place: Place, kind: str, form: object) -> None:
    """Hold only if what an entry holds of signed bytes was signed, by keys that count at their places."""
    if isinstance(form, AgreedText) and sha256(form.text).digest() != form.digest:
        raise VerificationFailed("the agreement's text has another digest", code="agreement-digest")
    if isinstance(form, AgreedStep) and form.step == "sign":
        _verify_agreed(known, place, form)
    if isinstance(form, Carried):
        _verify_envelope(known, place, kind, open_envelope(form.raw))


def _verify_envelope(known: _Known, place: Place, kind: str, opened: OpenedEnvelope) -> None:
    said, own = opened.said, kind == "said"
    at = Place(said.epoch, said.index)
    if (said.sender if own else said.recipient) != known.party or (own and at != place):
        raise VerificationFailed("the envelope is not of this place, or of other parties", code="evidence-place")
    _verify_key(known, said.sender, opened.key, at, place)
    if kind == "equivocated":
        return
    lane = (said.sender, said.epoch, said.recipient, said.lane)
    earlier = known.chains.get((*lane, said.sequence - 1), bytes(KEY_BYTES) if said.sequence == 1 else said.previous)
    later = (*lane, said.sequence)
    if earlier != said.previous or known.chains.setdefault(later, opened.digest) != opened.digest:
        raise VerificationFailed("it does not follow the envelope before it", code="sequence-chain")
    for note in said.checkpoints:
        try:
            times = [time_s for _, time_s, _ in cosignatures(note.encode(), known.rings, said.sender, known.party)]
        except WellclearError:
            continue  # the sender enclosed what proves nothing; its own words stand
        known.after_s = max([*times, known.after_s or 0]) or None


def _verify_agreed(known: _Known, place: Place, step: AgreedStep) -> None:
    """Hold only if the party signed the agreement's exact text."""
    text = known.texts.get(step.digest)
    if text is None:
        raise VerificationFailed("the agreement's text is not shown", code="evidence-missing")
    signed = Signed(_AGREEMENT, text, step.signature)
    if step.party == known.party:
        keys = [(key, place) for key in ring_of(known.rings, step.party).holding(KeyPurpose.MESSAGE, place)]
    else:
        keys = [known.agreed[one] for one in known.agreed if one == (step.party, step.digest, step.signature)]
    if not keys:
        raise VerificationFailed("the message that brought the signature is not shown", code="evidence-missing")
    for key, at in keys[:-1]:
        try:
            verify_typed(signed, verifying_key(key))
        except VerificationFailed:
            continue
        _verify_key(known, step.party, key, at, place)
        return
    key, at = keys[-1]
    verify_typed(signed, verifying_key(key))
    _verify_key(known, step.party, key, at, place)


def _verify_key(known: _Known, party: str, key: bytes, at: Place, place: Place) -> None:
    """Hold only if what a message key signed counts.

    Of a key that was compromised only that counts which a witness other than the exporter had co-signed, in this log,
    before it was learned here. What the exporter itself signed before the compromise counts too: the tree proves its
    place. The place that another sender claims is its own word, and a thief's too.

    Args:
        known: what was established.
        party: whose key.
        key: 32 bytes.
        at: where in its owner's log.
        place: where in this log it stands.
    """
    ring = ring_of(known.rings, party)
    record = ring.record(key)
    end = known.learned.get(key)
    seen = any(
        epoch == place.epoch and place.index < size and (end is None or Place(epoch, size) <= end)
        for epoch, size, _, _ in known.cosigned
    )
    ring.verify_key(KeyPurpose.MESSAGE, key, at, [Place(at.epoch, at.index + 1)] if seen else [])
    if record is not None and record.compromised is not None and party != known.party and not seen:
        raise VerificationFailed("the key was compromised, and no one had cosigned this", code="key-compromised")
