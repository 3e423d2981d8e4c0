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


class Known(NamedTuple):
    """What a pass proved: at its costs, no pair outside the candidates is worth more.

    Parameters
    ----------
    costs : Costs
    mentors : bool array of shape (num_mentors,)
        With whom.
    worst : int64 array of shape (num_rows,)
        For each mentee of the group.
    """

    costs: Costs
    mentors: Bools
    worst: Ints


class Group(NamedTuple):
    """Mentees of whom the same passes are known.

    Parameters
    ----------
    rows : int64 array of shape (num_rows,)
        Ascending.
    known : tuple of Known
        Together about all mentors, each mentor once.
    """

    rows: Ints
    known: tuple[Known, ...]

    def keep(self, kept: Bools | Ints) -> Group:
        """Return the group with some of its mentees only."""
        return Group(self.rows[kept], tuple(one._replace(worst=one.worst[kept]) for one in self.known))


@dataclass(eq=False)
class Recall:
    """For each mentee, values that no pair outside the candidates exceeded, with which mentors and at which costs.

    Parameters
    ----------
    num_mentees : int
    turn : int64 array of shape (num_mentees,)
        Position in `groups`, -1 for a mentee of whose pairs nothing is known.
    groups : list of Group
        Each has mentees who have gone to a later group since, until `split` takes them out.
    """

    num_mentees: int
    turn: Ints = field(init=False)
    groups: list[Group] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.turn = np.full(self.num_mentees, -1)

    def find_unproven(self) -> Ints:
        """Return the mentees of whose pairs nothing is known."""
        return np.flatnonzero(self.turn < 0)

    def trust(self, worst: Ints, costs: Costs) -> None:
        """Take over what an earlier run proved.

        Parameters
        ----------
        worst : int64 array of shape (num_mentees,)
            `UNPROVEN` where nothing is known.
        costs : Costs
        """
        rows = np.flatnonzero(worst != UNPROVEN)
        self._add(Group(rows, (Known(costs, np.ones(len(costs.mentors), bool), worst[rows]),)))

    def note(self, lists: Lists, costs: Costs, floor: Ints, only: Bools | None = None) -> None:
        """Remember a pass whose listed pairs all became candidates.

        Parameters
        ----------
        lists : Lists
            Of mentees in ascending order.
        costs : Costs
        floor : int64 array of shape (num_rows,)
            Below which nothing was listed.
        only : bool array of shape (num_mentors,) or None
            Who was looked at, where these mentees were one task of `split`; of all others holds what was known before.
        """
        if not len(lists.rows):
            return
        is_cut_off = (lists.mentors[:, -1] >= 0) & (lists.counts > lists.mentors.shape[1])
        worst = np.where(is_cut_off, lists.values[:, -1], floor)
        if only is None:
            self._add(Group(lists.rows, (Known(costs, np.ones(len(costs.mentors), bool), worst),)))
            return
        turn = self.turn[lists.rows]
        assert (turn == turn[0]).all()
        assert turn[0] >= 0
        before = self.groups[turn[0]]
        before = before.keep(np.searchsorted(before.rows, lists.rows))
        kept = [one._replace(mentors=one.mentors & ~only) for one in before.known]
        self._add(Group(lists.rows, (*(one for one in kept if one.mentors.any()), Known(costs, only, worst))))

    def _add(self, group: Group) -> None:
        self.turn[group.rows] = len(self.groups)
        self.groups.append(group)

    def forget(self) -> None:
        """Forget everything, since values are on another scale from now on."""
        self.turn[:] = -1
        self.groups.clear()

    def split(self, floor: Ints, costs: Costs) -> list[Task]:
        """Return which mentees have to be looked at with which mentors; all others cannot gain.

        The first task is about all mentors; of the others, each is about mentees of one group.

        Parameters
        ----------
        floor : int64 array of shape (num_mentees,)
            Only pairs worth more could gain.
        costs : Costs
            Those of now.
        """
        whole, some, falls = [self.find_unproven()], list[Task](), dict[int, Ints]()
        for number in range(len(self.groups)):
            group = self._tidy(number)
            rows = group.rows
            if not group.known:
                continue
            for one in group.known:
                if id(one.costs) not in falls:
                    falls[id(one.costs)] = measure_falls(one.costs, costs)
            cuts = [weigh_cuts(one, falls[id(one.costs)], floor[rows]) for one in group.known]
            for share in share_work(cuts):
                if share.mentors.all():
                    whole.append(rows[share.rows])
                elif share.mentors.any() and share.rows.any():
                    some.append(Task(rows[share.rows], share.mentors))
        return [Task(np.sort(np.concatenate(whole)), None), *some]

    def _tidy(self, number: int) -> Group:
        """Return a group without those who have gone to a later one; what is known of nobody is let go."""
        group = self.groups[number]
        group = group.keep(self.turn[group.rows] == number)
        self.groups[number] = group if len(group.rows) else Group(group.rows, ())
        return self.groups[number]


