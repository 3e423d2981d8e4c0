"""Compiled: mentees bid for places, one after the other, until nobody is outbid.

Each mentor is a set of slots: its weekly starts, and one for pairs that need none. A bid may be met by moving
those who hold a place to another start of the same mentor; where that does not help, the lowest of the bids that
stand in its way loses. Which mentees a mentor can hold together is a matroid (a transversal one, cut to the
places), so that the lowest on the way is the right one to lose.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matchmaker.solve.compiler import compiled, inlined

Ints = NDArray[np.int64]
Small = NDArray[np.int32]

LEAP = 200_000
"""The most that a bid exceeds the price by, beside the step: some have nowhere else to go."""

NONE = -(2**60)
"""What no mentor is worth."""

FULL = 2**61
"""Price of a slot without places."""


FIRST, MOST, SIZE, OWNER = range(4)
"""Columns of `Room.slots`: where its places are kept, how many there are and how many are taken, and whose it is."""

VIA, PLACE = range(2)
"""Columns of `Room.trail`: from which slot, and which of its places, a slot is reached by moving; `OUT_OF_REACH` where
it is not."""

BEGIN, END, LOAD, FREE = range(4)
"""Columns of `Room.mentors`: its slots, and how many places are taken and how many there are."""

OUT_OF_REACH, AT_ONCE = -2, -1


class Offers(NamedTuple):
    """What can be bid for.

    Parameters
    ----------
    offsets : int64 array of shape (num_mentees + 1,)
        The candidates of each mentee.
    mentee, points : int32 arrays of shape (num_candidates,)
    ways : int32 array of shape (num_candidates + 1,)
        The slots of each candidate.
    slot : int32 array of shape (num_ways,)
    least : int
        What a mentee must gain from a place to want it.
    copies : int
        How often a candidate can be held.
    is_direct : bool
        Whether each candidate has just one slot, and each mentor as well.
    """

    offsets: Ints
    mentee: Small
    points: Small
    ways: Small
    slot: Small
    least: int
    copies: int
    is_direct: bool


class Room(NamedTuple):
    """What changes: who holds what, at which bid, and what a place costs.

    Parameters
    ----------
    held : int32 array of shape (num_candidates,)
    price : int64 array of shape (num_slots,)
        What the next bid has to exceed.
    floor : int64 array of shape (num_slots,)
        What a place costs at least.
    slots : int32 array of shape (num_slots, 4)
        What each bid has to know of a slot lies side by side, since bids come in no order.
    trail : int32 array of shape (num_slots, 2)
    mentors : int64 array of shape (num_mentors, 4)
    bid, candidate : arrays of shape (num_places,)
        A heap for each slot, the lowest bid first.
    queue : int64 array of shape (num_slots,)
    """

    held: Small
    price: Ints
    floor: Ints
    slots: Small
    trail: Small
    mentors: Ints
    bid: Ints
    candidate: Small
    queue: Ints


@inlined()
def find_price(offers: Offers, room: Room, candidate: int) -> int:
    """Return what the cheapest slot of a candidate costs."""
    price = FULL
    for way in range(offers.ways[candidate], offers.ways[candidate + 1]):
        price = min(price, room.price[offers.slot[way]])
    return int(price)


@inlined()
def find_best(offers: Offers, room: Room, mentee: int) -> Any:
    """Return the best candidate of a mentee at the prices of now, its price, its worth, and that of the next best."""
    best, paid, value, second = -1, np.int64(0), np.int64(offers.least), np.int64(offers.least)
    for candidate in range(offers.offsets[mentee], offers.offsets[mentee + 1]):
        if room.held[candidate] >= offers.copies:
            continue
        price: Any = room.price[offers.slot[candidate]] if offers.is_direct else find_price(offers, room, candidate)
        worth = np.int64(offers.points[candidate]) - price
        if worth > value:
            best, paid, value, second = candidate, price, worth, value
        elif worth > second:
            second = worth
    return best, paid, value, second


@inlined()
def rise(room: Room, first: int, at: int, offer: int, candidate: int) -> None:
    """Put a bid into a heap, from a place upwards."""
    while at > 0 and room.bid[first + ((at - 1) >> 1)] > offer:
        parent = (at - 1) >> 1
        room.bid[first + at], room.candidate[first + at] = room.bid[first + parent], room.candidate[first + parent]
        at = parent
    room.bid[first + at], room.candidate[first + at] = offer, candidate


@inlined()
def fall(room: Room, first: int, size: int, at: int, offer: int, candidate: int) -> int:
    """Put a bid into a heap, from a place downwards, and return where it ends."""
    while 2 * at + 1 < size:
        child = 2 * at + 1
        if child + 1 < size and room.bid[first + child + 1] < room.bid[first + child]:
            child += 1
        if room.bid[first + child] >= offer:
            break
        room.bid[first + at], room.candidate[first + at] = room.bid[first + child], room.candidate[first + child]
        at = child
    room.bid[first + at], room.candidate[first + at] = offer, candidate
    return at


@inlined()
def put(room: Room, slot: int, offer: int, candidate: int) -> None:
    """Give a place of a slot to a bid."""
    rise(room, room.slots[slot, FIRST], room.slots[slot, SIZE], offer, candidate)
    room.slots[slot, SIZE] += 1


@inlined()
def drop(room: Room, slot: int, at: int) -> None:
    """Free a place of a slot."""
    first, last = room.slots[slot, FIRST], room.slots[slot, SIZE] - 1
    room.slots[slot, SIZE] = last
    if at < last:
        offer, candidate = room.bid[first + last], room.candidate[first + last]
        rise(room, first, fall(room, first, last, at, offer, candidate), offer, candidate)


@inlined()
def find_lowest(room: Room, mentor: int) -> int:
    """Return the slot of a mentor that holds its lowest bid."""
    found, lowest = -1, FULL
    for slot in range(room.mentors[mentor, BEGIN], room.mentors[mentor, END]):
        if room.slots[slot, SIZE] > 0 and room.bid[room.slots[slot, FIRST]] < lowest:
            found, lowest = slot, room.bid[room.slots[slot, FIRST]]
    return found


@inlined()
def has_room(room: Room, slot: int) -> bool:
    """Return whether a slot has a place left."""
    return bool(room.slots[slot, SIZE] < room.slots[slot, MOST])


@inlined()
def find_way(offers: Offers, room: Room, candidate: int, mentor: int) -> int:
    """Return the slot where moving ends: one with room, or the one with the lowest bid on any way."""
    size, found, lowest = 0, -1, FULL
    for slot in range(room.mentors[mentor, BEGIN], room.mentors[mentor, END]):
        room.trail[slot, VIA] = OUT_OF_REACH
    for way in range(offers.ways[candidate], offers.ways[candidate + 1]):
        room.trail[offers.slot[way], VIA] = AT_ONCE
        room.queue[size] = offers.slot[way]
        size += 1
    head = 0
    while head < size:
        slot = room.queue[head]
        head += 1
        if has_room(room, slot):
            return int(slot)
        first = room.slots[slot, FIRST]
        if room.bid[first] < lowest:
            found, lowest = slot, room.bid[first]
        for at in range(room.slots[slot, SIZE]):
            other = room.candidate[first + at]
            for way in range(offers.ways[other], offers.ways[other + 1]):
                beyond = offers.slot[way]
                if room.trail[beyond, VIA] == OUT_OF_REACH:
                    room.trail[beyond, VIA], room.trail[beyond, PLACE], room.queue[size] = slot, at, beyond
                    size += 1
    return int(found)


@inlined()
def move(room: Room, slot: int) -> int:
    """Move those who hold places on the way to a slot with room, and return the slot where the way began."""
    while room.trail[slot, VIA] != AT_ONCE:
        before = room.trail[slot, VIA]
        at = room.trail[slot, PLACE]
        first = room.slots[before, FIRST]
        offer, candidate = room.bid[first + at], room.candidate[first + at]
        drop(room, before, at)
        put(room, slot, offer, candidate)
        slot = before
    return int(slot)


@inlined()
def admit(offers: Offers, room: Room, candidate: int, mentor: int, offer: int) -> int:
    """Give a bid a place, and return the candidate that loses one, -1 if none does."""
    slot, loser = find_way(offers, room, candidate, mentor), -1
    if has_room(room, slot):
        room.mentors[mentor, LOAD] += 1
    else:
        loser = room.candidate[room.slots[slot, FIRST]]
        drop(room, slot, 0)
    put(room, move(room, slot), offer, candidate)
    if room.mentors[mentor, LOAD] > room.mentors[mentor, FREE]:
        slot = find_lowest(room, mentor)
        loser = room.candidate[room.slots[slot, FIRST]]
        drop(room, slot, 0)
        room.mentors[mentor, LOAD] -= 1
    return int(loser)


@inlined()
def set_prices(offers: Offers, room: Room, mentor: int) -> None:
    """Set what a place in each slot of a mentor costs: the lowest bid that would have to go."""
    begin, end = room.mentors[mentor, BEGIN], room.mentors[mentor, END]
    rest = 0
    if room.mentors[mentor, LOAD] == room.mentors[mentor, FREE]:
        rest = room.bid[room.slots[find_lowest(room, mentor), FIRST]]
    for slot in range(begin, end):
        room.price[slot] = room.bid[room.slots[slot, FIRST]]
        if has_room(room, slot):
            room.price[slot] = max(rest, room.floor[slot])
    is_settled = False
    while not is_settled:
        is_settled = True
        for slot in range(begin, end):
            first = room.slots[slot, FIRST]
            for at in range(first, first + room.slots[slot, SIZE]):
                other = room.candidate[at]
                for way in range(offers.ways[other], offers.ways[other + 1]):
                    if room.price[offers.slot[way]] < room.price[slot]:
                        room.price[slot] = room.price[offers.slot[way]]
                        is_settled = False


@inlined()
def find_loser(room: Room, slot: int) -> int:
    """Return the candidate that holds a slot's last place, -1 if one is free."""
    return -1 if has_room(room, slot) else int(room.candidate[room.slots[slot, FIRST]])


