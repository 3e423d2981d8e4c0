"""The best matching over every pair of a large roster: the stages of the search in order."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from matchmaker.certificate import Demands
from matchmaker.scoring.best import Scorer
from matchmaker.solve.conflict import check_demands
from matchmaker.solve.finish import finish, learn
from matchmaker.solve.outcome import Interim, Learned, Outcome, Start
from matchmaker.solve.pool import Pool
from matchmaker.solve.problem import Problem
from matchmaker.solve.progress import Listener, Progress
from matchmaker.solve.rounds import ADDED, LISTED, MOST_LISTED, Search
from matchmaker.solve.sample import find_sample_prices

Ints = NDArray[np.int64]


def solve_rounds(
    scorer: Scorer,
    base: Problem,
    places: Ints,
    *,
    on_progress: Listener | None = None,
    should_stop: Callable[[], bool] | None = None,
    gap: int = 0,
    start: Start | None = None,
    on_learned: Callable[[Learned], None] | None = None,
    on_interim: Callable[[Interim], None] | None = None,
    listed: int | None = None,
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
        Asked between the stages; after the first flow, once there is a bound, the answer so far is returned.
    gap : int
        Points within which the search may stop, at a coverage that is proven.
    start : Start or None
        Where to begin; None takes the prices of a sample.
    on_learned : callable or None
        Called, after a proof, with what a next search can begin with.
    on_interim : callable or None
        Called after each round with the matching so far, unless it is the last.
    listed : int or None
        Candidates that a mentee is given at first; None takes 16, or fewer where there are very many mentees.
    added : int
        Candidates that a mentee is given by a later pass.

    Raises
    ------
    Infeasible
        If minimums and required pairs cannot be met.
    Stopped
        If it was stopped before there was an answer.
    """
    if listed is None:
        listed = max(1, min(LISTED, MOST_LISTED // max(base.num_mentees, 1)))
    search = _make_search(scorer, base, places, on_progress, should_stop, listed, added)
    check_demands(search.pool.make_problem(), places)
    if start is None:
        start = Start(find_sample_prices(scorer, base, places, search.scale, search.ways))
        search.tell(Progress("sample"))
    search.begin(start)
    search.supply_minimums()
    while True:
        search.check_stop()
        search.improve()
        search.report("flow")
        if search.bound is not None and search.should_stop():
            break
        fresh = search.price()
        search.report("prices")
        if search.is_within(gap) or search.should_stop():
            break
        if on_interim is not None:
            on_interim(search.take_interim())
        if not fresh:
            raise ArithmeticError(f"no pair can gain, but the bound {search.bound} is not the value {search.value}")
    if on_learned is not None and search.is_proven:
        on_learned(learn(search))
    return finish(search)


def settle_interim(scorer: Scorer, base: Problem, places: Ints, interim: Interim) -> Outcome:
    """Return what a search that was cut off had found: its pairs, under the bound that it had proven.

    Parameters
    ----------
    scorer : Scorer
        Knows the required pairs.
    base : Problem
        As for `solve_rounds`.
    places : int64 array of shape (num_mentors,)
    interim : Interim
    """
    search = _make_search(scorer, base, places, None, None, 1, 1)
    pairs = np.column_stack(np.divmod(interim.keys, base.num_mentors))
    search.pool.add(interim.keys, scorer.score(pairs))
    search.improve()
    if search.value != interim.value:
        raise ArithmeticError(f"the pairs of an interim answer are worth {search.value}, not {interim.value}")
    search.bound, search.bound_prices = interim.bound, interim.prices
    return finish(search)


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
