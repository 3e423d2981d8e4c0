"""What the reader of an answer should know: of roster and program, of clocks that change, of clashes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from matchmaker.answer.pairs import name_zone
from matchmaker.errors import Notice, Place, Report
from matchmaker.matching import Remarked
from matchmaker.solve.meetings import find_clashes
from matchmaker.solve.problem import UNSCHEDULED, Problem, Solution
from matchmaker.times import find_moves, read_zone

if TYPE_CHECKING:
    from matchmaker.program import Program
    from matchmaker.roster import Roster
    from matchmaker.scoring import Encoded


def list_notices(
    problem: Problem, solution: Solution, encoded: Encoded, roster: Roster, program: Program, checked: Report
) -> tuple[Remarked, ...]:
    """Return every notice of an answer, told by who, not by where: they follow from roster and program alone.

    The same people in other files, or in another order, have the same answer. What was noticed while the
    files were read stays with the roster's report.

    Parameters
    ----------
    problem : Problem
        With every eligible pair.
    solution : Solution
    encoded : Encoded
    roster : Roster
    program : Program
    checked : Report
        What `check_roster` found.
    """
    notices = [
        *checked.notices,
        *encoded.report.notices,
        *list_moves(problem, solution, roster, program),
        *list_clashes(problem, solution, roster),
    ]
    return tuple(Remarked(notice.kind, _tell(notice, roster)) for notice in notices)


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


def _tell(notice: Notice, roster: Roster) -> str:
    if notice.person is None:
        return str(notice)
    role, row = notice.person
    people = roster.mentors if role == "mentor" else roster.mentees
    return f"{role} {people.ids[row]}: {replace(notice, place=Place())}"


def list_clashes(problem: Problem, solution: Solution, roster: Roster) -> Iterator[Notice]:
    """Yield a notice for every pair that meets while one of them meets somebody else."""
    clashes = find_clashes(problem, solution.chosen, solution.starts, roster.same_human)
    for mentee, mentor in problem.pairs[solution.chosen[clashes]].tolist():
        names = roster.mentors.ids[mentor], roster.mentees.ids[mentee]
        problem_text = f"mentor {names[0]} and mentee {names[1]} have a meeting at a time when one of them has another"
        yield Notice("clash", problem_text, "Move one of the two by hand, or give more free times")