class Cuts(NamedTuple):
    """Ways to share the work that is left where something is known.

    Parameters
    ----------
    mentors : bool array of shape (num_mentors,)
        Of whom it is known.
    is_open : bool array of shape (num_cuts, num_rows)
        Which mentees have to be looked at with all of them.
    beyond : bool array of shape (num_cuts, num_mentors)
        With whom all others have to be looked at.
    """

    mentors: Bools
    is_open: Bools
    beyond: Bools


class Share(NamedTuple):
    """Some mentees of a group, and with whom they have to be looked at.

    Parameters
    ----------
    rows : bool array of shape (num_rows,)
    mentors : bool array of shape (num_mentors,)
    """

    rows: Bools
    mentors: Bools


def weigh_cuts(known: Known, falls: Ints, floor: Ints) -> Cuts:
    """Return the work that is left with each cut.

    Mentors whose cost fell by more than a cut are looked at for everybody; the others only for those mentees whom a
    fall up to the cut could concern.
    """
    cuts = np.maximum(np.unique(np.quantile(falls[known.mentors], CUTS, method="inverted_cdf")), 0)[:, None]
    return Cuts(known.mentors, floor < known.worst + cuts, (falls > cuts) & known.mentors)


def share_work(known: list[Cuts]) -> list[Share]:
    """Return who is looked at with whom, so that there is little to do.

    One cut after the other is changed to the best, given the rest; where there is one only, it is the best there is.
    """
    chosen = [len(cuts.is_open) - 1 for cuts in known]
    for turn in range(len(known) if len(known) == 1 else 2 * len(known)):
        at = turn % len(known)
        tried = [[*chosen[:at], cut, *chosen[at + 1 :]] for cut in range(len(known[at].is_open))]
        chosen = min(tried, key=lambda one: count_pairs(cut_at(known, one)))
    return cut_at(known, chosen)


def count_pairs(shares: list[Share]) -> int:
    """Return how many pairs are looked at."""
    return sum(int(share.rows.sum()) * int(share.mentors.sum()) for share in shares)


def cut_at(known: list[Cuts], chosen: list[int]) -> list[Share]:
    """Return the work at some chosen cuts.

    Whoever has to be looked at with all of the mentors of whom the first thing is known has it with everybody; of the
    rest, whoever has to be looked at with all of others is, beside those whom everybody is looked at with.
    """
    first, *more = [Share(cuts.is_open[place], cuts.beyond[place]) for cuts, place in zip(known, chosen, strict=True)]
    only = np.logical_or.reduce([first.mentors, *(share.mentors for share in more)])
    others = np.logical_or.reduce([np.zeros_like(first.rows), *(share.rows for share in more)]) & ~first.rows
    return [
        Share(first.rows, np.ones_like(only)),
        Share(others, only | ~known[0].mentors),
        Share(~(first.rows | others), only),
    ]


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
