"""What a pair costs where hours differ: everybody matched anew with the pair required, within a limit of time.

The limit counts deterministic time, so that the same question has the same answer on every run. The search begins
with the answer that is there, changed no more than the pair asks for; so what it finds costs no more than that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from matchmaker.certificate import find_violations
from matchmaker.errors import Infeasible, Stopped
from matchmaker.solve.effects import Change, compare, find_choice_changes
from matchmaker.solve.hours import Answer, solve_hours
from matchmaker.solve.network import Ints
from matchmaker.solve.places import find_overbooked, turn_hours_into_places
from matchmaker.solve.problem import NO_LIMIT, UNSCHEDULED, Problem, Solution
from matchmaker.solve.search import solve
from matchmaker.times import NUM_SLOTS

SECONDS = 2.0
"""Time for each pair, unless somebody asks for more."""


def rank_choices(problem: Problem, mentee: int) -> list[int]:
    """Return the candidates of a mentee that may be possible, those first that would cost least if hours were places.

    Parameters
    ----------
    problem : Problem
    mentee : int
        Row.
    """
    relaxed, _ = turn_hours_into_places(problem)
    changes = find_choice_changes(relaxed, solve(relaxed), mentee)
    cost = {mentor: (-change.coverage, -change.points) for mentor, change in changes.items()}
    positions = np.flatnonzero(problem.pairs[:, 0] == mentee)
    mentors = problem.pairs[positions, 1].tolist()
    fits = (problem.available[mentors] == NO_LIMIT) | (problem.need[positions] <= problem.available[mentors])
    possible = [
        (*cost[mentor], -int(problem.points[position]), mentor, position)
        for mentor, position, is_fit in zip(mentors, positions.tolist(), fits.tolist(), strict=True)
        if is_fit and mentor in cost
    ]
    return [position for *_, position in sorted(possible)]


def force_pair(problem: Problem, solution: Solution, position: int, seconds: float) -> tuple[Change | None, bool]:
    """Return what requiring a pair would change, and whether that is exact.

    Parameters
    ----------
    problem : Problem
    solution : Solution
    position : int
        Of a pair in `Problem.pairs` that is not chosen.
    seconds : float
        As `solve_hours` counts them.

    Returns
    -------
    change : Change or None
        None if there is no answer with the pair, or, where it is not exact, none was found in time.
    is_exact : bool
        If not, the best answer with the pair may change less.
    """
    forced = replace(problem, required=np.union1d(problem.required, [position]))
    try:
        other = solve(turn_hours_into_places(forced)[0])
        if len(find_overbooked(problem, other.chosen)):
            near = make_room(forced, solution, position)
            start = other if near is None else replace(other, chosen=near.chosen, starts=near.starts)
            other = solve_hours(forced, start, time_limit=seconds)
    except Infeasible:
        return None, True
    except Stopped:
        return None, False
    return compare(problem, solution, other), solution.status == other.status == "optimal"


def make_room(problem: Problem, solution: Solution, position: int) -> Answer | None:
    """Return a solution with a required pair put in and only those pairs taken out that are in its way.

    Parameters
    ----------
    problem : Problem
        With the pair required.
    solution : Solution
        Without it.
    position : int

    Returns
    -------
    Answer or None
        None if that breaks a demand.
    """
    mentee, mentor = problem.pairs[position].tolist()
    mentees, mentors = problem.pairs[solution.chosen].T
    for gone in _list_removals(problem, solution, np.flatnonzero(mentors == mentor)):
        kept = np.ones(len(solution.chosen), bool)
        kept[gone] = False
        own = np.flatnonzero(kept & (mentees == mentee))
        if len(own) and len(own) >= problem.wanted[mentee]:
            kept[_rank_pairs(problem, solution, own)[0]] = False
        start = _find_start(problem, position, solution.starts[kept & (mentors == mentor)])
        chosen = np.append(solution.chosen[kept], position)
        starts, order = np.append(solution.starts[kept], start), np.argsort(chosen)
        if not find_violations(problem, chosen[order], starts[order]):
            return Answer(chosen[order], starts[order])
    return None


def _list_removals(problem: Problem, solution: Solution, places: Ints) -> Iterator[Ints]:
    """Yield ever more of a mentor's pairs, beginning with none, those first that count least."""
    order = _rank_pairs(problem, solution, places)
    yield from (order[:size] for size in range(len(order) + 1))


def _rank_pairs(problem: Problem, solution: Solution, places: Ints) -> Ints:
    """Return some of the chosen pairs, those that are missed least first and required ones last."""
    chosen = solution.chosen[places]
    priority = problem.priority[problem.pairs[chosen, 0]]
    return places[np.lexsort((problem.points[chosen], priority, np.isin(chosen, problem.required)))]


def _find_start(problem: Problem, position: int, taken: Ints) -> int:
    """Return the first start that a pair shares and others leave free, `UNSCHEDULED` if there is none."""
    times = problem.times
    mentee, mentor = problem.pairs[position].tolist()
    if times is None or not (times.mentee_known[mentee] and times.mentor_known[mentor]):
        return UNSCHEDULED
    shared = times.mentee_starts[mentee] & times.mentor_starts[mentor]
    counts = np.bincount(taken[taken != UNSCHEDULED], minlength=NUM_SLOTS)
    free = np.flatnonzero(counts[:NUM_SLOTS] < times.pairs_per_start).tolist()
    return next((slot for slot in free if int(shared[slot // 64]) >> (slot % 64) & 1), UNSCHEDULED)
