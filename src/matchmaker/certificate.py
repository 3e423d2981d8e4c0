"""Bound, feasibility and conflict over arrays. Never met a solver.

The bound follows from prices alone: whatever a matching is, each mentee gains at most what their best
eligible mentors are worth beyond their prices, and each place and each contested time earns at most
its price. Any prices of places, and any prices of times that are not negative, give a true bound, so
a wrong certificate can only loosen it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import MatchmakerError
from matchmaker.solve.places import count_places
from matchmaker.solve.problem import NO_LIMIT, UNSCHEDULED, Objective, Prices, Problem, Times
from matchmaker.solve.starts import list_shared
from matchmaker.text import say_count
from matchmaker.times import NUM_SLOTS

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Block = tuple[Ints, Ints, Bools]
"""Mentee rows (b,), points (b, num_mentors), eligible (b, num_mentors)."""

NOTHING = np.int64(-(2**62))
"""Stands for a pair that is not eligible, or a time that is not shared."""


@dataclass(frozen=True, eq=False)
class Demands:
    """What a bound has to know beside points and prices.

    Parameters
    ----------
    wanted, priority : int64 arrays of shape (num_mentees,)
    capacity, minimum : int64 arrays of shape (num_mentors,)
        `capacity` cut to what hours allow.
    required : int64 array of shape (num_required, 2)
        Rows (mentee, mentor).
    times : Times or None
    objective : {"coverage", "points"}
    """

    wanted: Ints
    priority: Ints
    capacity: Ints
    minimum: Ints
    required: Ints
    times: Times | None
    objective: Objective


@dataclass(frozen=True, eq=False)
class _Scale:
    """Vectors (coverage, points) as one integer each, and back."""

    bits: int

    def join(self, vectors: Ints) -> Ints:
        """Return vectors of shape (…, 2) as scalars."""
        return (vectors[..., 0] << np.int64(self.bits)) + vectors[..., 1]

    def add_up(self, scalars: Ints) -> tuple[int, int]:
        """Return the sum of scalars as a vector of Python integers."""
        half = np.int64(1) << np.int64(self.bits - 1)
        coverage = (scalars + half) >> np.int64(self.bits)
        points = scalars - (coverage << np.int64(self.bits))
        return int(coverage.sum(dtype=object)), int(points.sum(dtype=object))


def _largest(array: Ints) -> int:
    return max(int(array.max(initial=0)), -int(array.min(initial=0)))


def _choose_scale(prices: Prices, demands: Demands, most_points: int) -> _Scale:
    """Return a scale on which the sum of all mentors of one mentee still reads right."""
    points = most_points + _largest(prices.mentors[:, 1]) + _largest(prices.times[:, 3])
    coverage = 4 + _largest(prices.mentors[:, 0]) + _largest(prices.times[:, 2]) + _largest(demands.priority)
    most = 1 + _largest(np.minimum(demands.wanted, len(demands.capacity)))
    bits = (8 * points * most + 8).bit_length()
    if bits + (8 * coverage * most).bit_length() > 61:
        raise MatchmakerError("the prices are too large to be re-computed in 64 bits")
    return _Scale(bits)


def compute_bound(blocks: Iterable[Block], prices: Prices, demands: Demands, most_points: int) -> tuple[int, int]:
    r"""Return what no matching can exceed, by one pass over all pairs.

    With :math:`b_{ir}` the coverage worth of mentee i's r-th mentor, :math:`s_{ij}` the points and
    :math:`c_{ij} = p_j + \min_t q_{jt}` over the shared starts t,

    .. math::

        U_i = \sum_{r \le w_i} \max\bigl(0, b_{ir} + \text{r-th largest}_j (s_{ij} - c_{ij})\bigr), \qquad
        \sum_i U_i + \sum_j \bigl(k_j \max(p_j, 0) + m_j \min(p_j, 0)\bigr) + n \sum_{jt} q_{jt}

    plus what required pairs are worth less their prices. Everything is a vector (coverage, points),
    compared by coverage first.

    Parameters
    ----------
    blocks : iterable of (rows, points, eligible)
        Every mentee once.
    prices : Prices
    demands : Demands
    most_points : int
        No pair has more.

    Returns
    -------
    tuple of int
        (coverage, points).

    Raises
    ------
    MatchmakerError
        If a price of a time is below zero, or prices are too large.
    """
    scale = _choose_scale(prices, demands, most_points)
    place, time = scale.join(prices.mentors), scale.join(prices.times[:, 2:])
    if (time < 0).any():
        raise MatchmakerError("the price of a contested time is below zero, which proves nothing")
    if ((prices.times[:, 1] < 0) | (prices.times[:, 1] >= NUM_SLOTS)).any():
        raise MatchmakerError(f"there is a price of a time outside the week, whose slots are 0 to {NUM_SLOTS - 1}")
    starts = None if demands.times is None else _StartPrices(prices.times, time, demands.times)
    total = _add(
        _weigh(scale, np.maximum(place, 0), demands.capacity),
        _weigh(scale, np.minimum(place, 0), demands.minimum),
        _weigh(scale, time, np.full(len(time), demands.times.pairs_per_start if demands.times else 0)),
    )
    for rows, points, eligible in blocks:
        worth = points - place
        if starts is not None:
            starts.take_from(worth, rows)
        total = _add(total, scale.add_up(_gain(scale, demands, rows, worth, eligible)))
    return total


def _add(*vectors: tuple[int, int]) -> tuple[int, int]:
    return sum(vector[0] for vector in vectors), sum(vector[1] for vector in vectors)


def _weigh(scale: _Scale, scalars: Ints, factors: Ints) -> tuple[int, int]:
    """Return the sum of scalars times factors as a vector."""
    half = np.int64(1) << np.int64(scale.bits - 1)
    coverage = (scalars + half) >> np.int64(scale.bits)
    points = scalars - (coverage << np.int64(scale.bits))
    exact = factors.astype(object)
    return int((coverage * exact).sum()), int((points * exact).sum())


class _StartPrices:
    """The prices of contested times, laid out so that a block of mentees can be priced at once.

    Parameters
    ----------
    rows : int64 array of shape (num_contested, 4)
        As in `Prices`.
    scalars : int64 array of shape (num_contested,)
        Their prices.
    times : Times
    """

    def __init__(self, rows: Ints, scalars: Ints, times: Times) -> None:
        starts, words = rows[:, 1], rows[:, 1] // 64
        bits = np.left_shift(np.uint64(1), (starts % 64).astype(np.uint64))
        usable = (times.mentor_starts[rows[:, 0], words] & bits) != 0
        order = np.lexsort((starts[usable], rows[usable, 0]))
        mentor, word, bit, price = (column[usable][order] for column in (rows[:, 0], words, bits, scalars))
        self.times = times
        self.mentors, first, place = np.unique(mentor, return_index=True, return_inverse=True)
        turn = np.arange(len(mentor)) - first[place]
        shape = (int(turn.max(initial=-1)) + 1, len(self.mentors))
        self.word, self.bit = np.zeros(shape, np.int64), np.zeros(shape, np.uint64)
        self.price = np.zeros(shape, np.int64)
        self.word[turn, place], self.bit[turn, place], self.price[turn, place] = word, bit, price
        self.open = times.mentor_starts[self.mentors]
        for word_of_turn, bit_of_turn in zip(self.word, self.bit, strict=True):
            self.open[np.arange(len(self.mentors)), word_of_turn] &= ~bit_of_turn

    def take_from(self, worth: Ints, rows: Ints) -> None:
        """Take the price of the cheapest shared start off what pairs are worth, in place."""
        mine = self.times.mentee_starts[rows]
        is_free = ~self.times.mentee_known[rows][:, None] | ~self.times.mentor_known[self.mentors]
        for word in range(mine.shape[1]):
            is_free |= (mine[:, word, None] & self.open[:, word]) != 0
        cheapest = np.where(is_free, 0, -NOTHING)
        for word_of_turn, bit, price in zip(self.word, self.bit, self.price, strict=True):
            shares = (mine[:, word_of_turn] & bit) != 0
            cheapest = np.where(shares, np.minimum(cheapest, price), cheapest)
        worth[:, self.mentors] -= np.where(cheapest == -NOTHING, 0, cheapest)


def _gain(scale: _Scale, demands: Demands, rows: Ints, worth: Ints, eligible: Bools) -> Ints:
    """Return what each mentee of a block can gain at most, required pairs included."""
    bonus = np.int64(demands.objective == "coverage") << np.int64(scale.bits)
    gain = np.zeros(len(rows), np.int64)
    value = np.where(eligible, worth, NOTHING)
    place = {row: k for k, row in enumerate(rows.tolist())}
    taken = np.zeros(len(rows), np.int64)
    for mentee, mentor in demands.required.tolist():
        if mentee in place:
            k = place[mentee]
            gain[k] += worth[k, mentor] + bonus * _worth_of(demands, mentee, int(taken[k]))
            value[k, mentor] = NOTHING
            taken[k] += 1
    rest = np.maximum(demands.wanted[rows] - taken, 0)
    most = min(int(rest.max(initial=0)), value.shape[1])
    if most == 0:
        return gain
    best = np.sort(np.partition(value, value.shape[1] - most, axis=1)[:, -most:], axis=1)[:, ::-1]
    for turn in range(most):
        first = (taken == 0) & (turn == 0)
        extra = bonus * np.where(first, 2 + demands.priority[rows], 1)
        here = (turn < rest) & (best[:, turn] > NOTHING)
        gain += np.where(here, np.maximum(best[:, turn] + extra, 0), 0)
    return gain


def _worth_of(demands: Demands, mentee: int, taken: int) -> int:
    """Return the coverage of a mentee's next mentor."""
    return 1 if taken else 2 + int(demands.priority[mentee])


