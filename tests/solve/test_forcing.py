"""What a pair costs where hours differ: exact without a limit, never too little with one, and the same every time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matchmaker.certificate import find_violations
from matchmaker.errors import Infeasible
from matchmaker.solve.effects import Change, compare
from matchmaker.solve.forcing import force_pair, make_room, rank_choices
from matchmaker.solve.hours import solve_hours
from matchmaker.solve.problem import Problem, Solution
from matchmaker.solve.search import solve
from tests.oracles import draw_problem, find_best, list_order, measure_levels
from tests.solve.test_hours import draw_large, make_problem

AMPLE = 1000.0


def require(problem: Problem, position: int) -> Problem:
    """Return the problem with one more required pair."""
    return replace(problem, required=np.union1d(problem.required, [position]))


def solve_or_none(problem: Problem) -> Solution | None:
    """Return the best solution, or None where there is none."""
    try:
        return solve(problem)
    except Infeasible:
        return None


def measure(problem: Problem, solution: Solution, change: Change) -> tuple[int, int]:
    """Return coverage and points of a solution after a change."""
    reached = compare(problem, replace(solution, chosen=solution.chosen[:0]), solution)
    return reached.coverage + change.coverage, reached.points + change.points


@pytest.mark.parametrize("chunk", range(4))
def test_costs_by_trying_everything(chunk: int) -> None:
    """With time enough, each pair costs what the best of all matchings with it loses."""
    rng = np.random.default_rng([11, chunk])
    for _ in range(12):
        problem = draw_problem(rng, unequal=True)
        solution = solve_or_none(problem)
        if solution is None or not len(problem.pairs):
            continue
        order = list_order(problem)
        for position in np.setdiff1d(np.arange(len(problem.pairs)), solution.chosen).tolist():
            forced = require(problem, position)
            best = find_best(forced, order)
            change, is_exact = force_pair(problem, solution, position, AMPLE)
            assert is_exact
            assert (change is None) == (best is None)
            if change is not None and best is not None:
                other = solve(forced)
                chosen = np.isin(np.arange(len(problem.pairs)), other.chosen)
                assert measure_levels(problem, chosen[None], order) == [best]
                assert change == compare(problem, solution, other)


@pytest.mark.parametrize("chunk", range(4))
def test_room_is_made(chunk: int) -> None:
    """An answer with room made for a pair keeps every demand."""
    rng = np.random.default_rng([12, chunk])
    made = 0
    for _ in range(40):
        problem = draw_problem(rng, unequal=True)
        solution = solve_or_none(problem)
        for position in [] if solution is None else range(len(problem.pairs)):
            assert solution is not None
            if position in solution.chosen:
                continue
            forced = require(problem, position)
            near = make_room(forced, solution, position)
            if near is not None:
                made += 1
                assert position in near.chosen
                assert not find_violations(forced, near.chosen, near.starts)
    assert made > 10


def test_what_is_likely() -> None:
    """Pairs longer than the mentor's hours are left out, and the others come by what they would cost."""
    problem = make_problem([[9, 5, 7, 8], [1, 1, 1, 1]], [60, 30], [60, 60, 60, 50])
    assert rank_choices(problem, 0) == [0, 2, 1]
    change, is_exact = force_pair(problem, solve(problem), 3, AMPLE)
    assert (change, is_exact) == (None, True)


def test_limit() -> None:
    """With hardly any time a cost is no less than the exact one, no more than making room, and the same every time."""
    problem = draw_large(3)
    solution = solve(problem)
    assert solution.bound_by == "solver"
    stopped = 0
    for position in rank_choices(problem, 5)[:4]:
        if position in solution.chosen:
            continue
        change, is_exact = force_pair(problem, solution, position, 0.01)
        assert force_pair(problem, solution, position, 0.01) == (change, is_exact)
        near = make_room(require(problem, position), solution, position)
        assert change is not None
        assert near is not None
        room = compare(problem, solution, replace(solution, chosen=near.chosen))
        mentees = sum(change.tiers.values())
        assert (mentees, change.points) >= (sum(room.tiers.values()), room.points)
        exact, is_proven = force_pair(problem, solution, position, AMPLE)
        assert exact is not None
        assert is_proven
        assert (mentees, change.points) <= (sum(exact.tiers.values()), exact.points)
        stopped += not is_exact
    assert stopped


def test_nothing_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no room can be made and time runs out, it is not known whether there is an answer with the pair."""
    monkeypatch.setattr("matchmaker.solve.forcing.make_room", lambda *_: None)
    problem = draw_large(3)
    minimum = np.bincount(problem.pairs[solve(problem).chosen, 1], minlength=12)
    tight = replace(problem, minimum=np.minimum(minimum, 2))
    solution = solve_hours(tight, solve(tight), time_limit=20)
    found = [force_pair(tight, solution, position, 0.0001) for position in rank_choices(tight, 5)[:6]]
    assert (None, False) in found
