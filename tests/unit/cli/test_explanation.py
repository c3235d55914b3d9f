import io

import pytest

from wellclear.cli.checked import Checked
from wellclear.cli.explanation import print_explanations, sides_called
from wellclear.cli.screen import PIPE_WIDTH, Screen
from wellclear.errors import NotFound, RuleViolated
from wellclear.geo.envelope import Ranges


@pytest.mark.parametrize("name", ["TANKER 1", "RED/TANKER 1", "RED/TANKER 1/1", "TANKER 1/1"])
def test_a_side_is_found_by_each_form_of_its_name(checked: Checked, name: str):
    (side,) = sides_called(name, checked.operations)
    assert side.operation is checked.operations[0]


def test_an_unknown_name_suggests_known_ones(checked: Checked):
    with pytest.raises(NotFound) as caught:
        sides_called("tanker", checked.operations)
    assert "RED/TANKER 1" in caught.value.wanted


def test_an_ambiguous_name_lists_the_candidates(checked: Checked):
    with pytest.raises(RuleViolated) as caught:
        sides_called(
            "AREA",
            (*checked.operations, checked.operations[2].__class__("GREEN", "AREA", checked.operations[2].volumes)),
        )
    assert "BLUE/AREA, GREEN/AREA" in caught.value.wanted


def test_the_steps_and_the_outcome_are_printed(checked: Checked):
    screen = Screen(file=io.StringIO(), width=PIPE_WIDTH, markup=False, highlight=False, emoji=False)
    asked = sides_called("TANKER 1", checked.operations), sides_called("AREA", checked.operations)
    print_explanations(screen, asked, checked.minima, Ranges())
    text = screen.file.getvalue()
    assert "lateral gap" in text
    assert "time gap" in text
    assert text.rstrip().splitlines()[-1].startswith("together")
