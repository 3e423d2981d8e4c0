"""Plots as SVG: time and memory against size for all contenders, and the share of each phase."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.launch import ROOT, Result
from benchmarks.records import Record
from benchmarks.registry import find_case
from benchmarks.rivals import RIVALS
from benchmarks.tables import TITLES

ASSETS = ROOT / "docs" / "assets"
ORDER = ("sample", "pass", "layout", "flow", "prices", "rest")


def draw_all(records: dict[str, Record]) -> list[Path]:
    """Write every plot; return where they are."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "matchmaker"
    matplotlib.rcParams["svg.fonttype"] = "none"
    ASSETS.mkdir(exist_ok=True)
    results = [one for record in records.values() for one in record.results if one.ended == "done"]
    return [
        draw_against_size("benchmark-time.svg", "seconds", results, lambda one: one.seconds),
        draw_against_size("benchmark-memory.svg", "MiB", results, lambda one: one.mebibytes),
        draw_shares("benchmark-phases.svg", results),
    ]


def draw_against_size(name: str, label: str, results: list[Result], read: Callable[[Result], float]) -> Path:
    """Draw one quantity of every contender against the pairs of a plain case."""
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 5), layout="constrained")
    for driver in ("whole", "small", *RIVALS, "faiss"):
        points = {find_case(one.case).size.pairs: read(one) for one in results if is_shown(one, driver)}
        if points:
            style = {"linewidth": 2.5, "color": "black"} if driver == "whole" else {"linewidth": 1.2}
            sizes = sorted(points)
            title = TITLES[driver].replace("`", "")
            axes.plot(sizes, [points[size] for size in sizes], marker="o", markersize=4, label=title, **style)
    axes.set(xscale="log", yscale="log", xlabel="pairs (mentees × mentors)", ylabel=label)
    axes.grid(visible=True, which="major", alpha=0.3)
    axes.legend(fontsize="small")
    return save(figure, name)


def is_shown(one: Result, driver: str) -> bool:
    """Return whether a result belongs to the line of a contender."""
    ratio = find_case(one.case).size
    return one.driver == driver and "/plain/" in one.case and ratio.mentees == 5 * ratio.mentors


def draw_shares(name: str, results: list[Result]) -> Path:
    """Draw the share of each phase in whole runs, a bar for each case."""
    from matplotlib import pyplot

    bars = {one.case: one.counts["phases"] for one in results if is_whole(one)}
    figure, axes = pyplot.subplots(figsize=(8, 1 + 0.35 * max(len(bars), 1)), layout="constrained")
    labels = [case.removesuffix("/0") for case in bars]
    left = [0.0] * len(bars)
    for phase in ORDER:
        widths = [phases.get(phase, 0.0) / sum(phases.values()) for phases in bars.values()]
        axes.barh(labels, widths, left=left, label=phase)
        left = [begin + width for begin, width in zip(left, widths, strict=True)]
    axes.set(xlim=(0, 1), xlabel="share of the whole run")
    axes.invert_yaxis()
    axes.legend(fontsize="small", ncols=len(ORDER), loc="lower center", bbox_to_anchor=(0.5, 1.0))
    return save(figure, name)


def is_whole(one: Result) -> bool:
    """Return whether a result is a whole run large enough to have phases worth showing."""
    return one.driver == "whole" and find_case(one.case).size.pairs >= 20_000_000


def save(figure: Any, name: str) -> Path:
    """Write a figure without a date, so that the same numbers give the same file."""
    figure.savefig(ASSETS / name, metadata={"Date": None})
    return ASSETS / name
