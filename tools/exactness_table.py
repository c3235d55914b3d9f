"""Print the figures of the exactness campaign as Markdown, from the JUnit report that `make torture` wrote."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from oracle.figures import Figures  # type: ignore[import-not-found]  # noqa: E402 - found by the line above


def main() -> None:
    """Read the report named as argument, or the one in torture-out."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "torture-out" / "torture.xml"
    report = ET.parse(path)  # noqa: S314 - as above
    shares = [each.get("value", "") for each in report.iter("property") if each.get("name") == "exactness"]
    print(Figures.together(shares).table())


if __name__ == "__main__":
    main()
