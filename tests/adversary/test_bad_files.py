"""Every way in which a file can be bad: one clear error with its place, exit code 2, nothing written, no traceback.

Each runs as a process of its own that may take no more than 512 MB.
"""

import gzip
import io
import json
import os
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

LIMIT_BYTES = 512 * 2**20
KILL_S = 60
"""Only to end a test that hangs; the goal is 2 s."""

RUN = """
import resource, sys
from wellclear.cli.main import main
code = main()
peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
sys.stderr.write(f"\\npeak {peak_kib * 1024}\\n")
sys.exit(code)
"""


@dataclass(frozen=True)
class Bad:
    name: str
    content: Callable[[], bytes] | bytes
    place: str
    says: str
    ending: str = ".geojson"


def collection(*features: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def feature(geometry: object = None, **changes: object) -> dict[str, object]:
    properties = {
        "operation": "ONE",
        "floor": "FL100",
        "ceiling": "FL200",
        "radius": "5 NM",
        "start": "2018-09-17T18:00:00Z",
        "end": "2018-09-17T19:00:00Z",
    } | changes
    geometry = geometry or {"type": "Point", "coordinates": [35, 35]}
    kept = {name: value for name, value in properties.items() if value is not None}
    return {"type": "Feature", "geometry": geometry, "properties": kept}


def ring(*points: tuple[float, float]) -> dict[str, object]:
    return feature({"type": "Polygon", "coordinates": [[*points, points[0]]]}, radius=None)


def many_points() -> bytes:
    points = ",".join(f"[{i / 1e5},{35 + (i % 2)}]" for i in range(1_000_000))
    whole = collection(ring((1, 1), (2, 1), (2, 2))).decode()
    return whole.replace("[1, 1], [2, 1], [2, 2], [1, 1]", points).encode()


def zipped() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("doc.kml", "<kml/>")
    return stream.getvalue()


WHOLE = collection(feature())
BAD = (
    Bad("empty", b"", "bad.geojson", "empty"),
    Bad("blank", b" \n\n ", "bad.geojson", "empty"),
    Bad("binary", bytes(range(256)) * 64, "bad.geojson", ""),
    Bad("picture", b"\x89PNG\r\n\x1a\n" + bytes(1000), "bad.geojson", ""),
    Bad("zeros", bytes(100_000), "bad.geojson", ""),
    Bad("utf-16", WHOLE.decode().encode("utf-16"), "bad.geojson", ""),
    Bad("latin-1", WHOLE.replace(b"ONE", b"\xe9\xe8"), "bad.geojson", ""),
    Bad("truncated", WHOLE[:-40], "bad.geojson", ""),
    Bad("more after the end", WHOLE + b"{}", "bad.geojson", ""),
    Bad("duplicate keys", WHOLE.replace(b'"floor"', b'"floor": "SFC", "floor"'), "bad.geojson", "floor"),
    Bad("NaN", WHOLE.replace(b"[35, 35]", b"[NaN, 35]"), "bad.geojson", ""),
    Bad("Infinity", WHOLE.replace(b"[35, 35]", b"[35, -Infinity]"), "bad.geojson", ""),
    Bad("1e999", WHOLE.replace(b"[35, 35]", b"[1e999, 35]"), "bad.geojson", ""),
    Bad("deep", b"[" * 100_000 + b"]" * 100_000, "bad.geojson", "deep"),
    Bad("deep in a member", WHOLE.replace(b'"ONE"', b'{"a":' * 100_000 + b"1" + b"}" * 100_000), "bad.geojson", "deep"),
    Bad("deep and open", b'{"type":' * 100_000, "bad.geojson", ""),
    Bad("XML", b'<?xml version="1.0"?><kml><Document/></kml>', "bad.geojson", "XML"),
    Bad("AIXM", b"<aixm:Airspace/>", "bad.geojson", "XML"),
    Bad("zip", zipped(), "bad.geojson", "zip"),
    Bad("gzip of nothing", gzip.compress(b""), "bad.geojson", ""),
    Bad("gzip bomb", gzip.compress(b'[{"timestamp":' + b" " * 200_000_000), "bad.geojson", ""),
    Bad("no volume", collection(), "bad.geojson", ""),
    Bad("not a plan", b'{"hello": "world"}', "bad.geojson", ""),
    Bad("prose", b"The exercise begins at dawn.\n" * 100, "bad.txt", "", ".txt"),
    Bad("out of range", collection(feature({"type": "Point", "coordinates": [35, 95]})), "features[0]", "latitude"),
    Bad("swapped", collection(feature({"type": "Point", "coordinates": [33, -117]})), "features[0]", "swapped"),
    Bad("crossing ring", collection(ring((0, 0), (1, 1), (1, 0), (0, 1))), "features[0]", "crosses itself"),
    Bad("end before start", collection(feature(end="2018-09-17T17:00:00Z")), "features[0]", "before its start"),
    Bad("zero duration", collection(feature(end="2018-09-17T18:00:00Z")), "features[0]", "is its start"),
    Bad("naive time", collection(feature(start="2018-09-17T18:00:00")), "features[0]", "Z"),
    Bad("local time", collection(feature(start="2018-09-17T18:00:00+03:00")), "features[0]", "Z"),
    Bad("second of 60", collection(feature(start="2018-09-17T18:00:60Z")), "features[0]", "60"),
    Bad(
        "height without reference", collection(feature(floor={"value": 3000, "unit": "ft"})), "features[0]", "reference"
    ),
    Bad("no unit", collection(feature(floor={"value": 9, "reference": "agl"})), "features[0]", "unit"),
    Bad("bare height", collection(feature(floor=3000)), "features[0]", ""),
    Bad("ceiling below floor", collection(feature(floor="FL300")), "features[0]", "below the floor"),
    Bad("a million points", many_points, "features[0]", "10,000 points"),
    Bad("a million records", lambda: b"[" + b"{}," * 1_000_000 + b"{}]", "bad.json", "", ".json"),
    Bad("a long line", b"X" * 20_000_000, "bad.txt", "", ".txt"),
    Bad("a million lines", b"AC R\n" * 1_000_000, "bad.air", "", ".air"),
)


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(*arguments: str, cwd: Path) -> tuple[int, str, str, int]:
    words = [sys.executable, "-c", RUN, *arguments]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        words, capture_output=True, text=True, timeout=KILL_S, check=False, cwd=cwd, env=environment, preexec_fn=limited
    )
    error, _, peak = done.stderr.rpartition("\npeak ")
    return done.returncode, done.stdout, error, int(peak)


