"""Drivers that start again from an earlier answer: after mentees joined, after a mentor left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from benchmarks import store
from benchmarks.clock import run_fastest
from benchmarks.phases import Job
from benchmarks.problems import count_places, describe_outcome, make_base, make_scorer, search
from matchmaker import match
from matchmaker.answer.memory import Memory, find_start
from matchmaker.errors import Fault
from matchmaker.scoring import Encoded, encode
from matchmaker.solve.everyone import solve_rounds
from matchmaker.solve.outcome import Outcome

JOINED = 100
"""Mentees who join."""


def join(folder: Path, name: str) -> Job:
    """Let some mentees join who were not there when the earlier answer was made."""
    encoded = store.load(folder, name, "encoded")
    rows = np.random.default_rng(1).choice(encoded.num_mentees, min(JOINED, encoded.num_mentees // 10), replace=False)
    return start_again(take_out(encoded, "mentee", rows.tolist()), encoded)


def leave(folder: Path, name: str) -> Job:
    """Let the mentor with the most places leave after the earlier answer."""
    encoded = store.load(folder, name, "encoded")
    return start_again(encoded, take_out(encoded, "mentor", [int(np.argmax(encoded.limits.capacity))]))


def take_out(encoded: Encoded, role: str, rows: list[int]) -> Encoded:
    """Return the look-ups of a roster without some people."""
    gone = {(role, row): Fault("gone", "is not there", "Nothing is to be done") for row in rows}
    return encode(encoded.roster.without(gone), encoded.program)


def start_again(before: Encoded, now: Encoded) -> Job:
    """Return the work of proving the best anew, from the answer and the memory of an earlier roster.

    What it is held against is a search from nothing in the same process, from the same look-ups.
    """
    memory = Memory()
    matching = match(before.roster, before.program, memory=memory)

    def work() -> Outcome:
        start = find_start(now, matching, memory)
        return solve_rounds(make_scorer(now), make_base(now), count_places(now), start=start)

    def describe(outcome: Outcome) -> dict[str, Any]:
        whole, fastest = run_fastest(lambda: search(now, make_scorer(now)))
        taken = {f"whole_{name}": value for name, value in fastest._asdict().items()}
        is_same = whole.solution.levels == outcome.solution.levels
        return {**describe_outcome(outcome), **taken, "is_same": is_same}

    return Job(work, describe)


AGAIN: Mapping[str, tuple[str, Callable[[Path, str], Job]]] = MappingProxyType(
    {
        "leave": ("the mentor with the most places leaves", leave),
        "join": (f"{JOINED} mentees join", join),
    }
)
"""Each driver with what it is called on the page."""
