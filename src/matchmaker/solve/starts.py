"""The weekly starts that candidates share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matchmaker.solve.problem import UNSCHEDULED, Problem

Ints = NDArray[np.int64]


def list_shared(problem: Problem) -> tuple[Ints, Ints]:
    """Return (candidate, start) for every start that a candidate may use, `UNSCHEDULED` where it needs none."""
    times = problem.times
    every = np.arange(len(problem.pairs))
    if times is None:
        return every, np.full(len(every), UNSCHEDULED, np.int64)
    mentee, mentor = problem.pairs.T
    known = times.mentee_known[mentee] & times.mentor_known[mentor]
    shared = times.mentee_starts[mentee] & times.mentor_starts[mentor]
    shared[~known] = 0
    candidate, start = list_bits(shared)
    if known.all():
        return candidate, start
    candidate, start = np.append(candidate, every[~known]), np.append(start, np.full((~known).sum(), UNSCHEDULED))
    order = np.argsort(candidate, kind="stable")
    return candidate[order], start[order]


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