@inlined()
def send_back(offers: Offers, room: Room, queue: Any, at: int, loser: int) -> None:
    """Let the mentee of a candidate that loses its place bid again."""
    room.held[loser] -= 1
    queue[at % queue.shape[0]] = offers.mentee[loser]


@inlined()
def swap(room: Room, slot: int, candidate: int, offer: int) -> None:
    """Give a bid a place of a mentor with a single slot, that of the lowest bid if need be, and set its price."""
    first, size = room.slots[slot, FIRST], room.slots[slot, SIZE]
    if has_room(room, slot):
        rise(room, first, size, offer, candidate)
        room.slots[slot, SIZE] = size + 1
    else:
        fall(room, first, size, 0, offer, candidate)
    if not has_room(room, slot):
        room.price[slot] = room.bid[first]


@compiled()
def take_bids(offers: Offers, room: Room, queue: Any, step: int, most_bids: int) -> int:
    """Let the mentees of a queue bid, each once for every time it stands there; return how many units are left."""
    head, size, left = 0, queue.shape[0], 0
    for _ in range(most_bids):
        if size == 0:
            break
        mentee = queue[head]
        head, size = (head + 1) % queue.shape[0], size - 1
        best, price, value, second = find_best(offers, room, mentee)
        if best < 0 or value <= NONE:
            left += 1
            continue
        offer = price + min(value - second, LEAP) + step
        room.held[best] += 1
        if offers.is_direct:
            slot = offers.slot[best]
            loser = find_loser(room, slot)
            if loser >= 0:
                send_back(offers, room, queue, head + size, loser)
                size += 1
            swap(room, slot, best, offer)
            continue
        mentor = room.slots[offers.slot[offers.ways[best]], OWNER]
        loser = admit(offers, room, best, mentor, offer)
        if loser >= 0:
            send_back(offers, room, queue, head + size, loser)
            size += 1
        set_prices(offers, room, mentor)
    return left + size
