"""One case by the real commands, each in a process of its own: `generate`, `match --out`, `verify`, with a log."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.registry import Case
from benchmarks.rosters import make_program
from matchmaker.program.writing import write_program

PLACES_SHARE = 1.1
"""Places for each mentee, as in every other case."""

PROVEN = "Proven the best possible"
"""What `match` says of a proven answer."""

SHOWN = ("round", "matched", "total", "bound", "gap", "candidates", "pairs_per_second")


class Journey:
    """The commands in order.

    Parameters
    ----------
    case : Case
    folder : Path
        Where its files and the answer are written.
    """

    def __init__(self, case: Case, folder: Path) -> None:
        self.case, self.folder = case, folder
        self.log: list[str] = []
        self.seconds: dict[str, float] = {}
        self.peaks: dict[str, int] = {}
        self.num_rounds, self.is_proven = 0, False
        self.step, self.step_began = "", 0.0
        self.began = perf_counter()

    def take(self, command: str, *words: str, hear: Callable[[str], None] | None = None) -> int:
        """Run a command, hear each line of its messages, and log its time and its own peak of memory."""
        began = perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "matchmaker", command, *words], stderr=subprocess.PIPE, text=True, encoding="utf-8"
        )
        assert process.stderr is not None
        with process.stderr as lines:
            for line in lines:
                (hear or self.tell)(line.rstrip())
        status, self.peaks[command] = wait_for(process)
        self.seconds[command] = perf_counter() - began
        self.tell(f"{command}: {self.seconds[command]:.1f} s, peak {self.peaks[command]:,} MiB, status {status}")
        return status

    def tell(self, text: str) -> None:
        """Add a line to the log."""
        told = text.replace(str(self.folder), self.folder.name)  # the page names no folder of this machine
        self.log.append(f"{perf_counter() - self.began:8.1f} s  {told}")

    def hear(self, line: str) -> None:
        """Log a line of `match`: a step of its progress, or a message."""
        self.is_proven |= PROVEN in line
        step = json.loads(line) if line.startswith("{") else None
        if step is None:
            self.tell(line)
            return
        self._end_step(str(step.get("phase")))
        self.num_rounds = max(self.num_rounds, step.get("round") or 0)
        values = [f"{name} {step[name]:,}" for name in SHOWN if step.get(name) is not None]
        self.tell(" ".join([f"{self.step}:", *values]))

    def _end_step(self, step: str) -> None:
        """Note the time since the step before, under the name of what was done: see `name_span`."""
        now = perf_counter()
        name = f"match: {name_span(self.step, step)}"
        self.seconds[name] = self.seconds.get(name, 0.0) + now - self.step_began
        self.step, self.step_began = step, now

    def run(self) -> dict[str, Any]:
        """Generate, match and verify; return what each took and the log.

        The program is that of every other case: without screening, and without weekly times unless the severity
        asks for them.
        """
        size, answer = self.case.size, self.folder / "answer"
        places = round(PLACES_SHARE * size.mentees)
        given = {"mentees": size.mentees, "mentors": size.mentors, "places": places, "seed": self.case.seed}
        files = {name: self.folder / file for name, file in list_files()}
        statuses = [self.take("generate", *write_options({**given, "out": self.folder}.items()))]
        write_program(make_program(self.folder, self.case.severity.knobs), self.folder / "program.toml")
        self.step_began = perf_counter()
        words = write_options({**files, "out": answer, "progress": "json"}.items())
        statuses.append(self.take("match", *words, hear=self.hear))
        self._end_step("end")
        statuses.append(self.take("verify", str(answer)))
        is_proven = self.is_proven and not any(statuses)
        return {
            "is_proven": is_proven,
            "rounds": self.num_rounds,
            "phases": self.seconds,
            "peaks": self.peaks,
            "log": self.log,
        }


BEGUN = ("reading", "scoring", "writing")
"""Steps that are told as they begin; all others are told as they end."""


def name_span(before: str, now: str) -> str:
    """Return what was done between two steps."""
    if now == "writing":
        return "answer"
    return before if before in BEGUN and (now in BEGUN or now == "end") else now


def list_files() -> list[tuple[str, str]]:
    """Return the options of `match` with the file that each names."""
    return [("mentors", "mentors.csv"), ("mentees", "mentees.csv"), ("program", "program.toml")]


def write_options(values: Iterable[tuple[str, Any]]) -> list[str]:
    """Return options as words of a command."""
    return [word for name, value in values for word in (f"--{name}", str(value))]


def wait_for(process: subprocess.Popen[str]) -> tuple[int, int]:
    """Return the exit status of a process, and the most memory that it held, in MiB."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_maxrss // (1024**2 if sys.platform == "darwin" else 1024)
