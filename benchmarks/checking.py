"""The driver of ``matchmaker verify``: the whole command, and its parts as multiples of a pricing pass."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter
from types import MappingProxyType
from typing import Any

import numpy as np

from benchmarks import store
from benchmarks.phases import Job, cost, find_floors
from benchmarks.registry import find_case
from matchmaker.answer.certificates import read_prices
from matchmaker.cli.options import Inputs
from matchmaker.cli.stored import Stored, read_stored
from matchmaker.generate import write_roster
from matchmaker.scoring.best import Scorer
from matchmaker.verify import verify_matching
from matchmaker.verify.case import Case

TURNS = 3
"""How often each part is measured, all parts taking turns; the fastest counts."""

COMMAND, CHECKING, BOUND, PRICING = (
    "the whole command, from its start to its end",
    "checking alone, once everything is read",
    "the bound alone, once look-ups are compiled",
    "a pricing pass",
)
Parts = dict[str, dict[str, float]]


def verify_folder(folder: Path, name: str) -> Job:
    """Verify the answer of generated files, as `matchmaker match --out` wrote it."""
    answer = write_answer(store.find_folder(folder, name) / "generated", name)
    return Job(lambda: run_command("verify", str(answer)), lambda _: {"parts": measure_parts(answer)})


def write_answer(place: Path, name: str) -> Path:
    """Generate the files of a case, match them, and return the folder of the answer."""
    case, answer = find_case(name), place / "answer"
    write_roster(place, case.size.mentees, case.size.mentors, case.seed)
    files = ("mentors.csv", "mentees.csv", "program.toml")
    given = [word for file in files for word in (f"--{file.split('.')[0]}", str(place / file))]
    run_command("match", *given, "--out", str(answer), "--quiet")
    return answer


def run_command(*words: str) -> None:
    """Run a command of matchmaker in a process of its own; it must not fail."""
    subprocess.run([sys.executable, "-m", "matchmaker", *words], check=True, capture_output=True)


def measure_parts(answer: Path) -> Parts:
    """Return seconds and processor time of each part, the fastest of some turns."""
    stored = read_stored(answer, Inputs())
    works = make_works(answer, stored)
    taken = [{part: clock(work) for part, work in works.items()} for _ in range(TURNS)]
    return {part: min((turn[part] for turn in taken), key=lambda one: one["processor"]) for part in works}


def make_works(answer: Path, stored: Stored) -> dict[str, Callable[[], Any]]:
    """Return the parts as work: the command, the checks, their bound, and a pass to hold them against."""
    case = Case(stored.matching, stored.roster, stored.program, ())
    scorer, rows = Scorer(case.encoded, case.required), np.arange(case.encoded.num_mentees)
    costs = cost(case.encoded, read_prices(stored.matching.certificate, stored.roster))
    floor = find_floors(case.encoded, case.problem, costs)

    def bound() -> Any:
        fresh = Case(stored.matching, stored.roster, stored.program, ())
        fresh.__dict__["encoded"] = case.encoded
        return fresh.counted

    return {
        COMMAND: lambda: run_command("verify", str(answer)),
        CHECKING: lambda: verify_matching(stored.matching, stored.roster, stored.program),
        BOUND: bound,
        PRICING: lambda: scorer.list_best(rows, costs, 1, floor),
    }


def clock(work: Callable[[], Any]) -> dict[str, float]:
    """Return the seconds and the processor time that some work took, here and in processes that it started."""
    began, used = perf_counter(), sum(os.times()[:4])
    work()
    return {"seconds": perf_counter() - began, "processor": sum(os.times()[:4]) - used}


CHECKS: Mapping[str, tuple[str, Callable[[Path, str], Job]]] = MappingProxyType(
    {"command": ("matchmaker verify", verify_folder)}
)
"""The driver with what it is called on the page."""
