"""The layout of a few mentors alone, for passes that ask about nobody else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.scoring.encoded import Ints
from matchmaker.scoring.layout import Flat, Words, pack_bits
from matchmaker.solve.costs import Costs

FEW = 4
"""One mentor in so many, at most, is worth an excerpt."""


@dataclass(frozen=True, eq=False)
class Excerpt:
    """What the kernel reads of a few mentors.

    Parameters
    ----------
    mentors : int64 array of shape (num_few,)
        Their rows, ascending.
    flat : Flat
        Of these mentors in this order.
    """

    mentors: Ints
    flat: Flat

    def take_bits(self, bits: Words) -> Words:
        """Return the bits of these mentors, shape (..., num_few_words)."""
        return take_bits(bits, self.mentors)

    def take_costs(self, costs: Costs) -> tuple[Ints, Ints, Ints, Ints, Words]:
        """Return what the places and contested times of these mentors cost, as `Costs` has it."""
        offsets, (starts, prices) = take_entries(costs.offsets, self.mentors, costs.starts, costs.prices)
        return costs.mentors[self.mentors], offsets, starts, prices, costs.open[self.mentors]


def take_excerpt(flat: Flat, only: NDArray[np.bool_]) -> Excerpt:
    """Return the excerpt of some mentors.

    Parameters
    ----------
    flat : Flat
        Of all mentors.
    only : bool array of shape (num_mentors,)
    """
    mentors = np.flatnonzero(only)
    removed_offsets, removed, _ = keep_named(flat.removed_offsets, only, flat.removed)
    added_offsets, added, is_kept = keep_named(flat.added_offsets, only, flat.added)
    few = flat._replace(
        number=flat.number[mentors],
        levels=np.ascontiguousarray(flat.levels[:, mentors]),
        helpers=take_bits(flat.helpers, mentors),
        above=take_bits(flat.above, mentors),
        mentor_starts=flat.mentor_starts[mentors],
        mentor_known=flat.mentor_known[mentors],
        offered=take_bits(flat.offered, mentors),
        unknown=take_bits(flat.unknown, mentors),
        removed_offsets=removed_offsets,
        removed=removed,
        added_offsets=added_offsets,
        added=added,
        added_points=flat.added_points[is_kept],
    )
    return Excerpt(mentors, few)


def take_bits(bits: Words, places: Ints) -> Words:
    """Return some of the bits along the last axis, packed anew."""
    flags = np.take(bits, places >> 6, axis=-1) >> (places & 63).astype(np.uint64) & np.uint64(1)
    return pack_bits(flags.astype(bool))


def take_entries(offsets: Ints, owners: Ints, *columns: Ints) -> tuple[Ints, list[Ints]]:
    """Return the entries of some owners, laid end to end anew."""
    counts = offsets[owners + 1] - offsets[owners]
    ends = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    entries = np.arange(ends[-1]) + np.repeat(offsets[owners] - ends[:-1], counts)
    return ends, [column[entries] for column in columns]


def keep_named(offsets: Ints, only: NDArray[np.bool_], named: Ints) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Return the entries of everybody that name one of some mentors, who are numbered anew, and which these are."""
    kept = only[named]
    ends = np.concatenate([[0], np.cumsum(kept)]).astype(np.int64)
    return ends[offsets], (np.cumsum(only) - 1)[named[kept]], kept
