"""Unequal hours: CP-SAT, with its bound and gap stated.

Where pairs take different minutes of a mentor whose minutes are limited, packing them is a knapsack, and
prices no longer prove the answer. The levels are solved in turn, each with those above it fixed: mentees
with a mentor, the tiers from the highest down, further mentors, points.

One worker with the stronger linear relaxation closed every case of 60 x 30 and 200 x 60 that was tried
(sooner than two, four or eight interleaved workers), and one worker with a fixed seed and a limit on
deterministic time gives the same answer on every run.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from matchmaker.certificate import Conflict, find_violations
from matchmaker.errors import Infeasible, Stopped
from matchmaker.solve.packing import Model, build_model, express_level, limit_level, list_levels, measure_level
from matchmaker.solve.places import find_overbooked
from matchmaker.solve.problem import NO_LIMIT, UNSCHEDULED, Level, Problem, Solution
from matchmaker.solve.progress import Listener, Progress
from matchmaker.solve.starts import Ints

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

DETERMINISTIC_PER_SECOND = 0.5
"""Units of the solver's deterministic time for one second of a time limit; a unit took 1 to 2 seconds."""

CHECK_LIMIT = 5.0
"""Deterministic time for each look at whether demands can be met while a conflict is made smaller."""

POLL_SECONDS = 0.05
"""How often somebody is asked whether to stop."""


@dataclass
class Clock:
    """How long the solver may go on, and who may stop it.

    Parameters
    ----------
    left : float or None
        Deterministic time that is left; None without limit.
    should_stop : callable or None
    """

    left: float | None = None
    should_stop: Callable[[], bool] | None = None
    is_stopped: bool = False

    def run(self, model: Model, limit: float | None, gap: int = 0) -> tuple[str, cp_model.CpSolver]:
        """Solve a model and return the status and the solver with its answer.

        Parameters
        ----------
        model : Model
        limit : float or None
            Deterministic time for this run.
        gap : int
            Stop when proven within this much of the objective.
        """
        from ortools.sat.python import cp_model

        solver = cp_model.CpSolver()
        parameters = solver.parameters
        parameters.num_workers, parameters.random_seed, parameters.linearization_level = 1, 1, 2
        parameters.absolute_gap_limit, parameters.relative_gap_limit = gap, 0
        parameters.catch_sigint_signal = False
        if limit is not None:
            parameters.max_deterministic_time = max(limit, 1e-3)
        status = solver.status_name(self._wait(solver, model))
        if self.left is not None:
            self.left = max(0.0, self.left - solver.response_proto.deterministic_time)
        return status, solver

    def _wait(self, solver: cp_model.CpSolver, model: Model) -> Any:
        """Solve in a thread, so that this one can be interrupted and can ask whether to stop."""
        with ThreadPoolExecutor(1) as pool:
            run = pool.submit(solver.solve, model.cp)
            try:
                while not run.done():
                    self._look(solver)
                    _pause(run)
            finally:
                while not run.done():
                    solver.stop_search()
                    _pause(run)
        return run.result()

    def _look(self, solver: cp_model.CpSolver) -> None:
        self.is_stopped = self.is_stopped or (self.should_stop is not None and self.should_stop())
        if self.is_stopped:
            solver.stop_search()


def _pause(run: Any) -> None:
    """Wait a moment for a run, or until it ends."""
    from concurrent.futures import wait

    wait([run], timeout=POLL_SECONDS)


@dataclass(frozen=True, eq=False)
class Answer:
    """Chosen pairs with their starts.

    Parameters
    ----------
    chosen, starts : int64 arrays of shape (num_pairs,)
    """

    chosen: Ints
    starts: Ints


def repair(problem: Problem, relaxed: Solution) -> Answer | None:
    """Return the relaxed answer without the pairs that overbook a mentor, if that breaks nothing.

    Required pairs stay first, then the shortest.
    """
    mentors, need = problem.pairs[relaxed.chosen, 1], problem.need[relaxed.chosen]
    is_free = ~np.isin(relaxed.chosen, problem.required)
    kept = np.ones(len(relaxed.chosen), np.bool_)
    for mentor in find_overbooked(problem, relaxed.chosen).tolist():
        own = np.flatnonzero(mentors == mentor)
        own = own[np.lexsort((need[own], is_free[own]))]
        kept[own[np.cumsum(need[own]) > problem.available[mentor]]] = False
    answer = Answer(relaxed.chosen[kept], relaxed.starts[kept])
    return None if find_violations(problem, answer.chosen, answer.starts) else answer


