import gzip
import importlib.util
import json
from pathlib import Path

import pytest

from wellclear.formats import tracks
from wellclear.geo.span import Span
from wellclear.model.reading import Context

REPOSITORY = Path(__file__).parents[4]
SAMPLES = Path(tracks.__file__).parent / "samples"
WHOLE = REPOSITORY.parent / "shared" / "data" / "tracks" / "calfire.json.gz"


def test_the_excerpt_is_small_attributed_and_read_whole():
    content = (SAMPLES / "calfire_excerpt.json").read_bytes()
    assert len(content) < 400_000
    assert "Copyright (c) 2018 Xavier Olive" in (SAMPLES / "LICENSE-traffic.txt").read_text()
    assert "pypi.org/project/traffic/2.13" in (SAMPLES / "SOURCE.md").read_text()
    assert tracks.recognises(content)
    reading = tracks.read(content, Context("calfire_excerpt.json", "FIRE", Span(0, 1)))
    assert len(reading.operations) == 19
    assert (reading.refusals, reading.notes) == ((), ())


def test_the_excerpt_is_what_its_tool_makes_of_the_whole():
    if not WHOLE.is_file():
        pytest.skip("needs ../shared/data/tracks, which is not part of the repository")
    spec = importlib.util.spec_from_file_location("make_calfire_excerpt", REPOSITORY / "tools/make_calfire_excerpt.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    made = tool.excerpt(json.loads(gzip.decompress(WHOLE.read_bytes())))
    assert made == json.loads((SAMPLES / "calfire_excerpt.json").read_bytes())
