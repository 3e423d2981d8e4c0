"""Processes, each measured from start to end: time, processor time, and the peak of its memory.

Linux starts the account of memory with what the parent held, so a launcher that has loaded next to nothing is the
parent.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MEBIBYTE = 1024 * 1024

LAUNCHER = """
import os, sys, time
nowhere = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
began = time.perf_counter()
process = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=nowhere)
_, status, usage = os.wait4(process, 0)
seconds = time.perf_counter() - began
print([seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, os.waitstatus_to_exitcode(status)])
"""


@dataclass(frozen=True)
class Measure:
    """What one process took.

    Parameters
    ----------
    seconds : float
        Wall time from start to end.
    processor : float
        Seconds of processor time, which others on the machine disturb less.
    mebibytes : float
        Peak resident memory.
    status : int
        Exit status; below zero the signal that ended it.
    """

    seconds: float
    processor: float
    mebibytes: float
    status: int = 0


@dataclass(frozen=True)
class Result:
    """What one driver reported.

    Parameters
    ----------
    case : str
    driver : str
    ended : str
        "done", or why not.
    seconds, processor : float
        Of the work alone, without start, imports and reading of what it works on.
    mebibytes : float
        Peak of the whole process.
    counts : dict
        Whatever the driver counted.
    """

    case: str
    driver: str
    ended: str = "done"
    seconds: float = 0.0
    processor: float = 0.0
    mebibytes: float = 0.0
    counts: dict[str, Any] = field(default_factory=dict)


def launch(command: list[str]) -> tuple[Measure, str]:
    """Run a command to its end; return what it took and what it wrote to stderr."""
    starter = [sys.executable, "-I", "-S", "-c", LAUNCHER, *command]
    done = subprocess.run(starter, capture_output=True, encoding="utf-8", check=True, cwd=ROOT)
    seconds, processor, size, status = json.loads(done.stdout)
    unit = 1 if sys.platform == "darwin" else 1024
    return Measure(seconds, processor, size * unit / MEBIBYTE, status), done.stderr


def run_once(command: list[str]) -> Measure:
    """Run a command that must not fail."""
    taken, told = launch(command)
    if taken.status:
        sys.exit(f"{' '.join(command)} ended with {taken.status}:\n{told}")
    return taken


def run_driver(driver: str, case: str, folder: Path, limit: int) -> Result:
    """Run a driver in a process of its own.

    Parameters
    ----------
    driver : str
        Name in `benchmarks.drive.DRIVERS`.
    case : str
    folder : Path
        Where the case is kept between processes.
    limit : int
        Seconds after which the driver ends itself.
    """
    with tempfile.NamedTemporaryFile(suffix=".json") as answer:
        words = [driver, case, str(folder), answer.name, str(limit)]
        taken, told = launch([sys.executable, "-m", "benchmarks.drive", *words])
        if taken.status == -signal.SIGALRM:
            return Result(case, driver, f"over {limit} s", mebibytes=taken.mebibytes)
        if taken.status:
            last = (told.strip().splitlines() or [f"status {taken.status}"])[-1]
            return Result(case, driver, last, mebibytes=taken.mebibytes)
        return Result(case, driver, mebibytes=taken.mebibytes, **json.loads(Path(answer.name).read_text("utf-8")))
