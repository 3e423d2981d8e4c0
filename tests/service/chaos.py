"""Kills a service and its processes at random moments while jobs are sent, and counts what became of the jobs.

``python -m tests.service.chaos --jobs 1000`` runs it by itself.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from matchmaker import verify_matching
from matchmaker.documents import read_matching
from matchmaker.documents.request import open_request, read_lists, read_program_part
from matchmaker.errors import Report
from matchmaker.roster import gather_roster
from matchmaker.roster.build import read_mentees, read_mentors
from matchmaker.service.core import DATABASE
from matchmaker.service.store import Store
from tests.service.running import PATIENCE, Running, make_body

SIZES = ((6, 4), (60, 20), (400, 120), (1_500, 400))
"""Mentees and mentors of the jobs, drawn at random."""

LEAST_LIFE, MOST_LIFE = 0.05, 1.2
"""Seconds between two kills."""

SETTINGS = {"jobs": 2, "queue": 5_000, "jobs_per_key": 5_000, "crashes": 50}


@dataclass
class Tally:
    """What became of the jobs.

    Parameters
    ----------
    num_jobs : int
    num_kills : counter of str
        Of servers and of single processes.
    lost, doubled, wrong : list of str
        Jobs that did not end with an answer, ended more than once, or whose answer does not hold.
    seconds : float
    """

    num_jobs: int
    num_kills: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def __str__(self) -> str:
        kills = f"{self.num_kills['server']} servers and {self.num_kills['process']} processes killed"
        found = f"{len(self.lost)} lost, {len(self.doubled)} doubled, {len(self.wrong)} answers that do not hold"
        return f"{self.num_jobs} jobs, {kills}: {found} ({self.seconds:.0f} s)"


def list_children(pid: int) -> list[int]:
    """Return the processes below a process, the nearest first."""
    found = [int(child) for path in Path(f"/proc/{pid}/task").glob("*/children") for child in path.read_text().split()]
    return [*found, *(one for child in found for one in list_children(child))]


def kill(pids: list[int]) -> None:
    """Kill processes that were started here, without a warning."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


class Chaos:
    """A service that is killed again and again.

    Parameters
    ----------
    folder : Path
    num_jobs, seed : int
    """

    def __init__(self, folder: Path, num_jobs: int, seed: int) -> None:
        self.folder, self.random, self.tally = folder, random.Random(seed), Tally(num_jobs)
        sizes = self.random.choices(SIZES, k=num_jobs)
        self.bodies = {f"job-{k}": make_body(*size, seed=k) for k, size in enumerate(sizes)}
        self.ids: dict[str, str] = {}

    def run(self) -> Tally:
        """Send every job, kill until all have ended, and look at each of them."""
        began = time.monotonic()
        self.server = Running(self.folder, SETTINGS)
        try:
            self._live(began)
        finally:
            self.server.stop()
        self._judge()
        self.tally.seconds = time.monotonic() - began
        return self.tally

    def _live(self, began: float) -> None:
        """Send and kill until every job has ended; the more time has passed, the longer the lives."""
        next_kill = time.monotonic() + self._draw_life()
        waiting = list(self.bodies)
        while waiting or not self._is_done():
            if time.monotonic() >= next_kill:
                self.server = self._hurt(self.server)
                next_kill = time.monotonic() + self._draw_life() * (1 + (time.monotonic() - began) / PATIENCE)
            if waiting and self._send(self.server, waiting[-1]):
                waiting.pop()
            elif not waiting:
                time.sleep(0.05)
            assert time.monotonic() < began + PATIENCE + 5 * len(self.bodies), self._count()

    def _draw_life(self) -> float:
        return self.random.uniform(LEAST_LIFE, MOST_LIFE)

    def _hurt(self, server: Running) -> Running:
        """Kill one of the processes, or all of them and start the service anew."""
        children = list_children(server.process.pid)
        if children and self.random.random() < 0.3:
            self.tally.num_kills["process"] += 1
            kill([self.random.choice(children)])
            return server
        self.tally.num_kills["server"] += 1
        pids = [server.process.pid, *children]
        self.random.shuffle(pids)
        kill(pids if self.random.random() < 0.5 else [server.process.pid])
        server.wait()
        return Running(self.folder, SETTINGS)

    def _send(self, server: Running, key: str) -> bool:
        """Send a job, as often as it takes; return whether it was taken."""
        try:
            response = server.send(self.bodies[key], key)
        except httpx.TransportError:
            return False
        if response.status_code == 503:
            return False
        assert response.status_code == 202, response.text
        identity = response.json()["id"]
        if self.ids.setdefault(key, identity) != identity:
            self.tally.doubled.append(key)
        return True

    def _count(self) -> Counter[str]:
        store = Store(self.folder / DATABASE)
        try:
            return Counter(job.state for job in store.list_jobs(most=10**9))
        finally:
            store.close()

    def _is_done(self) -> bool:
        counts = self._count()
        return not counts["queued"] and not counts["running"]

    def _judge(self) -> None:
        """Look at every job: it ended once, with an answer that holds."""
        store = Store(self.folder / DATABASE)
        jobs = {job.id: job for job in store.list_jobs(most=10**9)}
        self.tally.doubled += [one for one in jobs if one not in self.ids.values()]
        for key, identity in self.ids.items():
            job = jobs.get(identity)
            if job is None or job.state != "succeeded":
                self.tally.lost.append(key)
                continue
            ends = [event for event in store.list_events(identity) if event.data["state"] == "succeeded"]
            if len(ends) != 1:
                self.tally.doubled.append(key)
            path = self.folder / "jobs" / identity / f"answer-{job.attempt}" / "matching.json"
            if not holds(self.bodies[key], path.read_bytes()):
                self.tally.wrong.append(key)
        store.close()


def holds(body: bytes, answer: bytes) -> bool:
    """Return whether an answer holds for what was sent, by the checker that never meets the solver."""
    document, report = open_request(body), Report()
    mentors, mentees, history = read_lists(document.roster, report)
    program = read_program_part(document.program)
    sides = read_mentors(mentors, report), read_mentees(mentees, report)
    roster, _ = gather_roster(*sides, history, program, report)
    return verify_matching(read_matching(answer), roster, program).holds


def main() -> int:
    """Run as many jobs as are asked for, and say what became of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--record", type=Path, help="Where to keep the figures (JSON).")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tally = Chaos(Path(folder), given.jobs, given.seed).run()
    sys.stdout.write(f"{tally}\n")
    if given.record is not None:
        found = {name: len(getattr(tally, name)) for name in ("lost", "doubled", "wrong")}
        told = {"jobs": tally.num_jobs, "kills": dict(tally.num_kills), **found, "seconds": round(tally.seconds)}
        given.record.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return 1 if tally.lost or tally.doubled or tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
