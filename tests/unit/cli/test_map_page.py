import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from wellclear.cli import map_page as page_of
from wellclear.cli.checked import Checked
from wellclear.cli.map_page import embedded, map_document, map_page
from wellclear.detect.results import Conflict

PieceOf = Callable[[Conflict], tuple[tuple[tuple[float, float], ...], ...]]


@pytest.fixture
def page(checked: Checked, piece_of: PieceOf) -> str:
    return map_page(checked, piece_of).decode()


def data_of(page: str) -> dict:
    return json.loads(re.search(r'<script id="data"[^>]*>(.*?)</script>', page, re.DOTALL)[1])


def test_nothing_is_loaded_from_anywhere(page: str):
    assert not re.search(
        r"""(src|href)\s*=\s*["'](?!data:,)|url\(|@import|fetch\(|XMLHttp|import\(|https?://""",
        page.split('id="data"', maxsplit=1)[0],
    )
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 1
    assert not re.search(r"fetch|XMLHttp|WebSocket|import\(|innerHTML|eval|document\.write|https?:", scripts[0])


def test_the_policy_allows_exactly_the_script_and_style_inside(page: str):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    for tag in ("script", "style"):
        text = re.search(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_text_from_files_is_never_markup(page: str):
    assert "<img" not in page
    assert page.count("</script>") == 2
    assert "\u202e" not in page
    assert "\x1b" not in page


def test_a_file_named_like_a_mark_of_the_page_fills_nothing(checked: Checked, piece_of: PieceOf):
    source = replace(checked.plans.sources[0], name="@DATA@ @SCRIPT@")
    named = replace(checked, plans=replace(checked.plans, sources=(source,)))
    assert "<title>wellclear: @DATA@ @SCRIPT@</title>" in map_page(named, piece_of).decode()


def test_embedded_data_survives_and_holds_no_markup():
    document = {"name": "</script><!--&\u2028"}
    text = embedded(document)
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == document


def test_the_page_carries_conflicts_doubts_and_refusals(page: str):
    data = data_of(page)
    assert data["verdict"].startswith("2 CONFLICT")
    assert data["standing"].startswith("Informed, not protected")
    assert [c["by_envelope"] for c in data["conflicts"]] == [True, False]
    assert len(data["volumes"]) == 3
    assert len(data["not_assessed"]) == len(data["refused"]) == 1
    assert data["parties"] == ["BLUE", "RED"]


def test_bands_above_ground_and_open_ends_pass_every_level_filter(page: str):
    levels = {v["name"]: (v["floor_ft"], v["ceiling_ft"]) for v in data_of(page)["volumes"]}
    assert levels["RED / TANKER 1 / 1"] == (5000.0, 9000.0)
    assert levels["BLUE / AREA / 1"] == (None, None)
    assert [low for name, (low, _) in levels.items() if "red" in name] == [None]


def test_what_is_not_drawn_is_counted(checked: Checked, piece_of: PieceOf, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(page_of, "MAX_VOLUMES_DRAWN", 2)
    monkeypatch.setattr(page_of, "MAX_CONFLICTS_DRAWN", 1)
    document = map_document(checked, piece_of)
    assert len(document["volumes"]) == 2
    assert len(document["conflicts"]) == 1
    assert document["counts"]["conflicts"] == 2
    assert [words[:6] for words in document["left_out"]] == ["1 more", "1 more"]
