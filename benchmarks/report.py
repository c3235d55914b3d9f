"""The figures of a run as a page."""

from __future__ import annotations

from typing import Any, Final

from plan import PARTS

Entry = dict[str, Any]

READING: Final = (
    "Median and least of the repetitions; memory is the process's peak with interpreter, libraries and input; load is "
    "the machine's when the measurement ended. *times* is the solver's median over wellclear's."
)

DIFFERING: Final = (
    "Pairs that only one of two solvers found. On one plane distances are wrong by up to 0.05 % over 400 km; what that "
    "explains is shown by measuring the pair again. *Unexplained* must be 0."
)


def page(run: Entry) -> str:
    """Markdown of a whole run, as `run.py` collects it."""
    machine = run["machine"]
    lines = [
        "# Benchmarks of detection",
        "",
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']:.0f} GB, {machine['system']}; "
        + ", ".join(f"{name} {version}" for name, version in run["versions"].items())
        + f"; seed {run['seed']}.",
        "",
        READING,
    ]
    for part, title in PARTS.items():
        chosen = [case for case in run["cases"] if case["part"] == part]
        if chosen:
            lines += ["", f"## ({part}) {title}", "", *(_online(chosen) if part == "c" else _pairs(chosen))]
    return "\n".join([*lines, "", "## Agreement", "", *_agreement(run["cases"]), ""])


def _pairs(cases: list[Entry]) -> list[str]:
    lines = [
        "| world, volumes | solver | pairs | median s | least s | CPU s | peak MB | times | load |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for case in cases:
        own = case["solvers"].get("wellclear", {})
        for name, figures in case["solvers"].items():
            lines.append(f"| {case['title']} | {name} | {_pairs_row(figures, own)} |")
    return lines


def _pairs_row(figures: Entry, own: Entry) -> str:
    if "failed" in figures:
        return f"{figures['failed']} | | | | | |"
    times = f"{figures['median_s'] / own['median_s']:.2f}" if "median_s" in own else ""
    return (
        f"{figures['pairs']:,} | {figures['median_s']:.3f} | {figures['least_s']:.3f} | "
        f"{figures['cpu_median_s']:.2f} | {figures['peak_bytes'] / 1e6:,.0f} | {times} | {figures['load']:.1f}"
    )


def _online(cases: list[Entry]) -> list[str]:
    lines = [
        "| resident | index | call | p50 us | p99 us | build s | peak MB | load |",
        "|---|---|---|--:|--:|--:|--:|--:|",
    ]
    for case in cases:
        for name, figures in case["solvers"].items():
            lines += [f"| {case['title']} | {name} | {row} |" for row in _online_rows(figures)]
    return lines


def _online_rows(figures: Entry) -> list[str]:
    if "failed" in figures:
        return [f"{figures['failed']} | | | | |"]
    rest = f"{figures['build_s']:.2f} | {figures['peak_bytes'] / 1e6:,.0f} | {figures['load']:.1f}"
    return [f"{call} | {us['p50']:.1f} | {us['p99']:.1f} | {rest}" for call, us in figures["us"].items()]


def _agreement(cases: list[Entry]) -> list[str]:
    lines = [
        DIFFERING,
        "",
        "| world, volumes | first | other | only first | only other | unexplained |",
        "|---|---|---|--:|--:|--:|",
    ]
    for case in cases:
        for check in case["agreement"]:
            counts = " | ".join(f"{check[key]:,}" for key in ("only_first", "only_other", "unexplained"))
            lines.append(f"| ({case['part']}) {case['title']} | {check['first']} | {check['other']} | {counts} |")
    return lines
