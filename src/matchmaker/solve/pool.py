"""The candidates: those pairs, of all there are, that the flow is shown."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from matchmaker.scoring.passes import Lists
from matchmaker.solve.problem import Problem

Ints = NDArray[np.int64]


@dataclass(eq=False)
class Pool:
    """Candidates, sorted by mentee and mentor, each once.

    Parameters
    ----------
    base : Problem
        Everything but the pairs.
    required : int64 array of shape (num_required, 2)
        Rows (mentee, mentor), sorted.
    keys : int64 array of shape (num_candidates,)
        mentee × num_mentors + mentor.
    points : int64 array of shape (num_candidates,)
    """

    base: Problem
    required: Ints
    keys: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    points: Ints = field(default_factory=lambda: np.empty(0, np.int64))

    def add(self, keys: Ints, points: Ints) -> int:
        """Add candidates in any order; return how many of them are new."""
        if not (keys[1:] > keys[:-1]).all():
            keys, firsts = np.unique(keys, return_index=True)
            points = points[firsts]
        if not len(self.keys):
            self.keys, self.points = keys, points
            return len(keys)
        places = np.searchsorted(self.keys, keys)
        is_new = np.append(self.keys, -1)[places] != keys
        places = places[is_new]
        self.keys, self.points = (
            np.insert(old, places, new[is_new]) for old, new in ((self.keys, keys), (self.points, points))
        )
        return len(places)

    def find_known(self, lists: Lists) -> NDArray[np.bool_]:
        """Return which of the listed pairs are candidates already, shape (num_rows, k)."""
        keys = lists.rows[:, None] * self.base.num_mentors + lists.mentors
        places = np.searchsorted(self.keys, keys)
        return (np.append(self.keys, -1)[places] == keys) & (lists.mentors >= 0)

    def add_lists(self, lists: Lists) -> int:
        """Add whatever is listed; return how many of it is new."""
        order = np.argsort(lists.mentors, axis=1)  # keys that come in order are quick to sort
        mentors, points = (np.take_along_axis(part, order, axis=1) for part in (lists.mentors, lists.points))
        listed = mentors >= 0
        rows = np.repeat(lists.rows, listed.sum(axis=1))
        return self.add(rows * self.base.num_mentors + mentors[listed], points[listed].astype(np.int64))

    def make_problem(self) -> Problem:
        """Return the problem with these candidates only."""
        mentee, mentor = np.divmod(self.keys, self.base.num_mentors)
        return replace(
            self.base,
            pairs=np.column_stack([mentee, mentor]).astype(np.int32),
            points=self.points,
            need=self.base.need[mentee],
            required=np.searchsorted(self.keys, self.required @ (self.base.num_mentors, 1)),
        )

    def count_by_mentor(self) -> Ints:
        """Return how many candidates each mentor has."""
        return np.bincount(self.keys % self.base.num_mentors, minlength=self.base.num_mentors)
