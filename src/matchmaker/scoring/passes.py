"""The best mentors of some mentees under prices: by blocks of points, which are the definition, or by the kernel.

Both give the same answer to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matchmaker.scoring.blocks import choose_block_rows, score_block
from matchmaker.scoring.encoded import Encoded, Ints, Points, find_firsts
from matchmaker.scoring.excerpt import FEW, Excerpt, take_excerpt
from matchmaker.scoring.layout import Layout, lay_out, pack_bits
from matchmaker.scoring.sparse import SparsePairs, pack_pairs
from matchmaker.solve.costs import NOTHING, Costs, find_largest

if TYPE_CHECKING:
    from matchmaker.scoring import kernel

Bools = NDArray[np.bool_]

LOWEST = np.int64(-(2**61))
"""A floor below everything."""

MOST_HELD = 4_000_000
"""Pairs of a small roster: the blocks score it once, and hold 20 MB at most."""

NARROW = 2**29
"""Where no place costs more, values are added in 32 bits."""


class Lists(NamedTuple):
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
    tally : int64 array of shape (num_mentors,) or (0,)
        Eligible mentees of each mentor among these rows, where it was asked for.
    """

    rows: Ints
    mentors: NDArray[np.int32]
    values: Ints
    points: Points
    counts: Ints
    tally: Ints

    def keep_rows(self, places: Ints) -> Lists:
        """Return the lists of some of the mentees; the tally stays."""
        mentors, values, points = self.mentors[places], self.values[places], self.points[places]
        return Lists(self.rows[places], mentors, values, points, self.counts[places], self.tally)


class Question(NamedTuple):
    """What is asked of some mentees.

    Parameters
    ----------
    rows : int64 array of shape (num_rows,)
        Mentee rows.
    most : int
        Mentors to list for each.
    floor : int64 array of shape (num_rows,)
        Only pairs worth more are listed.
    only : bool array of shape (num_mentors,) or None
        Which mentors are looked at; None looks at all.
    is_tallied : bool
        Whether to count by mentor, too.
    """

    rows: Ints
    most: int
    floor: Ints
    only: Bools | None
    is_tallied: bool = False


