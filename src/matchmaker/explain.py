"""Why this pair, why not that one, and what any other choice would cost everybody together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from matchmaker.answer.candidates import collect_candidates, find_rows
from matchmaker.answer.certificates import rebuild_solution
from matchmaker.answer.pairs import name_zone
from matchmaker.errors import Infeasible, MatchmakerError
from matchmaker.program import Program, hash_program
from matchmaker.roster import hash_roster
from matchmaker.scoring import Component, Encoded, encode, explain_components, list_refusals, score_pairs
from matchmaker.solve.places import turn_hours_into_places
from matchmaker.solve.problem import Problem, Solution
from matchmaker.solve.residual import cost_choices
from matchmaker.times import format_time, read_zone

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matchmaker.matching import Matching
    from matchmaker.roster import Roster


class Reason(msgspec.Struct, frozen=True):
    """What one component says about a pair.

    Attributes
    ----------
    component : str
    points : int
    sentence : str
    """

    component: str
    points: int
    sentence: str


class Choice(msgspec.Struct, frozen=True):
    """A mentor for the mentee, and what choosing that mentor would cost everybody together.

    Attributes
    ----------
    mentor, name : str
    chosen : bool
        Whether the mentor is the mentee's in the matching.
    points : int
        Of this pair alone.
    coverage_cost, points_cost : int or None
        What the best matching with this pair loses against the matching; None if there is none
        with it. `points_cost` may be below zero where coverage is lost.
    is_exact : bool
        False where hours differ and the search was stopped before its proof.
    """

    mentor: str
    name: str
    chosen: bool
    points: int
    coverage_cost: int | None
    points_cost: int | None
    is_exact: bool = True


class ContestedTime(msgspec.Struct, frozen=True):
    """A weekly time that more pairs want than can have it.

    Attributes
    ----------
    mentor : str
    time : str
        On the mentee's clock.
    price : int
        Points that one more such time would be worth.
    """

    mentor: str
    time: str
    price: int


class Explanation(msgspec.Struct, frozen=True):
    """One mentee's place in a matching.

    Attributes
    ----------
    mentee, name : str
    reasons : dict of str to tuple of Reason
        For each mentor that was chosen or asked about: what every component says.
    choices : tuple of Choice
        The mentee's mentors, then the others by what they would cost, the cheapest first.
    refused : dict of str to tuple of str
        Mentor asked about to the rules that refuse the pair.
    contested : tuple of ContestedTime
        Among the times the mentee shares with eligible mentors.
    leftover : str or None
        Why the mentee is left over, if so.
    """

    mentee: str
    name: str
    reasons: dict[str, tuple[Reason, ...]]
    choices: tuple[Choice, ...]
    refused: dict[str, tuple[str, ...]] = {}
    contested: tuple[ContestedTime, ...] = ()
    leftover: str | None = None


def explain_mentee(
    matching: Matching,
    roster: Roster,
    program: Program,
    mentee: str,
    *,
    mentor: str | None = None,
    most: int = 5,
    components: Sequence[Component] = (),
) -> Explanation:
    """Explain one mentee's place in a matching.

    Parameters
    ----------
    matching : Matching
    roster : Roster
    program : Program
    mentee : str
        Id.
    mentor : str or None
        Id of a mentor to explain too, whether chosen or not.
    most : int
        How many other mentors to name.
    components : sequence of Component
        The embedder's own components that were used, if any.

    Returns
    -------
    Explanation

    Raises
    ------
    MatchmakerError
        If the roster has no such person, or roster or program are not those of the matching.
    """
    _require_source(matching, roster, program)
    row = roster.mentee_row(mentee)
    asked = None if mentor is None else roster.mentor_row(mentor)
    encoded = encode(roster, program, components)
    problem = collect_candidates(encoded, find_rows(roster, program), program.objective)
    solution = rebuild_solution(matching, roster, problem)
    choices = list_choices(problem, solution, encoded, roster, row)
    had = [choice for choice in choices if choice.chosen]
    others = [choice for choice in choices if not choice.chosen]
    shown = [*had, *others[:most], *(one for one in others[most:] if one.mentor == mentor)]
    told = {choice.mentor for choice in had} | ({mentor} if mentor is not None else set())
    rows = {roster.mentor_row(one) for one in told}
    return Explanation(
        mentee,
        roster.mentees.names[row],
        {roster.mentors.ids[j]: _give_reasons(encoded, row, j) for j in sorted(rows)},
        tuple(shown),
        {} if asked is None else _find_refusals(encoded, row, asked, roster),
        tuple(_list_contested(problem, solution, roster, program, row)),
        next((one.reason for one in matching.leftovers if (one.role, one.id) == ("mentee", mentee)), None),
    )


def _require_source(matching: Matching, roster: Roster, program: Program) -> None:
    """Refuse to explain an answer from what it was not made from: every cost would be wrong."""
    certificate = matching.certificate
    changed = [
        name
        for name, found, written in (
            ("roster", hash_roster(roster), certificate.roster_hash),
            ("program", hash_program(program), certificate.program_hash),
        )
        if found != written
    ]
    if changed:
        raise MatchmakerError(
            f"the {' and the '.join(changed)} of this answer changed after it was made. "
            "Match again, or give the files as they were"
        )


def list_choices(problem: Problem, solution: Solution, encoded: Encoded, roster: Roster, row: int) -> list[Choice]:
    """Return every eligible mentor of a mentee with what choosing them would cost, the cheapest first."""
    positions = np.flatnonzero(problem.pairs[:, 0] == row)
    mentors = problem.pairs[positions, 1].astype(np.int64)
    costs = _cost_all(problem, solution, positions, row)
    points, _ = score_pairs(encoded, np.column_stack([np.full_like(mentors, row), mentors]))
    chosen = np.isin(positions, solution.chosen)
    choices = [
        Choice(roster.mentors.ids[j], roster.mentors.names[j], bool(chosen[k]), int(points[k]), *costs[k])
        for k, j in enumerate(mentors.tolist())
    ]
    return sorted(choices, key=_rank)


def _rank(choice: Choice) -> tuple[Any, ...]:
    impossible = choice.coverage_cost is None
    cost = (choice.coverage_cost or 0, choice.points_cost or 0)
    return (not choice.chosen, impossible, *cost, -choice.points, choice.mentor)


Cost = tuple[int | None, int | None, bool]


def _cost_all(problem: Problem, solution: Solution, positions: NDArray[np.int64], row: int) -> list[Cost]:
    """Return (coverage, points, exact) for each candidate of a mentee."""
    if solution.bound_by == "solver" or not turn_hours_into_places(problem)[1]:
        return [_solve_again(problem, solution, int(position)) for position in positions]
    costs, possible = cost_choices(problem, solution, row)
    mentors = problem.pairs[positions, 1]
    return [(int(costs[j, 0]), int(costs[j, 1]), True) if possible[j] else (None, None, True) for j in mentors.tolist()]


def _solve_again(problem: Problem, solution: Solution, position: int) -> Cost:
    """Return what a pair costs by matching everybody anew with the pair required."""
    from matchmaker.solve.search import solve

    if position in solution.chosen:
        return 0, 0, True
    forced = replace(problem, required=np.union1d(problem.required, [position]))
    try:
        other = solve(forced)
    except Infeasible:
        return None, None, True
    exact = solution.status == other.status == "optimal"
    coverage, points = (a - b for a, b in zip(_measure(problem, solution), _measure(problem, other), strict=True))
    return coverage, points, exact


def _measure(problem: Problem, solution: Solution) -> tuple[int, int]:
    had = np.bincount(problem.pairs[solution.chosen, 0], minlength=problem.num_mentees)
    coverage = int((had + (had > 0) * (1 + problem.priority)).sum())
    return coverage, int(problem.points[solution.chosen].sum())


def _give_reasons(encoded: Encoded, row: int, mentor: int) -> tuple[Reason, ...]:
    _, parts = score_pairs(encoded, np.array([[row, mentor]]))
    sentences = explain_components(encoded, row, mentor)
    return tuple(Reason(name, int(values[0]), sentences[name]) for name, values in parts.items())


def _find_refusals(encoded: Encoded, row: int, mentor: int, roster: Roster) -> dict[str, tuple[str, ...]]:
    rules = tuple(name for name, refused in list_refusals(encoded, np.array([row])) if refused[0, mentor])
    return {roster.mentors.ids[mentor]: rules} if rules else {}


def _list_contested(
    problem: Problem, solution: Solution, roster: Roster, program: Program, row: int
) -> Iterator[ContestedTime]:
    """Yield the times with a price that the mentee shares with eligible mentors."""
    if problem.times is None:
        return
    eligible = set(problem.pairs[problem.pairs[:, 0] == row, 1].tolist())
    zone = read_zone(name_zone(roster.mentees, row, program))
    free = problem.times.mentee_starts[row]
    for mentor, start, _, points in solution.prices.times.tolist():
        if mentor in eligible and int(free[start // 64]) >> (start % 64) & 1:
            time = format_time(start, zone, program.first_day)
            yield ContestedTime(roster.mentors.ids[mentor], time, points)
