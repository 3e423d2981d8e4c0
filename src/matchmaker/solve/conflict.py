"""Why no matching is possible: a small set of demands that clash, proven by prices.

Demands (minimums and required pairs) are made soft: each earns 1 where it is met. The flow that meets
the most says how many are too many, and its prices name the demands that stand in each other's way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NoReturn

import numpy as np

from matchmaker.certificate import Conflict
from matchmaker.errors import Infeasible
from matchmaker.solve.flow import run_flow
from matchmaker.solve.network import MENTOR, Ints, Network, build_network
from matchmaker.solve.problem import Prices, Problem
from matchmaker.solve.residual import build_residual, find_prices
from matchmaker.solve.starts import list_shared
from matchmaker.text import say_count

NUM_SLOTS = 336
UNPAYABLE = np.int64(2**62)
"""Price of a pair that shares no start."""


@dataclass(frozen=True, eq=False)
class Clash:
    """Some demands, and how many of them can be met at once.

    Parameters
    ----------
    mentors : int64 array
        Rows whose minimums are demanded.
    required : int64 array
        Positions in `Problem.pairs` that are demanded.
    sizes : int64 array of shape (num_mentors_here + num_required_here,)
        What each asks for: a minimum, or 1.
    met : int
        Most that can be met together.
    chosen : int64 array
        Positions of the pairs that meet so many.
    prices : tuple of Prices
        The smallest and the largest that prove that no more can be.
    """

    mentors: Ints
    required: Ints
    sizes: Ints
    met: int
    chosen: Ints
    prices: tuple[Prices, Prices]

    @property
    def excess(self) -> int:
        """By how much the demands are too many."""
        return int(self.sizes.sum()) - self.met

    def pick(self, kept: Ints) -> tuple[Ints, Ints]:
        """Return the mentors and the required pairs among some of the members."""
        num_mentors = len(self.mentors)
        return self.mentors[kept[kept < num_mentors]], self.required[kept[kept >= num_mentors] - num_mentors]


def restrict(problem: Problem, mentors: Ints, required: Ints) -> tuple[Problem, Ints]:
    """Return the problem with only some of its demands, and the positions of the pairs that it keeps.

    Pairs of other mentors are left out: no demand needs them.
    """
    minimum = np.zeros_like(problem.minimum)
    minimum[mentors] = problem.minimum[mentors]
    kept = minimum[problem.pairs[:, 1]] > 0
    kept[required] = True
    positions = np.flatnonzero(kept)
    smaller = replace(
        problem,
        pairs=problem.pairs[positions],
        points=np.zeros(len(positions), np.int64),
        need=problem.need[positions],
        minimum=minimum,
        required=np.searchsorted(positions, np.sort(required)),
        objective="points",
    )
    return smaller, positions


def soften(problem: Problem, places: Ints) -> Network:
    """Return the network in which every demand earns 1 if it is met, instead of having to be."""
    network = build_network(problem, places)
    minimum, units = problem.minimum, network.required_node
    supply = network.supply.copy()
    supply[network.mentor_node] = 0
    supply[network.sink] = -int(supply[: network.sink].sum())
    size = len(minimum) + len(units)
    none = np.full(size, -1)
    return replace(
        network,
        supply=supply,
        tail=np.concatenate([network.tail, network.mentor_node, units]),
        head=np.concatenate([network.head, np.full(size, network.sink)]),
        capacity=np.concatenate([network.capacity, minimum, np.ones(len(units), np.int64)]),
        kind=np.concatenate([network.kind, np.full(size, MENTOR)]),
        coverage=np.concatenate([network.coverage, np.zeros(size, np.int64)]),
        points=np.concatenate([network.points, np.repeat([-1, 1], [len(minimum), len(units)])]),
        pair=np.concatenate([network.pair, none]),
        start=np.concatenate([network.start, none]),
    )


def weigh_demands(problem: Problem, places: Ints, mentors: Ints, required: Ints) -> Clash:
    """Return how many of some demands can be met at once."""
    smaller, positions = restrict(problem, mentors, required)
    network = soften(smaller, places)
    flow = run_flow(network, network.points, network.capacity)
    if flow is None:
        raise ArithmeticError("demands that may be broken cannot clash")
    used = np.flatnonzero((network.pair >= 0) & (flow > 0))
    prices = find_prices(build_residual(network, flow))
    sizes = np.concatenate([problem.minimum[mentors], np.ones(len(required), np.int64)])
    met = len(required) - int((network.points * flow).sum())
    return Clash(mentors, np.sort(required), sizes, met, positions[network.pair[used]], prices)


def find_members(problem: Problem, clash: Clash, prices: Prices) -> Ints:
    """Return the members that prices speak of.

    Those are minimums with a price below 0, and required pairs that cost more than the mentee's cheapest
    other choice, or than none: they take a place that is short, or a mentee from where one is short.
    """
    smaller, positions = restrict(problem, clash.mentors, clash.required)
    cost = _price_pairs(smaller, prices)
    cheapest = np.zeros(problem.num_mentees, np.int64)
    np.minimum.at(cheapest, smaller.pairs[:, 0], cost)
    place = np.searchsorted(positions, clash.required)
    is_dear = cost[place] > cheapest[smaller.pairs[place, 0]]
    return np.flatnonzero(np.concatenate([prices.mentors[clash.mentors, 1] < 0, is_dear]))


def _price_pairs(problem: Problem, prices: Prices) -> Ints:
    """Return the points of the price of each candidate: its place and its cheapest shared start."""
    candidate, start = list_shared(problem)
    extra = np.zeros((problem.num_mentors, NUM_SLOTS + 1), np.int64)
    extra[prices.times[:, 0], prices.times[:, 1]] = prices.times[:, 3]
    cost = np.full(len(problem.pairs), UNPAYABLE)
    mentor = problem.pairs[candidate, 1]
    np.minimum.at(cost, candidate, prices.mentors[mentor, 1] + extra[mentor, start])
    return cost


def narrow(problem: Problem, places: Ints, clash: Clash) -> Clash:
    """Return a clash of fewer demands, as long as its prices speak of fewer."""
    while True:
        members = min((find_members(problem, clash, prices) for prices in clash.prices), key=len)
        if len(members) == len(clash.sizes):
            return clash
        clash = weigh_demands(problem, places, *clash.pick(members))


def drop_surplus(problem: Problem, places: Ints, clash: Clash) -> Clash:
    """Return a clash without what can go while something is still too much, whatever it frees.

    A required pair that goes frees its mentee too, so it counts twice.
    """
    while True:
        spare, kept = clash.excess - 1, []
        frees = clash.sizes * np.repeat([1, 2], [len(clash.mentors), len(clash.required)])
        for member in range(len(clash.sizes))[::-1]:
            if frees[member] <= spare:
                spare -= int(frees[member])
            else:
                kept.append(member)
        if len(kept) == len(clash.sizes):
            return clash
        clash = narrow(problem, places, weigh_demands(problem, places, *clash.pick(np.array(kept[::-1]))))


def find_needed(problem: Problem, clash: Clash) -> set[int]:
    """Return mentors without whom the rest would surely be possible, found without another flow.

    What is too much is 1, or the mentor has, for every mentor who lacks mentees, as many mentees who
    could go there as are lacking.
    """
    if len(clash.required) or problem.times is not None:
        return set()
    if clash.excess == 1:
        return set(clash.mentors.tolist())
    mentees, mentors = problem.pairs[clash.chosen].T
    lack = np.zeros(problem.num_mentors, np.int64)
    lack[clash.mentors] = problem.minimum[clash.mentors]
    lack -= np.minimum(lack, np.bincount(mentors, minlength=problem.num_mentors))
    is_open = np.ones(len(problem.pairs), bool)
    is_open[clash.chosen] = False
    least = np.full(problem.num_mentors, np.iinfo(np.int64).max)
    for mentor in np.flatnonzero(lack).tolist():
        could = np.zeros(problem.num_mentees, np.int64)
        could[problem.pairs[is_open & (problem.pairs[:, 1] == mentor), 0]] = 1
        helpers = np.zeros(problem.num_mentors, np.int64)
        np.add.at(helpers, mentors, could[mentees])
        helpers[mentor] = np.iinfo(np.int64).max
        least = np.minimum(least, helpers)
    return set(clash.mentors[least[clash.mentors] >= clash.excess - lack[clash.mentors]].tolist())


def drop_singly(problem: Problem, places: Ints, clash: Clash) -> Clash:
    """Return a clash from which no member can be dropped."""
    needed_mentors, needed_pairs = find_needed(problem, clash), set[int]()
    while True:
        members = [("mentor", k) for k in clash.mentors.tolist() if k not in needed_mentors]
        members += [("pair", k) for k in clash.required.tolist() if k not in needed_pairs]
        if not members:
            return clash
        kind, member = members[-1]
        mentors, required = clash.mentors, clash.required
        if kind == "mentor":
            rest = weigh_demands(problem, places, mentors[mentors != member], required)
        else:
            rest = weigh_demands(problem, places, mentors, required[required != member])
        if rest.excess:
            clash = narrow(problem, places, rest)
        else:
            (needed_mentors if kind == "mentor" else needed_pairs).add(member)


def find_conflict(problem: Problem, places: Ints) -> Conflict:
    """Return a set of demands that clash, from which none can be dropped.

    Parameters
    ----------
    problem : Problem
        Infeasible.
    places : int64 array of shape (num_mentors,)
    """
    taken = np.bincount(problem.pairs[problem.required, 0], minlength=problem.num_mentees)
    if (taken > problem.wanted).any():
        mentee = int(np.argmax(taken > problem.wanted))
        pairs = [pair for pair in _list_pairs(problem, problem.required) if pair[0] == mentee]
        return Conflict("wanted", (), tuple(pairs), len(pairs), int(problem.wanted[mentee]))
    timeless = np.setdiff1d(problem.required, list_shared(problem)[0])
    if len(timeless):
        return Conflict("time", (), _list_pairs(problem, timeless[:1]), 1, 0)
    crowded = np.flatnonzero(places < problem.minimum)
    if len(crowded):
        mentor = int(crowded[0])
        return Conflict("places", (mentor,), (), int(problem.minimum[mentor]), int(places[mentor]))
    clash = weigh_demands(problem, places, np.flatnonzero(problem.minimum), problem.required)
    clash = drop_surplus(problem, places, narrow(problem, places, clash))
    return describe_clash(problem, drop_singly(problem, places, clash))


def _list_pairs(problem: Problem, positions: Ints) -> tuple[tuple[int, int], ...]:
    return tuple((int(mentee), int(mentor)) for mentee, mentor in problem.pairs[positions].tolist())


def describe_clash(problem: Problem, clash: Clash) -> Conflict:
    """Return a clash with its numbers and the prices that prove it."""
    mentors = tuple(clash.mentors.tolist())
    smallest = clash.prices[0]
    places = tuple((int(j), int(smallest.mentors[j, 1])) for j in np.flatnonzero(smallest.mentors[:, 1]))
    times = tuple((int(j), int(t), int(p)) for j, t, _, p in smallest.times.tolist())
    return Conflict(
        "minimums" if mentors else "required",
        mentors,
        _list_pairs(problem, clash.required),
        int(clash.sizes.sum()),
        clash.met,
        (places, times),
    )


def check_demands(problem: Problem, places: Ints) -> None:
    """Refuse what no flow has to be asked about: a minimum beyond the places, more required pairs than wanted.

    Raises
    ------
    Infeasible
    """
    taken = np.bincount(problem.pairs[problem.required, 0], minlength=problem.num_mentees)
    if (places < problem.minimum).any() or (taken > problem.wanted).any():
        raise_infeasible(problem, places)


def raise_infeasible(problem: Problem, places: Ints) -> NoReturn:
    """Raise `Infeasible` with the conflict of a problem that has no feasible flow."""
    conflict = find_conflict(problem, places)
    raise Infeasible(tell_conflict(conflict), conflict)


def tell_conflict(conflict: Conflict) -> str:
    """Return a conflict in words, with row numbers, the numbers that clash and what would repair it."""
    mentors = ", ".join(map(str, conflict.mentors))
    pairs = ", ".join(f"mentee row {a} with mentor row {b}" for a, b in conflict.required)
    demanded, possible = conflict.demanded, conflict.possible
    if conflict.kind == "wanted":
        return (
            f"Proven impossible: the required pairs {pairs} are {demanded}, and the mentee wants "
            f"{say_count(possible, 'mentor')}. Raise what the mentee wants by {demanded - possible}, "
            "or take out as many required pairs"
        )
    if conflict.kind == "time":
        return (
            f"Proven impossible: the required pair {pairs} shares no weekly start. "
            "Give them a time that both have free, or take the pair out"
        )
    if conflict.kind == "places":
        return (
            f"Proven impossible: mentor row {mentors} has a minimum of {demanded} and places for {possible}. "
            f"Lower the minimum by {demanded - possible}, or raise the capacity or the hours"
        )
    parts = (f"the minimums of mentor rows {mentors}", f"the required pairs {pairs}")
    who = " and ".join(part for part, named in zip(parts, (mentors, pairs), strict=True) if named)
    return (
        f"Proven impossible: {who} ask for {say_count(demanded, 'mentee')}, and at most {possible:,} can be had. "
        f"Lower these demands by {demanded - possible:,} in total, or make "
        f"{say_count(demanded - possible, 'more mentee')} eligible"
    )
