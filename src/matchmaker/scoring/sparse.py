"""Few pairs out of many: laid end to end per mentee."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class SparsePairs:
    """Some pairs of a mentee and a mentor, sorted, each once.

    Parameters
    ----------
    offsets : int64 array of shape (num_mentees + 1,)
        The entries of mentee `i` are those from ``offsets[i]`` up to ``offsets[i + 1]``.
    mentors : int64 array of shape (num_pairs,)
    num_mentors : int
    """

    offsets: Ints
    mentors: Ints
    num_mentors: int

    def list_places(self, rows: Ints) -> tuple[Ints, Ints]:
        """Return (position in rows, entry) of every entry of some mentees."""
        counts = self.offsets[rows + 1] - self.offsets[rows]
        places = np.repeat(np.arange(len(rows)), counts)
        shift = np.repeat(self.offsets[rows] - np.cumsum(counts) + counts, counts)
        return places, np.arange(len(places)) + shift

    def mark(self, rows: Ints) -> Bools:
        """Return which pairs of some mentees are there, shape (num_rows, num_mentors)."""
        marked = np.zeros((len(rows), self.num_mentors), bool)
        places, entries = self.list_places(rows)
        marked[places, self.mentors[entries]] = True
        return marked

    def find(self, mentees: Ints, mentors: Ints) -> Ints:
        """Return the entry of each pair, -1 for those that are not there."""
        owners = np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))
        keys = np.append(owners * self.num_mentors + self.mentors, -1)
        wanted = mentees * self.num_mentors + mentors
        entries = np.searchsorted(keys[:-1], wanted)
        return np.where(keys[entries] == wanted, entries, -1)


def pack_pairs(pairs: Ints, num_mentees: int, num_mentors: int) -> SparsePairs:
    """Return pairs (mentee, mentor) in any order, repeats allowed, as `SparsePairs`."""
    unique = np.unique(pairs.reshape(-1, 2), axis=0).astype(np.int64)
    counts = np.bincount(unique[:, 0], minlength=num_mentees)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return SparsePairs(offsets, unique[:, 1], num_mentors)
