"""Steps of agreements, own and of counterparties, and the keys of counterparties."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from wellclear.centre.agreeing import read
from wellclear.centre.commands import DraftAgreement, EnrolParty, StateKeys, StepAgreement
from wellclear.centre.decide.acting import record_act
from wellclear.centre.decide.alarming import raise_alarm
from wellclear.centre.decide.draft import Draft
from wellclear.centre.decide.filing import readdress
from wellclear.centre.decide.verdicts import judge_all
from wellclear.centre.entries.agreements import Drafted, Governed, Phased, Stepped
from wellclear.centre.entries.link import Enrolled, KeysStated, StatedRing, Took
from wellclear.centre.inputs import Act
from wellclear.centre.state.agreements import HeldAgreement
from wellclear.centre.state.link import Peer
from wellclear.centre.state.state import State, key
from wellclear.errors import NotFound, RuleViolated
from wellclear.model.agreement.governing import governing
from wellclear.model.agreement.states import Phase, Standing, standing
from wellclear.model.agreement.steps import (
    Step,
    StepKind,
    next_number,
    two_successors,
    verify_single_successor,
    verify_step,
    verify_successor,
)
from wellclear.model.agreement.terms import Agreement
from wellclear.model.agreement.text import agreement_digest
from wellclear.protocol.bodies import AgreementStep, Key
from wellclear.protocol.envelope import Kind, Opened
from wellclear.trust.typed import sign_typed

_OVER: Final = {
    Phase.LAPSED: "it was not signed in time. Propose its next version.",
    Phase.SUSPENDED: "nothing settles under it and nothing is disclosed in answer. The hotline goes on.",
    Phase.ENDED: "nothing settles under it and nothing is disclosed in answer. The hotline goes on.",
}
"""Phases in which an agreement no longer holds, and what that means."""

_STEPPED: Final = {
    StepKind.PROPOSE: "proposes {}. Read it; an officer who may bind the party signs, or answer by voice.",
    StepKind.SIGN: "signed {}.",
    StepKind.SUSPEND: "suspends {} from a later time on. Read when; call by voice.",
    StepKind.RESUME: "resumes {}.",
    StepKind.END: "ends {} from a later time on, for all and for good. Read when; call by voice.",
}
"""What an officer is told of a counterparty's step that leaves the agreement as it is for now."""

MAX_UNSIGNED: Final = 32
"""Texts that one counterparty may bring and nobody here signed: drafts go by mail, and each is read with every tick."""

AGREEMENT_TYPE = "application/vnd.wellclear.agreement.v1+toml"
"""As what the exact text of an agreement is signed."""


def decide_enrol(draft: Draft, act: Act, command: EnrolParty) -> None:
    """Enrol a counterparty, or take a newer card of it under the same root.

    Raises:
        RuleViolated: the own party, or another root than the one enrolled.
        VerificationFailed: the statements are not the root's.
    """
    known = draft.state.peers.get(command.party)
    if command.party == draft.state.party:
        raise RuleViolated("that is the own party", code="enrol-self", at="party")
    if known is not None and known.root != command.root:
        raise RuleViolated("another root key than the one enrolled", code="enrol-root", at="root")
    ring = draft.means.verify_ring(command.party, command.statements, command.root)
    if known is not None:
        _verify_newer(known, ring)
    draft.add(
        Enrolled(
            at_ms=draft.now_ms,
            officer=act.officer,
            party=command.party,
            root=command.root,
            card=command.card,
            ring=ring,
        )
    )


def decide_keys(draft: Draft, act: Act, command: StateKeys) -> None:
    """Tell all counterparties what the own root states of the own keys."""
    for party in draft.counterparties():
        draft.say(party, Kind.KEY, Key(statements=command.statements), role=act.role)
    record_act(draft, act, Kind.KEY.value, draft.state.party)


def _verify_newer(peer: Peer, ring: StatedRing) -> None:
    """Hold only if a root states no less than was known: an older card would bring a revoked key back."""
    if ring.count < peer.ring.count or (ring.count == peer.ring.count and ring.head != peer.ring.head):
        raise RuleViolated("fewer statements than were known, or others", code="key-chain", at="statements")


def take_keys(draft: Draft, opened: Opened, body: Key) -> None:
    """A counterparty's root states more of its keys.

    Raises:
        VerificationFailed: the statements are not its root's.
        RuleViolated: fewer than were known.
    """
    peer = draft.state.peers[opened.envelope.sender]
    ring = draft.means.verify_ring(peer.party, body.statements, peer.root)
    _verify_newer(peer, ring)
    draft.add(Took(at_ms=draft.now_ms, raw=opened.raw))
    if ring.count > peer.ring.count:
        cosigned = draft.means.cosigned(peer.party)
        draft.add(KeysStated(at_ms=draft.now_ms, party=peer.party, ring=ring, cosigned=cosigned))
        if any(record.compromised is not None for record in ring.records):
            words = f"a key of {peer.party} is COMPROMISED: what it signed no longer counts. Call by voice."
            raise_alarm(draft, "key", peer.party, "", words)


