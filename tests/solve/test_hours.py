"""Unequal hours: the levels in their order, honest bounds, and the same answer every time."""

from __future__ import annotations

import itertools
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matchmaker.certificate import bound_problem
from matchmaker.errors import Infeasible, Stopped
from matchmaker.solve.hours import repair, solve_hours
from matchmaker.solve.packing import group_starts, limit_level, list_levels
from matchmaker.solve.places import count_places
from matchmaker.solve.problem import NO_LIMIT, UNSCHEDULED, Problem, Solution
from matchmaker.solve.progress import Progress
from matchmaker.solve.search import solve
from tests.oracles import (
    Size,
    draw_problem,
    enumerate_matchings,
    find_best,
    find_breaches,
    list_order,
    measure_levels,
    solve_milp,
)

ROOT = Path(__file__).resolve().parents[2]


def make_problem(
    points: list[list[int]], need: list[int], available: list[int], minimum: list[int] | None = None
) -> Problem:
    """Return a problem in which every pair is eligible; need is that of each mentee."""
    table = np.array(points, np.int64)
    num_mentees, num_mentors = table.shape
    pairs = np.argwhere(np.ones(table.shape, np.bool_)).astype(np.int32)
    return Problem(
        num_mentees,
        num_mentors,
        pairs,
        table.ravel(),
        capacity=np.full(num_mentors, num_mentees),
        minimum=np.array(minimum or [0] * num_mentors, np.int64),
        wanted=np.ones(num_mentees, np.int64),
        priority=np.zeros(num_mentees, np.int64),
        required=np.empty(0, np.int64),
        need=np.array(need, np.int64)[pairs[:, 0]],
        available=np.array(available, np.int64),
    )


def draw_large(seed: int) -> Problem:
    """Return a problem of 40 mentees and 12 mentors whose hours are scarce."""
    rng = np.random.default_rng(seed)
    points = rng.integers(0, 1_000_000, (40, 12)).tolist()
    need = rng.choice([360, 720, 1080, 1440], 40).tolist()
    return make_problem(points, need, rng.integers(700, 3_000, 12).tolist())


def relax(problem: Problem) -> Solution:
    """Return the answer in which hours are turned into places."""
    return solve(replace(problem, capacity=count_places(problem), available=np.full(problem.num_mentors, NO_LIMIT)))


def relax_or_none(problem: Problem) -> Solution | None:
    """Return the same, or None where even that is impossible."""
    if (count_places(problem) < problem.minimum).any():
        return None
    try:
        return relax(problem)
    except Infeasible:
        return None


@pytest.mark.parametrize("chunk", range(8))
def test_every_small_problem(chunk: int) -> None:
    """Whatever the problem, hours or not, the solver's levels equal those of trying everything."""
    rng = np.random.default_rng([7, chunk])
    for _ in range(25):
        problem = draw_problem(rng, unequal=True)
        relaxed = relax_or_none(problem)
        if relaxed is None:
            continue
        order = list_order(problem)
        best = find_best(problem, order)
        if best is None:
            with pytest.raises(Infeasible):
                solve_hours(problem, relaxed)
            continue
        solution = solve_hours(problem, relaxed)
        chosen = np.isin(np.arange(len(problem.pairs)), solution.chosen)
        assert measure_levels(problem, chosen[None], order) == [best]
        assert find_breaches(problem, solution.chosen, solution.starts) == []
        assert solution.status == "optimal"
        assert solution.bound_by == "solver"
        assert [level.name for level in solution.levels] == list_levels(problem)
        assert all(level.gap == 0 for level in solution.levels)


def test_bounds_without_solver() -> None:
    """What a level could be at most, by each person alone, is never below what a matching reaches."""
    rng = np.random.default_rng(8)
    for _ in range(200):
        problem = draw_problem(rng, unequal=True)
        names = list_levels(problem)
        values = np.array(measure_levels(problem, enumerate_matchings(problem), names)).reshape(-1, len(names))
        limits = [limit_level(problem, name) for name in names]
        assert (values <= np.array(limits)).all()


def test_levels_of_tiers() -> None:
    """Tiers come from the highest down; the lowest follows from the others, and further mentors if wanted."""
    problem = make_problem([[1], [1], [1]], [60, 60, 60], [60])
    tiered = replace(problem, priority=np.array([0, 1, 2]))
    assert list_levels(problem) == ["mentees", "points"]
    assert list_levels(tiered) == ["mentees", "tier 2", "tier 1", "points"]
    assert list_levels(replace(tiered, wanted=np.array([1, 2, 1])))[-2:] == ["further mentors", "points"]
    assert list_levels(replace(tiered, objective="points")) == ["points"]