@dataclass(frozen=True, eq=False)
class Answerer:
    """Whoever answers questions about pairs; goes to other processes as a whole.

    Parameters
    ----------
    encoded : Encoded
    required : int64 array of shape (n, 2)
        Required pairs (mentee, mentor): never listed.
    use_kernel : bool
    """

    encoded: Encoded
    required: Ints
    use_kernel: bool

    @cached_property
    def layout(self) -> Layout:
        """The layout that the kernel reads."""
        return lay_out(self.encoded, self.required)

    @cached_property
    def hidden(self) -> SparsePairs:
        """The required pairs."""
        return pack_pairs(self.required, self.encoded.num_mentees, self.encoded.num_mentors)

    @cached_property
    def held(self) -> tuple[Points, Bools, Bools]:
        """Points and eligibility of a small roster, and of which mentees they are known by now."""
        shape = self.encoded.num_mentees, self.encoded.num_mentors
        return np.empty(shape, np.int32), np.empty(shape, bool), np.zeros(shape[0], bool)

    def _score(self, rows: Ints) -> tuple[Ints, Bools]:
        """Return what `score_block` does; small rosters are scored once."""
        if self.encoded.num_mentees * self.encoded.num_mentors > MOST_HELD:
            return score_block(self.encoded, rows)
        points, eligible, is_known = self.held
        lacking = rows[~is_known[rows]]
        if len(lacking):
            points[lacking], eligible[lacking] = score_block(self.encoded, lacking)
            is_known[lacking] = True
        return points[rows].astype(np.int64), eligible[rows]

    def answer(self, question: Question, costs: Costs) -> Lists:
        """Return the best mentors of some mentees."""
        return self._ask_kernel(question, costs) if self.use_kernel else self._ask_blocks(question, costs)

    def _ask_kernel(self, question: Question, costs: Costs) -> Lists:
        from matchmaker.scoring import kernel

        few = self._find_excerpt(question.only)
        size, most = len(question.rows), question.most
        lists = Lists(
            question.rows,
            np.full((size, most), -1, np.int32),
            np.full((size, most), NOTHING),
            np.zeros((size, most), np.int32),
            np.zeros(size, np.int64),
            np.zeros(self.encoded.num_mentors if question.is_tallied else 0, np.int64),
        )
        chunk = self._make_chunk(question, costs, few)
        if few is None:
            fees = kernel.Fees(costs.mentors, costs.offsets, costs.starts, costs.prices, costs.open)
            kernel.list_best(self.layout.flat, chunk, fees, kernel.Found(*lists[1:]), self._make_room(chunk, most))
            return lists
        found = np.zeros(len(few.mentors) if question.is_tallied else 0, np.int64)
        answers = kernel.Found(*lists[1:-1], found)
        kernel.list_best(few.flat, chunk, kernel.Fees(*few.take_costs(costs)), answers, self._make_room(chunk, most))
        lists.tally[few.mentors[: len(found)]] = found
        listed = lists.mentors >= 0
        lists.mentors[listed] = few.mentors[lists.mentors[listed]]
        return lists

    def _find_excerpt(self, only: Bools | None) -> Excerpt | None:
        """Return the layout of those who are asked for, if they are few; the last one is kept."""
        if only is None or not 0 < only.sum() * FEW <= len(only):
            return None
        key = only.tobytes()
        found = self._excerpts.get(key)
        if found is None:
            found = take_excerpt(self.layout.flat, only)
            self._excerpts.clear()
            self._excerpts[key] = found
        return found

    @cached_property
    def _excerpts(self) -> dict[bytes, Excerpt]:
        return {}

    def _make_chunk(self, question: Question, costs: Costs, few: Excerpt | None = None) -> kernel.Chunk:
        """Return the rows with the vectors of their classes."""
        from matchmaker.scoring.kernel import Chunk

        layout, rows = self.layout, question.rows
        firsts, earning = find_firsts(layout.earning[rows])
        ours, allowing = find_firsts(layout.allowing[rows])
        fees = costs.mentors if few is None else costs.mentors[few.mentors]
        if find_largest(costs.mentors) < NARROW:
            fees = fees.astype(np.int32)
        worth = layout.earn(rows[firsts], None if few is None else few.mentors) - fees
        allowed = np.stack([layout.allow(mentee) for mentee in rows[ours].tolist()])
        if few is not None:
            allowed = few.take_bits(allowed)
        elif question.only is not None:
            allowed &= pack_bits(question.only)
        crest = np.maximum.reduceat(worth, np.arange(0, worth.shape[1], 64), axis=1)
        summit = crest.max(axis=1, initial=np.iinfo(worth.dtype).min // 2)
        return Chunk(rows, earning, allowing, worth, crest, summit, allowed, question.floor)

    @staticmethod
    def _make_room(chunk: kernel.Chunk, most: int) -> kernel.Scratch:
        from matchmaker.scoring.kernel import Scratch

        words = chunk.allowed.shape[1]
        layers, spare = np.empty((3, words), np.uint64), np.empty(words, np.uint64)
        return Scratch(layers, spare, np.empty(most, np.uint64), np.empty(64, chunk.worth.dtype))

    def _ask_blocks(self, question: Question, costs: Costs) -> Lists:
        size = choose_block_rows(self.encoded)
        parts = [
            self._ask_block(question._replace(rows=question.rows[one], floor=question.floor[one]), costs)
            for one in (slice(first, first + size) for first in range(0, len(question.rows), size))
        ]
        _, *columns, tallies = zip(*parts, strict=True)
        mentors, values, points, counts = (np.concatenate(column) for column in columns)
        return Lists(question.rows, mentors, values, points, counts, np.sum(tallies, axis=0))

    def _ask_block(self, question: Question, costs: Costs) -> Lists:
        rows, times = question.rows, self.encoded.limits.times
        points, eligible = self._score(rows)
        eligible &= ~self.hidden.mark(rows)
        if question.only is not None:
            eligible &= question.only
        worth = points - costs.mentors
        if times is not None and len(costs.starts):
            costs.take_from(worth, rows, times)
        value = np.where(eligible, worth, NOTHING)
        best = choose_best(value, rows, question.most, np.maximum(question.floor, LOWEST))
        tally = eligible.sum(axis=0) if question.is_tallied else np.zeros(0, np.int64)
        return Lists(rows, *_take_listed(best, value, points), eligible.sum(axis=1), tally)


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
