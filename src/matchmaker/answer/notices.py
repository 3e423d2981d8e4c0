"""What the reader of an answer should know: clocks that change, clashes, and what the checks noticed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from numpy.typing import NDArray

from matchmaker.answer.pairs import name_zone
from matchmaker.errors import Notice, Place
from matchmaker.matching import Remarked
from matchmaker.solve.problem import UNSCHEDULED, Problem, Solution
from matchmaker.times import find_moves, read_zone

if TYPE_CHECKING:
    import numpy as np

    from matchmaker.program import Program
    from matchmaker.roster import Roster


def list_moves(problem: Problem, solution: Solution, roster: Roster, program: Program) -> Iterator[Notice]:
    """Yield a notice for every pair whose meeting moves for the mentee when clocks change."""
    scheduled = solution.starts != UNSCHEDULED
    rows = problem.pairs[solution.chosen[scheduled]].tolist()
    for (mentee, mentor), start in zip(rows, solution.starts[scheduled].tolist(), strict=True):
        zones = [name_zone(roster.mentors, mentor, program), name_zone(roster.mentees, mentee, program)]
        if zones[0] == zones[1]:
            continue
        keeper, other = map(read_zone, zones)
        moves = find_moves(start, keeper, other, program.first_day, program.weeks)
        if moves:
            names = roster.mentors.ids[mentor], roster.mentees.ids[mentee]
            told = "; ".join(move.describe(*names) for move in moves)
            yield Notice(
                "clock-change",
                f"mentor {names[0]} and mentee {names[1]}: {told}",
                "Agree on another time for these weeks",
            )


def tell_notices(notices: Iterable[Notice], roster: Roster) -> tuple[Remarked, ...]:
    """Return notices as an answer keeps them: by who, not by where.

    The same people in other files, or in another order, have the same answer.
    """
    return tuple(Remarked(notice.kind, _tell(notice, roster)) for notice in notices)


def _tell(notice: Notice, roster: Roster) -> str:
    if notice.person is None:
        return str(notice)
    role, row = notice.person
    people = roster.mentors if role == "mentor" else roster.mentees
    return f"{role} {people.ids[row]}: {replace(notice, place=Place())}"


def list_clashes(problem: Problem, solution: Solution, clashes: NDArray[np.int64], roster: Roster) -> Iterator[Notice]:
    """Yield a notice for every pair that meets while one of them meets somebody else."""
    for mentee, mentor in problem.pairs[solution.chosen[clashes]].tolist():
        names = roster.mentors.ids[mentor], roster.mentees.ids[mentee]
        problem_text = f"mentor {names[0]} and mentee {names[1]} have a meeting at a time when one of them has another"
        yield Notice("clash", problem_text, "Move one of the two by hand, or give more free times")
