from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.api.utm.wire.identifiers import parse_identifier
from wellclear.errors import MalformedInput

CANONICAL = "03e5572a-f733-49af-bc14-8a18bd53ee39"


@pytest.mark.parametrize("text", [CANONICAL, CANONICAL.upper(), CANONICAL.replace("-", "")])
def test_every_form_means_the_same(text: str) -> None:
    assert parse_identifier(text, "entityid") == CANONICAL


@given(st.uuids(version=4))
def test_every_uuid_of_version_4_is_one(uuid: object) -> None:
    assert parse_identifier(str(uuid).replace("-", ""), "entityid") == str(uuid)


@pytest.mark.parametrize(
    "text", ["", "x", CANONICAL[:-1], CANONICAL + "0", CANONICAL.replace("-49", "-19"), CANONICAL.replace("-bc", "-cc")]
)
def test_anything_else_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(MalformedInput) as refused:
        parse_identifier(text, "entityid")
    assert (refused.value.code, refused.value.at) == ("utm-identifier", "entityid")
