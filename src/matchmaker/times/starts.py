"""Starts: the slots at which a whole session fits."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matchmaker.times.bits import FULL_WEEK, NUM_SLOTS, SLOT_MINUTES, Words, rotate

Grid = Literal["block", "local-hour", "offered"]

EVEN_SLOTS = np.uint64(0x5555555555555555)
ODD_SLOTS = np.uint64(0xAAAAAAAAAAAAAAAA)


def find_session_starts(bits: Words, session_slots: int) -> Words:
    """Find all slots at which a whole session fits.

    Parameters
    ----------
    bits : uint64 array of shape (..., 6)
        Free slots; the week is a circle, so a session may run past its end.
    session_slots : int
        Length of a session in slots, 1 or more.

    Returns
    -------
    uint64 array of shape (..., 6)

    Raises
    ------
    ValueError
        If the session takes no slot.
    """
    if session_slots < 1:
        raise ValueError(f"a session takes at least one slot, not {session_slots}")
    if session_slots > NUM_SLOTS:
        return np.zeros_like(bits)
    starts, covered = bits.copy(), 1
    while covered < session_slots:
        step = min(covered, session_slots - covered)
        starts &= rotate(starts, step)
        covered += step
    return starts


def find_mentor_starts(
    bits: Words, session_slots: int, grid: Grid = "block", offsets: NDArray[np.int64] | None = None
) -> Words:
    """Find starts of which no two of one mentor overlap.

    A *block* is a run of free slots as long as it goes, past the week's end too; a week that is free
    throughout is one block that begins on Monday at 00:00 UTC.

    Parameters
    ----------
    bits : uint64 array of shape (num_mentors, 6)
        Free slots of the UTC week.
    session_slots : int
        Length L of a session in slots, 1 or more.
    grid : {"block", "local-hour", "offered"}
        ``block``: the beginning b of each block, b + L, b + 2L … while a session fits.
        ``local-hour``: in each block the first full hour of the mentor's clock at which a session
        fits, and further ones, L rounded up to whole hours apart. Where the offset is no multiple of
        30 minutes, the slot that begins less than 30 minutes after the full hour stands for it.
        ``offered``: the beginning of each block, if a session fits there: a mentor who lists
        18:00-19:00 and 19:00-20:00 has listed one block, since slots do not keep where a range ends.
    offsets : int64 array of shape (num_mentors,) or None
        Minutes ahead of UTC; needed for ``local-hour`` only.

    Returns
    -------
    uint64 array of shape (num_mentors, 6)

    Raises
    ------
    ValueError
        If the session takes no slot, the grid is unknown, or the offsets it needs are missing.
    """
    fits = find_session_starts(bits, session_slots)
    if grid == "block":
        return _repeat(_find_beginnings(bits) & fits, fits, session_slots)
    if grid == "offered":
        return _find_beginnings(bits) & fits
    if grid != "local-hour":
        raise ValueError(f"no grid is called {grid!r}: block, local-hour or offered")
    if offsets is None:
        raise ValueError("the grid 'local-hour' needs the offsets of the mentors")
    return _find_hours(fits, session_slots, offsets)


def _find_beginnings(bits: Words) -> Words:
    """Return the first slot of every block."""
    beginnings = bits & ~rotate(bits, -1)
    beginnings[(bits == FULL_WEEK).all(axis=-1), 0] = 1
    return beginnings


def _find_hours(fits: Words, session_slots: int, offsets: NDArray[np.int64]) -> Words:
    """Return full local hours at which a session fits, none overlapping the one before."""
    first_hours = offsets // SLOT_MINUTES % 2
    hours = fits & np.where(first_hours == 0, EVEN_SLOTS, ODD_SLOTS)[:, None]
    if session_slots <= 2:
        return hours
    firsts = hours & ~rotate(hours, -2)
    is_free_throughout = (fits == FULL_WEEK).all(axis=-1)
    firsts[is_free_throughout, 0] = np.uint64(1) << first_hours[is_free_throughout].astype(np.uint64)
    return _repeat(firsts, hours, session_slots + session_slots % 2)


def _repeat(firsts: Words, fits: Words, step: int) -> Words:
    """Return the first starts and those every `step` slots after them, once round the week at most."""
    starts, latest = firsts, firsts
    for _ in range(NUM_SLOTS // step - 1):
        latest = rotate(latest, -step) & fits
        if not latest.any():
            break
        starts = starts | latest
    return starts


def are_overlapping(start: int, other: int, session_slots: int) -> bool:
    """Return whether two weekly sessions share a slot, past the week's end too.

    Parameters
    ----------
    start, other : int
        Slots, 0 to 335.
    session_slots : int
        Length of both sessions in slots.
    """
    apart = (start - other) % NUM_SLOTS
    return min(apart, NUM_SLOTS - apart) < session_slots
