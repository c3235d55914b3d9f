import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput
from wellclear.formats import json_text
from wellclear.formats.json_structure import MAX_JSON_DEPTH


class Twice(Exception):  # noqa: N818 - what the oracle saw, not an error of ours
    pass


def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """The slow, obvious oracle: Python's own decoder, asked for every object's pairs."""
    if len(dict(pairs)) < len(pairs):
        raise Twice
    return dict(pairs)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=25,
)


@given(VALUES, st.sampled_from((None, 1)), st.booleans())
def test_strict_json_is_read_as_python_reads_it(value: object, indent: int | None, ascii_only: bool) -> None:  # noqa: FBT001 - drawn
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    assert json_text.load(text) == json.loads(text)


@st.composite
def objects_with_repeats(draw: st.DrawFn, depth: int = 3) -> str:
    """Objects whose keys come from few names, some written with escapes."""
    keys = ('"a"', '"b"', '"\\u0061"', '"a\\""', '"\\\\"', '"\u00e9"', '"\\u00e9"', '"' + "k" * 60 + '"')
    if depth == 0:
        return draw(st.sampled_from(("1", '"a:{"', "[]", '"\\\\"')))
    inner = objects_with_repeats(depth=depth - 1)
    if draw(st.booleans()):
        return "[" + ", ".join(draw(st.lists(inner, max_size=3))) + "]"
    pairs = draw(st.lists(st.tuples(st.sampled_from(keys), st.sampled_from((":", " : ")), inner), max_size=3))
    return "{" + ",".join("".join(pair) for pair in pairs) + "}"


@given(objects_with_repeats())
def test_a_key_twice_is_found_exactly_where_python_finds_one(text: str) -> None:
    try:
        expected = json.loads(text, object_pairs_hook=once)
    except Twice:
        with pytest.raises(MalformedInput) as refused:
            json_text.load(text.encode())
        assert refused.value.code == "json-duplicate-key"
    else:
        assert json_text.load(text.encode()) == expected


@given(st.binary(max_size=60) | st.text(alphabet='{}[]",:\\ aeu0123456789-.+\n', max_size=40).map(str.encode))
def test_any_bytes_are_a_value_or_malformed_input(content: bytes) -> None:
    try:
        value = json_text.load(content)
    except MalformedInput as error:
        value = error
    if isinstance(value, MalformedInput):
        assert value.at
        assert value.code
    else:
        assert value == json.loads(content)


PLACES = [
    (b'[1,\n  {"x":\n [1,2,3,NaN]}]', "json-not-finite", "line 3, column 9, $[1].x[3]"),
    (b'{"a": {"b": 1, "b": 2}}', "json-duplicate-key", "line 1, column 16, $.a"),
    ('{"\u00e9\u00e9": 1, "x": tru}'.encode(), "json-syntax", "line 1, column 17, $.x"),
    (b'{"a": [1, 2', "json-truncated", "line 1, column 12, $.a[1]"),
    (b'{"a b": {"c": [-Infinity]}}', "json-not-finite", 'line 1, column 17, $["a b"].c[0]'),
    (b"[1] x", "json-trailing", "line 1, column 6, $"),
    (b'{"a": [0, {"b": 1e999}]}', "json-not-finite", "$.a[1].b"),
    (b'["ab\xff"]', "json-encoding", "byte 4"),
    (b"\xef\xbb\xbf[]", "json-encoding", "byte 0"),
    (b'["\\ud800"]', "json-escape", "line 1, column 3, $[0]"),
]


@pytest.mark.parametrize(("content", "code", "at"), PLACES, ids=[code for _, code, _ in PLACES])
def test_a_fault_is_named_with_line_column_and_path(content: bytes, code: str, at: str) -> None:
    with pytest.raises(MalformedInput) as refused:
        json_text.load(content)
    assert (refused.value.code, refused.value.at) == (code, at)


def test_depth_is_taken_up_to_its_limit_and_not_beyond() -> None:
    assert json_text.load(b"[" * MAX_JSON_DEPTH + b"]" * MAX_JSON_DEPTH)
    with pytest.raises(MalformedInput, match="deeper than 32"):
        json_text.load(b"[" * (MAX_JSON_DEPTH + 1) + b"]" * (MAX_JSON_DEPTH + 1))


def test_brackets_in_strings_do_not_count() -> None:
    assert json_text.load(b'["' + b"[" * 100 + b'\\"[[", "\\\\"]') == ["[" * 100 + '"[[', "\\"]


def test_marks_are_followed_across_the_pieces_in_which_a_text_is_looked_at() -> None:
    filler = b'"' + b"x" * (1 << 20) + b'"'
    assert json_text.load(b'{"a":' + filler + b',"b":' + filler + b"}").keys() == {"a", "b"}  # type: ignore[attr-defined] # an object is what was written
    with pytest.raises(MalformedInput, match='"a" occurs twice'):
        json_text.load(b'{"a":' + filler + b',"b":[' + filler + b'],"a":1}')