def _read_answer(model: Model, solver: cp_model.CpSolver) -> Answer:
    """Return what the solver found; the pairs of a group take its starts in turn."""
    chosen = [position for position, one in model.pair.items() if solver.boolean_value(one)]
    starts = dict.fromkeys(chosen, UNSCHEDULED)
    times = model.problem.times
    for k, group in enumerate(model.groups):
        met = [p for p in group.positions if solver.boolean_value(model.meeting[p, k])]
        for turn, position in enumerate(met):
            starts[position] = group.starts[turn // (1 if times is None else times.pairs_per_start)]
    return Answer(np.array(chosen, np.int64), np.array([starts[p] for p in chosen], np.int64))


def _hint(model: Model, answer: Answer) -> None:
    """Tell the solver where to begin."""
    model.cp.clear_hints()
    starts = dict(zip(answer.chosen.tolist(), answer.starts.tolist(), strict=True))
    served = set(model.problem.pairs[answer.chosen, 0].tolist())
    for position, one in model.pair.items():
        model.cp.add_hint(one, position in starts)
    for mentee, one in model.has.items():
        model.cp.add_hint(one, mentee in served)
    for (position, k), one in model.meeting.items():
        model.cp.add_hint(one, starts.get(position) in model.groups[k].starts)


def solve_hours(
    problem: Problem,
    relaxed: Solution,
    *,
    time_limit: float | None = None,
    gap: int = 0,
    on_progress: Listener | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Solution:
    """Find the best matching where pairs take different minutes of their mentors.

    Parameters
    ----------
    problem : Problem
    relaxed : Solution
        The best of the problem with hours turned into places; its prices stay with the answer.
    time_limit : float or None
        Seconds, counted as `DETERMINISTIC_PER_SECOND` units of deterministic time each, so that the
        answer is the same on every machine; a slower machine takes longer. Each level may use half of
        what is left, the last one all of it.
    gap : int
        Points within which the last level may stop.
    on_progress : callable or None
        Called before each level.
    should_stop : callable or None
        Asked many times a second; True ends the search with what there is.

    Returns
    -------
    Solution
        With `bound_by` "solver", and "feasible" as its status where a gap is left at any level.

    Raises
    ------
    Infeasible
        If minimums and required pairs cannot be met within the hours.
    Stopped
        If time ran out, or it was stopped, before there was any answer.
    """
    tell = on_progress or (lambda _: None)
    left = None if time_limit is None else time_limit * DETERMINISTIC_PER_SECOND
    clock = Clock(left, should_stop)
    model = build_model(problem)
    known = repair(problem, relaxed)
    first, *others = list_levels(problem)
    tell(_report(problem, first, known))
    answer, level = _solve_level(model, first, known, clock, gap)
    levels = [level]
    for name in others:
        tell(_report(problem, name, answer))
        model.cp.add(express_level(model, level.name) == level.value)
        answer, level = _solve_level(model, name, answer, clock, gap)
        levels.append(level)
    levels[-1] = _tighten(levels[-1], problem, relaxed)
    proven = all(level.gap == 0 for level in levels)
    return Solution(
        answer.chosen,
        answer.starts,
        relaxed.prices,
        relaxed.largest_prices,
        tuple(levels),
        "solver",
        "optimal" if proven else "feasible",
    )


def _report(problem: Problem, name: str, answer: Answer | None) -> Progress:
    if answer is None:
        return Progress(f"unequal hours: {name}")
    return Progress(f"unequal hours: {name}", len(answer.chosen), measure_level(problem, answer.chosen, "points"))


def _tighten(points: Level, problem: Problem, relaxed: Solution) -> Level:
    """Return the level of points with the bound by prices, where that is lower; only points alone has one."""
    if problem.objective == "coverage":
        return points
    return Level(points.name, points.value, min(points.bound, relaxed.levels[-1].bound))


def _solve_level(model: Model, name: str, answer: Answer | None, clock: Clock, gap: int) -> tuple[Answer, Level]:
    """Maximise one level, and return the better of the new answer and the old one."""
    problem = model.problem
    is_last = name == "points"
    bound = limit_level(problem, name)
    if answer is not None:
        _hint(model, answer)
    if answer is not None and clock.is_stopped:
        return answer, Level(name, measure_level(problem, answer.chosen, name), bound)
    model.cp.maximize(express_level(model, name))
    limit = clock.left if clock.left is None or is_last else clock.left / 2
    status, solver = clock.run(model, limit, gap if is_last else 0)
    if status == "INFEASIBLE":
        raise_overbooked(problem, clock)
    if status in ("OPTIMAL", "FEASIBLE"):
        bound = min(bound, int(np.floor(solver.best_objective_bound + 0.5)))
        answer = _choose_better(problem, name, answer, _read_answer(model, solver))
    if answer is None:
        raise Stopped("stopped before there was an answer that keeps hours and minimums. Give it more time")
    return answer, Level(name, measure_level(problem, answer.chosen, name), bound)


def _choose_better(problem: Problem, name: str, old: Answer | None, new: Answer) -> Answer:
    if old is None or measure_level(problem, new.chosen, name) >= measure_level(problem, old.chosen, name):
        return new
    return old


def _is_impossible(problem: Problem, demands: list[tuple[str, int]], clock: Clock) -> bool:
    """Return whether the solver proves that some demands cannot be met together."""
    model = build_model(_keep_demands(problem, demands))
    return clock.run(model, CHECK_LIMIT)[0] == "INFEASIBLE"


def _keep_demands(problem: Problem, demands: list[tuple[str, int]]) -> Problem:
    """Return the problem with only some of its minimums and required pairs."""
    minimum = np.zeros_like(problem.minimum)
    mentors = [row for kind, row in demands if kind == "minimum"]
    minimum[mentors] = problem.minimum[mentors]
    required = sorted(row for kind, row in demands if kind == "required")
    return replace(problem, minimum=minimum, required=np.array(required, np.int64))


def find_overbooking(problem: Problem, clock: Clock) -> Conflict:
    """Return a small set of demands that hours cannot meet.

    Parameters
    ----------
    problem : Problem
        Infeasible, but feasible without hours.
    clock : Clock

    Returns
    -------
    Conflict
        Of kind "hours": `demanded` is what these mentors would have to give at the least, `possible`
        what they have, in minutes. No demand can be dropped, unless `CHECK_LIMIT` hid that.
    """
    demands = [("required", int(k)) for k in problem.required]
    demands += [("minimum", int(j)) for j in np.flatnonzero(problem.minimum)]
    size = len(demands)
    while size >= 1:
        k = 0
        while k < len(demands):
            rest = demands[:k] + demands[k + size :]
            if _is_impossible(problem, rest, clock):
                demands = rest
            else:
                k += size
        size //= 2
    return _describe_overbooking(problem, demands, clock)


def _describe_overbooking(problem: Problem, demands: list[tuple[str, int]], clock: Clock) -> Conflict:
    kept = _keep_demands(problem, demands)
    model = build_model(kept, with_excess=True)
    model.cp.minimize(sum(model.excess.values()))
    _, solver = clock.run(model, CHECK_LIMIT)
    lacking = max(1, int(np.ceil(solver.best_objective_bound - 0.5)))
    pairs = problem.pairs[kept.required].tolist()
    mentors = [row for kind, row in demands if kind == "minimum"]
    involved = np.unique([*mentors, *(pair[1] for pair in pairs)]).astype(np.int64)
    own = problem.available[involved]
    possible = int(own[own != NO_LIMIT].sum())
    return Conflict("hours", tuple(mentors), tuple((a, b) for a, b in pairs), possible + lacking, possible)


def raise_overbooked(problem: Problem, clock: Clock) -> None:
    """Raise `Infeasible` with the demands that hours cannot meet."""
    conflict = find_overbooking(problem, clock)
    rows = ", ".join(map(str, conflict.mentors))
    pairs = ", ".join(f"mentee row {a} with mentor row {b}" for a, b in conflict.required)
    parts = [f"the minimums of mentor rows {rows}" if rows else "", f"the required pairs {pairs}" if pairs else ""]
    raise Infeasible(
        f"Proven impossible: {' and '.join(part for part in parts if part)} take at least {conflict.demanded:,} "
        f"minutes of mentors who have {conflict.possible:,}. Raise their hours available by "
        f"{conflict.demanded - conflict.possible:,} minutes in all, lower a minimum, or take a required pair out",
        conflict,
    )
