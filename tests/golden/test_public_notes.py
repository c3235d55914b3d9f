"""Published notes, checkpoints, cosignatures and pre-authentication encodings."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from wellclear.errors import MalformedInput, VerificationFailed, WellclearError
from wellclear.trust.checkpoint import open_checkpoint, parse_checkpoint, print_checkpoint, verify_consistent
from wellclear.trust.ed25519 import Signer
from wellclear.trust.merkle import Frontier
from wellclear.trust.note import Note, parse_note, print_note
from wellclear.trust.note_key import (
    SignatureKind,
    cosigned_s,
    parse_note_key,
    print_note_key,
    sign_note,
    verify_note,
)
from wellclear.trust.typed import Signed, authenticated, sign_typed, verify_typed

FOLDER = Path(__file__).parent / "trust"


def known(name: str) -> dict[str, Any]:
    answers: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return answers


NOTES, CHECKPOINTS, DSSE = known("notes.json"), known("checkpoints.json"), known("dsse.json")
PETER, ENOCH = NOTES["peter"], NOTES["enoch"]
ARCHE, MONKEYS = CHECKPOINTS["arche"], CHECKPOINTS["monkeys"]


def test_the_example_of_signed_note():
    key = parse_note_key(NOTES["example"]["key"])
    note = parse_note(NOTES["example"]["note"].encode())
    assert note.text == "This is an example message.\n"
    verify_note(note, key)
    with pytest.raises(VerificationFailed):
        verify_note(Note("This is another message.\n", note.signatures), key)


def test_go_signs_the_same_bytes():
    typed = b64decode(PETER["secret"].split("+", 4)[4])
    line = sign_note(PETER["text"], "PeterNeumann", Signer(typed[1:]))
    assert print_note(Note(PETER["text"], (line,))).decode() == f"{PETER['text']}\n{PETER['line']}"


def test_go_notes_are_opened_as_go_opens_them():
    peter, enoch = parse_note_key(PETER["key"]), parse_note_key(ENOCH["key"])
    both = parse_note(f"{PETER['text']}\n{PETER['line']}{ENOCH['line']}".encode())
    verify_note(both, peter)
    verify_note(both, enoch, [peter])
    doubled = parse_note(f"{PETER['text']}\n{PETER['line'] * 2}{ENOCH['line']}".encode())
    verify_note(doubled, peter)
    spoiled = ENOCH["line"][:60] + "ABCD" + ENOCH["line"][60:]
    unknown_spoiled = parse_note(f"{PETER['text']}\n{PETER['line']}{ENOCH['line']}{spoiled}".encode())
    verify_note(unknown_spoiled, peter)
    with pytest.raises(VerificationFailed):
        verify_note(unknown_spoiled, peter, [enoch])


def test_what_go_refuses_is_refused():
    text, line, key = PETER["text"], PETER["line"], parse_note_key(PETER["key"])
    malformed = [
        text,
        f"{text}\n",
        f"{text}\n{line[:-1]}",
        f"\x01{text}\n{line}",
        f"{text}\n{line.replace('PeterNeumann', 'Bad Name')}",
        f"{text}\n{line}Unexpected line.\n",
        f"{text}\n{line * 101}",
    ]
    for whole in (*(whole.encode() for whole in malformed), b"\xff" + f"{text}\n{line}".encode()):
        with pytest.raises(MalformedInput):
            parse_note(whole)
    for wrong in (line[:60] + "ABCD" + line[60:], ENOCH["line"], line.replace("x08g", "xxxx")):
        with pytest.raises(VerificationFailed):
            verify_note(parse_note(f"{text}\n{wrong}".encode()), key)


def test_no_mangled_key_is_read():
    text = PETER["key"]
    parts = {text[start:end] for start in range(len(text)) for end in range(start + 1, len(text) + 1)} - {text}
    raised = {text[:place] + chr(ord(text[place]) + 1) + text[place + 1 :] for place in range(len(text))}
    for mangled in parts | raised:
        with pytest.raises(MalformedInput):
            parse_note_key(mangled)


@pytest.mark.parametrize("text", [NOTES["example"]["key"], PETER["key"], ENOCH["key"], *NOTES["keys_read"]])
def test_published_keys_are_read_and_written(text: str):
    assert print_note_key(parse_note_key(text)) == text


@pytest.mark.parametrize("text", NOTES["keys_refused"])
def test_keys_that_others_refuse_are_refused(text: str):
    with pytest.raises(MalformedInput):
        parse_note_key(text)


def test_a_public_log_and_its_four_witnesses():
    encoded = ARCHE["note"].encode()
    witnesses = [parse_note_key(key) for key in ARCHE["witness_keys"]]
    log = parse_note_key(ARCHE["log_key"])
    checkpoint = open_checkpoint(encoded, log, log.name, witnesses)
    assert checkpoint.size == ARCHE["size"]
    assert [cosigned_s(parse_note(encoded), witness) for witness in witnesses] == [(ARCHE["time_s"],)] * 4
    assert print_note(parse_note(encoded)) == encoded


@pytest.mark.parametrize("change", [("1432088532", "1432088533"), ("U7WM", "U7WN"), ("staging.ct", "staging.cu")])
def test_a_changed_public_checkpoint_holds_for_nobody(change: tuple[str, str]):
    text, below = ARCHE["note"].split("\n\n")
    note = parse_note(f"{text.replace(*change)}\n\n{below}".encode())
    for key in (ARCHE["log_key"], *ARCHE["witness_keys"]):
        with pytest.raises(VerificationFailed):
            verify_note(note, parse_note_key(key))


def test_a_changed_time_of_a_cosignature_does_not_hold():
    note = parse_note(ARCHE["note"].encode())
    moved = [line.signature[:7] + b"\x00" + line.signature[8:] for line in note.signatures]
    lines = tuple(type(line)(line.name, line.key_id, new) for line, new in zip(note.signatures, moved, strict=True))
    with pytest.raises(VerificationFailed):
        cosigned_s(Note(note.text, lines), parse_note_key(ARCHE["witness_keys"][0]))


def test_the_examples_of_tlog_checkpoint_and_tlog_cosignature():
    note = parse_note(CHECKPOINTS["behind_the_sofa"].encode())
    checkpoint = parse_checkpoint(note.text)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20_852_163)
    assert print_checkpoint(checkpoint) == note.text
    assert int.from_bytes(note.signatures[1].signature[:8]) == 1_679_315_147


def test_checkpoints_of_a_test_log_and_the_proof_between_them():
    key, origin = parse_note_key(MONKEYS["key"]), MONKEYS["origin"]
    five, eight, ten = (open_checkpoint(MONKEYS[size].encode(), key, origin) for size in ("five", "eight", "ten"))
    proof = [bytes.fromhex(node) for node in MONKEYS["proof"]]
    verify_consistent(five, eight, proof)
    assert Frontier(10, tuple(bytes.fromhex(node) for node in MONKEYS["ten_nodes"])).root == ten.root
    for older, newer in ((eight, five), (five, ten), (five, five)):
        with pytest.raises(VerificationFailed):
            verify_consistent(older, newer, proof)


def test_a_checkpoint_under_another_name_is_of_another_log():
    with pytest.raises(VerificationFailed) as failed:
        open_checkpoint(MONKEYS["other_origin"].encode(), parse_note_key(MONKEYS["key"]), MONKEYS["origin"])
    assert failed.value.code == "checkpoint-origin"


def test_the_encoding_of_dsse():
    plain = DSSE["plain"]
    assert authenticated(plain["type"], plain["payload"].encode()) == plain["pae"].encode()


@pytest.mark.parametrize("vector", DSSE["vectors"], ids=lambda vector: vector["id"])
def test_the_vectors_of_dsse(vector: dict[str, Any]):
    signer, payload, signature = Signer(bytes.fromhex(DSSE["seed"])), b64decode(vector["payload"]), vector["signature"]
    assert signer.verifier.public.hex() == DSSE["public"]
    if not vector["holds"]:
        with pytest.raises(WellclearError):
            verify_typed(Signed(vector["type"], payload, b64decode(signature)), signer.verifier)
        return
    assert authenticated(vector["type"], payload).hex() == vector["pae"]
    assert sign_typed(vector["type"], payload, signer) == Signed(vector["type"], payload, b64decode(signature))
    verify_typed(Signed(vector["type"], payload, b64decode(signature)), signer.verifier)


def test_the_kinds_are_the_assigned_bytes():
    assert [kind.value for kind in SignatureKind] == [1, 4]
