"""The weekly starts that candidates share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from matchmaker.solve.problem import UNSCHEDULED, Problem, Times

Ints = NDArray[np.int64]

AT_ONCE = 1 << 17
"""Pairs whose starts are compared at a time: what is compared stays near the processor."""


Sharing = Callable[[Problem], tuple[Ints, Ints]]
"""Problem -> (candidate, start) for every start that a candidate may use, as `list_shared` does it."""


def list_shared(problem: Problem) -> tuple[Ints, Ints]:
    """Return (candidate, start) for every start that a candidate may use, `UNSCHEDULED` where it needs none."""
    times = problem.times
    every = np.arange(len(problem.pairs))
    if times is None:
        return every, np.full(len(every), UNSCHEDULED, np.int64)
    mentee, mentor = problem.pairs.T
    known = times.mentee_known[mentee] & times.mentor_known[mentor]
    parts = [_list_some(problem, times, known, slice(k, k + AT_ONCE)) for k in range(0, len(every), AT_ONCE)]
    candidate, start = np.concatenate([*parts, np.zeros((2, 0), np.int64)], axis=1)
    if known.all():
        return candidate, start
    candidate, start = np.append(candidate, every[~known]), np.append(start, np.full((~known).sum(), UNSCHEDULED))
    order = np.argsort(candidate, kind="stable")
    return candidate[order], start[order]


def _list_some(problem: Problem, times: Times, known: NDArray[np.bool_], some: slice) -> Ints:
    """Return (candidate, start) for every start that some candidates share, shape (2, n)."""
    mentee, mentor = problem.pairs[some].T
    shared = times.mentee_starts[mentee] & times.mentor_starts[mentor]
    shared[~known[some]] = 0
    row, bit = list_bits(shared)
    return np.stack([row + some.start, bit])


def number_starts(times: Times, mentor: Ints, start: Ints) -> tuple[Ints, Ints, Ints]:
    """Number what occurs of mentors' starts, in order of mentor and start.

    Parameters
    ----------
    times : Times
    mentor, start : int64 arrays of shape (n,)
        Each start is one that the mentor offers, or `UNSCHEDULED`.

    Returns
    -------
    mentors, starts : int64 arrays of shape (num_distinct,)
    place : int64 array of shape (n,)
    """
    num_mentors = len(times.mentor_starts)
    is_scheduled = start != UNSCHEDULED
    key = rank_bits(times.mentor_starts, mentor, np.where(is_scheduled, start, 0)) + mentor + is_scheduled
    row, bit = list_bits(times.mentor_starts)
    starts = np.full(len(row) + num_mentors, UNSCHEDULED)
    starts[np.arange(len(row)) + row + 1] = bit
    owners = np.repeat(np.arange(num_mentors), np.bincount(row, minlength=num_mentors) + 1)
    is_there = np.zeros(len(starts), bool)
    is_there[key] = True
    return owners[is_there], starts[is_there], (np.cumsum(is_there) - 1)[key]


def rank_bits(sets: NDArray[np.uint64], rows: Ints, bits: Ints) -> Ints:
    """Return how many bits are set below some bits: in the same row, and in all rows before.

    Parameters
    ----------
    sets : uint64 array of shape (num_rows, num_words)
    rows, bits : int64 arrays of shape (n,)
    """
    words = sets.reshape(-1)
    counts = np.bitwise_count(words).astype(np.int64)
    at = rows * sets.shape[1] + bits // 64
    below = words[at] & ((np.uint64(1) << (bits % 64).astype(np.uint64)) - np.uint64(1))
    return (np.cumsum(counts) - counts)[at] + np.bitwise_count(below)


def list_bits(sets: NDArray[np.uint64]) -> tuple[Ints, Ints]:
    """Return (row, bit) for every bit that is set, sorted.

    Parameters
    ----------
    sets : uint64 array of shape (num_rows, num_words)
    """
    flat = sets.reshape(-1)
    words = np.flatnonzero(flat)
    left = flat[words]
    counts = np.bitwise_count(left).astype(np.int64)
    row, word = np.divmod(words, max(sets.shape[1], 1))
    bits = np.empty(int(counts.sum()), np.int64)
    places, first = np.cumsum(counts) - counts, 64 * word
    while len(left):
        lowest = left & (~left + np.uint64(1))
        bits[places] = first + np.bitwise_count(lowest - np.uint64(1))
        left = left ^ lowest
        more = np.flatnonzero(left)
        left, places, first = left[more], places[more] + 1, first[more]
    return np.repeat(row, counts), bits
