"""What earlier passes prove: which mentees cannot gain from any pair outside the candidates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matchmaker.scoring.passes import Lists
from matchmaker.solve.costs import Costs

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

UNPROVEN = np.int64(2**61)
"""Stands for a mentee of whose other pairs nothing is known."""

CUTS = (0.0, 0.5, 0.9, 0.99, 0.999, 1.0)
"""Shares of mentors whose prices fell least: those beyond the cut are looked at for everybody."""


class Task(NamedTuple):
    """Mentees to be looked at, with some mentors or with all.

    Parameters
    ----------
    rows : int64 array
    only : bool array of shape (num_mentors,) or None
    """

    rows: Ints
    only: Bools | None


@dataclass(eq=False)
class Recall:
    """For each mentee, a value that no pair outside the candidates exceeded, and at which costs.

    Parameters
    ----------
    num_mentees : int
    worst : int64 array of shape (num_mentees,)
    turn : int64 array of shape (num_mentees,)
        Position in `past`.
    past : list of Costs
    """

    num_mentees: int
    worst: Ints = field(init=False)
    turn: Ints = field(init=False)
    past: list[Costs] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.worst = np.full(self.num_mentees, UNPROVEN)
        self.turn = np.zeros(self.num_mentees, np.int64)

    def note(self, lists: Lists, costs: Costs, floor: Ints) -> None:
        """Remember a pass over all mentors whose listed pairs all became candidates.

        Parameters
        ----------
        lists : Lists
        costs : Costs
        floor : int64 array of shape (num_rows,)
            Below which nothing was listed.
        """
        is_full = lists.mentors[:, -1] >= 0
        self.worst[lists.rows] = np.where(is_full, lists.values[:, -1], floor)
        self.turn[lists.rows] = len(self.past)
        self.past.append(costs)

    def forget(self) -> None:
        """Forget everything, since values are on another scale from now on."""
        self.worst[:] = UNPROVEN
        self.past.clear()
        self.turn[:] = 0

    def split(self, floor: Ints, costs: Costs) -> list[Task]:
        """Return which mentees have to be looked at with which mentors; all others cannot gain.

        Parameters
        ----------
        floor : int64 array of shape (num_mentees,)
            Only pairs worth more could gain.
        costs : Costs
            Those of now.
        """
        unproven = self.worst == UNPROVEN
        tasks = [Task(np.flatnonzero(unproven), None)]
        for turn, before in enumerate(self.past):
            rows = np.flatnonzero((self.turn == turn) & ~unproven)
            if len(rows):
                tasks += self._split_turn(rows, floor[rows], measure_falls(before, costs))
        whole = np.sort(np.concatenate([task.rows for task in tasks if task.only is None]))
        return [Task(whole, None), *(task for task in tasks if task.only is not None)]

    def _split_turn(self, rows: Ints, floor: Ints, falls: Ints) -> list[Task]:
        """Return the least work for mentees whose lists were made at the same costs.

        Mentors whose cost fell by more than a cut are looked at for all of them; the others only for
        those mentees whom a fall up to the cut could concern.
        """
        cuts = np.maximum(np.unique(np.quantile(falls, CUTS, method="inverted_cdf")), 0)
        open_counts = [int(np.count_nonzero(floor < self.worst[rows] + cut)) for cut in cuts]
        work = [
            count * len(falls) + (len(rows) - count) * np.count_nonzero(falls > cut)
            for count, cut in zip(open_counts, cuts, strict=True)
        ]
        cut = cuts[int(np.argmin(work))]
        is_open = floor < self.worst[rows] + cut
        only = falls > cut
        tasks = [Task(rows[is_open], None)]
        return [*tasks, Task(rows[~is_open], only)] if only.any() and not is_open.all() else tasks


def measure_falls(before: Costs, now: Costs) -> Ints:
    """Return by how much at most any pair of each mentor costs less than before, shape (num_mentors,)."""
    fall = before.mentors - now.mentors
    if not len(before.starts):
        return fall
    owner = np.repeat(np.arange(len(fall)), np.diff(before.offsets))
    later = np.repeat(np.arange(len(fall)), np.diff(now.offsets))
    keys, ours = later * 512 + now.starts, owner * 512 + before.starts
    place = np.minimum(np.searchsorted(keys, ours), max(len(keys) - 1, 0))
    same = keys[place] == ours if len(keys) else np.zeros(len(ours), bool)
    price = np.where(same, now.prices[place] if len(keys) else 0, 0)
    most = np.zeros(len(fall), np.int64)
    np.maximum.at(most, owner, before.prices - price)
    return fall + most
