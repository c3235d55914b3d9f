from collections.abc import Callable

import pytest

from wellclear.cli.checked import Checked
from wellclear.detect.results import Conflict

pytest.importorskip("matplotlib", reason="the extra plot is not installed")

from wellclear.cli.picture import picture, require_plotting
from wellclear.errors import RuleViolated

PieceOf = Callable[[Conflict], tuple[tuple[tuple[float, float], ...], ...]]


def test_the_picture_is_a_png_also_with_hostile_names(checked: Checked, piece_of: PieceOf):
    require_plotting()
    assert picture(checked, piece_of).startswith(b"\x89PNG\r\n\x1a\n")


def test_without_the_extra_its_name_is_said(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("wellclear.cli.picture.find_spec", lambda _: None)
    with pytest.raises(RuleViolated) as caught:
        require_plotting()
    assert "wellclear[plot]" in caught.value.wanted
