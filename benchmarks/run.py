"""Measure detection beside what users have now; write a table and figures.

    python benchmarks/run.py [--quick] [--only a,b,c,d] [--repeat 3] [--out bench-out]

Each measurement runs in a process of its own (`measure.py`), warmed with a small world, so that compilation is not
timed. This process imports nothing large: the memory of a parent would count in its children's peak.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from plan import PARTS, Case, cases
from report import page

FORMAT_VERSION: Final = 1
SEED: Final = 20_240_601
PATIENCE_S: Final = 600
PACKAGES: Final = ("wellclear", "numpy", "shapely", "pyproj", "numba", "rtree")
HERE: Final = Path(__file__).parent

Figures = dict[str, Any]


def main() -> int:
    """Run what the command line asks for; 1 when solvers disagree without a reason or wellclear failed."""
    options = _options()
    wanted = options.only.split(",")
    chosen = [case for case in cases(quick=options.quick) if case.part in wanted]
    run: Figures = {
        "format": "wellclear-bench",
        "version": FORMAT_VERSION,
        "quick": options.quick,
        "machine": machine(),
        "versions": versions(),
        "seed": SEED,
        "repeat": options.repeat,
        "cases": [],
    }
    with tempfile.TemporaryDirectory() as folder:
        run["cases"] = [measured(case, Path(folder), options.repeat) for case in chosen]
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "bench.json").write_text(json.dumps(run, indent=1) + "\n")
    (options.out / "bench.md").write_text(page(run))
    print(page(run))
    _say(f"written: {options.out / 'bench.md'}, {options.out / 'bench.json'}")
    return 0 if _sound(run["cases"]) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure detection beside shapely and rtree.")
    parser.add_argument("--quick", action="store_true", help="10,000 volumes everywhere")
    parser.add_argument("--only", default=",".join(PARTS), help="parts to run, such as a,c")
    parser.add_argument("--repeat", type=int, default=3, help="repetitions of each measurement")
    parser.add_argument("--out", type=Path, default=Path("bench-out"), help="folder for bench.md and bench.json")
    options = parser.parse_args()
    unknown = set(options.only.split(",")) - set(PARTS)
    if unknown or options.repeat < 1:
        parser.error(f"--only takes {', '.join(PARTS)}, separated by commas; --repeat at least 1")
    return options


def measured(case: Case, folder: Path, repeat: int) -> Figures:
    """All solvers on one world, and whether they agree."""
    _say(f"({case.part}) {case.title}")
    world = folder / "world.npz"
    drawn = {"do": "draw", "world": case.world, "count": case.count, "of": case.of, "seed": SEED, "path": str(world)}
    failure = child(drawn).get("failed")
    if failure:
        raise SystemExit(f"the world could not be drawn: {failure}")
    solvers = {name: _solved(case, name, folder, repeat) for name in case.solvers}
    ratio = _ratio(case, solvers)
    if ratio is not None:
        _say(f"    {case.yardstick} takes {ratio:.1f} times as long as wellclear")
    return {
        "part": case.part,
        "title": case.title,
        "world": case.world,
        "count": case.count,
        "of": case.of,
        "minima": case.minima,
        "yardstick": case.yardstick,
        "times_yardstick": ratio,
        "solvers": solvers,
        "agreement": _agreement(case, solvers, folder),
    }


def _solved(case: Case, name: str, folder: Path, repeat: int) -> Figures:
    job = {
        "do": "online" if case.online else "pairs",
        "world": case.world,
        "seed": SEED,
        "solver": name,
        "minima": case.minima,
        "path": str(folder / "world.npz"),
        "found": str(folder / f"{name}.npy"),
        "repeat": repeat,
    }
    figures = child(job)
    if "seconds" in figures:
        figures["median_s"], figures["least_s"] = statistics.median(figures["seconds"]), min(figures["seconds"])
        figures["cpu_median_s"] = statistics.median(figures["cpu_s"])
    _say(f"    {name}: {_shortly(figures)}")
    return figures


def _shortly(figures: Figures) -> str:
    if "failed" in figures:
        return str(figures["failed"])
    if "us" in figures:
        return ", ".join(f"{call} {us['p50']:.1f} us" for call, us in figures["us"].items())
    return f"{figures['median_s']:.3f} s, {figures['pairs']:,} pairs, {figures['peak_bytes'] / 1e6:,.0f} MB"


def _ratio(case: Case, solvers: dict[str, Figures]) -> float | None:
    own, other = solvers["wellclear"], solvers[case.yardstick]
    if "failed" in own or "failed" in other:
        return None
    if case.online:
        return float(other["us"]["query"]["p50"] / own["us"]["query"]["p50"])
    return float(other["median_s"] / own["median_s"])


def _agreement(case: Case, solvers: dict[str, Figures], folder: Path) -> list[Figures]:
    finished = [name for name in case.solvers if "failed" not in solvers[name]]
    checks = []
    for name in finished[1:]:
        names = {"first": finished[0], "other": name}
        on_plane = not name.startswith("wellclear") and finished[0].startswith("wellclear")
        job = {
            "do": "compare",
            "world": case.world,
            "minima": case.minima,
            "path": str(folder / "world.npz"),
            "online": case.online,
            "other_on_plane": on_plane,
        }
        counts = child(job | {key: str(folder / f"{solver}.npy") for key, solver in names.items()})
        if "failed" in counts:
            raise SystemExit(f"the pairs could not be compared: {counts['failed']}")
        _say(f"    {finished[0]} and {name}: {counts['unexplained']} pairs differ without a reason")
        checks.append(names | counts)
    return checks


def child(job: Figures) -> Figures:
    """Figures of one job, or what became of it under `failed`."""
    command = [sys.executable, str(HERE / "measure.py"), json.dumps(job)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    except subprocess.TimeoutExpired:
        return {"failed": f"not finished in {PATIENCE_S} s"}
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or [f"ended with {done.returncode}"]
        return {"failed": last[0].replace("|", "/")}
    figures: Figures = json.loads(done.stdout)
    return figures


def _sound(measured_cases: list[Figures]) -> bool:
    unexplained = sum(check["unexplained"] for case in measured_cases for check in case["agreement"])
    failed = [case["title"] for case in measured_cases if "failed" in case["solvers"]["wellclear"]]
    return not unexplained and not failed


def machine() -> Figures:
    """What the figures were taken on."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def _processor() -> str:
    listing = Path("/proc/cpuinfo")
    lines = listing.read_text().splitlines() if listing.exists() else []
    named = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


def versions() -> dict[str, str]:
    """Versions of what is measured."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
