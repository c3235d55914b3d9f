"""Run the long campaigns with a printed seed, and write what was run, with what, and how it ended."""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Final

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
    told = {
        "seed": seed,
        "exit_code": run.returncode,
        "wellclear": version("wellclear"),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "packages": {name: version(name) for name in STOOD_ON},
        "tests": "torture.xml",
    }
    path = OUT / "torture.json"
    path.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    print(f"torture: seed {seed}, exit code {run.returncode}; written to {path.relative_to(ROOT)}")
    return run.returncode


if __name__ == "__main__":
    sys.exit(main())