@pytest.mark.parametrize("bad", BAD, ids=[bad.name for bad in BAD])
def test_a_bad_file_is_one_clear_error(tmp_path: Path, bad: Bad):
    content = bad.content if isinstance(bad.content, bytes) else bad.content()
    name = f"bad{bad.ending}"
    (tmp_path / name).write_bytes(content)
    code, output, error, peak_bytes = run("check", name, "--json", "out.json", "--map", "out.html", cwd=tmp_path)
    assert (code, output) == (2, "")
    assert len(error.splitlines()) == 1, error[:2000]
    assert error.startswith(f"wellclear: {name}")
    assert bad.place in error
    assert bad.says in error
    assert len(error) < 1000
    assert [child.name for child in tmp_path.iterdir()] == [name]
    assert peak_bytes < LIMIT_BYTES


def test_over_the_limit_is_refused_unread_and_the_limit_can_be_raised(tmp_path: Path):
    with (tmp_path / "giant.geojson").open("wb") as stream:
        stream.truncate(10**12)
    code, _, error, peak_bytes = run("check", "giant.geojson", cwd=tmp_path)
    assert code == 2
    assert "--max-file" in error
    assert peak_bytes < LIMIT_BYTES
    (tmp_path / "small.geojson").write_bytes(WHOLE)
    assert run("check", "small.geojson", "--max-file", "10", cwd=tmp_path)[0] == 2
    assert run("check", "small.geojson", "--max-file", "1MiB", cwd=tmp_path)[0] == 0


def test_what_is_not_a_file_is_refused_without_waiting(tmp_path: Path):
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name, says in (("folder", "a directory"), ("pipe", "a pipe"), ("/dev/zero", "a device"), ("none", "no such")):
        code, _, error, _ = run("check", name, cwd=tmp_path)
        assert code == 2
        assert says in error
        assert len(error.splitlines()) == 1


def test_one_bad_file_among_good_ones_stops_all_of_it(tmp_path: Path):
    (tmp_path / "good.geojson").write_bytes(WHOLE)
    (tmp_path / "bad.geojson").write_bytes(WHOLE[:-40])
    code, output, error, _ = run("check", "good.geojson", "bad.geojson", "--json", "out.json", cwd=tmp_path)
    assert (code, output) == (2, "")
    assert error.startswith("wellclear: bad.geojson")
    assert not (tmp_path / "out.json").exists()
