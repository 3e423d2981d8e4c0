"""Meeting times that suit mentees with several mentors, and people in both roles.

The flow keeps every mentor to one pair at a time. That a mentee's own mentors must not meet them at
the same time either is no flow any more, so it is mended afterwards: a pair moves to another start
that both have free and the mentor has room for. Points do not depend on the start, so nothing is lost.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matchmaker.solve.problem import UNSCHEDULED, Problem, Times

NUM_SLOTS = 336


def find_related(problem: Problem, chosen: NDArray[np.int64], same_human: NDArray[np.int64]) -> list[int]:
    """Return the positions of all pairs of everybody who could have two meetings at once.

    Those are mentees with several mentors and people in both roles, with every pair of the mentors
    they meet: a place that a move would need may be taken by one of these.
    """
    mentees, mentors = problem.pairs[chosen].T
    as_mentor = same_human[mentees]
    is_busy = np.bincount(mentees, minlength=problem.num_mentees)[mentees] > 1
    is_busy |= np.isin(as_mentor, mentors) & (as_mentor >= 0)
    met = np.unique(np.concatenate([mentors[is_busy], as_mentor[is_busy]]))
    return [int(position) for position in np.flatnonzero(is_busy | np.isin(mentors, met))]


@dataclass
class _Week:
    """Who meets when, while pairs are being moved."""

    problem: Problem
    times: Times
    chosen: NDArray[np.int64]
    starts: NDArray[np.int64]
    same_human: NDArray[np.int64]
    by_human: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    taken: dict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))

    def __post_init__(self) -> None:
        for position in find_related(self.problem, self.chosen, self.same_human):
            mentee, mentor = self.find_people(position)
            self.by_human[self.name_human(mentee)].append(position)
            self.by_human[mentor].append(position)
            self.taken[mentor, int(self.starts[position])] += 1

    def find_people(self, position: int) -> tuple[int, int]:
        """Return the mentee and the mentor of a chosen pair."""
        mentee, mentor = self.problem.pairs[self.chosen[position]]
        return int(mentee), int(mentor)

    def name_human(self, mentee: int) -> int:
        """Return one number per human: the mentor row of somebody in both roles, else below zero."""
        mentor = int(self.same_human[mentee])
        return mentor if mentor >= 0 else -1 - mentee

    def are_overlapping(self, start: int, other: int) -> bool:
        """Return whether two weekly sessions share a half hour, round the week's end too."""
        apart = (start - other) % NUM_SLOTS
        return min(apart, NUM_SLOTS - apart) < self.times.session_slots

    def is_clashing(self, position: int, start: int) -> bool:
        """Return whether somebody of the pair would have more meetings at once than weeks to take turns."""
        mentee, mentor = self.find_people(position)
        return any(
            self._count_others(human, position, start) >= self.times.pairs_per_start
            for human in (self.name_human(mentee), mentor)
        )

    def _count_others(self, human: int, position: int, start: int) -> int:
        others = (int(self.starts[other]) for other in self.by_human[human] if other != position)
        return sum(other != UNSCHEDULED and self.are_overlapping(start, other) for other in others)

    def list_starts(self, position: int) -> list[int]:
        """Return the shared starts of a pair, the earliest first."""
        mentee, mentor = self.find_people(position)
        shared = self.times.mentee_starts[mentee] & self.times.mentor_starts[mentor]
        return [slot for slot in range(NUM_SLOTS) if int(shared[slot // 64]) >> (slot % 64) & 1]

    def list_scheduled(self) -> list[int]:
        """Return the pairs with a weekly time of everybody who could have two meetings at once."""
        related = find_related(self.problem, self.chosen, self.same_human)
        return [position for position in related if self.starts[position] != UNSCHEDULED]

    def move(self, position: int) -> bool:
        """Give a pair the earliest start at which nobody clashes; return whether there was one."""
        _, mentor = self.find_people(position)
        old = int(self.starts[position])
        for start in self.list_starts(position):
            has_room = self.taken[mentor, start] < self.times.pairs_per_start
            if start != old and has_room and not self.is_clashing(position, start):
                self.taken[mentor, old] -= 1
                self.taken[mentor, start] += 1
                self.starts[position] = start
                return True
        return False


def spread_meetings(
    problem: Problem,
    chosen: NDArray[np.int64],
    starts: NDArray[np.int64],
    same_human: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Move meetings so that nobody has two at once, as far as moving single pairs goes.

    Parameters
    ----------
    problem : Problem
        With its times; without times nothing is moved.
    chosen, starts : int64 arrays of shape (num_pairs,)
        As in a `Solution`.
    same_human : int64 array of shape (num_mentees,)
        Mentor row of the same human, or -1.

    Returns
    -------
    int64 array of shape (num_pairs,)
        The new starts; a mentor's are as exclusive as before.
    """
    if problem.times is None:
        return starts
    week = _Week(problem, problem.times, chosen, starts.copy(), same_human)
    for position in week.list_scheduled():
        if week.is_clashing(position, int(week.starts[position])):
            week.move(position)
    return week.starts


def find_clashes(
    problem: Problem,
    chosen: NDArray[np.int64],
    starts: NDArray[np.int64],
    same_human: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the positions in `chosen` of the pairs that meet while one of them meets somebody else.

    Parameters
    ----------
    problem, chosen, starts, same_human
        As in `spread_meetings`.
    """
    if problem.times is None:
        return np.empty(0, np.int64)
    week = _Week(problem, problem.times, chosen, starts, same_human)
    clashing = [p for p in week.list_scheduled() if week.is_clashing(p, int(starts[p]))]
    return np.array(clashing, np.int64)
