"""Small problems written down as a table of points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.solve.problem import NO_LIMIT, Problem, Times


def set_bits(people: Sequence[Sequence[int]]) -> NDArray[np.uint64]:
    """Return weekly starts as bits, from a list of slots per person."""
    bits = np.zeros((len(people), 6), np.uint64)
    for person, slots in enumerate(people):
        for slot in slots:
            bits[person, slot // 64] |= np.uint64(1 << slot % 64)
    return bits


def make_times(mentees: Sequence[Sequence[int]], mentors: Sequence[Sequence[int]], pairs_per_start: int = 1) -> Times:
    """Return a timetable in which everybody's free slots are known."""
    known = np.ones(len(mentees), bool), np.ones(len(mentors), bool)
    return Times(set_bits(mentees), set_bits(mentors), *known, pairs_per_start)


def make_problem(table: Sequence[Sequence[int | None]], **limits: Any) -> Problem:
    """Return the problem of a table of points, mentees down and mentors across; None is not eligible.

    `required` is a list of (mentee, mentor); `need` is per mentee; scalars stand for everybody.
    """
    cells = [(i, j, points) for i, row in enumerate(table) for j, points in enumerate(row) if points is not None]
    num_mentees, num_mentors = len(table), len(table[0])
    required = limits.pop("required", [])
    need = np.broadcast_to(np.asarray(limits.pop("need", 60), np.int64), num_mentees)
    per_mentor = {"capacity": 1, "minimum": 0, "available": NO_LIMIT}
    per_mentee = {"wanted": 1, "priority": 0}
    columns: dict[str, Any] = {
        name: np.broadcast_to(np.asarray(limits.pop(name, default), np.int64), size).copy()
        for names, size in ((per_mentor, num_mentors), (per_mentee, num_mentees))
        for name, default in names.items()
    }
    return Problem(
        num_mentees,
        num_mentors,
        np.array([cell[:2] for cell in cells], np.int32).reshape(-1, 2),
        np.array([cell[2] for cell in cells], np.int64),
        required=np.array([k for k, cell in enumerate(cells) if cell[:2] in required], np.int64),
        need=need[[cell[0] for cell in cells]] if cells else np.empty(0, np.int64),
        **columns,
        **limits,
    )