def decide_draft(draft: Draft, act: Act, command: DraftAgreement) -> None:
    """Keep an agreement's exact text, once it was read.

    Raises:
        MalformedInput: it cannot be read.
        RuleViolated: it does not follow the version that it names.
    """
    value = _keep_text(draft, command.text)
    record_act(draft, act, "agreement-draft", f"{value.identifier} version {value.version}")


def decide_step(draft: Draft, act: Act, command: StepAgreement) -> None:
    """Take a step of an agreement and tell it to the other parties.

    Raises:
        NotFound: no such text is held.
        RuleViolated: the own party may not take this step.
    """
    held = draft.state.agreements.get(command.digest.hex())
    if held is None:
        raise NotFound("no such agreement is held", code="agreement-unknown", at="digest")
    value = read(held.text)
    number = next_number(value, draft.state.party, tuple(steps(draft.state)))
    effective_ms = command.effective_ms or draft.now_ms
    step = Step(command.step, command.digest, draft.state.party, number, effective_ms, draft.now_ms)
    taken = tuple(steps(draft.state))
    verify_step(step, value, taken)
    _verify_roots(draft.state, value)
    verify_single_successor(step, taken, _values(draft.state))
    signing = command.step is StepKind.SIGN
    signature = sign_typed(AGREEMENT_TYPE, held.text, draft.means.signer).signature if signing else b""
    _step(draft, step, act.officer, signature)
    body = AgreementStep(
        step=command.step,
        number=number,
        digest=command.digest,
        text=held.text if command.step in {StepKind.PROPOSE, StepKind.SIGN} else b"",
        signature=signature,
        effective_ms=effective_ms,
    )
    for party in value.party_names:
        if party in draft.state.peers:
            draft.say(party, Kind.AGREEMENT, body, agreement=command.digest, role=act.role)
    phase_agreements(draft)


def take_step(draft: Draft, opened: Opened, body: AgreementStep) -> None:
    """A counterparty takes a step of an agreement; its text comes with the proposal and the signature.

    Raises:
        MalformedInput: the text cannot be read.
        RuleViolated: the text is not the one named, too many wait, or the party may not take this step.
        NotFound: no such text is held.
    """
    party = opened.envelope.sender
    if body.text and agreement_digest(body.text) != body.digest:
        raise RuleViolated("the text is not the one named", code="agreement-digest", at="digest")
    held = draft.state.agreements.get(body.digest.hex())
    if held is None and not body.text:
        raise NotFound("no such agreement is held", code="agreement-unknown", at="digest")
    if held is None:
        _verify_few(draft.state, party)
    value = read(held.text if held is not None else body.text)
    step = Step(body.step, body.digest, party, body.number, body.effective_ms, draft.now_ms)
    verify_step(step, value, tuple(steps(draft.state)))
    if draft.state.party not in value.party_names:
        raise RuleViolated("the own party is none of the agreement's", code="agreement-party", at="text")
    _verify_roots(draft.state, value)
    draft.means.verify_agreed(opened.key, held.text if held is not None else body.text, body.signature, body.step)
    draft.add(Took(at_ms=draft.now_ms, raw=opened.raw))
    if held is None:
        _keep_text(draft, body.text)
    _step(draft, step, "", body.signature)
    _look_for_two_successors(draft)
    before = draft.state.agreements[body.digest.hex()].phase
    phase_agreements(draft)
    after = draft.state.agreements[body.digest.hex()].phase
    if after == before or Phase(after) not in _OVER:
        words = f"{party} {_STEPPED[body.step].format(f'{value.identifier} version {value.version}')}"
        raise_alarm(draft, "agreement", party, f"{value.identifier} {body.step.value}", words)


def _verify_few(state: State, party: str) -> None:
    """Hold only if few texts are held that a counterparty brought and nobody here signed."""
    brought = [held for held in state.agreements.values() if held.steps and held.steps[0].party == party]
    unsigned = [held for held in brought if all(taken.party != state.party for taken in held.steps)]
    if len(unsigned) >= MAX_UNSIGNED:
        raise RuleViolated(
            f"{len(unsigned)} texts that were not signed here",
            code="agreements-many",
            at="text",
            wanted="the signature of one proposed before",
        )


def restore_step(draft: Draft, body: AgreementStep) -> None:
    """An own step that a counterparty gave back holds again, where the log lost it.

    Raises:
        WellclearError: it cannot follow what the log knows; nothing was changed.
    """
    held = draft.state.agreements.get(body.digest.hex())
    party = draft.state.party
    if (held is None and not body.text) or (body.text and agreement_digest(body.text) != body.digest):
        return
    value = read(held.text if held is not None else body.text)
    taken = tuple(steps(draft.state))
    if next_number(value, party, taken) != body.number:
        return
    step = Step(body.step, body.digest, party, body.number, body.effective_ms, draft.now_ms)
    verify_step(step, value, taken)
    if held is None:
        _keep_text(draft, body.text)
    _step(draft, step, "", body.signature)
    phase_agreements(draft)


