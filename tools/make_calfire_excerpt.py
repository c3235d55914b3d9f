"""Makes the excerpt of recorded flights that the demonstration reads, from the package `traffic` 2.13 on PyPI.

    pip download traffic==2.13 --no-deps --no-binary :all: -d DIR
    python tools/make_calfire_excerpt.py DIR/traffic-2.13.tar.gz

writes calfire_excerpt.json and LICENSE-traffic.txt into src/wellclear/formats/tracks/samples.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

SAMPLES: Final = Path(__file__).parents[1] / "src" / "wellclear" / "formats" / "tracks" / "samples"
RECORDS: Final = "src/traffic/data/samples/firefighting/calfire.json.gz"
RECORDS_SHA256: Final = "d831b3439ce1c18b92e1e66789c5437aa6c7104762e628e9fd632a98471495ab"
LICENCE: Final = "license.md"

FIRST_MS: Final = round(datetime(2020, 9, 13, 12, tzinfo=UTC).timestamp() * 1000)
END_MS: Final = FIRST_MS + 86_400_000
"""The flying day of 13 September 2020 in California, from before dawn to the next: 11 pairs of flights came close."""

MEMBERS: Final = ("timestamp", "flight_id", "callsign", "icao24", "latitude", "longitude", "altitude")
"""What is kept of each record; values are not changed."""


def excerpt(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All records of the flights that begin within the day, by time of departure and then by time."""
    begins_ms: dict[str, int] = {}
    for record in records:
        flight = record["flight_id"]
        begins_ms[flight] = min(record["timestamp"], begins_ms.get(flight, record["timestamp"]))
    chosen = [record for record in records if FIRST_MS <= begins_ms[record["flight_id"]] < END_MS]
    chosen.sort(key=lambda record: (begins_ms[record["flight_id"]], record["flight_id"], record["timestamp"]))
    return [{member: record[member] for member in MEMBERS} for record in chosen]


def main(archive: str) -> None:
    """Read the archive, write the excerpt and the licence."""
    with tarfile.open(archive) as files:
        top = files.getnames()[0].partition("/")[0]
        packed, licence = (_content(files, f"{top}/{name}") for name in (RECORDS, LICENCE))
    if hashlib.sha256(packed).hexdigest() != RECORDS_SHA256:
        sys.exit("the sample calfire is not the one of traffic 2.13")
    lines = [json.dumps(record, separators=(",", ":")) for record in excerpt(json.loads(gzip.decompress(packed)))]
    SAMPLES.mkdir(exist_ok=True)
    (SAMPLES / "calfire_excerpt.json").write_text("[" + ",\n".join(lines) + "]\n", encoding="utf-8")
    (SAMPLES / "LICENSE-traffic.txt").write_bytes(licence)
    print(f"{len(lines)} records in {(SAMPLES / 'calfire_excerpt.json').stat().st_size} bytes")


def _content(files: tarfile.TarFile, name: str) -> bytes:
    member = files.extractfile(name)
    if member is None:
        sys.exit(f"{name} is not in the archive")
    return member.read()


if __name__ == "__main__":
    main(sys.argv[1])
