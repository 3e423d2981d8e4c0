"""The best matching over every pair without storing them: candidates -> flow -> prices -> candidates.

A delayed column generation (Gilmore and Gomory 1961, doi:10.1287/opre.9.6.849) on the min-cost flow: the
flow is shown few candidates; its prices are held against every pair; whatever pair would gain at these
prices becomes a candidate. When there is none, the bound equals the total, and that is the proof.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matchmaker.certificate import Demands, bound_rest
from matchmaker.errors import Infeasible, Stopped
from matchmaker.scoring.best import Scorer
from matchmaker.scoring.passes import LOWEST, Lists
from matchmaker.solve.conflict import check_demands, raise_infeasible
from matchmaker.solve.costs import NOTHING, Costs, Scale, choose_scale, make_costs
from matchmaker.solve.gains import Wishes, find_present
from matchmaker.solve.pool import Pool
from matchmaker.solve.problem import Level, Prices, Problem, Solution
from matchmaker.solve.progress import Listener, Progress
from matchmaker.solve.recall import Recall, Task, measure_falls
from matchmaker.solve.residual import FAR, find_losses
from matchmaker.solve.restricted import (
    Answer,
    State,
    find_largest,
    keep_flow,
    read_chosen,
    read_unserved,
    solve_restricted,
)
from matchmaker.solve.sample import find_sample_prices, make_no_prices

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Vector = tuple[int, int]

LISTED = 16
"""Mentors that every mentee is given as candidates at first."""

ADDED = 8
"""Most candidates that a mentee is given by a later pass."""

SUPPLY = 4
"""Candidates that a mentor with a minimum gets at first, for each mentee it asks for."""

NEAR_SHARE = 0.03
"""Share of mentees with new candidates up to which the earlier flow is mended."""

HOPELESS = 2**15
"""Coverage that no place is short by: only pairs at times that nobody can be given are."""

MOST_POINTS = 1_000_000
LEAST_BITS = 40
"""Bits for points in scalars: room for prices of billions, so that one scale lasts all rounds."""


@dataclass(eq=False)
class Effort:
    """What a search did; no figure depends on the clock.

    Parameters
    ----------
    rounds : int
        Flows over everybody's candidates.
    mended : int
        Those of them that were mended from the one before.
    passes : int
        Times that everybody's pairs were asked for.
    candidates : int
        Pairs that the flow was shown in the end.
    looked_at, skipped : int
        Mentees whose pairs were priced after a flow, and those for whom earlier lists were proof enough.
    """

    rounds: int = 0
    mended: int = 0
    passes: int = 0
    candidates: int = 0
    looked_at: int = 0
    skipped: int = 0


@dataclass(eq=False)
class Search:
    """A search in the making.

    Parameters
    ----------
    scorer : Scorer
    pool : Pool
        With the required pairs in it.
    demands : Demands
        Of the whole problem.
    tell : callable
    should_stop : callable
        Asked between the stages.
    """

    scorer: Scorer
    pool: Pool
    demands: Demands
    tell: Listener
    should_stop: Callable[[], bool]
    listed: int = LISTED
    added: int = ADDED
    scale: Scale = field(default_factory=lambda: Scale(LEAST_BITS))
    state: State | None = None
    before: Answer | None = None
    value: Vector = (0, 0)
    bound: Vector | None = None
    bound_prices: Prices | None = None
    eligible: Ints = field(init=False)
    tally: Ints = field(init=False)
    recall: Recall = field(init=False)
    effort: Effort = field(default_factory=Effort)
    num_near: int = 0
    can_serve_all: bool = True
    last: Costs | None = None

    def __post_init__(self) -> None:
        self.recall = Recall(self.pool.base.num_mentees)

    @property
    def places(self) -> Ints:
        """Places that count with each mentor."""
        return self.demands.capacity

    @property
    def wishes(self) -> Wishes:
        """What mentees can still have."""
        return self.demands.wishes

    @property
    def is_proven(self) -> bool:
        """Whether nothing better is possible."""
        return self.state is not None and self.bound == self.value

    def cost(self, prices: Prices) -> Costs:
        """Return prices as costs; where they ask for a wider scale, what was proven before is forgotten."""
        needed = choose_scale(prices, MOST_POINTS, 2 + int(self.wishes.priority.max(initial=0)), self.wishes.most)
        if needed.bits > self.scale.bits:
            self.scale = needed
            self.recall.forget()
        return make_costs(prices, self.scale, self.pool.base.times)

    def begin(self, prices: Prices) -> None:
        """Give every mentee their best mentors at some prices as candidates."""
        every = np.arange(self.pool.base.num_mentees)
        costs = self.cost(prices)
        lists = self._look(every, costs, self.listed, np.full(len(every), LOWEST), None, is_tallied=True)
        taken = np.bincount(self.pool.required[:, 1], minlength=self.pool.base.num_mentors)
        self.eligible, self.tally = lists.counts + self.wishes.taken, lists.tally + taken
        self.pool.add_lists(lists)
        self.recall.note(lists, costs, np.full(len(every), LOWEST))
        self._tighten(lists.values, costs, prices)
        self.num_near = len(every)

    def _look(
        self, rows: Ints, costs: Costs, most: int, floor: Ints, only: Bools | None, *, is_tallied: bool = False
    ) -> Lists:
        self.check_stop()
        began = perf_counter()
        lists = self.scorer.list_best(rows, costs, max(most, self.wishes.most), floor, only, is_tallied=is_tallied)
        self.effort.passes += 1
        pairs = len(rows) * (self.pool.base.num_mentors if only is None else int(only.sum()))
        speed = int(pairs / max(perf_counter() - began, 1e-9))
        self.tell(Progress("pairs priced", pairs_per_second=speed, candidates=len(self.pool.keys)))
        return lists

    def improve(self) -> None:
        """Find the best flow over the candidates."""
        problem = self.pool.make_problem()
        is_near = self.num_near <= NEAR_SHARE * self.pool.base.num_mentees and self.scorer.use_kernel
        is_covered = self.state is not None and self.bound is not None and self.bound[0] == self.value[0]
        unserved = read_unserved(self.state) if self.state is not None and is_covered else None
        before = self.before if is_near else None
        state = solve_restricted(
            problem, self.places, before=before, unserved=unserved, can_serve_all=self.can_serve_all
        )
        if state is None:
            self._find_supply(problem)
            self.improve()
            return
        self.state, self.before = state, state.read_answer()
        self.effort.rounds += 1
        self.effort.mended += int(state.was_mended)
        self.effort.candidates = len(self.pool.keys)
        self.value = measure(problem, read_chosen(state)[0])
        self.can_serve_all = not read_unserved(state).any()

    def _find_supply(self, problem: Problem) -> None:
        """Make more candidates of mentors whose demands could not be met.

        Raises
        ------
        Infeasible
            If every eligible pair of theirs is a candidate already; so it is impossible over all pairs.
        """
        try:
            raise_infeasible(problem, self.places)
        except Infeasible as error:
            mentors = sorted({*error.conflict.mentors, *(mentor for _, mentor in error.conflict.required)})
            if not self._add_mentees(np.array(mentors, np.int64), self.added):
                raise

    def _add_mentees(self, mentors: Ints, most: int) -> int:
        """Give some mentors more candidates: of each mentee, the best pairs with them that are not there yet."""
        only = np.zeros(self.pool.base.num_mentors, bool)
        only[mentors] = True
        every = np.arange(self.pool.base.num_mentees)
        costs = self.cost(make_no_prices(len(only)))
        most = min(max(most, self.wishes.most), len(mentors))
        while True:
            lists = self._look(every, costs, most, np.full(len(every), LOWEST), only)
            fresh = self.pool.add_lists(lists)
            if fresh or most == len(mentors):
                return fresh
            most = min(2 * most, len(mentors))

    def supply_minimums(self) -> None:
        """Give mentors with a minimum enough candidates to choose from, as far as there are any."""
        asked = SUPPLY * self.pool.base.minimum
        while True:
            short = np.flatnonzero(self.pool.count_by_mentor() < asked)
            if not len(short) or not self._add_mentees(short, 1):
                return
            asked = np.where(self.pool.count_by_mentor() < asked, asked, 0)

    def price(self) -> int:
        """Hold the prices against every pair; return how many pairs became candidates."""
        assert self.state is not None
        costs, problem = self.cost(self.state.prices), self.state.problem
        present = find_present(problem, costs, self.wishes.most)
        every = np.arange(problem.num_mentees)
        floor = self.wishes.find_floors(every, present, self.scale)
        tasks = self.recall.split(floor, costs)
        margin = self._choose_margin(costs)
        self.effort.looked_at += len(tasks[0].rows)
        self.effort.skipped += len(every) - len(tasks[0].rows)
        fresh = self._add(tasks[0], costs, floor - margin, present)
        fresh += sum(self._add(task, costs, floor, present) for task in tasks[1:])
        after = self.wishes.find_floors(every, present, self.scale)
        self.num_near = int(np.count_nonzero(after > floor))
        self._tighten(present, costs, self.state.prices)
        return fresh

    def _choose_margin(self, costs: Costs) -> np.int64:
        """Return how far below the floor pairs become candidates, so that later falls of prices change nothing.

        Half of what prices fell by since the flow before, but for a few mentors: they fall less each time.
        """
        last, self.last = self.last, costs
        if last is None or last.scale != costs.scale:
            return np.int64(0)
        return np.int64(np.quantile(np.abs(measure_falls(last, costs)), 0.99) / 2)

    def _add(self, task: Task, costs: Costs, floor: Ints, present: Ints) -> int:
        """Make candidates of all pairs beyond a floor, and put their values among those that are present."""
        rows, only = task
        if not len(rows):
            return 0
        lists = self._look(rows, costs, self.added + self.wishes.most - 1, floor[rows], only)
        if only is None:
            self.recall.note(lists, costs, floor[rows])
        values = np.where(self.pool.find_known(lists), NOTHING, lists.values)
        merged = np.concatenate([present[rows], values], axis=1)
        present[rows] = -np.sort(-merged, axis=1)[:, : present.shape[1]]
        return self.pool.add_lists(lists)

    def _tighten(self, values: Ints, costs: Costs, prices: Prices) -> None:
        """Keep the bound that some prices prove, if it is the lowest so far."""
        gains = self.scale.add_up(self.wishes.add_gains(np.arange(len(values)), values, self.scale))
        rest = bound_rest(costs, prices, self.demands)
        bound = gains[0] + rest[0], gains[1] + rest[1]
        if self.bound is None or bound < self.bound:
            self.bound, self.bound_prices = bound, prices

    def check_stop(self) -> None:
        """Give up if it is time and there is nothing to show."""
        if self.state is None and self.should_stop():
            raise Stopped("stopped before the first flow over everybody, so there is no answer yet. Give it more time")

    def is_within(self, gap: int) -> bool:
        """Return whether the coverage is proven, and the points within a gap."""
        return self.bound is not None and self.bound[0] == self.value[0] and self.bound[1] - self.value[1] <= gap

    def report(self, phase: str) -> None:
        """Tell how far the search has come."""
        assert self.state is not None
        bound = None if self.bound is None or self.bound[0] != self.value[0] else self.bound[1]
        distance = None if bound is None else bound - self.value[1]
        chosen = read_chosen(self.state)[0]
        told = Progress(phase, len(chosen), self.value[1], bound, distance, self.effort.rounds, len(self.pool.keys))
        self.tell(told)

    def finish(self) -> Outcome:
        """Return what was found."""
        assert self.bound is not None
        assert self.bound_prices is not None
        shortfalls = self.find_shortfalls() if self.is_proven and not self.should_stop() else {}
        assert self.state is not None
        problem = self.state.problem
        chosen, starts = read_chosen(self.state)
        pairs = zip(("coverage", "points"), self.value, self.bound, strict=True)
        levels = tuple(Level(*pair) for pair in pairs if pair[0] == "points" or problem.objective == "coverage")
        status: Literal["optimal", "feasible"] = "optimal" if self.is_proven else "feasible"
        prices = self.bound_prices
        solution = Solution(chosen, starts, prices, prices, levels, "prices", status)
        return Outcome(problem, solution, self.bound, self.eligible, self.tally, shortfalls, self.effort)

    def find_shortfalls(self) -> dict[int, tuple[int, int, int]]:
        """Return by how much mentees who lack a mentor missed the nearest one; see `find_shortfalls` of all pairs."""
        assert self.state is not None
        problem, chosen = self.state.problem, read_chosen(self.state)[0]
        had = np.bincount(problem.pairs[chosen, 0], minlength=problem.num_mentees)
        lacking = np.flatnonzero((had < problem.wanted) & (self.eligible > 0))
        if not len(lacking):
            return {}
        prices, can_give = self._settle_largest()
        costs = self.cost(prices)
        held = problem.pairs[chosen].astype(np.int64) @ np.array([problem.num_mentors, 1])
        floor = np.full(len(lacking), LOWEST)
        lists = self._look(lacking, costs, 1 + int(had[lacking].max()), floor, can_give)
        keys = lacking[:, None] * problem.num_mentors + lists.mentors
        is_free = (lists.mentors >= 0) & ~np.isin(keys, held)
        first = np.argmax(is_free, axis=1)
        rows = np.flatnonzero(is_free.any(axis=1))
        worth = np.where(had[lacking] > 0, 1, 2 + problem.priority[lacking]) * (problem.objective == "coverage")
        coverage, points = self.scale.split(-(lists.values[rows, first[rows]] + self.scale.lift(worth[rows])))
        mentors = lists.mentors[rows, first[rows]]
        found = zip(lacking[rows].tolist(), mentors.tolist(), coverage.tolist(), points.tolist(), strict=True)
        return {row: (mentor, more, missed) for row, mentor, more, missed in found if more < HOPELESS}

    def _settle_largest(self) -> tuple[Prices, Bools]:
        """Return the largest prices over all pairs, and which mentors can give a place at all.

        Pairs that speak against the largest prices become candidates; the flow stays the best.
        """
        while True:
            assert self.state is not None
            prices, residual = find_largest(self.state)
            costs, problem = self.cost(prices), self.state.problem
            present = find_present(problem, costs, self.wishes.most)
            every = np.arange(problem.num_mentees)
            floor = self.wishes.find_floors(every, present, self.scale)
            lists = self._look(every, costs, self.added + self.wishes.most - 1, floor, None)
            if not self.pool.add_lists(lists):
                losses = find_losses(residual)[residual.network.mentor_node]
                return prices, losses < FAR
            self.state = keep_flow(self.state, self.pool.make_problem(), self.places)


def measure(problem: Problem, chosen: Ints) -> Vector:
    """Return the coverage and the points of chosen pairs."""
    had = np.bincount(problem.pairs[chosen, 0], minlength=problem.num_mentees)
    coverage = int((had + (had > 0) * (1 + problem.priority)).sum()) if problem.objective == "coverage" else 0
    return coverage, int(problem.points[chosen].sum())


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a search found.

    Parameters
    ----------
    problem : Problem
        With the candidates of the end.
    solution : Solution
    price_bound : tuple of int
        (coverage, points), which follows from its prices.
    eligible : int64 array of shape (num_mentees,)
        Eligible mentors of each mentee.
    tally : int64 array of shape (num_mentors,)
        Eligible mentees of each mentor.
    shortfalls : dict of int to (mentor, coverage, points)
        By how much mentees who lack a mentor missed the nearest one; empty without a proof.
    effort : Effort
    """

    problem: Problem
    solution: Solution
    price_bound: Vector
    eligible: Ints
    tally: Ints
    shortfalls: dict[int, tuple[int, int, int]]
    effort: Effort


