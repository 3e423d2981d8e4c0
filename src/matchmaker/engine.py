"""The stages in order, from a roster and a program to a matching. Decides nothing itself."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np

from matchmaker.answer.candidates import check_required, collect_candidates, find_rows, is_large, make_base
from matchmaker.answer.certificates import make_certificate
from matchmaker.answer.conflicts import name_conflict
from matchmaker.answer.crowd import Crowd, fit_crowd, list_crowd_leftovers
from matchmaker.answer.leftovers import list_leftovers
from matchmaker.answer.memory import Memory, find_start
from matchmaker.answer.notices import list_notices
from matchmaker.answer.pairs import list_loads, list_pairs
from matchmaker.certificate import bound_problem
from matchmaker.errors import Infeasible, Report
from matchmaker.matching import Matching
from matchmaker.program import Program, hash_program
from matchmaker.roster import Roster, check_roster, hash_roster
from matchmaker.scoring import SCORING_VERSION, Encoded, encode
from matchmaker.scoring.best import Scorer
from matchmaker.solve.everyone import settle_interim, solve_rounds
from matchmaker.solve.meetings import spread_meetings
from matchmaker.solve.outcome import Interim, Outcome
from matchmaker.solve.places import count_places
from matchmaker.solve.progress import Progress
from matchmaker.solve.search import solve

if TYPE_CHECKING:
    from matchmaker.scoring import Component
    from matchmaker.solve.problem import Problem, Solution

logger = logging.getLogger(__name__)


def match(
    roster: Roster,
    program: Program | None = None,
    *,
    components: Sequence[Component] = (),
    gap: int = 0,
    time_limit: float | None = None,
    start: Matching | None = None,
    memory: Memory | None = None,
    executor: Executor | None = None,
    on_progress: Callable[[Any], None] | None = None,
    on_interim: Callable[[Interim], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Matching:
    """Find the best pairing of a roster under a program, and what proves it.

    Parameters
    ----------
    roster : Roster
    program : Program or None
        None takes every default.
    components : sequence of Component
        Scoring functions of your own, beside the built-in ones.
    gap : int
        Stop when proven within so many points, 0 or more; only large rosters and unequal hours can stop early.
    time_limit : float or None
        Seconds for the search over a large roster or with unequal hours; None takes as long as it needs.
        The best answer so far is returned with its true bound; neither a flow nor a pass that runs is
        interrupted, and two short passes follow.
    start : Matching or None
        An earlier answer for nearly the same roster, to begin with; only large rosters gain by it. The same
        total is promised, not the same pairs.
    memory : Memory or None
        What earlier runs have learned, which makes a start quicker; filled anew by a search that ends in a proof.
    executor : concurrent.futures.Executor or None
        Who looks at the pairs of a large roster: a thread or process pool, or Dask's `Client.get_executor()`.
        None takes threads, one for each core. The answer does not depend on it.
    on_progress : callable or None
        Called with each step of the search. Steps are logged, too, at level DEBUG.
    on_interim : callable or None
        Called after each round of the search over a large roster with the matching so far, from which
        `settle` makes an answer, should this run be cut off.
    should_stop : callable or None
        Asked between stages; True ends the run, with the best answer so far where there is one.

    Returns
    -------
    Matching
        Pairs, leftovers with their reasons, loads and the certificate. The same roster, program and
        versions give the same answer, whatever the order of rows.

    Raises
    ------
    RosterError
        If roster and program do not agree; with every fault.
    Infeasible
        If minimums or required pairs cannot be met; proven, and with the people who clash.
    Stopped
        If it was stopped before there was any answer.

    Examples
    --------
    >>> from matchmaker import Goal, Mentee, Mentor, Program, Roster, match
    >>> ann = Mentor(id="ann", skills={"Python": 4})
    >>> ben = Mentee(id="ben", goals=[Goal("python", current=1, target=3)])
    >>> matching = match(Roster(mentors=[ann], mentees=[ben]), Program(weeks=12))
    >>> matching.pairs[0].mentor, matching.certificate.gap
    ('ann', 0)
    """

    def tell(step: Any) -> None:
        logger.debug("%s", step)
        if on_progress is not None:
            on_progress(step)

    checked, encoded = _compile(roster, program or Program(), components)
    tell(Progress("encoding"))
    try:
        if is_large(encoded):
            options = _read_options(encoded, start, memory) | {"on_interim": on_interim}
            stop = _limit(time_limit, should_stop)
            found = _search(encoded, executor, gap=gap, on_progress=tell, should_stop=stop, **options)
            problem, solution = found.problem, found.solution
        else:
            program = encoded.program
            problem, found = collect_candidates(encoded, find_rows(roster, program), program.objective), None
            solution = solve(problem, on_progress=tell, should_stop=should_stop, time_limit=time_limit, gap=gap)
    except Infeasible as error:
        raise name_conflict(error, roster) from None
    return _finish(problem, solution, encoded, checked, found)


def settle(
    roster: Roster, program: Program | None, interim: Interim, *, components: Sequence[Component] = ()
) -> Matching:
    """Return the answer that a run which was cut off had got, with the bound that it had proven.

    Parameters
    ----------
    roster : Roster
    program : Program or None
    interim : Interim
        What `on_interim` was called with last, for this roster and program.
    components : sequence of Component

    Returns
    -------
    Matching
        Its status is "feasible" unless the bound was reached.
    """
    checked, encoded = _compile(roster, program or Program(), components)
    scorer = Scorer(encoded, find_rows(roster, encoded.program))
    found = settle_interim(scorer, *make_base(encoded), interim)
    return _finish(found.problem, found.solution, encoded, checked, found)


def _compile(roster: Roster, program: Program, components: Sequence[Component]) -> tuple[Report, Encoded]:
    """Return the notices of a roster under a program, and both as look-ups.

    Raises
    ------
    RosterError
        With every fault.
    """
    logger.debug("%d mentors, %d mentees", len(roster.mentors), len(roster.mentees))
    checked = check_roster(roster, program)
    checked.raise_if_faulty()
    encoded = encode(roster, program, components)
    check_required(encoded, roster, program).raise_if_faulty()
    return checked, encoded


def _finish(problem: Problem, solution: Solution, encoded: Encoded, checked: Report, found: Outcome | None) -> Matching:
    """Return the answer of a solution, its meetings spread over the week."""
    starts = spread_meetings(problem, solution.chosen, solution.starts, encoded.roster.same_human)
    return _describe(problem, replace(solution, starts=starts), encoded, checked, found)


def _search(encoded: Encoded, executor: Executor | None, **options: Any) -> Outcome:
    """Search for the best matching of a large roster."""
    scorer = Scorer(encoded, find_rows(encoded.roster, encoded.program), executor=executor)
    return solve_rounds(scorer, *make_base(encoded), **options)


def _read_options(encoded: Encoded, start: Matching | None, memory: Memory | None) -> dict[str, Any]:
    """Return where a search begins and who keeps what it learns."""
    options: dict[str, Any] = {} if start is None else {"start": find_start(encoded, start, memory)}
    return options if memory is None else options | {"on_learned": partial(memory.fill, encoded)}


def _limit(time_limit: float | None, should_stop: Callable[[], bool] | None) -> Callable[[], bool]:
    """Return what says whether it is time to stop: somebody's wish, or the clock."""
    end = inf if time_limit is None else monotonic() + time_limit
    return lambda: monotonic() > end or (should_stop is not None and should_stop())


def _describe(
    problem: Problem, solution: Solution, encoded: Encoded, checked: Report, found: Outcome | None
) -> Matching:
    roster, program = encoded.roster, encoded.program
    hashes = hash_roster(roster), hash_program(program)
    if found is None:
        places = count_places(problem)
        leftovers = list_leftovers(problem, solution, encoded, roster, places)
        price_bound = bound_problem(problem, solution.prices)
    else:
        load = np.bincount(problem.pairs[solution.chosen, 1], minlength=problem.num_mentors)
        places = fit_crowd(make_base(encoded)[1], problem.capacity, load + found.tally)
        crowd = Crowd(found.eligible, found.tally, found.shortfalls, has_required=bool(program.required))
        leftovers = list_crowd_leftovers(problem, solution, encoded, roster, places, crowd)
        price_bound = found.price_bound
    return Matching(
        solution.status,
        list_pairs(problem, solution, encoded, roster, program),
        leftovers,
        list_loads(problem, solution, roster, places),
        make_certificate(problem, solution, roster, price_bound, hashes, SCORING_VERSION),
        encoded.components,
        list_notices(problem, solution, encoded, roster, program, checked),
    )
