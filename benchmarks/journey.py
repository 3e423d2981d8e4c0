"""One case from the CSV files that `matchmaker generate` writes to a verified answer, with a log of every step."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

import numpy as np

from benchmarks.bounds import bound_anew
from benchmarks.problems import describe_outcome, make_scorer, search
from benchmarks.registry import Case
from benchmarks.rosters import make_program, read_columns, turn_knobs
from benchmarks.stopwatch import watch_phases
from matchmaker.generate import write_roster
from matchmaker.roster import Roster
from matchmaker.scoring import encode

Answer = TypeVar("Answer")


def read_peak() -> int:
    """Return the most memory that this process has held so far, in MiB."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024**2 if sys.platform == "darwin" else 1024)


class Journey:
    """The stages in order; only `run` is timed.

    Parameters
    ----------
    case : Case
    folder : Path
        Where its files lie.
    """

    def __init__(self, case: Case, folder: Path) -> None:
        self.case, self.folder = case, folder
        self.log: list[str] = []
        self.seconds: dict[str, float] = {}
        self.began = perf_counter()

    def write_files(self) -> None:
        """Generate the files."""
        write_roster(self.folder, self.case.size.mentees, self.case.size.mentors, self.case.seed)

    def take(self, stage: str, work: Callable[[], Answer]) -> Answer:
        """Do a stage and log it."""
        began = perf_counter()
        answer = work()
        self.seconds[stage] = perf_counter() - began
        self.tell(f"{stage}: {self.seconds[stage]:.1f} s")
        return answer

    def tell(self, text: str) -> None:
        """Add a line to the log."""
        self.log.append(f"{perf_counter() - self.began:8.1f} s {read_peak():6,} MiB  {text}")

    def hear(self, progress: Any) -> None:
        """Log a step of the search."""
        fields = ("round", "matched", "total", "bound", "gap", "candidates", "pairs_per_second")
        values = [(name, getattr(progress, name, None)) for name in fields]
        self.tell(
            " ".join([f"{progress.phase}:", *(f"{name} {value:,}" for name, value in values if value is not None)])
        )

    def run(self) -> dict[str, Any]:
        """Read, encode, search and verify; return the counts of the search and the log."""
        self.began = perf_counter()
        knobs = self.case.severity.knobs
        program = make_program(self.folder, knobs)
        people = self.take("read", lambda: read_columns(self.folder, program))
        people = turn_knobs(people, knobs, np.random.default_rng([self.case.seed, 1]))
        roster = self.take("check", lambda: Roster.from_columns(*people))
        encoded = self.take("encode", lambda: encode(roster, program))
        scorer = make_scorer(encoded)
        with watch_phases() as watch:
            outcome = self.take("search", lambda: search(encoded, scorer, self.hear))
        bound = self.take("verify", lambda: bound_anew(encoded, outcome.solution.prices))
        told = tuple(level.value for level in outcome.solution.levels)
        phases = {**self.seconds, **{f"search: {phase}": seconds for phase, seconds in watch.seconds.items()}}
        return {**describe_outcome(outcome), "is_proven": bound == told, "phases": phases, "log": self.log}
