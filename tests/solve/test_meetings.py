"""Meetings are spread so that nobody has two at once."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from matchmaker.solve.meetings import find_clashes, spread_meetings
from matchmaker.solve.problem import NO_LIMIT, UNSCHEDULED, Problem, Times

NOBODY = np.array([-1, -1, -1])


def pack(*slots: int) -> list[int]:
    """Return six words with the given slots set."""
    words = [0] * 6
    for slot in slots:
        words[slot // 64] |= 1 << slot % 64
    return words


def make_problem(
    mentee_starts: list[list[int]], mentor_starts: list[list[int]], pairs_per_start: int = 1, session: int = 2
) -> Problem:
    """Return a problem in which everybody may meet everybody."""
    num_mentees, num_mentors = len(mentee_starts), len(mentor_starts)
    pairs = [(i, j) for i in range(num_mentees) for j in range(num_mentors)]
    times = Times(
        np.array([pack(*slots) for slots in mentee_starts], np.uint64),
        np.array([pack(*slots) for slots in mentor_starts], np.uint64),
        np.ones(num_mentees, bool),
        np.ones(num_mentors, bool),
        pairs_per_start,
        session,
    )
    return Problem(
        num_mentees,
        num_mentors,
        np.array(pairs, np.int32),
        np.zeros(len(pairs), np.int64),
        capacity=np.full(num_mentors, 9),
        minimum=np.zeros(num_mentors, np.int64),
        wanted=np.full(num_mentees, 9),
        priority=np.zeros(num_mentees, np.int64),
        required=np.empty(0, np.int64),
        need=np.zeros(len(pairs), np.int64),
        available=np.full(num_mentors, NO_LIMIT),
        times=times,
    )


def spread(problem: Problem, starts: list[int], same_human: NDArray[np.int64] = NOBODY) -> tuple[list[int], list[int]]:
    """Choose every pair, spread the meetings, and return plain lists."""
    chosen = np.arange(len(starts))
    same = same_human[: problem.num_mentees]
    new = spread_meetings(problem, chosen, np.array(starts), same)
    return new.tolist(), find_clashes(problem, chosen, new, same).tolist()


def test_moves_one_of_two() -> None:
    """A mentee whose two mentors would meet at once gets another time with one of them."""
    problem = make_problem([[10, 20]], [[10, 20], [10]])
    assert spread(problem, [10, 10]) == ([20, 10], [])


def test_overlap_counts() -> None:
    """Sessions that overlap by half an hour clash although their starts differ."""
    problem = make_problem([[10, 11, 20]], [[10], [11, 20]])
    assert spread(problem, [10, 11]) == ([10, 20], [])


def test_overlap_round_the_week() -> None:
    """The last half hour of Sunday overlaps a session that began before Monday."""
    problem = make_problem([[0, 335, 20]], [[335], [0, 20]])
    assert spread(problem, [335, 0]) == ([335, 20], [])


def test_tells_what_is_left() -> None:
    """Two pairs that share no other time stay, and both are named."""
    problem = make_problem([[10]], [[10], [10]])
    assert spread(problem, [10, 10]) == ([10, 10], [0, 1])


def test_turns() -> None:
    """A rhythm of two weeks lets a mentee meet two mentors at the same weekly time, in turn."""
    problem = make_problem([[10]], [[10], [10]], pairs_per_start=2)
    assert spread(problem, [10, 10]) == ([10, 10], [])


def test_both_roles() -> None:
    """Somebody in both roles does not meet their mentor and their mentee at once."""
    problem = make_problem([[10], [10, 20]], [[10, 20], [10]])
    chosen, starts = np.array([1, 2]), np.array([10, 10])
    new = spread_meetings(problem, chosen, starts, np.array([0, -1]))
    clashes = find_clashes(problem, chosen, new, np.array([0, -1]))
    assert (new.tolist(), clashes.tolist()) == ([10, 20], [])


def test_a_mentors_place_is_not_taken_twice() -> None:
    """No pair moves to a time at which its mentor already meets somebody else."""
    problem = make_problem([[10, 20], [20]], [[10, 20], [10]])
    chosen, starts = np.array([0, 1, 2]), np.array([10, 10, 20])
    new = spread_meetings(problem, chosen, starts, NOBODY)
    clashes = find_clashes(problem, chosen, new, NOBODY)
    assert (new.tolist(), clashes.tolist()) == ([10, 10, 20], [0, 1])


def test_no_times_no_moves() -> None:
    """Pairs that arrange their own time stay as they are."""
    problem = make_problem([[10]], [[10], [10]])
    assert spread(problem, [UNSCHEDULED, UNSCHEDULED]) == ([UNSCHEDULED, UNSCHEDULED], [])
    bare = Problem(**{**vars(problem), "times": None})
    assert spread(bare, [3, 3]) == ([3, 3], [])


free = st.lists(st.integers(0, 7), min_size=1, max_size=5, unique=True)


@given(free, st.lists(free, min_size=1, max_size=3))
def test_never_worse(mentee: list[int], mentors: list[list[int]]) -> None:
    """Moves keep to shared starts, and never leave more pairs clashing than before."""
    mentors = [sorted(set(mentor) | {mentee[0]}) for mentor in mentors]
    problem = make_problem([mentee], mentors, session=1)
    new, clashes = spread(problem, [mentee[0]] * len(mentors))
    assert all(start in mentee and start in mentor for start, mentor in zip(new, mentors, strict=True))
    assert all(new.count(new[p]) > 1 for p in clashes)
    assert all(p in clashes for p in range(len(new)) if new.count(new[p]) > 1)
