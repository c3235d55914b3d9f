"""Write the tables of docs that are made from the source; --check only says whether they are true."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import carried
import error_codes
import limit_values

DOCS: Final = Path(__file__).resolve().parents[1] / "docs"
BEGIN: Final = "<!-- made from the source: begin -->"
END: Final = "<!-- made from the source: end -->"
TABLES: Final[dict[str, Callable[[], str]]] = {
    "errors.md": error_codes.table,
    "limits.md": limit_values.table,
    "formats/index.md": carried.table,
}


def with_table(page: str, table: str) -> str:
    """The page with what stands between its marks replaced."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"


def main(arguments: list[str]) -> int:
    """Write the pages, or check them; 1 when a page that is only checked is not true."""
    stale = []
    for name, table in TABLES.items():
        path = DOCS / name
        page = path.read_text(encoding="utf-8")
        made = with_table(page, table())
        if made != page:
            stale.append(name)
        if "--check" not in arguments:
            path.write_text(made, encoding="utf-8")
    if stale and "--check" in arguments:
        print(f"not as the source says: {', '.join(stale)}; write them with: python tools/reference_pages.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
