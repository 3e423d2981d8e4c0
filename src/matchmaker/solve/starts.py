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
    mentee, mentor = problem.pairs[:, 0], problem.pairs[:, 1]
    known = times.mentee_known[mentee] & times.mentor_known[mentor]
    candidates, starts = [every[~known]], [np.full(np.count_nonzero(~known), UNSCHEDULED, np.int64)]
    for word in range(times.mentor_starts.shape[1]):
        shared = times.mentee_starts[mentee, word] & times.mentor_starts[mentor, word]
        shared[~known] = 0
        busy = np.flatnonzero(shared)
        bits = np.unpackbits(shared[busy].astype("<u8").view(np.uint8).reshape(-1, 8), axis=1, bitorder="little")
        row, bit = np.nonzero(bits)
        candidates.append(busy[row])
        starts.append(64 * word + bit)
    candidate, start = np.concatenate(candidates), np.concatenate(starts)
    order = np.lexsort((start, candidate))
    return candidate[order], start[order]
