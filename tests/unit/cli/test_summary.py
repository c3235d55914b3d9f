import io
from dataclasses import replace

import pytest

from wellclear.cli.checked import Checked
from wellclear.cli.screen import PIPE_WIDTH, Screen
from wellclear.cli.summary import MAX_LINES, print_summary, reason_counts, refusal_words, verdict_words


def summary(checked: Checked, width: int = PIPE_WIDTH, *, notes: bool = False) -> str:
    screen = Screen(file=io.StringIO(), width=width, markup=False, highlight=False, emoji=False)
    print_summary(screen, checked, notes=notes)
    return screen.file.getvalue()


def test_counts_reasons_and_what_it_rests_on_are_printed(checked: Checked):
    text = summary(checked)
    assert "2 CONFLICT (1 only BY ENVELOPE), 1 NOT ASSESSED, 1 REFUSED" in text
    assert "1 pair: terrain-missing" in text
    assert "plans.json, $.features[3]: " in text
    assert "(wanted: a ring)" in text
    assert "lateral=5NM,vertical=1000ft,time=0s" in text
    assert "Informed, not protected" in text
    assert "may hide conflicts" in text


def test_notes_are_counted_or_listed(checked: Checked):
    assert "list them with --notes" in summary(checked)
    assert "UFN was bounded by the horizon" in summary(checked, notes=True)


@pytest.mark.parametrize("width", [60, 80, PIPE_WIDTH])
def test_never_safe_or_clear_while_something_is_in_doubt(checked: Checked, width: int):
    quiet = replace(checked, findings=replace(checked.findings, conflicts=()))
    text = summary(quiet, width).lower()
    assert "safe" not in text
    assert "clear" not in text
    assert "0 conflict, 1 not assessed, 1 refused" in text


def test_without_doubt_no_warning_is_printed(checked: Checked):
    quiet = replace(
        checked,
        findings=replace(checked.findings, conflicts=(), not_assessed=()),
        plans=replace(checked.plans, refusals=()),
    )
    assert "may hide" not in summary(quiet)
    assert verdict_words(quiet) == "0 CONFLICT, 0 NOT ASSESSED, 0 REFUSED"


def test_refusals_are_one_line_each_and_limited(checked: Checked):
    refusals = checked.refusals * (MAX_LINES + 3)
    lines = summary(replace(checked, plans=replace(checked.plans, refusals=refusals))).splitlines()
    assert sum(line.startswith("REFUSED") for line in lines) == MAX_LINES
    assert any(line.startswith("and 3 more refusals") for line in lines)


def test_text_from_files_is_text(checked: Checked):
    assert "\x1b" not in summary(checked)
    assert "\\x1b[2J\\u202eevil" in refusal_words(checked.refusals[0])


def test_a_pair_counts_for_each_of_its_reasons(checked: Checked):
    assert reason_counts(checked.findings.not_assessed * 2) == {"terrain-missing": 2, "pressure-missing": 2}
