"""From a problem to a proven answer: the stages in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from matchmaker.certificate import bound_problem
from matchmaker.errors import Stopped
from matchmaker.solve.conflict import check_demands, raise_infeasible
from matchmaker.solve.flow import find_flow
from matchmaker.solve.network import Ints, Network, build_network
from matchmaker.solve.places import count_places, find_overbooked
from matchmaker.solve.problem import Level, Problem, Solution
from matchmaker.solve.progress import Listener, Progress
from matchmaker.solve.residual import build_residual, find_prices


def solve(
    problem: Problem,
    *,
    on_progress: Listener | None = None,
    should_stop: Callable[[], bool] | None = None,
    time_limit: float | None = None,
    gap: int = 0,
) -> Solution:
    """Find the best matching of a problem and the prices that prove it.

    Parameters
    ----------
    problem : Problem
    on_progress : callable or None
        Called with each `Progress`.
    should_stop : callable or None
        Asked between stages.
    time_limit : float or None
        Seconds for unequal hours; a flow runs to its end.
    gap : int
        Points within which unequal hours may stop.

    Raises
    ------
    Infeasible
        If minimums and required pairs cannot be met.
    Stopped
        If it was stopped before there was an answer.
    """
    tell = on_progress or (lambda _: None)
    stop = should_stop or (lambda: False)
    tell(Progress("building the network"))
    places = count_places(problem)
    check_demands(problem, places)
    network = build_network(problem, places)
    _check_stop(stop)
    tell(Progress("flow"))
    flow = find_flow(network)
    if flow is None:
        raise_infeasible(problem, places)
    _check_stop(stop)
    tell(Progress("prices"))
    solution = prove(problem, network, flow, places)
    if not len(find_overbooked(problem, solution.chosen)):
        last = solution.levels[-1]
        tell(Progress("proven", len(solution.chosen), last.value, last.bound))
        return solution
    from matchmaker.solve.hours import solve_hours

    tell(Progress("unequal hours"))
    return solve_hours(
        problem, solution, time_limit=time_limit, gap=gap, on_progress=on_progress, should_stop=should_stop
    )


def _check_stop(should_stop: Callable[[], bool]) -> None:
    if should_stop():
        raise Stopped("stopped before there was an answer")


def prove(problem: Problem, network: Network, flow: Ints, places: Ints) -> Solution:
    """Return the solution that a flow is, with its prices and levels."""
    used = np.flatnonzero((network.pair >= 0) & (flow > 0))
    order = np.argsort(network.pair[used])
    chosen, starts = (column[used][order].astype(np.int64) for column in (network.pair, network.start))
    prices, largest = find_prices(build_residual(network, flow))
    solution = Solution(chosen, starts, prices, largest, (), "prices", "optimal")
    levels = find_levels(problem, solution, places)
    proven = all(level.gap == 0 for level in levels)
    return replace(solution, levels=levels, status="optimal" if proven else "feasible")


def measure(problem: Problem, chosen: Ints) -> tuple[int, int]:
    """Return the coverage and the points of chosen pairs.

    Coverage is 2 + priority rank for a mentee's first mentor and 1 for each further one.
    """
    had = np.bincount(problem.pairs[chosen, 0], minlength=problem.num_mentees)
    coverage = int((had + (had > 0) * (1 + problem.priority)).sum())
    return coverage, int(problem.points[chosen].sum())


def find_levels(problem: Problem, solution: Solution, places: Ints) -> tuple[Level, ...]:
    """Return value and bound of each level that the prices speak of."""
    coverage, points = measure(problem, solution.chosen)
    bound = bound_problem(problem, solution.prices, places)
    if problem.objective == "points":
        return (Level("points", points, bound[1]),)
    return Level("coverage", coverage, bound[0]), Level("points", points, bound[1])
