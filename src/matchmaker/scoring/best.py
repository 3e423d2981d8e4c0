"""The best mentors of every mentee under prices, in one pass over all pairs that stores none of them.

Two ways give the same answer to the last bit: blocks of points in NumPy, which are the definition, and
the compiled kernel. Small rosters take the blocks, so that nobody waits for a compiler; so do components
of an embedder's own.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.scoring.blocks import choose_block_rows, score_block
from matchmaker.scoring.encoded import Encoded, Ints, Points
from matchmaker.scoring.layout import Layout, lay_out, pack_bits
from matchmaker.scoring.pairs import score_pairs
from matchmaker.scoring.sparse import pack_pairs
from matchmaker.solve.costs import NOTHING, Costs

KERNEL_PAIRS = 20_000_000
"""Pairs from which on the kernel is worth its start."""

CHUNK_PAIRS = 1 << 25
"""Pairs that one worker looks at before it takes the next chunk."""

LOWEST = np.int64(-(2**61))
"""A floor below everything."""


@dataclass(frozen=True, eq=False)
class Lists:
    """The best mentors of some mentees.

    Parameters
    ----------
    rows : int64 array of shape (num_rows,)
        Mentee rows.
    mentors : int32 array of shape (num_rows, k)
        The best first, -1 behind the last.
    values : int64 array of shape (num_rows, k)
        Points less what place and time cost, `NOTHING` behind the last.
    points : int32 array of shape (num_rows, k)
    counts : int64 array of shape (num_rows,)
        Eligible mentors of each, listed or not.
    """

    rows: Ints
    mentors: NDArray[np.int32]
    values: Ints
    points: Points
    counts: Ints


def has_kernel() -> bool:
    """Return whether the extra `fast` is installed."""
    return importlib.util.find_spec("numba") is not None


class Scorer:
    """Everything there is to be said about pairs, asked for in passes.

    Parameters
    ----------
    encoded : Encoded
    required : int64 array of shape (n, 2)
        Required pairs (mentee, mentor): never listed.
    executor : Executor or None
        Who works; None takes threads, one for each core.
    use_kernel : bool or None
        None decides by size.
    """

    def __init__(
        self, encoded: Encoded, required: Ints, *, executor: Executor | None = None, use_kernel: bool | None = None
    ) -> None:
        self.encoded, self.required = encoded, required
        self.executor = executor
        is_large = encoded.num_mentees * encoded.num_mentors >= KERNEL_PAIRS
        able = not encoded.custom and has_kernel()
        self.use_kernel = able and (is_large if use_kernel is None else use_kernel)

    @cached_property
    def layout(self) -> Layout:
        """The layout that the kernel reads."""
        return lay_out(self.encoded, self.required)

    def list_best(
        self, rows: Ints, costs: Costs, most: int, floor: Ints | None = None, only: NDArray[np.bool_] | None = None
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

        Returns
        -------
        Lists
            In the order of `rows`. Equal values are put in an order that differs from mentee to mentee.
        """
        floor = np.full(len(rows), LOWEST) if floor is None else floor
        order = np.argsort(self._rank[rows], kind="stable") if self.use_kernel else np.arange(len(rows))
        size = max(1, min(4096, CHUNK_PAIRS // max(self.encoded.num_mentors, 1)))
        jobs = [order[first : first + size] for first in range(0, len(rows), size)]
        work = self._run_kernel if self.use_kernel else self._run_blocks
        found = Lists(
            rows,
            np.full((len(rows), most), -1, np.int32),
            np.full((len(rows), most), NOTHING),
            np.zeros((len(rows), most), np.int32),
            np.zeros(len(rows), np.int64),
        )
        for job, part in zip(jobs, self._map(lambda job: work(rows[job], costs, most, floor[job], only), jobs), strict=True):
            found.mentors[job], found.values[job], found.points[job], found.counts[job] = part
        return found

    def score(self, pairs: Ints) -> Ints:
        """Return the points of single pairs (mentee, mentor), shape (num_pairs,)."""
        return score_pairs(self.encoded, pairs)[0]

    @cached_property
    def _rank(self) -> Ints:
        """The place of each mentee in the order of classes."""
        rank = np.empty(self.encoded.num_mentees, np.int64)
        rank[self.layout.order] = np.arange(len(rank))
        return rank

    def _map(self, work: Any, jobs: list[Ints]) -> Iterator[Any]:
        if self.executor is not None:
            yield from self.executor.map(work, jobs)
            return
        with ThreadPoolExecutor(2) as threads:
            yield from threads.map(work, jobs)

    @cached_property
    def _allowed(self) -> dict[int, NDArray[np.uint64]]:
        return {}

    def _run_kernel(
        self, rows: Ints, costs: Costs, most: int, floor: Ints, only: NDArray[np.bool_] | None
    ) -> tuple[Any, Any, Any, Any]:
        from matchmaker.scoring import kernel

        layout = self.layout
        _, firsts, earning = np.unique(layout.earning[rows], return_index=True, return_inverse=True)
        classes, ours, allowing = np.unique(layout.allowing[rows], return_index=True, return_inverse=True)
        worth = np.stack([layout.earn(mentee) for mentee in rows[firsts].tolist()]) - costs.mentors
        for number, mentee in zip(classes.tolist(), rows[ours].tolist(), strict=True):
            if number not in self._allowed:
                self._allowed[number] = layout.allow(mentee)
        allowed = np.stack([self._allowed[number] for number in classes.tolist()])
        if only is not None:
            allowed &= pack_bits(only)
        if np.abs(worth).max(initial=0) < 2**30:
            worth = worth.astype(np.int32)
        chunk = kernel.Chunk(rows, earning.reshape(-1), allowing.reshape(-1), worth, allowed, floor)
        fees = kernel.Fees(costs.mentors, costs.offsets, costs.starts, costs.prices, costs.open)
        mentors, values = np.full((len(rows), most), -1, np.int32), np.full((len(rows), most), NOTHING)
        points, counts = np.zeros((len(rows), most), np.int32), np.zeros(len(rows), np.int64)
        kernel.list_best(layout.flat, chunk, fees, mentors, values, points, counts)
        return mentors, values, points, counts

    def _run_blocks(
        self, rows: Ints, costs: Costs, most: int, floor: Ints, only: NDArray[np.bool_] | None
    ) -> tuple[Any, Any, Any, Any]:
        size = choose_block_rows(self.encoded)
        parts = [
            self._run_block(rows[first : first + size], costs, most, floor[first : first + size], only)
            for first in range(0, len(rows), size)
        ]
        mentors, values, points, counts = (np.concatenate(column) for column in zip(*parts, strict=True))
        return mentors, values, points, counts

    def _run_block(
        self, rows: Ints, costs: Costs, most: int, floor: Ints, only: NDArray[np.bool_] | None
    ) -> tuple[Any, Any, Any, Any]:
        points, eligible = score_block(self.encoded, rows)
        eligible &= ~self._required.mark(rows)
        if only is not None:
            eligible &= only
        worth = points - costs.mentors
        times = self.encoded.limits.times
        if times is not None and len(costs.starts):
            costs.take_from(worth, rows, times)
        value = np.where(eligible, worth, NOTHING)
        best = choose_best(value, rows, most, np.maximum(floor, LOWEST))
        return *_take_listed(best, value, points), eligible.sum(axis=1)

    @cached_property
    def _required(self) -> Any:
        return pack_pairs(self.required, self.encoded.num_mentees, self.encoded.num_mentors)


def _take_listed(best: NDArray[np.int32], value: Ints, points: Ints) -> tuple[NDArray[np.int32], Ints, Points]:
    listed = best >= 0
    taken = np.take_along_axis(points, np.maximum(best, 0).astype(np.int64), axis=1).astype(np.int32)
    values = np.take_along_axis(value, np.maximum(best, 0).astype(np.int64), axis=1)
    return best, np.where(listed, values, NOTHING), np.where(listed, taken, np.int32(0))


def mix(mentees: Ints, mentors: Ints) -> NDArray[np.uint64]:
    """Return the numbers that break ties between a mentee's mentors; the lower comes first."""
    word = mentees.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    word = word ^ (mentors.astype(np.uint64) * np.uint64(0xD6E8FEB86659FD93))
    word ^= word >> np.uint64(32)
    word *= np.uint64(0x9E3779B97F4A7C15)
    return word >> np.uint64(33)


def choose_best(value: Ints, rows: Ints, most: int, floor: Ints) -> NDArray[np.int32]:
    """Return the mentors of the largest values of each row, the best first, -1 behind the last.

    Parameters
    ----------
    value : int64 array of shape (num_rows, num_mentors)
    rows : int64 array of shape (num_rows,)
        Mentee rows, which break ties.
    most : int
    floor : int64 array of shape (num_rows,)
        Only larger values are listed.
    """
    best = np.full((len(rows), most), -1, np.int32)
    keep = min(most, value.shape[1])
    if keep == 0:
        return best
    least = np.partition(value, value.shape[1] - keep, axis=1)[:, -keep]
    place, mentor = np.nonzero((value >= least[:, None]) & (value > floor[:, None]))
    order = np.lexsort((mix(rows[place], mentor), -value[place, mentor], place))
    place, mentor = place[order], mentor[order]
    turn = np.arange(len(place)) - np.searchsorted(place, place)
    first = turn < most
    best[place[first], turn[first]] = mentor[first]
    return best