def demand_problem(problem: Problem, places: Ints) -> Demands:
    """Return what a bound has to know of a problem."""
    return Demands(
        problem.wanted,
        problem.priority,
        places,
        problem.minimum,
        problem.pairs[problem.required].astype(np.int64),
        problem.times,
        problem.objective,
    )


def list_problem_blocks(problem: Problem, points: Ints) -> Iterator[Block]:
    """Yield the candidates of a problem as dense blocks; those that could never meet are not eligible."""
    can_meet = np.zeros(len(problem.pairs), bool)
    can_meet[list_shared(problem)[0]] = True
    size = max(1, (1 << 20) // max(problem.num_mentors, 1))
    firsts = np.searchsorted(problem.pairs[:, 0], np.arange(0, problem.num_mentees + size, size))
    for k, first in enumerate(range(0, problem.num_mentees, size)):
        rows = np.arange(first, min(first + size, problem.num_mentees))
        mine = slice(int(firsts[k]), int(firsts[k + 1]))
        dense = np.zeros((len(rows), problem.num_mentors), np.int64)
        eligible = np.zeros(dense.shape, bool)
        where = problem.pairs[mine, 0] - first, problem.pairs[mine, 1]
        dense[where] = points[mine]
        eligible[where] = can_meet[mine]
        yield rows, dense, eligible


def bound_problem(problem: Problem, prices: Prices, places: Ints | None = None) -> tuple[int, int]:
    """Return the bound (coverage, points) that prices prove for a problem.

    Parameters
    ----------
    problem : Problem
    prices : Prices
    places : int64 array of shape (num_mentors,) or None
        Places that count; None takes them from capacity and hours.
    """
    demands = demand_problem(problem, count_places(problem) if places is None else places)
    blocks = list_problem_blocks(problem, problem.points)
    return compute_bound(blocks, prices, demands, int(problem.points.max(initial=0)))


@dataclass(frozen=True)
class Conflict:
    """A small set of demands that cannot be met together, and the numbers.

    Parameters
    ----------
    kind : {"minimums", "required", "wanted", "time", "places", "hours"}
        "minimums" also where required pairs take part; "places": one mentor's minimum lies above the
        places that capacity and hours leave; "wanted": more required pairs than the mentee wants;
        "time": a required pair shares no start; "hours": unequal hours.
    mentors : tuple of int
        Rows of the mentors whose minimums clash; none can be dropped.
    required : tuple of (int, int)
        Required pairs (mentee, mentor) that clash.
    demanded, possible : int
        Mentees that these demands ask for, and how many there can be at most.
    prices : tuple
        Prices of places as (mentor, -1) and of times as (mentor, start, 1), which prove it: with all
        points 0 their bound lies below 0.
    """

    kind: str
    mentors: tuple[int, ...]
    required: tuple[tuple[int, int], ...]
    demanded: int
    possible: int
    prices: tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int, int], ...]] = ((), ())


