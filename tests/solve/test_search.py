"""The whole search against trying everything: values, bounds, feasibility, the same answer again."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.certificate import bound_problem, find_violations
from matchmaker.errors import Infeasible, Stopped
from matchmaker.solve.problem import UNSCHEDULED, Problem
from matchmaker.solve.progress import Progress
from matchmaker.solve.search import measure, solve
from tests.oracles import draw_problem, find_best
from tests.solve.problems import make_problem, make_times

SEEDS = st.integers(0, 2**32 - 1)


def name_levels(problem: Problem) -> list[str]:
    """Return the levels of a problem with equal hours."""
    return ["points"] if problem.objective == "points" else ["coverage", "points"]


@settings(max_examples=250)
@given(SEEDS)
def test_best_and_proven(seed: int) -> None:
    """The answer keeps every demand, is the best there is, and both its prices prove it; or there is none."""
    problem = draw_problem(np.random.default_rng(seed), unequal=False)
    best = find_best(problem, name_levels(problem))
    if best is None:
        with pytest.raises(Infeasible):
            solve(problem)
        return
    solution = solve(problem)
    assert tuple(level.value for level in solution.levels) == tuple(best)
    assert (solution.status, solution.bound_by) == ("optimal", "prices")
    assert find_violations(problem, solution.chosen, solution.starts) == []
    full = (0, *best) if len(best) == 1 else best
    assert bound_problem(problem, solution.prices) == bound_problem(problem, solution.largest_prices) == tuple(full)


def test_unsimilar_points() -> None:
    """Points that differ by little are told apart: cut to two decimals, this optimum would be lost."""
    solution = solve(make_problem([[10, 19], [19, 10]]))
    assert (solution.chosen.tolist(), solution.levels[-1].value) == ([1, 2], 38)


def test_coverage_before_points() -> None:
    """Nobody stays alone for the sake of points, unless points alone count."""
    table: list[list[int | None]] = [[1_000_000, 1], [1_000_000, None]]
    assert solve(make_problem(table)).chosen.tolist() == [1, 2]
    solution = solve(make_problem(table, objective="points"))
    assert [level.name for level in solution.levels] == ["points"]
    assert solution.levels[0].value == 1_000_001


def test_priority() -> None:
    """Of two who cannot both be served, the one of higher priority is, whatever the points."""
    assert solve(make_problem([[900], [1]], priority=[0, 1])).chosen.tolist() == [1]


def test_minimum_before_points() -> None:
    """A minimum is kept even where it costs points, and is not filled by whoever comes first."""
    solution = solve(make_problem([[9, 5], [8, 1]], capacity=2, minimum=[0, 1]))
    assert (solution.chosen.tolist(), solution.levels[-1].value) == ([1, 2], 13)


def test_weekly_times() -> None:
    """A mentor's two pairs get two times, and somebody without slots needs none."""
    times = make_times([[10], [10, 20], []], [[10, 20]])
    times = replace(times, mentee_known=np.array([True, True, False]))
    solution = solve(make_problem([[5], [5], [5]], capacity=3, times=times))
    assert solution.starts.tolist() == [10, 20, UNSCHEDULED]


def test_one_place_per_mentor() -> None:
    """Two shared times with one mentor are not two mentors."""
    times = make_times([[10, 20]], [[10, 20], []])
    solution = solve(make_problem([[5, 5]], capacity=2, wanted=2, times=times))
    assert solution.chosen.tolist() == [0]


@pytest.mark.parametrize("problem", [make_problem([[]]), make_problem([[None, None]]), make_problem([[3]], capacity=0)])
def test_nothing_to_match(problem: Problem) -> None:
    """No mentors, no candidates and no places are answers, not faults."""
    solution = solve(problem)
    assert (len(solution.chosen), solution.levels[-1].value, solution.status) == (0, 0, "optimal")


def test_equal_points_again() -> None:
    """Where all points are equal, another process gives the same pairs."""
    code = (
        "from tests.solve.problems import make_problem; from matchmaker.solve.search import solve;"
        "print(solve(make_problem([[7] * 9] * 12, capacity=2, wanted=2)).chosen.tolist())"
    )
    command = [sys.executable, "-c", code]
    runs = [subprocess.run(command, capture_output=True, encoding="utf-8", check=True) for _ in range(2)]
    assert runs[0].stdout == runs[1].stdout != ""


def test_unequal_hours_that_fit() -> None:
    """Where the answer without hours keeps them all the same, prices prove it."""
    solution = solve(make_problem([[9, 1], [1, 9]], need=[60, 120], available=130, capacity=2))
    assert (solution.bound_by, solution.status, solution.chosen.tolist()) == ("prices", "optimal", [0, 3])


def test_unequal_hours_that_clash() -> None:
    """Where it does not, another method answers, and never overbooks anybody."""
    problem = make_problem([[9], [8], [7]], need=[60, 120, 60], available=130, capacity=3)
    solution = solve(problem)
    assert find_violations(problem, solution.chosen, solution.starts) == []
    assert (solution.chosen.tolist(), solution.bound_by) == ([0, 2], "solver")


@pytest.mark.parametrize("most", [0, 1])
def test_stop(most: int) -> None:
    """Stopped before there is an answer, it says so."""
    asked: list[int] = []

    def should_stop() -> bool:
        asked.append(1)
        return len(asked) > most

    with pytest.raises(Stopped, match="stopped before there was an answer"):
        solve(make_problem([[1]]), should_stop=should_stop)


def test_progress() -> None:
    """Each stage is told, the last with what was proven."""
    steps: list[Progress] = []
    solve(make_problem([[5, 3], [4, 1]]), on_progress=steps.append)
    assert [step.phase for step in steps] == ["building the network", "flow", "prices", "proven"]
    assert steps[-1] == Progress("proven", 2, 7, 7)


def test_measure() -> None:
    """Coverage counts 2 and the priority for a first mentor, 1 for each further one."""
    problem = make_problem([[5, 3], [4, 1]], wanted=2, priority=[0, 3])
    assert measure(problem, np.array([0, 1, 2])) == (3 + 5, 12)
