import io
from dataclasses import replace

import pytest

from wellclear.cli.checked import Checked
from wellclear.cli.conflict_table import MAX_ROWS, ConflictWords, print_conflicts
from wellclear.cli.encounters import one_by_one
from wellclear.cli.screen import PIPE_WIDTH, Screen
from wellclear.detect.results import Conflict


def printed(conflicts: tuple[Conflict, ...], width: int) -> list[str]:
    screen = Screen(file=io.StringIO(), width=width, markup=False, highlight=False, emoji=False)
    print_conflicts(screen, one_by_one(conflicts))
    return screen.file.getvalue().splitlines()


@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_no_line_is_wider_than_the_terminal(checked: Checked, width: int):
    lines = printed(checked.findings.conflicts, width)
    assert max(len(line) for line in lines) <= width


@pytest.mark.parametrize("width", [80, 200, PIPE_WIDTH])
def test_every_field_is_there_at_every_width(checked: Checked, width: int):
    text = " ".join(" ".join(printed(checked.findings.conflicts, width)).split())
    for part in ("TANKER 1", "AREA", "36-33.0000N 121-24.0000W", "10SFF 43201 46145", "4.99 NM (9259 m)"):
        assert part in text
    for part in ("999 ft (304 m)", "BY ENVELOPE", "0 s", "500 ft AGL", "FL060", "30 min"):
        assert part in text
    assert "170930ZSEP2018" in text
    assert "171000ZSEP2018" in text


def test_a_pipe_gets_one_line_for_each_conflict_without_colour_or_trailing_blanks(checked: Checked):
    lines = printed(checked.findings.conflicts, PIPE_WIDTH)
    assert len(lines) == 3
    assert not any("\x1b" in line or line != line.rstrip() for line in lines)


def test_text_from_files_is_text(checked: Checked):
    text = "\n".join(printed(checked.findings.conflicts, PIPE_WIDTH))
    assert "[red]</script><img" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_rows_are_limited_and_the_rest_is_counted(checked: Checked):
    many = checked.findings.conflicts[:1] * (MAX_ROWS + 7)
    lines = printed(many, PIPE_WIDTH)
    assert len(lines) == MAX_ROWS + 2
    assert lines[-1].startswith("and 7 more rows")


def test_spans_that_only_come_close_say_so(checked: Checked):
    words = ConflictWords.of(replace(checked.findings.conflicts[0], time_s=30.0))
    assert words.duration == "spans only come close"
    assert words.gap == "30 s"