def test_number_before_priority() -> None:
    """Two short mentees come before one long one of higher priority: number first, then tiers, then points."""
    problem = make_problem([[9], [1], [1]], [120, 60, 60], [120])
    solution = solve(replace(problem, priority=np.array([1, 0, 0])))
    assert solution.chosen.tolist() == [1, 2]
    assert [(level.name, level.value, level.bound) for level in solution.levels] == [
        ("mentees", 2, 2),
        ("tier 1", 0, 0),
        ("points", 2, 2),
    ]


def test_points_alone() -> None:
    """Under points alone the long mentee with more points wins over two short ones."""
    problem = make_problem([[9], [1], [1]], [120, 60, 60], [120])
    solution = solve(replace(problem, objective="points"))
    assert solution.chosen.tolist() == [0]
    assert [(level.name, level.value, level.bound) for level in solution.levels] == [("points", 9, 9)]


def test_larger_problem() -> None:
    """On 40 x 12 every level equals what HiGHS finds, and the bound by prices is a true one."""
    problem = draw_large(1)
    solution = solve(problem)
    assert tuple(level.value for level in solution.levels) == solve_milp(problem, ["mentees", "points"])
    assert solution.status == "optimal"
    coverage = 2 * solution.levels[0].value
    assert bound_problem(problem, solution.prices) >= (coverage, solution.levels[1].value)


def test_larger_problem_with_times() -> None:
    """With a timetable too, the levels equal what HiGHS finds."""
    problem = draw_problem(
        np.random.default_rng(5), Size(16, 6, 80), with_times=True, unequal=True, objective="coverage"
    )
    relaxed = relax(replace(problem, minimum=np.zeros_like(problem.minimum), required=np.empty(0, np.int64)))
    problem = replace(problem, minimum=np.zeros_like(problem.minimum), required=np.empty(0, np.int64))
    solution = solve_hours(problem, relaxed)
    names = [level.name for level in solution.levels]
    assert tuple(level.value for level in solution.levels) == solve_milp(problem, names)
    assert find_breaches(problem, solution.chosen, solution.starts) == []


def test_short_limit() -> None:
    """A limit that runs out leaves a feasible answer, a stated gap and true bounds, the same every time."""
    problem = draw_large(2)
    best = solve(problem)
    first, second = (solve(problem, time_limit=0.002) for _ in range(2))
    assert first.chosen.tolist() == second.chosen.tolist()
    assert first.levels == second.levels
    assert first.status == "feasible"
    assert find_breaches(problem, first.chosen, first.starts) == []
    assert first.levels[0].bound >= best.levels[0].value
    assert max(level.gap for level in first.levels) > 0


def test_bounds_midway() -> None:
    """Whenever the time runs out, no bound lies below what could be reached with the levels above as they are."""
    midway = 0
    for seed, limit in itertools.product((2, 3, 5), (0.02, 0.05, 0.1)):
        problem = draw_large(seed)
        best, solution = solve(problem), solve(problem, time_limit=limit)
        for level, full in zip(solution.levels, best.levels, strict=True):
            assert level.bound >= full.value >= level.value
            midway += level.value < full.value
            if level.value < full.value:
                break
        assert (solution.status == "optimal") == (solution.levels == best.levels)
    assert midway >= 3


def test_ample_limit() -> None:
    """A limit that is not reached changes nothing."""
    problem = draw_large(3)
    assert solve(problem, time_limit=1_000.0).levels == solve(problem).levels


def test_gap() -> None:
    """A gap that is allowed is stated as it is, and the bound stays true."""
    problem = draw_large(2)
    best, near = solve(problem).levels[-1], solve(problem, gap=2_000_000).levels[-1]
    assert near.value <= best.value <= near.bound
    assert near.gap <= 2_000_000


def test_same_in_two_processes() -> None:
    """Two processes give the same pairs."""
    code = (
        "from tests.solve.test_hours import draw_large; from matchmaker.solve.search import solve; "
        "print(solve(draw_large(4), time_limit=0.05).chosen.tolist())"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True, cwd=ROOT)
        for _ in range(2)
    ]
    assert runs[0].stdout == runs[1].stdout != ""