def _look_for_two_successors(draft: Draft) -> None:
    """A party that signed two successors of one version lied to someone: both signatures are kept, and it rings."""
    proof = two_successors(tuple(steps(draft.state)), _values(draft.state))
    if proof is not None:
        words = f"{proof.party} signed TWO successors of one version of an agreement: PROOF OF A LIE is kept."
        raise_alarm(draft, "equivocation", proof.party, proof.predecessor.hex(), words)


def phase_agreements(draft: Draft) -> None:
    """Phases, and what governs with each counterparty, where they changed; then addressees and verdicts anew."""
    taken = tuple(steps(draft.state))
    values = _values(draft.state)
    for digest in sorted(values):
        _phase(draft, draft.state.agreements[digest.hex()], standing(taken, values[digest], draft.now_ms))
    changed = [_govern(draft, party, taken, values) for party in draft.counterparties()]
    if any(changed):
        for identifier in sorted(draft.state.around_own.cells):
            readdress(draft, draft.state.own[identifier])
        judge_all(draft)


def _phase(draft: Draft, held: HeldAgreement, now: Standing) -> None:
    """A version's phase, where it changed."""
    phase, settles, signers = now.phase.value, set(now.near) == {Phase.IN_FORCE}, tuple(sorted(now.signers))
    if (phase, settles, signers) != (held.phase, held.settles, held.signers):
        draft.add(Phased(at_ms=draft.now_ms, digest=held.digest, phase=phase, settles=settles, signers=signers))
    if phase != held.phase and now.phase in _OVER:
        value = read(held.text)
        last = held.steps[-1] if held.steps else None
        by = f" by {last.party}" if last is not None and last.step in {StepKind.SUSPEND, StepKind.END} else ""
        words = f"{value.identifier} version {value.version} is {phase.upper()}{by}: {_OVER[now.phase]}"
        raise_alarm(draft, "agreement", "", f"{value.identifier}@{value.version} {phase}", words)


def _govern(draft: Draft, party: str, taken: tuple[Step, ...], values: dict[bytes, Agreement]) -> bool:
    """Whether what governs with a counterparty changed."""
    before = len(draft.entries)
    settling = sorted(draft.state.governed.items())
    known_before = [known for _, known in settling if known.party == party and known.settles]
    named = set[str]()
    for now in governing(values.values(), taken, (draft.state.party, party), draft.now_ms):
        entry = Governed(
            at_ms=draft.now_ms,
            party=party,
            identifier=now.agreement.identifier,
            digest=now.agreement.digest,
            versions=tuple(version.digest for version in now.versions),
            settles=now.settles,
        )
        named.add(entry.identifier)
        known = draft.state.governed.get(key(party, entry.identifier))
        if known is None or msgspec.structs.replace(known, at_ms=entry.at_ms) != entry:
            draft.add(entry)
    for known in known_before:  # by a clock that was set back, nothing may govern yet
        if known.identifier not in named:
            draft.add(msgspec.structs.replace(known, at_ms=draft.now_ms, settles=False))
    return len(draft.entries) > before


def steps(state: State) -> Iterator[Step]:
    """All steps of all agreements, as the model reads them."""
    for _, held in sorted(state.agreements.items()):
        for taken in held.steps:
            yield Step(taken.step, taken.digest, taken.party, taken.number, taken.effective_ms, taken.at_ms)


def _verify_roots(state: State, value: Agreement) -> None:
    """Hold only if the agreement names the roots of the counterparties that were enrolled."""
    for terms in value.parties:
        peer = state.peers.get(terms.name)
        if peer is not None and peer.root != terms.root_key:
            raise RuleViolated(
                f"the agreement names another root key of {terms.name} than the one enrolled",
                code="agreement-root",
                at="party",
                wanted=peer.root.hex(),
            )


def _values(state: State) -> dict[bytes, Agreement]:
    """All versions of all agreements, by digest."""
    return {held.digest: read(held.text) for _, held in sorted(state.agreements.items())}


def _keep_text(draft: Draft, text: bytes) -> Agreement:
    value = read(text)
    known = _values(draft.state)
    if value.digest not in known:
        verify_successor(value, known)
        draft.add(Drafted(at_ms=draft.now_ms, digest=value.digest, text=text))
    return value


def _step(draft: Draft, step: Step, officer: str, signature: bytes) -> None:
    draft.add(
        Stepped(
            at_ms=draft.now_ms,
            party=step.party,
            officer=officer,
            step=step.kind,
            number=step.number,
            digest=step.agreement,
            signature=signature,
            effective_ms=step.effective_ms,
        )
    )
