"""`assign`: the engine alone, for those who bring their own points.

Everything that is given is checked in one place, `_read_problem`; what cannot be used is refused with the
first few places named.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NoReturn

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from matchmaker.certificate import bound_problem, find_violations
from matchmaker.errors import PointsError
from matchmaker.solve.problem import NO_LIMIT, UNSCHEDULED, Level, Objective, Prices, Problem
from matchmaker.solve.progress import Listener
from matchmaker.solve.search import measure, solve

SCALE = 1_000_000
"""Points that a float of 1.0 is worth."""

MOST_POINTS = 1_000_000_000
"""Most points of one pair."""

MOST_COUNT = 1_000_000_000
"""Most of whatever is counted: capacity, minimum, wanted mentors."""

MOST_MINUTES = 10**12
"""Most minutes of a mentor."""

MOST_NAMED = 5
"""Places that a message names before it only counts."""

STORED_FORMATS = ("csr", "csc", "coo", "lil", "dok")
"""Sparse formats that tell what is stored from what is not."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Assignment:
    """The answer of `assign`.

    Parameters
    ----------
    pairs : int64 array of shape (num_pairs, 2)
        Rows (mentee, mentor), sorted.
    total : int
        Points of all pairs together.
    coverage : int
        2 + priority rank for each mentee's first mentor, 1 for each further one.
    bound : int
        Points that no assignment can exceed, at the coverage reached (under points alone: at any).
    status : {"optimal", "feasible"}
        "optimal" if nothing better is possible; "feasible" if a search with unequal hours ended early.
    bound_by : {"prices", "solver"}
        Whether the bounds follow from the prices, so that anybody can recompute them, or are what the
        solver claims (unequal hours only).
    levels : tuple of Level
        Value and bound of everything that was maximised, in order.
    prices : Prices
        What one more place with each mentor is worth: `prices.mentors`, int64 of shape (num_mentors, 2),
        (coverage, points).
    """

    pairs: Ints
    total: int
    coverage: int
    bound: int
    status: Literal["optimal", "feasible"]
    bound_by: Literal["prices", "solver"]
    levels: tuple[Level, ...]
    prices: Prices

    @property
    def gap(self) -> int:
        """Points that the total may at most be away from the best, at the coverage reached."""
        return self.bound - self.total


