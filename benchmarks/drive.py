"""One driver in a process of its own: ``python -m benchmarks.drive DRIVER CASE FOLDER ANSWER SECONDS``.

Writes seconds and processor time of the fastest of a few turns of the work alone, and its counts, as JSON to the file
ANSWER. The peak of memory is told by whoever launched the process.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks import store
from benchmarks.again import AGAIN
from benchmarks.checking import CHECKS
from benchmarks.clock import run_fastest
from benchmarks.phases import PHASES, WARMED, Job, warm_up
from benchmarks.rivals import RIVALS, Dense
from benchmarks.vectors import VECTORS

OURS = {**PHASES, **VECTORS, **AGAIN, **CHECKS}
DRIVERS = (*OURS, *RIVALS)


def find_driver(name: str) -> Callable[[Path, str], Job]:
    """Return a driver by its name."""
    if name in OURS:
        return OURS[name][1]
    solve = RIVALS[name][1]

    def drive(folder: Path, case: str) -> Job:
        solve(Dense(np.array([[1, -1], [2, 3]], np.int32), np.array([1, 1])))  # imports are charged to nobody
        dense = store.load_dense(folder, case)
        return Job(
            lambda: solve(dense), lambda pairs: dict(zip(("matched", "points"), dense.measure(pairs), strict=True))
        )

    return drive


def main() -> None:
    """Run a driver and write what it took."""
    name, case, folder, answer, limit = sys.argv[1:]
    if hasattr(signal, "alarm"):
        signal.alarm(int(limit))
    if name in WARMED:
        warm_up()
    job = find_driver(name)(Path(folder), case)
    made, taken = run_fastest(job.work, job.turns)
    told = {**taken._asdict(), "counts": job.describe(made)}
    Path(answer).write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main()