def recount_conflict(problem: Problem, conflict: Conflict) -> int:
    """Return by how many demands a conflict goes beyond what is possible, counted anew without a solver.

    Parameters
    ----------
    problem : Problem
    conflict : Conflict

    Returns
    -------
    int
        Above 0: proven impossible.
    """
    if conflict.kind == "wanted":
        return len(conflict.required) - int(problem.wanted[conflict.required[0][0]])
    if conflict.kind == "places":
        mentor = conflict.mentors[0]
        return int(problem.minimum[mentor] - count_places(problem)[mentor])
    if conflict.kind == "time":
        return int(not _can_meet(problem, *conflict.required[0]))
    mentors = np.zeros((problem.num_mentors, 2), np.int64)
    for mentor, price in conflict.prices[0]:
        mentors[mentor, 1] = price
    rows = [(mentor, start, 0, price) for mentor, start, price in conflict.prices[1]]
    prices = Prices(mentors, np.array(sorted(rows), np.int64).reshape(-1, 4))
    minimum = np.zeros(problem.num_mentors, np.int64)
    minimum[list(conflict.mentors)] = problem.minimum[list(conflict.mentors)]
    required = np.array(conflict.required, np.int64).reshape(-1, 2)
    demands = Demands(
        problem.wanted, problem.priority, count_places(problem), minimum, required, problem.times, "points"
    )
    blocks = list_problem_blocks(problem, np.zeros_like(problem.points))
    return -compute_bound(blocks, prices, demands, 0)[1]


