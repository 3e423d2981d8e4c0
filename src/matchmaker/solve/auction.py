"""Rough prices in a moment: everybody bids for places, one after the other, until nobody is outbid.

An auction (Bertsekas 1988, doi:10.1007/BF02186476). Whoever has too few mentors bids for the place that is best at
the prices of now, by as much as it is better than the next best and a step more; the lowest bid at a full mentor
loses the place, and what remains the lowest is the price. Nobody ends up with a mentor who is worse than another
would be by more than a step. Prices are points alone: where mentees must be left over, they say too little.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matchmaker.solve.problem import Problem

Ints = NDArray[np.int64]

LEAP = 200_000
"""The most that a bid exceeds the price by, beside the step: some have nowhere else to go."""

NONE = np.int64(-(2**60))
"""What no mentor is worth."""

FULL = np.int64(2**61)
"""Price of a mentor without places."""


class Offers(NamedTuple):
    """What can be bid for: the candidates of each mentee, and the places of each mentor."""

    offsets: Ints
    mentee: Ints
    mentor: Ints
    points: Ints
    most: Ints
    first: Ints
    outside: int


class Room(NamedTuple):
    """What changes: how often each candidate is held, and a heap of the bids that hold the places of each mentor."""

    held: Ints
    price: Ints
    size: Ints
    bid: Ints
    candidate: Ints


class Result(NamedTuple):
    """What an auction came to.

    Parameters
    ----------
    prices : int64 array of shape (num_mentors,)
        In points.
    held : int64 array of shape (num_candidates,)
        Units of each candidate that hold a place.
    num_left : int
        Units, of mentees with candidates, for which there were no bids left, or no place.
    """

    prices: Ints
    held: Ints
    num_left: int


@njit(cache=True, nogil=True, inline="always")
def find_best(offers: Offers, room: Room, mentee: int) -> Any:
    """Return the best candidate of a mentee at the prices of now, what it is worth, and what the next best is worth."""
    best, value, second = -1, max(NONE, offers.outside), max(NONE, offers.outside)
    for candidate in range(offers.offsets[mentee], offers.offsets[mentee + 1]):
        if room.held[candidate] >= offers.most[candidate]:
            continue
        worth = offers.points[candidate] - room.price[offers.mentor[candidate]]
        if worth > value:
            best, value, second = candidate, worth, value
        elif worth > second:
            second = worth
    return best, value, second


@njit(cache=True, nogil=True, inline="always")
def append(room: Room, first: int, size: int, offer: int, candidate: int) -> None:
    """Take a bid for a place that is free."""
    at = size
    while at > 0 and room.bid[first + ((at - 1) >> 1)] > offer:
        parent = (at - 1) >> 1
        room.bid[first + at], room.candidate[first + at] = room.bid[first + parent], room.candidate[first + parent]
        at = parent
    room.bid[first + at], room.candidate[first + at] = offer, candidate


@njit(cache=True, nogil=True, inline="always")
def replace_lowest(room: Room, first: int, size: int, offer: int, candidate: int) -> None:
    """Take a bid in the place of the lowest one."""
    at = 0
    while 2 * at + 1 < size:
        child = 2 * at + 1
        if child + 1 < size and room.bid[first + child + 1] < room.bid[first + child]:
            child += 1
        if room.bid[first + child] >= offer:
            break
        room.bid[first + at], room.candidate[first + at] = room.bid[first + child], room.candidate[first + child]
        at = child
    room.bid[first + at], room.candidate[first + at] = offer, candidate


@njit(cache=True, nogil=True)
def take_bids(offers: Offers, room: Room, queue: Any, step: int, most_bids: int) -> int:
    """Let the mentees of a queue bid, each once for every time it stands there; return how many units are left."""
    head, size, left = 0, queue.shape[0], 0
    for _ in range(most_bids):
        if size == 0:
            break
        mentee = queue[head]
        head, size = (head + 1) % queue.shape[0], size - 1
        best, value, second = find_best(offers, room, mentee)
        if best < 0 or value <= NONE:
            left += 1
            continue
        mentor = offers.mentor[best]
        first, end = offers.first[mentor], offers.first[mentor + 1]
        offer = room.price[mentor] + min(value - second, LEAP) + step
        room.held[best] += 1
        if room.size[mentor] < end - first:
            append(room, first, room.size[mentor], offer, best)
            room.size[mentor] += 1
        else:
            loser = room.candidate[first]
            room.held[loser] -= 1
            queue[(head + size) % queue.shape[0]] = offers.mentee[loser]
            size += 1
            replace_lowest(room, first, end - first, offer, best)
        if room.size[mentor] == end - first:
            room.price[mentor] = room.bid[first]
    return left + size


def hold_auction(problem: Problem, places: Ints, *, copies: int = 1, step: int, bids: int) -> Result:
    """Let the mentees of a problem bid for places.

    Parameters
    ----------
    problem : Problem
        Weekly times and minimums play no part; required pairs have their places before.
    places : int64 array of shape (num_mentors,)
    copies : int
        Mentees that each mentee stands for.
    step : int
        Points that a bid exceeds the least by: the smaller, the better the prices and the longer it takes.
    bids : int
        Bids for each unit, all together, before it ends.
    """
    mentee, mentor = problem.pairs.astype(np.int64).T
    taken, given = (
        np.bincount(side[problem.required], minlength=size)
        for side, size in zip((mentee, mentor), problem.shape, strict=True)
    )
    offsets = np.searchsorted(mentee, np.arange(problem.num_mentees + 1))
    units = np.where(np.diff(offsets) > 0, copies * np.maximum(problem.wanted - taken, 0), 0)
    queue = np.repeat(np.arange(problem.num_mentees), units)
    free = np.clip(places - given, 0, len(queue) + 1)
    most = np.full(len(mentee), copies)
    most[problem.required] = 0
    outside = 0 if problem.objective == "points" else int(NONE)
    first = np.append(0, np.cumsum(free))
    offers = Offers(offsets, mentee.copy(), mentor.copy(), problem.points, most, first, outside)
    spare = [np.zeros(first[-1], np.int64) for _ in range(2)]
    room = Room(np.zeros_like(most), np.where(free > 0, 0, FULL), np.zeros_like(free), *spare)
    left = take_bids(offers, room, queue, step, bids * len(queue)) if len(queue) else 0
    return Result(np.where(free > 0, room.price, 0), room.held, left)
