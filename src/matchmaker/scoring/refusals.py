"""The ways in which a rule refuses pairs: by classes, from a list, by levels, or for want of a shared start.

Every rule is compiled to one of these four, so that whoever looks at many pairs at once (blocks, the
kernel) has to know nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.scoring.encoded import Block, Bools, Codes, Ints, Node, list_turns
from matchmaker.scoring.sparse import SparsePairs
from matchmaker.solve.problem import Times


@dataclass(frozen=True, eq=False)
class ByCondition:
    """Refuses the pairs for which a condition does not hold.

    Parameters
    ----------
    condition : Node
    """

    condition: Node

    def __call__(self, block: Block) -> Bools:
        """Return where a pair is refused, shape (num_rows, num_mentors)."""
        return ~self.condition.look(block.rows)

    def look_pairs(self, mentees: Ints, mentors: Ints) -> Bools:
        """Return which single pairs are refused, shape (num_pairs,)."""
        return ~self.condition.look_pairs(mentees, mentors)


@dataclass(frozen=True, eq=False)
class ByMentor:
    """Refuses every pair of some mentors.

    Parameters
    ----------
    failed : bool array of shape (num_mentors,)
    """

    failed: Bools

    def __call__(self, block: Block) -> Bools:
        """Return where a pair is refused, shape (num_rows, num_mentors)."""
        return np.broadcast_to(self.failed, (len(block.rows), len(self.failed)))

    def look_pairs(self, mentees: Ints, mentors: Ints) -> Bools:
        """Return which single pairs are refused, shape (num_pairs,)."""
        return self.failed[mentors]


@dataclass(frozen=True, eq=False)
class ByList:
    """Refuses a sparse list of pairs.

    Parameters
    ----------
    pairs : SparsePairs
    """

    pairs: SparsePairs

    def __call__(self, block: Block) -> Bools:
        """Return where a pair is refused, shape (num_rows, num_mentors)."""
        return self.pairs.mark(block.rows)

    def look_pairs(self, mentees: Ints, mentors: Ints) -> Bools:
        """Return which single pairs are refused, shape (num_pairs,)."""
        return self.pairs.find(mentees, mentors) >= 0


@dataclass(frozen=True, eq=False)
class ByLevels:
    """Refuses mentors who stand above a mentee's own level in none of the mentee's goals.

    Parameters
    ----------
    offsets : int64 array of shape (num_mentees + 1,)
        The goals of each mentee; one without any is refused by nobody.
    subject : int32 array of shape (num_goals,)
        Row of `levels`.
    own : int8 array of shape (num_goals,)
        The mentee's own level.
    levels : int8 array of shape (num_subjects, num_mentors)
        -1 for a subject never mentioned.
    """

    offsets: Ints
    subject: Codes
    own: NDArray[np.int8]
    levels: NDArray[np.int8]

    def __call__(self, block: Block) -> Bools:
        """Return where a pair is refused, shape (num_rows, num_mentors)."""
        counts = self.offsets[block.rows + 1] - self.offsets[block.rows]
        refused = np.repeat(counts[:, None] > 0, self.levels.shape[1], axis=1)
        for places, entries in list_turns(self.offsets, block.rows):
            refused[places] &= self.levels[self.subject[entries]] <= self.own[entries, None]
        return refused

    def look_pairs(self, mentees: Ints, mentors: Ints) -> Bools:
        """Return which single pairs are refused, shape (num_pairs,)."""
        refused = self.offsets[mentees + 1] > self.offsets[mentees]
        for places, entries in list_turns(self.offsets, mentees):
            refused[places] &= self.levels[self.subject[entries], mentors[places]] <= self.own[entries]
        return refused


@dataclass(frozen=True, eq=False)
class ByStarts:
    """Refuses pairs without a shared start; those with unknown slots as the program says.

    Parameters
    ----------
    times : Times
        Those of the block.
    allowed : bool
        Whether people whose slots are unknown may be paired.
    """

    times: Times
    allowed: bool

    def __call__(self, block: Block) -> Bools:
        """Return where a pair is refused, shape (num_rows, num_mentors)."""
        refused = block.shared == 0
        refused[~self.times.mentee_known[block.rows]] = not self.allowed
        refused[:, ~self.times.mentor_known] = not self.allowed
        return refused

    def look_pairs(self, mentees: Ints, mentors: Ints) -> Bools:
        """Return which single pairs are refused, shape (num_pairs,)."""
        shared = (self.times.mentee_starts[mentees] & self.times.mentor_starts[mentors]).any(axis=1)
        known = self.times.mentee_known[mentees] & self.times.mentor_known[mentors]
        return np.where(known, ~shared, not self.allowed)
