"""Every command of the mechanism with its help; each module is imported only when its command is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wellclear.cli.exit_codes import EXPLAINED_SENT, EXPLAINED_STANDING

if TYPE_CHECKING:
    from cyclopts import App

COMMANDS: Final = (
    (
        "login",
        "login_command:login",
        "Log in at a centre; later commands work in that session.",
        (
            "wellclear login --card north.card --officer a.cohen",
            "wellclear login --centre http://127.0.0.1:8443 --officer a.cohen --password-stdin",
        ),
        "",
    ),
    ("logout", "login_command:logout", "Close the session.", ("wellclear logout",), ""),
    (
        "notify",
        "noticing_commands:notify",
        "File operations from a file and tell them to the counterparties.",
        (
            "wellclear notify plans.geojson --category tanker",
            "wellclear notify order.aco --urgency urgent --yes",
            "wellclear notify tracks.json --party north --remarks 'survey'",
        ),
        EXPLAINED_STANDING,
    ),
    (
        "amend",
        "noticing_commands:amend",
        "File a new version of an operation, after showing what changes and what does not.",
        ("wellclear amend S-17 moved.geojson", "wellclear amend S-17 moved.geojson --entered fields.json"),
        EXPLAINED_STANDING,
    ),
    (
        "withdraw",
        "noticing_commands:withdraw",
        "Withdraw an operation.",
        ("wellclear withdraw S-17 --reason weather",),
        EXPLAINED_SENT,
    ),
    (
        "operations",
        "operations_command:operations",
        "Show own operations: who has each, how far it got, what is open.",
        ("wellclear operations", "wellclear operations S-17", "wellclear operations --json"),
        EXPLAINED_STANDING,
    ),
    (
        "notices",
        "answering_commands:notices",
        "Show what counterparties told.",
        ("wellclear notices", "wellclear notices south T-3"),
        "",
    ),
    (
        "conflicts",
        "conflict_commands:conflicts",
        "Show conflicts of own operations, and the way out of each.",
        ("wellclear conflicts", "wellclear conflicts --json"),
        EXPLAINED_STANDING,
    ),
    (
        "resolve",
        "conflict_commands:resolve",
        "Propose a settlement of a conflict.",
        (
            "wellclear resolve S-17 south T-3 --procedure 'visual separation, T-3 above 6,000 ft'",
            "wellclear resolve S-17 south T-3 --move 'S-17 starts 30 min later'",
        ),
        "",
    ),
    (
        "agree",
        "conflict_commands:agree",
        "Sign a settlement that a counterparty proposed.",
        ("wellclear agree 3f9a12c0",),
        "",
    ),
    (
        "read-back",
        "answering_commands:read_back",
        "Enter the safety fields of a notice again, in another notation.",
        ("wellclear read-back south T-3", "wellclear read-back south T-3 --entered fields.json"),
        "",
    ),
    ("accept", "answering_commands:accept", "Accept a notice.", ("wellclear accept south T-3",), ""),
    (
        "object",
        "answering_commands:object_",
        "Object to a notice, with a reason.",
        ("wellclear object south T-3 --reason 'our survey flies there'",),
        "",
    ),
    (
        "stop",
        "hotline_commands:stop",
        "Say STOP.",
        (
            "wellclear stop south --about T-3 --text 'aircraft in distress below 2,000 ft'",
            "wellclear stop --text 'cease all'",
        ),
        EXPLAINED_SENT,
    ),
    (
        "emergency",
        "hotline_commands:emergency",
        "Say EMERGENCY to all counterparties.",
        ("wellclear emergency", "wellclear emergency --text 'aircraft down' --position 341440N1165330W"),
        EXPLAINED_SENT,
    ),
    (
        "hazard",
        "hotline_commands:hazard",
        "Declare dangerous airspace.",
        ("wellclear hazard danger.geojson --cause 'rockets'",),
        EXPLAINED_SENT,
    ),
    ("hazards", "hotline_commands:hazards", "Show hazards, and who was NOT told.", ("wellclear hazards",), ""),
    (
        "all-clear",
        "hotline_commands:all_clear",
        "End an own hazard.",
        ("wellclear all-clear 'AREA 9' --reason 'range closed'",),
        EXPLAINED_SENT,
    ),
    (
        "relay",
        "relay_command:relay",
        "Tell a counterparty's HAZARD or STOP on, or its notice as a HAZARD.",
        (
            "wellclear relay south 'AREA 9'",
            "wellclear relay south 12c9571a44ce57a9 --to west",
            "wellclear relay south T-3 --cause 'low flying aircraft'",
        ),
        "",
    ),
    (
        "test-call",
        "hotline_commands:call_test",
        "Make a test call.",
        ("wellclear test-call south", "wellclear test-call"),
        EXPLAINED_SENT,
    ),
    ("calls", "hotline_commands:calls", "Show calls, and who acknowledged when.", ("wellclear calls",), ""),
    (
        "frequencies",
        "radio_commands:frequencies",
        "Show on which frequencies the parties listen.",
        ("wellclear frequencies",),
        "",
    ),
    (
        "radio-check",
        "radio_commands:radio_check",
        "Put a radio check on the record.",
        ("wellclear radio-check south guard", "wellclear radio-check south guard --not-heard --remark 'two calls'"),
        "Exit code: 3 if nobody was heard; 2 if refused; else 0.",
    ),
    ("sites", "watch_commands:sites", "Show protected sites.", ("wellclear sites",), ""),
    ("links", "watch_commands:links", "Show counterparties and the links to them.", ("wellclear links",), ""),
    (
        "inbox",
        "watch_commands:inbox",
        "Show what waits for an officer.",
        ("wellclear inbox", "wellclear inbox --acknowledge 'stop south' --remark 'called south'"),
        "Exit code: 1 while an alarm waits; 3 while anything else does; 2 if refused; else 0.",
    ),
)
"""Name, place, help, examples and exit codes of each."""


def register(app: App) -> None:
    """Add the commands to the program."""
    for name, place, words, examples, codes in COMMANDS:
        parts = ("Examples:", *examples, *([codes] if codes else []))
        app.command(f"wellclear.cli.mechanism.{place}", name=name, help=words, help_epilogue="\n\n".join(parts))
    for group, (place, words) in GROUPS.items():
        app.command(f"wellclear.cli.mechanism.{place}", name=group, help=words)


GROUPS: Final = {
    "agreement": ("agreement_command:agreement", "Write, propose, sign, suspend and end agreements."),
    "dictation": ("dictation_command:dictation", "Tell a notice by telephone."),
    "log": ("log_commands:log", "Show, verify and prove the log, and who holds it."),
    "evidence": ("evidence_commands:evidence", "Export what the log holds about an incident, and verify it."),
}
"""Place and help of each group of commands."""