def solve_rounds(
    scorer: Scorer,
    base: Problem,
    places: Ints,
    *,
    on_progress: Listener | None = None,
    should_stop: Callable[[], bool] | None = None,
    gap: int = 0,
    prices: Prices | None = None,
    listed: int = LISTED,
    added: int = ADDED,
) -> Outcome:
    """Find the best matching over every pair, and the prices that prove it.

    Parameters
    ----------
    scorer : Scorer
        Knows the required pairs.
    base : Problem
        Everything but the pairs: `need` has shape (num_mentees,) here.
    places : int64 array of shape (num_mentors,)
        Places that count.
    on_progress : callable or None
    should_stop : callable or None
        Asked between the stages; after the first flow the answer so far is returned.
    gap : int
        Points within which the search may stop, at a coverage that is proven.
    prices : Prices or None
        Where to begin; None takes those of a sample.
    listed, added : int
        Candidates that a mentee is given at first, and by a later pass.

    Raises
    ------
    Infeasible
        If minimums and required pairs cannot be met.
    Stopped
        If it was stopped before there was an answer.
    """
    search = _make_search(scorer, base, places, on_progress, should_stop, listed, added)
    check_demands(search.pool.make_problem(), places)
    search.begin(prices or find_sample_prices(scorer, base, places, search.scale))
    search.supply_minimums()
    while True:
        search.check_stop()
        search.improve()
        search.report("flow")
        if search.should_stop():
            break
        fresh = search.price()
        search.report("prices")
        if search.is_within(gap) or search.should_stop():
            break
        if not fresh:
            raise ArithmeticError(f"no pair can gain, but the bound {search.bound} is not the value {search.value}")
    return search.finish()


def _make_search(
    scorer: Scorer,
    base: Problem,
    places: Ints,
    on_progress: Listener | None,
    should_stop: Callable[[], bool] | None,
    listed: int,
    added: int,
) -> Search:
    required = scorer.required[np.lexsort(scorer.required.T[::-1])]
    points = scorer.score(required)
    demands = Demands(base.wanted, base.priority, places, base.minimum, required, points, base.times, base.objective)
    pool = Pool(base, required)
    pool.add(required @ np.array([base.num_mentors, 1]), points)
    tell, stop = on_progress or (lambda _: None), should_stop or (lambda: False)
    return Search(scorer, pool, demands, tell, stop, listed, added)
