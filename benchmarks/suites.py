"""What is measured by which target: lists of drivers on cases."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from benchmarks.launch import Result, run_driver
from benchmarks.registry import SEVERITIES, find_case
from benchmarks.rivals import RIVALS

GROWTH = ("20,000x2,000", "10,000x4,000", "20,000x4,000", "40,000x4,000", "20,000x8,000")
PHASES = ("read", "encode", "kernel", "blocks", "candidates", "flow", "prices", "pricing", "verify")
TABLES = ("scipy", "ortools", "pot")
HARDEST = ("plain", "timetable", "ties")
"""The severities of the largest size but one."""


LONG = ("scipy", "pot", "cpsat")
SHORT = ("kernel", "candidates", "pricing", "faiss")
SHORT_RUNS = 5
MOST_SHORT_PAIRS = 100_000_000
PENDING = Result("", "")


@dataclass(frozen=True)
class Plan:
    """Drivers on one case, in this order.

    Parameters
    ----------
    case : str
    drivers : tuple of str
    runs : int
        The fastest of them counts; see `count_runs`.
    limit : int
        Seconds after which a driver gives up.
    """

    case: str
    drivers: tuple[str, ...]
    runs: int = 1
    limit: int = 60


def plan_quick() -> list[Plan]:
    """Return what fits into ten minutes together with the promises."""
    return [
        Plan("500x100/plain/0", ("bare", "whole", "small", *TABLES, "cpsat", "highs", "networkx"), limit=30),
        Plan("500x500/single/0", ("whole", "small", *TABLES, "highs", "networkx", "mentor-match"), limit=30),
        *(Plan(f"2,000x400/{name}/0", ("whole",), runs=3) for name in SEVERITIES if name not in ("plain", "open")),
        Plan("2,000x400/plain/0", ("whole", "small", *TABLES, "cpsat", "highs", "networkx"), runs=3),
        Plan("2,000x400/open/0", ("whole", "small", *TABLES), runs=3),
        *(Plan(f"{size}/plain/0", ("whole",), runs=3) for size in GROWTH),
        Plan("10,000x2,000/plain/0", ("whole", *PHASES, "faiss", "ortools", "scipy", "pot"), runs=2, limit=60),
        Plan("10,000x2,000/open/0", ("whole", "kernel", "blocks", "faiss", "ortools", "scipy"), runs=2, limit=60),
        Plan("10,000x2,000/timetable/0", ("whole", *PHASES, "clashes"), runs=2, limit=60),
    ]


def plan_large() -> list[Plan]:
    """Return every severity at 20,000 × 4,000 and the phases of 100,000 × 20,000."""
    large = "100,000x20,000"
    return [
        *(Plan(f"{large}/{name}/0", ("whole", *PHASES, "faiss"), limit=1800) for name in HARDEST[:1]),
        Plan(f"{large}/timetable/0", ("whole", *PHASES, "clashes", "faiss"), limit=1800),
        *(Plan(f"20,000x4,000/{name}/0", ("whole",), runs=2, limit=600) for name in SEVERITIES),
        *(Plan(f"{large}/{name}/0", ("whole",), limit=1800) for name in (*HARDEST[2:], "open")),
        Plan("10,000x2,000/open/0", ("whole", "pot"), limit=900),
    ]


def plan_answers() -> list[Plan]:
    """Return what comes after an answer of 100,000 × 20,000: starting again, and verifying."""
    return [Plan("100,000x20,000/plain/0", ("leave", "join", "command"), runs=2, limit=600)]


def plan_million() -> list[Plan]:
    """Return the one run of a million mentees."""
    return [Plan("1,000,000x100,000/plain/0", ("journey",), limit=6 * 3600)]


SUITES: Mapping[str, Callable[[], list[Plan]]] = MappingProxyType(
    {"quick": plan_quick, "large": plan_large, "answers": plan_answers, "million": plan_million}
)


def run_suite(plans: list[Plan], folder: Path) -> Iterator[Result]:
    """Run plans one after the other; each case is made first and removed afterwards."""
    run_driver("bare", plans[0].case, folder, 600)
    for plan in plans:
        yield from run_plan(plan, folder)
        shutil.rmtree(folder, ignore_errors=True)


def run_plan(plan: Plan, folder: Path) -> Iterator[Result]:
    """Run the drivers of a case; what they need is made before, and not reported.

    All drivers take their turns one after the other before any has its second: what else the machine does falls
    on all of them alike.
    """
    if plan.drivers != ("journey",):
        run_driver("prepare", plan.case, folder, plan.limit * 10)
    if any(driver in RIVALS for driver in plan.drivers):
        yield run_driver("dense", plan.case, folder, plan.limit * 10)
    best: dict[str, Result] = {}
    for turn in range(max(plan.runs, SHORT_RUNS)):
        for driver in plan.drivers:
            if turn < count_runs(plan, driver) and best.get(driver, PENDING).ended == "done":
                result = run_driver(driver, plan.case, folder, plan.limit)
                best[driver] = min(best.get(driver, result), result, key=lambda one: (one.ended != "done", one.seconds))
    yield from best.values()


def count_runs(plan: Plan, driver: str) -> int:
    """Return how often a driver runs: once if it takes long, more often if it is over in a moment."""
    if driver in LONG and plan.limit > 30:
        return 1
    is_small = find_case(plan.case).size.pairs <= MOST_SHORT_PAIRS
    return max(plan.runs, SHORT_RUNS) if driver in SHORT and is_small else plan.runs
