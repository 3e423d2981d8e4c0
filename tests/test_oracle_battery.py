"""Thousands of small problems, each held against answers that were found without the solver."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from matchmaker.certificate import Conflict, bound_problem, find_violations, recount_conflict
from matchmaker.errors import Infeasible
from matchmaker.solve.problem import NO_LIMIT, Problem, Solution
from matchmaker.solve.residual import cost_choices
from matchmaker.solve.search import solve
from matchmaker.solve.shortfalls import find_shortfalls
from tests.oracles import (
    Size,
    draw_problem,
    enumerate_matchings,
    find_best,
    find_breaches,
    is_possible,
    list_order,
    measure_levels,
    solve_milp,
    solve_network,
)

CHUNKS = 40
PER_CHUNK = 60
"""Problems of each chunk: 2,400 small ones in every run."""

LARGER_CHUNKS = 8
LARGER_PER_CHUNK = 15
"""Problems too large for trying everything, which HiGHS solves."""

STEP = 2**40
"""Worth of one of coverage where both levels are put into one number."""


def draw_chunk(chunk: int, count: int, size: Size | None = None) -> list[Problem]:
    """Return the problems of a chunk, the same in every run; one in three has unequal hours for certain."""
    rng = np.random.default_rng([20270111, chunk, count])
    return [draw_problem(rng, size, unequal=True if k % 3 == 0 else None) for k in range(count)]


def has_equal_hours(problem: Problem) -> bool:
    """Return whether all pairs of each mentor with limited hours take the same."""
    mentors = problem.pairs[:, 1]
    return all(
        len(np.unique(problem.need[mentors == mentor])) <= 1 for mentor in np.flatnonzero(problem.available != NO_LIMIT)
    )


def read_values(solution: Solution) -> tuple[int, ...]:
    """Return the value of each level of an answer."""
    return tuple(level.value for level in solution.levels)


def check_answer(problem: Problem, solution: Solution) -> None:
    """Hold an answer against all matchings: demands, values, bounds, and the order of the levels."""
    assert find_breaches(problem, solution.chosen, solution.starts) == []
    assert find_violations(problem, solution.chosen, solution.starts) == []
    names = [level.name for level in solution.levels]
    assert read_values(solution) == find_best(problem, names)
    assert [level.gap for level in solution.levels] == [0] * len(names)
    assert solution.status == "optimal"
    order = list_order(problem)
    chosen = np.isin(np.arange(len(problem.pairs)), solution.chosen)
    assert measure_levels(problem, chosen[None], order) == [find_best(problem, order)]


def check_prices(problem: Problem, solution: Solution) -> None:
    """Hold the bound that prices prove against the totals, or, with unequal hours, see that it is none below."""
    coverage = measure_levels(
        problem, np.isin(np.arange(len(problem.pairs)), solution.chosen)[None], ["coverage", "points"]
    )[0]
    reached = coverage if problem.objective == "coverage" else (0, coverage[1])
    for prices in (solution.prices, solution.largest_prices):
        bound = bound_problem(problem, prices)
        if solution.bound_by == "prices":
            assert bound == reached
        else:
            assert bound >= reached


def score_matchings(problem: Problem, matchings: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return coverage and points of matchings in one number."""
    names = ["coverage", "points"] if problem.objective == "coverage" else ["points"]
    values = np.array(measure_levels(problem, matchings, names), np.int64)
    return values[:, 0] * STEP + values[:, 1] if len(names) == 2 else values[:, 0]


