"""The best matching over every pair without storing them: candidates -> flow -> prices -> candidates.

A delayed column generation (Gilmore and Gomory 1961, doi:10.1287/opre.9.6.849) on the min-cost flow: the
flow is shown few candidates; its prices are held against every pair; whatever pair would gain at these
prices becomes a candidate. When there is none, the bound equals the total, and that is the proof.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from matchmaker.certificate import Demands, bound_rest
from matchmaker.errors import Infeasible, Stopped
from matchmaker.scoring.best import Scorer
from matchmaker.scoring.passes import LOWEST, Lists
from matchmaker.solve.conflict import raise_infeasible
from matchmaker.solve.costs import NOTHING, Costs, Scale, choose_scale, make_costs
from matchmaker.solve.gains import NEVER, Wishes, find_present
from matchmaker.solve.outcome import LEAST_BITS, Answer, Effort, Interim, Start
from matchmaker.solve.pool import Pool
from matchmaker.solve.problem import Prices, Problem
from matchmaker.solve.progress import Listener, Progress
from matchmaker.solve.recall import Recall, Task, measure_falls
from matchmaker.solve.restricted import (
    State,
    Ways,
    choose_pricing,
    read_unserved,
    solve_restricted,
)
from matchmaker.solve.sample import make_no_prices
from matchmaker.solve.search import measure

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Vector = tuple[int, int]

LISTED = 16
"""Mentors that every mentee is given as candidates at first."""

MOST_LISTED = 10_000_000
"""Candidates at first: where there would be more, every mentee is given fewer, so that the flow fits into memory."""

ADDED = 8
"""Most candidates that a mentee is given by a later pass."""

SUPPLY = 4
"""Candidates that a mentor with a minimum gets at first, for each mentee it asks for."""

NEAR_SHARE = 0.03
"""Share of mentees with new candidates up to which the earlier flow is mended even if that took too long before."""

MOST_POINTS = 1_000_000


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
    recall: Recall = field(init=False)
    effort: Effort = field(default_factory=Effort)
    num_near: int = 0
    ways: Ways = field(default_factory=Ways)
    start_prices: Prices | None = None
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

    def begin(self, start: Start) -> None:
        """Give every mentee candidates: those of an earlier run, or the best mentors at the prices of the start."""
        costs = self.cost(start.prices)
        if start.worst is not None and start.bits == self.scale.bits:
            self._remember(start, costs)
        rows = self.recall.find_unproven()
        floor = np.full(len(rows), LOWEST)
        lists = self.look(rows, costs, self.listed, floor, None)
        self.pool.add_lists(lists)
        self.recall.note(lists, costs, floor)
        if len(rows) == self.pool.base.num_mentees:
            self._tighten(lists.values, costs, start.prices)
        self.num_near, self.before, self.start_prices = len(rows), start.answer, start.prices

    def _remember(self, start: Start, costs: Costs) -> None:
        """Take over candidates, and what is known of all other pairs but those with new mentors."""
        assert start.keys is not None
        assert start.points is not None
        assert start.worst is not None
        self.pool.add(start.keys, start.points)
        assert start.is_new is not None
        before = np.where(start.is_new, NEVER, costs.mentors)
        self.recall.trust(start.worst, replace(costs, mentors=before))

    def look(
        self, rows: Ints, costs: Costs, most: int, floor: Ints, only: Bools | None, *, is_tallied: bool = False
    ) -> Lists:
        """Ask for a pass, count it, and tell how quick it was."""
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
        is_covered = self.state is not None and self.bound is not None and self.bound[0] == self.value[0]
        unserved = read_unserved(self.state) if self.state is not None and is_covered else None
        is_near = self.ways.mends or self.num_near <= NEAR_SHARE * self.pool.base.num_mentees
        before = self.before if self.scorer.use_kernel and is_near else None
        state = solve_restricted(
            problem,
            self.places,
            before=before,
            unserved=unserved,
            ways=self.ways,
            use_compiled=self.scorer.use_kernel,
            begin=self.start_prices,
        )
        if state is None:
            self._find_supply(problem)
            self.improve()
            return
        self.state, self.before = state, state.read_answer()
        self.effort.rounds += 1
        self.effort.mended += int(state.was_mended)
        self.effort.candidates = len(self.pool.keys)
        coverage, points = measure(problem, state.chosen[0])
        self.value = coverage if problem.objective == "coverage" else 0, points
        self.ways.serves_all = not read_unserved(state).any()

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
            lists = self.look(every, costs, most, np.full(len(every), LOWEST), only)
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
        present = self.find_present(costs)
        every = np.arange(problem.num_mentees)
        floor = self.wishes.find_floors(every, present, self.scale)
        tasks = self.recall.split(floor, costs)
        margin = self._choose_margin(costs)
        self.effort.looked_at += len(tasks[0].rows)
        self.effort.skipped += len(every) - len(tasks[0].rows)
        fresh = sum(self.add(task, costs, floor - margin, present) for task in tasks)
        after = self.wishes.find_floors(every, present, self.scale)
        self.num_near = int(np.count_nonzero(after > floor))
        self._tighten(present, costs, self.state.prices)
        return fresh

    def find_present(self, costs: Costs) -> Ints:
        """Return the values of each mentee's best candidates, as many as anybody can have."""
        assert self.state is not None
        pricing = choose_pricing(use_compiled=self.scorer.use_kernel)
        return find_present(self.state.problem, costs, self.wishes.most, pricing=pricing)

    def _choose_margin(self, costs: Costs) -> np.int64:
        """Return how far below the floor pairs become candidates, so that later falls of prices change nothing.

        Half of what prices fell by since the flow before, but for a few mentors: they fall less each time.
        """
        last, self.last = self.last, costs
        if last is None or last.scale != costs.scale:
            return np.int64(0)
        return np.int64(np.quantile(np.abs(measure_falls(last, costs)), 0.99) / 2)

    def add(self, task: Task, costs: Costs, floor: Ints, present: Ints) -> int:
        """Make candidates of all pairs beyond a floor, and put their values among those that are present."""
        rows, only = task
        if not len(rows):
            return 0
        lists = self.look(rows, costs, self.added + self.wishes.most - 1, floor[rows], only)
        self.recall.note(lists, costs, floor[rows], only)
        lists = lists.keep_rows(np.flatnonzero(lists.mentors[:, 0] >= 0))
        known = self.pool.find_known(lists)
        values = np.where(known, NOTHING, lists.values)
        merged = np.concatenate([present[lists.rows], values], axis=1)
        present[lists.rows] = -np.sort(-merged, axis=1)[:, : present.shape[1]]
        return self.pool.add_lists(lists._replace(mentors=np.where(known, -1, lists.mentors)))

    def _tighten(self, values: Ints, costs: Costs, prices: Prices) -> None:
        """Keep the bound that some prices prove, if it is the lowest so far."""
        gains = self.scale.add_up(self.wishes.add_gains(np.arange(len(values)), values, self.scale))
        rest = bound_rest(costs, prices, self.demands)
        bound = gains[0] + rest[0], gains[1] + rest[1]
        if self.bound is None or bound <= self.bound:
            self.bound, self.bound_prices = bound, prices

    def check_stop(self) -> None:
        """Give up if it is time and there is nothing to show."""
        if self.state is None and self.should_stop():
            raise Stopped("stopped before the first flow over everybody, so there is no answer yet. Give it more time")

    def is_within(self, gap: int) -> bool:
        """Return whether the coverage is proven, and the points within a gap."""
        return self.bound is not None and self.bound[0] == self.value[0] and self.bound[1] - self.value[1] <= gap

    def take_interim(self) -> Interim:
        """Return the matching so far with the lowest bound so far."""
        assert self.state is not None
        assert self.bound is not None
        assert self.bound_prices is not None
        answer = self.state.read_answer()
        return Interim(answer.keys, answer.starts, self.value, self.bound, self.bound_prices)

    def report(self, phase: str) -> None:
        """Tell how far the search has come."""
        assert self.state is not None
        bound = None if self.bound is None or self.bound[0] != self.value[0] else self.bound[1]
        distance = None if bound is None else bound - self.value[1]
        chosen = self.state.chosen[0]
        told = Progress(phase, len(chosen), self.value[1], bound, distance, self.effort.rounds, len(self.pool.keys))
        self.tell(told)
