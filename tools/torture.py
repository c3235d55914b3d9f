"""Run the long campaigns with a printed seed, and write what was run, with what, and how it ended."""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
OUT: Final = ROOT / "torture-out"
STOOD_ON: Final = ("numpy", "shapely", "pyproj", "numba", "hypothesis", "geographiclib")


def main() -> int:
    """Run the tests marked `torture`; the exit code is pytest's."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, required=True, help="repeats a run exactly")
    seed = options.parse_args().seed
    OUT.mkdir(exist_ok=True)
    print(f"torture: seed {seed}; repeat with: make torture SEED={seed}", flush=True)
    pytest = [sys.executable, "-m", "pytest", "-m", "torture", "-n", "auto", "--durations=0", "-v"]
    seeded = [f"--hypothesis-seed={seed}", "--hypothesis-profile=torture", f"--junit-xml={OUT / 'torture.xml'}"]
    run = subprocess.run([*pytest, *seeded], cwd=ROOT, check=False)
    cases = _cases(OUT / "torture.xml")
    told = {
        "seed": seed,
        "exit_code": run.returncode,
        "wellclear": version("wellclear"),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "packages": {name: version(name) for name in STOOD_ON},
        "seconds": {case.name: case.seconds for case in cases},
        "figures": {case.name: case.figures for case in cases if case.figures},
    }
    path = OUT / "torture.json"
    path.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    print(f"torture: seed {seed}, exit code {run.returncode}; written to {path.relative_to(ROOT)}")
    return run.returncode


@dataclass(frozen=True, slots=True)
class _Case:
    """A campaign that was run: its name, how long it took, and what it counted."""

    name: str
    seconds: float
    figures: dict[str, Any]


def _cases(path: Path) -> list[_Case]:
    """The campaigns that pytest wrote of."""
    found = ET.parse(path).iter("testcase")  # noqa: S314 - pytest wrote it a moment ago
    return [_Case(case.get("name", ""), float(case.get("time", "0")), _figures(case)) for case in found]


def _figures(case: ET.Element) -> dict[str, Any]:
    named = [(each.get("name", ""), each.get("value", "")) for each in case.iter("property")]
    return {name: json.loads(value) if value.startswith("{") else value for name, value in named}


if __name__ == "__main__":
    sys.exit(main())