def test_stopped_with_an_answer() -> None:
    """Who stops the search gets the answer that there is, with bounds that hold."""
    problem = draw_large(2)
    best = solve(problem)
    solution = solve_hours(problem, relax(problem), should_stop=lambda: True)
    assert solution.status == "feasible"
    assert find_breaches(problem, solution.chosen, solution.starts) == []
    assert solution.levels[0].bound >= best.levels[0].value
    assert solution.levels[1].bound >= best.levels[1].value


def make_hard() -> Problem:
    """Return a problem whose relaxed answer cannot be repaired by leaving out pairs."""
    rng = np.random.default_rng(9)
    points = rng.integers(0, 100, (24, 8)).tolist()
    need = rng.choice([70, 110, 130, 170, 230], 24).tolist()
    return make_problem(points, need, [480] * 8, minimum=[3] * 8)


def test_stopped_without_an_answer() -> None:
    """A limit that runs out before there is any answer is told, never papered over."""
    problem = make_hard()
    relaxed = relax(problem)
    assert repair(problem, relaxed) is None
    with pytest.raises(Stopped, match="stopped before there was an answer that keeps hours and minimums"):
        solve_hours(problem, relaxed, time_limit=1e-9)


def test_interrupted() -> None:
    """An interrupt goes through, and the solver's thread has ended by then."""

    def interrupt() -> bool:
        raise KeyboardInterrupt

    problem = draw_large(2)
    with pytest.raises(KeyboardInterrupt):
        solve_hours(problem, relax(problem), should_stop=interrupt)


def test_progress() -> None:
    """Each level is told when it begins, with what is known by then."""
    steps: list[Progress] = []
    problem = draw_large(2)
    solution = solve_hours(problem, relax(problem), on_progress=steps.append)
    assert [step.phase for step in steps] == ["unequal hours: mentees", "unequal hours: points"]
    assert steps[-1].matched == solution.levels[0].value
    hard: list[Progress] = []
    solve_hours(make_hard(), relax(make_hard()), on_progress=hard.append)
    assert hard[0] == Progress("unequal hours: mentees")


def test_conflict() -> None:
    """Minimums that hours cannot meet are named with the minutes, and those that can are left out."""
    problem = make_problem([[1, 1, 1]] * 4, [60, 60, 90, 90], [120, 120, 500], minimum=[2, 2, 0])
    with pytest.raises(Infeasible) as caught:
        solve(problem)
    conflict = caught.value.conflict
    assert (conflict.kind, conflict.mentors, conflict.required) == ("hours", (0, 1), ())
    assert (conflict.demanded, conflict.possible) == (300, 240)
    assert str(caught.value) == (
        "Proven impossible: the minimums of mentor rows 0, 1 take at least 300 minutes of mentors who have 240. "
        "Raise their hours available by 60 minutes in all, lower a minimum, or take a required pair out"
    )


def test_conflict_of_required_pairs() -> None:
    """Required pairs that do not fit into the hours are named, not dropped."""
    problem = make_problem([[1, 1]] * 3, [60, 90, 30], [120, NO_LIMIT])
    required = replace(problem, required=np.array([0, 2, 5]))
    with pytest.raises(Infeasible) as caught:
        solve(required)
    conflict = caught.value.conflict
    assert (conflict.mentors, conflict.required) == ((), ((0, 0), (1, 0)))
    assert (conflict.demanded, conflict.possible) == (150, 120)
    assert "the required pairs mentee row 0 with mentor row 0, mentee row 1 with mentor row 0 take" in str(caught.value)


def test_required_first() -> None:
    """The repair of an overbooked mentor keeps required pairs and then the shortest."""
    problem = make_problem([[1], [1], [1]], [90, 30, 60], [120])
    problem = replace(problem, required=np.array([0]))
    relaxed = replace(relax(problem), chosen=np.array([0, 1, 2]), starts=np.full(3, UNSCHEDULED))
    answer = repair(problem, relaxed)
    assert answer is not None
    assert answer.chosen.tolist() == [0, 1]


def test_groups_of_starts() -> None:
    """Starts that suit the same pairs are one group, and every start is in exactly one."""
    rng = np.random.default_rng(11)
    for _ in range(50):
        problem = draw_problem(rng, with_times=True)
        groups = group_starts(problem)
        keys = [(int(problem.pairs[group.positions[0], 1]), start) for group in groups for start in group.starts]
        assert len(keys) == len(set(keys))
        assert len({group.positions for group in groups}) == len(groups)
