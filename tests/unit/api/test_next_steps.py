from __future__ import annotations

import ast
import inspect

from wellclear.api.views.next_steps import NEXT_STEPS, open_view
from wellclear.centre import settlement
from wellclear.centre.settlement import Open


def test_everything_that_can_be_open_has_a_next_step() -> None:
    tree = ast.parse(inspect.getsource(settlement))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Open"]
    codes = {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)}
    assert codes
    assert codes | {"conflict", "not-assessed"} <= set(NEXT_STEPS)


def test_the_party_is_named() -> None:
    assert "south" in open_view(Open("objected", "south", "")).next
    assert "the other side" in open_view(Open("not-assessed", "", "")).next