def split_value(value: int) -> tuple[int, int]:
    """Return (coverage, points) of a number that holds both, points nearest to 0."""
    coverage = (value + STEP // 2) // STEP
    return coverage, value - coverage * STEP


def force_costs(problem: Problem) -> list[tuple[int, int] | None]:
    """Return what forcing each candidate costs, found by trying everything; None where it is impossible."""
    matchings = enumerate_matchings(problem)
    values = score_matchings(problem, matchings)
    best = int(values.max())
    with_pair = [values[matchings[:, k]] for k in range(len(problem.pairs))]
    return [split_value(best - int(some.max())) if len(some) else None for some in with_pair]


def check_choices(problem: Problem, solution: Solution) -> None:
    """Hold the cost of every other choice, and every shortfall, against trying everything."""
    forced = force_costs(problem)
    shortfalls = find_shortfalls(problem, solution)
    for mentee in range(problem.num_mentees):
        positions = np.flatnonzero(problem.pairs[:, 0] == mentee)
        costs, possible = cost_choices(problem, solution, mentee)
        for k in positions.tolist():
            mentor = problem.pairs[k, 1]
            assert possible[mentor] == (forced[k] is not None)
            assert forced[k] in (None, tuple(costs[mentor].tolist()))
        own = np.intersect1d(positions, solution.chosen)
        if len(own) < problem.wanted[mentee]:
            check_shortfall(problem, own, np.setdiff1d(positions, own), shortfalls.pop(mentee, None))
    assert shortfalls == {}


def check_shortfall(
    problem: Problem, own: NDArray[np.int64], others: NDArray[np.int64], shortfall: tuple[int, int, int] | None
) -> None:
    """Hold what a mentee missed a further mentor by against every matching with one more pair of theirs.

    It is no less than what the pair costs if the mentee may give up others for it, and no more than what it
    costs if they keep all they have; who has none is between the two without any room.
    """
    matchings = enumerate_matchings(problem)
    values = score_matchings(problem, matchings)
    keeps_own = matchings[:, own].all(axis=1)
    least = {
        int(problem.pairs[k, 1]): split_value(int(values.max() - values[matchings[:, k]].max()))
        for k in others.tolist()
        if matchings[:, k].any()
    }
    most = [
        split_value(int(values.max() - values[keeps_own & matchings[:, k]].max()))
        for k in others.tolist()
        if (keeps_own & matchings[:, k]).any()
    ]
    if shortfall is None:
        assert most == []
        return
    mentor, *missed = shortfall
    assert least[mentor] <= tuple(missed)
    assert most == [] or tuple(missed) <= min(most)
    if not len(own):
        assert tuple(missed) == least[mentor] == min(least.values())


def keep_demands(problem: Problem, mentors: list[int], required: list[int]) -> Problem:
    """Return a problem with only some minimums and required pairs."""
    minimum = np.zeros_like(problem.minimum)
    minimum[mentors] = problem.minimum[mentors]
    return replace(problem, minimum=minimum, required=np.array(sorted(required), np.int64))


def turn_hours_into_places(problem: Problem) -> Problem:
    """Return the problem whose mentors take as many as the shortest pairs would allow, with hours left aside."""
    places = problem.capacity.copy()
    for mentor in np.flatnonzero(problem.available != NO_LIMIT):
        need = np.sort(problem.need[problem.pairs[:, 1] == mentor])
        fitting = int((np.cumsum(need) <= problem.available[mentor]).sum())
        places[mentor] = min(places[mentor], fitting)
    return replace(problem, capacity=places, available=np.full(problem.num_mentors, NO_LIMIT))


def check_conflict(problem: Problem, error: Infeasible) -> None:
    """Hold a conflict against trying everything: it is one, no member can be dropped, the numbers are right."""
    assert not is_possible(problem)
    conflict: Conflict = error.conflict
    rows = [tuple(pair) for pair in problem.pairs.tolist()]
    required = [rows.index(pair) for pair in conflict.required]
    mentors = list(conflict.mentors)
    problem = problem if conflict.kind == "hours" else turn_hours_into_places(problem)
    assert set(required) <= set(problem.required.tolist())
    assert not is_possible(keep_demands(problem, mentors, required))
    assert conflict.demanded > conflict.possible
    assert f"{conflict.possible:,}" in str(error) or conflict.kind == "time"
    if conflict.kind == "hours":
        check_minutes(problem, conflict, mentors, required)
    else:
        assert recount_conflict(problem, conflict) > 0
    if conflict.kind != "wanted":
        for one in mentors:
            assert is_possible(keep_demands(problem, [j for j in mentors if j != one], required))
        for pair in required:
            assert is_possible(keep_demands(problem, mentors, [k for k in required if k != pair]))


def check_minutes(problem: Problem, conflict: Conflict, mentors: list[int], required: list[int]) -> None:
    """Hold the minutes of a conflict of hours against every matching that leaves hours aside."""
    kept = keep_demands(problem, mentors, required)
    matchings = enumerate_matchings(replace(kept, available=np.full(problem.num_mentors, NO_LIMIT)))
    excess = np.zeros(len(matchings), np.int64)
    for mentor in np.flatnonzero(problem.available != NO_LIMIT):
        own = problem.pairs[:, 1] == mentor
        excess += np.maximum(matchings[:, own] @ problem.need[own] - problem.available[mentor], 0)
    assert conflict.demanded - conflict.possible == excess.min() > 0


def check_problem(problem: Problem) -> str:
    """Solve a problem, hold everything against the oracles, and return how it ended."""
    try:
        solution = solve(problem)
    except Infeasible as error:
        check_conflict(problem, error)
        return str(error.conflict.kind)
    check_answer(problem, solution)
    check_prices(problem, solution)
    if has_equal_hours(problem):
        check_choices(problem, solution)
    return solution.bound_by


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_small_problems(chunk: int) -> None:
    """Everything said about a small problem is what trying all matchings says."""
    endings = Counter(check_problem(problem) for problem in draw_chunk(chunk, PER_CHUNK))
    assert endings.total() == PER_CHUNK
    assert endings["prices"] > PER_CHUNK / 3


def test_battery_size() -> None:
    """At least 2,000 small problems are looked at in every run."""
    assert CHUNKS * PER_CHUNK >= 2_000


def solve_or_none(problem: Problem) -> Solution | None:
    """Return the answer, or None where there is none."""
    try:
        return solve(problem)
    except Infeasible:
        return None


@pytest.mark.parametrize("chunk", range(LARGER_CHUNKS))
def test_larger_problems(chunk: int) -> None:
    """On problems too large for trying everything, every level equals what HiGHS finds."""
    for problem in draw_chunk(chunk, LARGER_PER_CHUNK, Size(mentees=14, mentors=7, candidates=70)):
        solution = solve_or_none(problem)
        order = list_order(problem)
        best = solve_milp(problem, order) if len(problem.pairs) else find_best(problem, order)
        if solution is None:
            assert best is None
            continue
        assert find_breaches(problem, solution.chosen, solution.starts) == []
        chosen = np.isin(np.arange(len(problem.pairs)), solution.chosen)
        assert measure_levels(problem, chosen[None], order) == [best]
        assert all(level.gap == 0 for level in solution.levels)


@pytest.mark.parametrize("chunk", range(LARGER_CHUNKS))
def test_flows(chunk: int) -> None:
    """Without hours, coverage and points equal what networkx finds."""
    for drawn in draw_chunk(chunk, 2 * LARGER_PER_CHUNK, Size(mentees=20, mentors=8, candidates=120)):
        problem = replace(drawn, available=np.full(drawn.num_mentors, NO_LIMIT))
        solution, best = solve_or_none(problem), solve_network(problem)
        if solution is None:
            assert best is None
            continue
        values = read_values(solution)
        assert (values if problem.objective == "coverage" else (0, *values)) == best
        assert bound_problem(problem, solution.prices) == best


def test_oracles_agree() -> None:
    """Trying everything and HiGHS, which know nothing of each other, agree."""
    for problem in draw_chunk(10_000, 60):
        order = list_order(problem)
        if len(problem.pairs):
            assert solve_milp(problem, order) == find_best(problem, order)
