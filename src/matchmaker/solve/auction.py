"""Rough prices in a moment: everybody bids for places, one after the other, until nobody is outbid.

An auction (Bertsekas 1988, doi:10.1007/BF02186476). Whoever has too few mentors bids for the place that is best at
the prices of now, by as much as it is better than the next best and a step more; the lowest bid that stands in the
way loses, and what remains the lowest is the price. Nobody ends up with a mentor who is worse than another would be
by more than a step. Prices are points alone: what coverage a place costs is told by `matchmaker.solve.coverage`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matchmaker.solve.bids import FIRST, FREE, FULL, LOAD, MOST, NONE, SIZE, Offers, Room, take_bids
from matchmaker.solve.problem import UNSCHEDULED, Prices, Problem
from matchmaker.solve.sharing import list_shared_compiled
from matchmaker.solve.starts import number_starts

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

BACK = 2
"""Steps by which prices are lowered before a finer one: with less, too many places would cost what nobody pays."""

BELOW = 75_000
"""Points below known prices where bids begin: with less, too many places would cost what nobody pays, and mending takes
longer than bids save."""


class Result(NamedTuple):
    """What an auction came to.

    Parameters
    ----------
    prices : Prices
        In points.
    held : int64 array of shape (num_candidates,)
        Units of each candidate that hold a place.
    starts : int64 array of shape (num_candidates,)
        The start of one of these units, `UNSCHEDULED` where there is none.
    num_left : int
        Units, of mentees with candidates, for which there were no bids left, or no place.
    """

    prices: Prices
    held: Ints
    starts: Ints
    num_left: int


class Slots(NamedTuple):
    """The slots of mentors, and which of them each candidate may use.

    Parameters
    ----------
    mentor, start : int64 arrays of shape (num_slots,)
        Sorted by mentor, then start; `UNSCHEDULED` for pairs that need no time.
    ways : int64 array of shape (num_candidates + 1,)
    slot : int32 array of shape (num_ways,)
    """

    mentor: Ints
    start: Ints
    ways: Ints
    slot: NDArray[np.int32]


def list_slots(problem: Problem) -> Slots:
    """Return the slots of every mentor."""
    if problem.times is None:
        every = np.arange(problem.num_mentors)
        ways = np.arange(len(problem.pairs) + 1)
        return Slots(every, np.full(len(every), UNSCHEDULED), ways, problem.pairs[:, 1].copy())
    candidate, start = list_shared_compiled(problem)
    mentor, begin, place = number_starts(problem.times, problem.pairs[candidate, 1].astype(np.int64), start)
    ways = np.searchsorted(candidate, np.arange(len(problem.pairs) + 1))
    return Slots(mentor, begin, ways, place.astype(np.int32))


def hold_auction(
    problem: Problem,
    places: Ints,
    *,
    copies: int = 1,
    steps: tuple[int, ...],
    bids: int,
    gives_up: bool = False,
    begin: Prices | None = None,
) -> Result:
    """Let the mentees of a problem bid for places.

    Parameters
    ----------
    problem : Problem
        Minimums play no part; required pairs have their places before.
    places : int64 array of shape (num_mentors,)
    copies : int
        Mentees that each mentee stands for.
    steps : tuple of int
        Points that a bid exceeds the least by: the smaller, the better the prices and the longer it takes. With
        several, everybody bids anew at each step, from a little below the prices of the step before.
    bids : int
        Bids for each unit and step, all together, before it ends.
    gives_up : bool
        Whether a mentee goes without once every place costs more than it is worth, as always where points alone count.
        Else they bid on, whatever it costs.
    begin : Prices or None
        What places roughly cost; bids begin a little below. None begins where all is free.
    """
    mentee, mentor = problem.pairs.T
    taken, given = (
        np.bincount(side[problem.required], minlength=size)
        for side, size in zip((mentee, mentor), problem.shape, strict=True)
    )
    offsets = np.searchsorted(mentee, np.arange(problem.num_mentees + 1))
    units = np.where(np.diff(offsets) > 0, copies * np.maximum(problem.wanted - taken, 0), 0)
    queue = np.repeat(np.arange(problem.num_mentees), units)
    num_able = copies * np.bincount(mentor, minlength=problem.num_mentors)
    free = np.clip(places - given, 0, np.minimum(num_able, len(queue)) + 1)
    slots = list_slots(problem)
    least = 0 if gives_up or problem.objective == "points" else NONE
    points, ways = problem.points.astype(np.int32), slots.ways.astype(np.int32)
    offers = Offers(offsets, mentee.copy(), points, ways, slots.slot, least, copies, problem.times is None)
    room = make_room(slots, free, limit_slots(problem, slots, free), len(mentee))
    if begin is not None:
        raise_prices(slots, room, begin)
    left = 0
    for turn, step in enumerate(steps if len(queue) else ()):
        if turn:
            lower_prices(slots, room, BACK * steps[turn - 1])
        room.held[problem.required] = copies
        left = take_bids(offers, room, queue.copy(), step, bids * len(queue))
    room.held[problem.required] = 0
    return Result(read_prices(slots, room), room.held.astype(np.int64), read_starts(slots, room), left)


def limit_slots(problem: Problem, slots: Slots, free: Ints) -> Ints:
    """Return how many places each slot has."""
    per_start = 0 if problem.times is None else problem.times.pairs_per_start
    return np.minimum(np.where(slots.start == UNSCHEDULED, free[slots.mentor], per_start), free[slots.mentor])


def make_room(slots: Slots, free: Ints, size: Ints, num_candidates: int) -> Room:
    """Return the room in which nobody holds anything."""
    first = np.append(0, np.cumsum(size))
    nothing = np.zeros_like(size)
    price = np.where(size > 0, 0, FULL)
    rows = np.stack([first[:-1], size, nothing, slots.mentor], axis=1).astype(np.int32)
    trail = np.zeros((len(size), 2), np.int32)
    offsets = np.searchsorted(slots.mentor, np.arange(len(free) + 1))
    desks = np.stack([offsets[:-1], offsets[1:], np.zeros_like(free), free], axis=1)
    bid, candidate = np.zeros(first[-1], np.int64), np.zeros(first[-1], np.int32)
    return Room(np.zeros(num_candidates, np.int32), price, nothing.copy(), rows, trail, desks, bid, candidate, nothing)


def find_full(slots: Slots, room: Room) -> tuple[Bools, Bools]:
    """Return which slots, and which mentors, have no place left."""
    load = np.bincount(slots.mentor, room.slots[:, SIZE], minlength=len(room.mentors))
    return room.slots[:, SIZE] == room.slots[:, MOST], load == room.mentors[:, FREE]


def raise_prices(slots: Slots, room: Room, begin: Prices) -> None:
    """Let bids begin a little below the prices of places."""
    price = np.maximum(begin.mentors[slots.mentor, 1] - BELOW, 0)
    room.price[:] = room.floor[:] = np.where(room.price < FULL, price, FULL)


def lower_prices(slots: Slots, room: Room, fall: int) -> None:
    """Let everybody go, and start anew from lower prices; a place that nobody held is free."""
    is_slot_full, is_mentor_full = find_full(slots, room)
    is_paid = is_slot_full | is_mentor_full[slots.mentor]
    room.price[:] = np.where(room.slots[:, MOST] > 0, np.maximum(np.where(is_paid, room.price - fall, 0), 0), FULL)
    room.floor[:] = room.price
    room.held[:] = room.slots[:, SIZE] = room.mentors[:, LOAD] = 0


def read_starts(slots: Slots, room: Room) -> Ints:
    """Return the start of one unit of each candidate, `UNSCHEDULED` where it needs none."""
    first, size = room.slots[:, FIRST], room.slots[:, SIZE]
    slot = np.repeat(np.arange(len(size)), size)
    place = np.arange(len(slot)) + np.repeat(first - np.cumsum(size) + size, size)
    starts = np.full(len(room.held), UNSCHEDULED)
    starts[room.candidate[place]] = slots.start[slot]
    return starts


def read_prices(slots: Slots, room: Room) -> Prices:
    """Return what bids came to as prices of places and of contested times."""
    price = np.where(room.price >= FULL, 0, room.price)
    mentors = np.full(len(room.mentors), FULL)
    np.minimum.at(mentors, slots.mentor, price)
    mentors = np.where(find_full(slots, room)[1] & (mentors < FULL), mentors, 0)
    more = price - mentors[slots.mentor]
    paid = np.flatnonzero((more > 0) & (slots.start != UNSCHEDULED))
    times = np.column_stack([slots.mentor[paid], slots.start[paid], np.zeros_like(paid), more[paid]])
    return Prices(np.column_stack([np.zeros_like(mentors), mentors]), times)
