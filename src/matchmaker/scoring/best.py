"""The best mentors of every mentee under prices, in one pass over all pairs that stores none of them.

Small rosters take the blocks, so that nobody waits for a compiler; so do components of an embedder's own.
"""

from __future__ import annotations

import importlib.util
from concurrent.futures import Executor
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matchmaker.scoring.encoded import Encoded, Ints
from matchmaker.scoring.pairs import score_pairs
from matchmaker.scoring.passes import LOWEST, Answerer, Lists, Question
from matchmaker.scoring.workers import Workers
from matchmaker.solve.costs import NOTHING, Costs

KERNEL_PAIRS = 4_000_000
"""Pairs from which on the kernel is worth its start."""

CHUNK_PAIRS = 1 << 25
CHUNK_ROWS = 16_384
"""Pairs and mentees that one worker looks at, at most, before it takes the next chunk."""

SHARES, FEW_ROWS = 8, 512
"""Chunks that a pass is cut into at least, so that no worker is left waiting, but for mentees so few."""


def has_kernel() -> bool:
    """Return whether the extra `fast` is installed."""
    return importlib.util.find_spec("numba") is not None


def choose_chunk_rows(num_rows: int, num_mentors: int) -> int:
    """Return how many mentees make a chunk."""
    share = max(FEW_ROWS, -(-num_rows // SHARES))
    return max(1, min(CHUNK_ROWS, CHUNK_PAIRS // max(num_mentors, 1), share))


class Scorer:
    """Everything there is to be said about pairs, asked for in passes.

    Parameters
    ----------
    encoded : Encoded
    required : int64 array of shape (n, 2)
        Required pairs (mentee, mentor): never listed.
    executor : Executor or None
        Who works; None takes threads, one for each core. The answer does not depend on it.
    use_kernel : bool or None
        None decides by size.
    """

    def __init__(
        self, encoded: Encoded, required: Ints, *, executor: Executor | None = None, use_kernel: bool | None = None
    ) -> None:
        self.encoded, self.required = encoded, required
        is_large = encoded.num_mentees * encoded.num_mentors >= KERNEL_PAIRS
        able = not encoded.custom and has_kernel()
        self.use_kernel = able and (is_large if use_kernel is None else use_kernel)
        self.workers = Workers(Answerer(encoded, required, self.use_kernel), executor)

    def list_best(
        self,
        rows: Ints,
        costs: Costs,
        most: int,
        floor: Ints | None = None,
        only: NDArray[np.bool_] | None = None,
        *,
        is_tallied: bool = False,
    ) -> Lists:
        """Return the best mentors of some mentees.

        Parameters
        ----------
        rows : int64 array of shape (num_rows,)
        costs : Costs
        most : int
            Mentors to list for each.
        floor : int64 array of shape (num_rows,) or None
            Only pairs worth more are listed.
        only : bool array of shape (num_mentors,) or None
            Which mentors are looked at; None looks at all.
        is_tallied : bool
            Whether to count the eligible mentees of each mentor, too.

        Returns
        -------
        Lists
            In the order of `rows`, with no more columns than `only` has mentors. Equal values are put in an order that
            differs from mentee to mentee.
        """
        floor = np.full(len(rows), LOWEST) if floor is None else floor
        order = self._sort(rows) if self.use_kernel else np.arange(len(rows))
        num_asked = self.encoded.num_mentors if only is None else int(only.sum())
        most = most if only is None else min(most, max(1, num_asked))
        size = choose_chunk_rows(len(rows), num_asked if self.use_kernel else self.encoded.num_mentors)
        places = [order[first : first + size] for first in range(0, len(rows), size)]
        questions = [Question(rows[place], most, floor[place], only, is_tallied) for place in places]
        found = Lists(
            rows,
            np.full((len(rows), most), -1, np.int32),
            np.full((len(rows), most), NOTHING),
            np.zeros((len(rows), most), np.int32),
            np.zeros(len(rows), np.int64),
            np.zeros(self.encoded.num_mentors if is_tallied else 0, np.int64),
        )
        for place, part in zip(places, self.workers.ask(questions, costs), strict=True):
            found.mentors[place], found.values[place] = part.mentors, part.values
            found.points[place], found.counts[place] = part.points, part.counts
            found.tally[:] += part.tally
        return found

    def score(self, pairs: Ints) -> Ints:
        """Return the points of single pairs (mentee, mentor), shape (num_pairs,)."""
        return score_pairs(self.encoded, pairs)[0]

    def _sort(self, rows: Ints) -> Ints:
        """Return the positions of some mentees, those of one class together, so that a chunk has few classes."""
        if len(rows) == self.encoded.num_mentees:
            order = self.workers.answerer.layout.order
            place = np.empty(len(rows), np.int64)
            place[rows] = np.arange(len(rows))
            return place[order]
        return np.argsort(self._rank[rows], kind="stable")

    @cached_property
    def _rank(self) -> Ints:
        """The place of each mentee in the order of classes, so that a chunk has few of them."""
        rank = np.empty(self.encoded.num_mentees, np.int64)
        rank[self.workers.answerer.layout.order] = np.arange(len(rank))
        return rank