def assign(
    points: ArrayLike | sparse.sparray | sparse.spmatrix,
    capacity: ArrayLike = 1,
    minimum: ArrayLike = 0,
    wanted: ArrayLike = 1,
    priority: ArrayLike | None = None,
    *,
    eligible: ArrayLike | None = None,
    required: ArrayLike | None = None,
    hours: ArrayLike | None = None,
    hours_available: ArrayLike | None = None,
    objective: Objective = "coverage",
    start: Assignment | None = None,
    gap: int = 0,
    time_limit: float | None = None,
    on_progress: Listener | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Assignment:
    """Assign mentors to mentees so that as many as possible are served, with the most points, and prove it.

    Parameters
    ----------
    points : array or sparse array of shape (num_mentees, num_mentors)
        What each pair is worth. Whole numbers from 0 to 1,000,000,000 are points as they are. Floats from 0
        to 1 become ``rint(1_000_000 * value)``, and the answer is the best for these. In a sparse array only
        stored entries are eligible, explicit zeros too.
    capacity : int or int array of shape (num_mentors,)
        Most mentees of each mentor, 0 or more.
    minimum : int or int array of shape (num_mentors,)
        Fewest mentees of each mentor, from 0 to the capacity.
    wanted : int or int array of shape (num_mentees,)
        Most mentors of each mentee, 0 or more.
    priority : int or int array of shape (num_mentees,), optional
        Who comes first where not all can be served: larger is earlier. Only the order counts.
    eligible : bool array of shape (num_mentees, num_mentors), optional
        Which pairs may be chosen; with a dense `points` only. None allows all.
    required : int array of shape (num_required, 2), optional
        Rows (mentee, mentor) that must be chosen; each must be eligible. They use capacity, hours and
        wanted.
    hours : float or float array of shape (num_mentees,) or (num_mentees, num_mentors), optional
        What a pair takes of its mentor's hours. Whole minutes: ``60 * hours`` must be whole.
    hours_available : float or float array of shape (num_mentors,), optional
        What each mentor has in all, cut to whole minutes; ``inf`` sets no limit.
    objective : {"coverage", "points"}
        "coverage": as many mentees as possible first, those of higher priority first among them, then
        as many further mentors as possible, then points. "points": points alone.
    start : Assignment, optional
        An earlier answer. If it still is possible and its prices prove it the best here too, it is
        returned at once; if not, it changes nothing. The same total is promised, not the same pairs.
    gap : int
        Points within which a search with unequal hours may stop, 0 or more.
    time_limit : float, optional
        Seconds for a search with unequal hours, above 0, counted in deterministic time. Everything else
        is solved to its end.
    on_progress : callable, optional
        Called with each step of the search.
    should_stop : callable, optional
        Asked between the steps, and many times a second with unequal hours. True ends the search.

    Returns
    -------
    Assignment

    Raises
    ------
    PointsError
        If something given cannot be used. Also a ValueError.
    Infeasible
        If minimums and required pairs cannot be met together; it carries the conflict.
    Stopped
        If it was stopped before there was any answer.

    Notes
    -----
    Where all pairs of a mentor take the same hours this is a min-cost flow, exact in integers, and the prices
    prove the answer. Where they differ it is solved by CP-SAT, and `bound_by` is "solver".

    The same arguments give the same answer.

    Examples
    --------
    Three mentees, two mentors; the second mentor can take two.

    >>> import numpy as np
    >>> from matchmaker import assign
    >>> points = np.array([[90, 60], [80, 75], [70, 10]])
    >>> assignment = assign(points, capacity=[1, 2])
    >>> assignment.pairs.tolist()
    [[0, 1], [1, 1], [2, 0]]
    >>> assignment.total, assignment.bound, assignment.gap, assignment.status
    (205, 205, 0, 'optimal')
    """
    problem = _read_problem(
        points,
        capacity=capacity,
        minimum=minimum,
        wanted=wanted,
        priority=priority,
        eligible=eligible,
        required=required,
        hours=hours,
        hours_available=hours_available,
        objective=objective,
    )
    _check_options(gap, time_limit)
    if start is not None:
        known = _reuse(problem, start)
        if known is not None:
            return known
    solution = solve(problem, on_progress=on_progress, should_stop=should_stop, time_limit=time_limit, gap=gap)
    coverage, total = measure(problem, solution.chosen)
    pairs = problem.pairs[solution.chosen].astype(np.int64)
    bound = solution.levels[-1].bound
    return Assignment(
        pairs, total, coverage, bound, solution.status, solution.bound_by, solution.levels, solution.prices
    )


def _refuse(what: str) -> NoReturn:
    raise PointsError(what)


def _read_problem(
    points: Any,
    *,
    capacity: Any,
    minimum: Any,
    wanted: Any,
    priority: Any,
    eligible: Any,
    required: Any,
    hours: Any,
    hours_available: Any,
    objective: Any,
) -> Problem:
    """Return what was given as a problem, with everything checked."""
    if objective not in ("coverage", "points"):
        _refuse(f"objective is 'coverage' or 'points'; found: {objective!r}")
    shape, pairs, values = _read_sparse(points, eligible) if sparse.issparse(points) else _read_dense(points, eligible)
    num_mentees, num_mentors = shape
    most = _read_counts("capacity", capacity, "mentor", num_mentors)
    least = _read_counts("minimum", minimum, "mentor", num_mentors)
    _check_minimum(most, least)
    return Problem(
        num_mentees,
        num_mentors,
        pairs.astype(np.int32),
        values,
        capacity=most,
        minimum=least,
        wanted=_read_counts("wanted", wanted, "mentee", num_mentees),
        priority=_rank_priority(priority, num_mentees),
        required=_read_required(required, pairs, shape),
        need=_read_hours(hours, pairs, shape),
        available=_read_available(hours_available, hours is not None, num_mentors),
        objective=objective,
    )


def _name_places(places: NDArray[np.intp], values: NDArray[Any], roles: tuple[str, ...]) -> str:
    """Return the first few places with what was found there."""
    named = [
        f"{value} at {', '.join(f'{role} {k}' for role, k in zip(roles, place, strict=True))}"
        for place, value in zip(places[:MOST_NAMED].tolist(), values[:MOST_NAMED].tolist(), strict=True)
    ]
    more = len(places) - MOST_NAMED
    return "; ".join(named) + (f"; and {more:,} more" if more > 0 else "")


def _check_type(name: str, array: NDArray[Any], kinds: str, wish: str) -> None:
    if array.dtype.kind not in kinds:
        _refuse(f"{name} must be {wish}; found values of type {array.dtype}")


def _as_array(name: str, value: Any) -> NDArray[Any]:
    try:
        return np.asarray(value)
    except ValueError as error:
        raise PointsError(f"{name} must be a number or a regular array of numbers: {error}") from None


def _read_values(values: NDArray[Any], places: NDArray[np.intp]) -> Ints:
    """Return the points that values stand for; places are their rows (mentee, mentor)."""
    _check_type("points", values, "iuf", "whole numbers, or floats from 0 to 1")
    is_float = values.dtype.kind == "f"
    with np.errstate(invalid="ignore"):
        bad = np.flatnonzero(~((values >= 0) & (values <= (1 if is_float else MOST_POINTS))))
    if len(bad):
        found = _name_places(places[bad], values[bad], ("mentee", "mentor"))
        if is_float:
            _refuse(f"floats must lie from 0 to 1, or be given as whole numbers of points; found: {found}")
        _refuse(
            f"points must lie from 0 to {MOST_POINTS:,}; found: {found}. "
            "Add the same number to all to make them 0 or more, or divide all by the same number"
        )
    if is_float:
        return np.rint(values.astype(np.float64) * SCALE).astype(np.int64)
    return values.astype(np.int64)


def _read_dense(points: Any, eligible: Any) -> tuple[tuple[int, int], Ints, Ints]:
    """Return shape, eligible pairs and points of a dense array."""
    array = _as_array("points", points)
    if array.ndim != 2:
        _refuse(f"points must have two dimensions, mentees and mentors; found the shape {array.shape}")
    shape = (array.shape[0], array.shape[1])
    if eligible is None:
        mask = np.ones(shape, np.bool_)
    else:
        mask = _as_array("eligible", eligible)
        _check_type("eligible", mask, "b", "True or False for each pair")
        if mask.shape != shape:
            _refuse(f"eligible must have the shape of points, {shape}; found {mask.shape}")
    pairs = np.argwhere(mask)
    return shape, pairs.astype(np.int64), _read_values(array[mask], pairs)


def _read_sparse(points: Any, eligible: Any) -> tuple[tuple[int, int], Ints, Ints]:
    """Return shape, stored pairs and points of a sparse array."""
    if eligible is not None:
        _refuse("eligible goes with dense points; in sparse points exactly the stored entries are eligible")
    if points.format not in STORED_FORMATS:
        _refuse(
            f"sparse points must be one of {', '.join(STORED_FORMATS)}; found {points.format}, which does not "
            "tell a stored zero from an entry that is not stored"
        )
    if len(points.shape) != 2:
        _refuse(f"points must have two dimensions, mentees and mentors; found the shape {points.shape}")
    stored = points.tocoo()
    order = np.lexsort((stored.col, stored.row))
    pairs = np.column_stack([stored.row, stored.col]).astype(np.int64)[order]
    same = np.flatnonzero((pairs[1:] == pairs[:-1]).all(axis=1))
    if len(same):
        found = _name_places(pairs[same], stored.data[order][same + 1], ("mentee", "mentor"))
        _refuse(f"sparse points hold the same pair more than once: {found}. Call sum_duplicates, or drop them")
    return points.shape, pairs, _read_values(stored.data[order], pairs)


def _spread(name: str, array: NDArray[Any], role: str, count: int) -> NDArray[Any]:
    """Return one value for each person, from one value for all or one for each."""
    if array.ndim == 0:
        return np.full(count, array)
    if array.shape != (count,):
        _refuse(f"{name} must be one number or {count} of them, one for each {role}; found the shape {array.shape}")
    return array


def _read_counts(name: str, value: Any, role: str, count: int) -> Ints:
    array = _as_array(name, value)
    if array.size:
        _check_type(name, array, "iu", "whole numbers")
    array = _spread(name, array, role, count)
    bad = np.flatnonzero((array < 0) | (array > MOST_COUNT))
    if len(bad):
        found = _name_places(bad[:, None], array[bad], (role,))
        _refuse(f"{name} must lie from 0 to {MOST_COUNT:,}; found: {found}")
    return array.astype(np.int64)


def _check_minimum(capacity: Ints, minimum: Ints) -> None:
    bad = np.flatnonzero(minimum > capacity)
    if len(bad):
        found = _name_places(bad[:, None], minimum[bad], ("mentor",))
        _refuse(f"minimum must not exceed capacity; found: {found}, with a capacity of {capacity[bad[0]]} at the first")


def _rank_priority(value: Any, num_mentees: int) -> Ints:
    """Return ranks without holes, 0 for the lowest."""
    if value is None:
        return np.zeros(num_mentees, np.int64)
    array = _as_array("priority", value)
    if array.size:
        _check_type("priority", array, "iu", "whole numbers")
    array = _spread("priority", array, "mentee", num_mentees)
    return np.unique(array, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _read_required(value: Any, pairs: Ints, shape: tuple[int, int]) -> Ints:
    """Return where the required pairs stand among the eligible ones."""
    if value is None:
        return np.empty(0, np.int64)
    array = _as_array("required", value)
    if array.size == 0:
        return np.empty(0, np.int64)
    _check_type("required", array, "iu", "whole numbers")
    if array.ndim != 2 or array.shape[1] != 2:
        _refuse(f"required must have the shape (num_required, 2), rows (mentee, mentor); found {array.shape}")
    outside = ((array < 0) | (array >= np.array(shape))).any(axis=1)
    if outside.any():
        _refuse(f"required names rows that are not there: {_name_pairs(array[outside])}; points have the shape {shape}")
    rows, counts = np.unique(array.astype(np.int64), axis=0, return_counts=True)
    if (counts > 1).any():
        _refuse(f"required names the same pair more than once: {_name_pairs(rows[counts > 1])}")
    keys, wanted = pairs @ np.array([shape[1], 1]), rows @ np.array([shape[1], 1])
    missing = ~np.isin(wanted, keys)
    if missing.any():
        _refuse(
            f"required pairs must be eligible, and these are not: {_name_pairs(rows[missing])}. "
            "Take the requirement out, or make the pair eligible"
        )
    return np.searchsorted(keys, wanted).astype(np.int64)


def _name_pairs(rows: NDArray[Any]) -> str:
    named = "; ".join(f"mentee {a} with mentor {b}" for a, b in rows[:MOST_NAMED].tolist())
    return named + (f"; and {len(rows) - MOST_NAMED:,} more" if len(rows) > MOST_NAMED else "")


def _read_hours(value: Any, pairs: Ints, shape: tuple[int, int]) -> Ints:
    """Return the minutes that each pair takes."""
    if value is None:
        return np.zeros(len(pairs), np.int64)
    array = _as_array("hours", value)
    _check_type("hours", array, "iuf", "numbers")
    if array.shape not in ((), (shape[0],), shape):
        _refuse(f"hours must be one number, or have the shape ({shape[0]},) or {shape}; found {array.shape}")
    if array.ndim < 2:
        array = np.broadcast_to(array.reshape(-1, 1), shape)
    taken = array[pairs[:, 0], pairs[:, 1]].astype(np.float64)
    with np.errstate(invalid="ignore"):
        minutes = np.rint(taken * 60)
        bad = np.flatnonzero(~((taken >= 0) & (minutes <= MOST_MINUTES) & (np.abs(taken * 60 - minutes) < 1e-6)))
    if len(bad):
        found = _name_places(pairs[bad], taken[bad], ("mentee", "mentor"))
        _refuse(f"hours must be 0 or more and a whole number of minutes; found: {found}")
    return minutes.astype(np.int64)


def _read_available(value: Any, has_hours: bool, num_mentors: int) -> Ints:
    """Return the minutes that each mentor has, or `NO_LIMIT`."""
    if value is None:
        return np.full(num_mentors, NO_LIMIT, np.int64)
    if not has_hours:
        _refuse("hours_available limits nothing without hours: say what a pair takes")
    array = _as_array("hours_available", value)
    if array.size:
        _check_type("hours_available", array, "iuf", "numbers")
    hours = _spread("hours_available", array, "mentor", num_mentors).astype(np.float64)
    bad = np.flatnonzero(~((hours >= 0) & ((hours * 60 <= MOST_MINUTES) | np.isinf(hours))))
    if len(bad):
        found = _name_places(bad[:, None], hours[bad], ("mentor",))
        _refuse(f"hours_available must be 0 or more, inf for no limit; found: {found}")
    limited = np.isfinite(hours)
    minutes = np.floor(np.where(limited, hours, 0) * 60 + 1e-6)
    return np.where(limited, minutes, NO_LIMIT).astype(np.int64)


def _check_options(gap: Any, time_limit: Any) -> None:
    if isinstance(gap, bool | np.bool_) or not isinstance(gap, numbers.Integral) or gap < 0:
        _refuse(f"gap must be a whole number of points, 0 or more; found: {gap!r}")
    if time_limit is None:
        return
    is_number = isinstance(time_limit, numbers.Real) and not isinstance(time_limit, bool | np.bool_)
    if not is_number or not 0 < time_limit < math.inf:
        _refuse(f"time_limit must be a number of seconds above 0, or None; found: {time_limit!r}")


def _reuse(problem: Problem, start: Any) -> Assignment | None:
    """Return an earlier answer if it is possible here and its prices prove it the best."""
    if not isinstance(start, Assignment):
        _refuse(f"start must be an Assignment; found {type(start).__name__}")
    if len(start.prices.mentors) != problem.num_mentors:
        _refuse(
            f"start is an answer for {len(start.prices.mentors)} mentors, but points have {problem.num_mentors}: "
            "give the answer of a problem of the same shape"
        )
    if (start.pairs[:, 0] >= problem.num_mentees).any():
        _refuse(f"start names mentees beyond the {problem.num_mentees} of points: give an answer of the same shape")
    across = np.array([problem.num_mentors, 1])
    keys, wanted = problem.pairs.astype(np.int64) @ across, start.pairs @ across
    if not np.isin(wanted, keys).all():
        return None
    chosen = np.searchsorted(keys, wanted).astype(np.int64)
    if find_violations(problem, chosen, np.full(len(chosen), UNSCHEDULED, np.int64)):
        return None
    coverage, total = measure(problem, chosen)
    bound = bound_problem(problem, start.prices)
    points = Level("points", total, bound[1])
    first = () if problem.objective == "points" else (Level("coverage", coverage, bound[0]),)
    levels = (*first, points)
    if any(level.gap for level in levels):
        return None
    return Assignment(start.pairs, total, coverage, bound[1], "optimal", "prices", levels, start.prices)