def _can_meet(problem: Problem, mentee: int, mentor: int) -> bool:
    """Return whether a pair shares a start, or needs none."""
    times = problem.times
    if times is None or not (times.mentee_known[mentee] and times.mentor_known[mentor]):
        return True
    return bool((times.mentee_starts[mentee] & times.mentor_starts[mentor]).any())


@dataclass(frozen=True)
class Names:
    """How messages call people and times.

    Parameters
    ----------
    mentee, mentor : callable
        Row to words.
    time : callable
        Row of a mentor and start to words.
    """

    mentee: Callable[[int], str] = "mentee row {}".format
    mentor: Callable[[int], str] = "mentor row {}".format
    time: Callable[[int, int], str] = "start {1}".format


ROWS = Names()
"""By row numbers and slots, where no names are known."""


def find_violations(problem: Problem, chosen: Ints, starts: Ints, names: Names = ROWS) -> list[str]:
    """Return everything that a choice of pairs breaks, in words.

    Parameters
    ----------
    problem : Problem
    chosen : int64 array of shape (num_pairs,)
        Positions in `Problem.pairs`.
    starts : int64 array of shape (num_pairs,)
        Weekly start of each, or `UNSCHEDULED`.
    names : Names
    """
    unknown = (chosen < 0) | (chosen >= len(problem.pairs))
    if unknown.any():
        return [f"position {k} is no candidate" for k in chosen[unknown].tolist()]
    mentees, mentors = problem.pairs[chosen].T
    broken = []
    if len(np.unique(problem.pairs[chosen], axis=0)) != len(chosen):
        broken.append("a pair is chosen twice")
    had = np.bincount(mentees, minlength=problem.num_mentees)
    load = np.bincount(mentors, minlength=problem.num_mentors)
    used = np.zeros(problem.num_mentors, np.int64)
    np.add.at(used, mentors, problem.need[chosen])
    over = (problem.available != NO_LIMIT) & (used > problem.available)
    broken += [
        f"{names.mentee(k)} has {say_count(int(had[k]), 'mentor')} and wants {problem.wanted[k]}"
        for k in np.flatnonzero(had > problem.wanted).tolist()
    ]
    broken += [
        f"{names.mentor(k)} has {say_count(int(load[k]), 'mentee')} and a capacity of {problem.capacity[k]}"
        for k in np.flatnonzero(load > problem.capacity).tolist()
    ]
    broken += [
        f"{names.mentor(k)} has {say_count(int(load[k]), 'mentee')} and a minimum of {problem.minimum[k]}"
        for k in np.flatnonzero(load < problem.minimum).tolist()
    ]
    broken += [
        f"{names.mentor(k)} gives {used[k]} minutes of {problem.available[k]}" for k in np.flatnonzero(over).tolist()
    ]
    missing = np.setdiff1d(problem.required, chosen)
    broken += [
        f"the required pair of {names.mentee(a)} and {names.mentor(b)} is missing"
        for a, b in problem.pairs[missing].tolist()
    ]
    return broken + _find_time_violations(problem, mentees, mentors, starts, names)


def _find_time_violations(problem: Problem, mentees: Ints, mentors: Ints, starts: Ints, names: Names) -> list[str]:
    times = problem.times
    if times is None:
        late = np.flatnonzero(starts != UNSCHEDULED)
        rows = np.column_stack([mentees, mentors])[late].tolist()
        return [f"{names.mentee(a)} and {names.mentor(b)} have a time and need none" for a, b in rows]
    broken = []
    for mentee, mentor, start in zip(mentees.tolist(), mentors.tolist(), starts.tolist(), strict=True):
        who = f"{names.mentee(mentee)} and {names.mentor(mentor)}"
        if times.mentee_known[mentee] and times.mentor_known[mentor]:
            shared = times.mentee_starts[mentee] & times.mentor_starts[mentor]
            if not 0 <= start < 64 * len(shared) or not int(shared[start // 64]) >> (start % 64) & 1:
                broken.append(f"{who} do not share {names.time(mentor, start)}")
        elif start != UNSCHEDULED:
            broken.append(f"{who} have a time although the free times of one are unknown")
    keys, counts = np.unique(mentors.astype(np.int64) * 1024 + starts, return_counts=True)
    full = (counts > times.pairs_per_start) & ((keys % 1024) < 512)
    broken += [
        f"{names.mentor(key // 1024)} meets {n} pairs at {names.time(key // 1024, key % 1024)}: "
        f"{times.pairs_per_start} can meet then"
        for key, n in zip(keys[full].tolist(), counts[full].tolist(), strict=True)
    ]
    return broken
