"""What cannot be done is told with a small clash that holds on its own and from which nothing can be dropped."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.certificate import Conflict, recount_conflict
from matchmaker.errors import Infeasible
from matchmaker.solve.problem import NO_LIMIT, Problem
from matchmaker.solve.search import solve
from tests.oracles import draw_problem, is_possible
from tests.solve.problems import make_problem, make_times


def catch_conflict(problem: Problem) -> tuple[Conflict, str]:
    """Return the conflict of a problem that cannot be met, and its message."""
    with pytest.raises(Infeasible) as caught:
        solve(problem)
    assert isinstance(caught.value.conflict, Conflict)
    return caught.value.conflict, str(caught.value)


def demand_only(problem: Problem, mentors: tuple[int, ...], required: tuple[tuple[int, int], ...]) -> Problem:
    """Return the problem with only some of its minimums and required pairs."""
    minimum = np.zeros_like(problem.minimum)
    minimum[list(mentors)] = problem.minimum[list(mentors)]
    positions = [k for k, pair in enumerate(problem.pairs.tolist()) if tuple(pair) in required]
    return replace(problem, minimum=minimum, required=np.array(positions, np.int64))


@settings(max_examples=400)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_small_and_true(seed: int, has_many: bool) -> None:
    """The clash is impossible by itself, possible without any one member, and its prices prove it."""
    rng = np.random.default_rng(seed)
    problem = draw_problem(rng, unequal=False)
    if has_many:
        minimum = np.minimum(rng.integers(0, 4, problem.num_mentors), problem.capacity)
        problem = replace(problem, minimum=minimum, available=np.full(problem.num_mentors, NO_LIMIT))
    try:
        solve(problem)
    except Infeasible as error:
        conflict = error.conflict
        mentors, required = conflict.mentors, conflict.required
        assert recount_conflict(problem, conflict) >= 1
        if conflict.kind in ("minimums", "required"):
            assert recount_conflict(problem, conflict) == conflict.demanded - conflict.possible
            assert not is_possible(demand_only(problem, mentors, required))
        for one in mentors:
            assert is_possible(demand_only(problem, tuple(j for j in mentors if j != one), required))
        if conflict.kind != "wanted":
            for pair in required:
                assert is_possible(demand_only(problem, mentors, tuple(other for other in required if other != pair)))


CASES: list[tuple[dict[str, Any], str, tuple[int, ...], tuple[tuple[int, int], ...], str]] = [
    (
        {"table": [[7, 4], [6, 1]], "capacity": 2, "minimum": [2, 1]},
        "minimums",
        (0, 1),
        (),
        "Proven impossible: the minimums of mentor rows 0, 1 ask for 3 mentees, and at most 2 can be had. "
        "Lower these demands by 1 in total, or make 1 more mentee eligible",
    ),
    (
        {"table": [[7], [6]], "required": [(0, 0), (1, 0)]},
        "required",
        (),
        ((0, 0), (1, 0)),
        "Proven impossible: the required pairs mentee row 0 with mentor row 0, mentee row 1 with mentor row 0 ask for "
        "2 mentees, and at most 1 can be had. Lower these demands by 1 in total, or make 1 more mentee eligible",
    ),
    (
        {"table": [[7, 6]], "required": [(0, 0)], "minimum": [0, 1]},
        "minimums",
        (1,),
        ((0, 0),),
        "Proven impossible: the minimums of mentor rows 1 and the required pairs mentee row 0 with mentor row 0 ask for "
        "2 mentees, and at most 1 can be had. Lower these demands by 1 in total, or make 1 more mentee eligible",
    ),
    (
        {"table": [[7, 6]], "required": [(0, 0), (0, 1)]},
        "wanted",
        (),
        ((0, 0), (0, 1)),
        "Proven impossible: the required pairs mentee row 0 with mentor row 0, mentee row 0 with mentor row 1 are 2, and "
        "the mentee wants 1 mentor. Raise what the mentee wants by 1, or take out as many required pairs",
    ),
    (
        {"table": [[7], [6], [5]], "minimum": 2, "capacity": 3, "available": 100},
        "places",
        (0,),
        (),
        "Proven impossible: mentor row 0 has a minimum of 2 and places for 1. "
        "Lower the minimum by 1, or raise the capacity or the hours",
    ),
    (
        {"table": [[7]], "required": [(0, 0)], "times": make_times([[3]], [[4]])},
        "time",
        (),
        ((0, 0),),
        "Proven impossible: the required pair mentee row 0 with mentor row 0 shares no weekly start. "
        "Give them a time that both have free, or take the pair out",
    ),
    (
        {"table": [[7], [6]], "capacity": 2, "minimum": 2, "times": make_times([[3], [3]], [[3, 9]])},
        "minimums",
        (0,),
        (),
        "Proven impossible: the minimums of mentor rows 0 ask for 2 mentees, and at most 1 can be had. "
        "Lower these demands by 1 in total, or make 1 more mentee eligible",
    ),
]


@pytest.mark.parametrize(("limits", "kind", "mentors", "required", "text"), CASES)
def test_kinds(
    limits: dict[str, Any], kind: str, mentors: tuple[int, ...], required: tuple[tuple[int, int], ...], text: str
) -> None:
    """Each kind of clash names its members, the numbers and what would repair it."""
    limits = dict(limits)
    problem = make_problem(limits.pop("table"), **limits)
    conflict, message = catch_conflict(problem)
    assert (conflict.kind, conflict.mentors, conflict.required) == (kind, mentors, required)
    assert recount_conflict(problem, conflict) == conflict.demanded - conflict.possible == 1
    assert message == text


def test_crowd() -> None:
    """Where everybody's minimum is too much, only as many are named as it takes, also where none is odd."""
    conflict, _ = catch_conflict(make_problem([[1] * 40] * 30, capacity=3, minimum=2))
    assert (len(conflict.mentors), conflict.demanded, conflict.possible) == (16, 32, 30)


def test_small_corner() -> None:
    """In a large roster that is fine otherwise, only the corner that clashes is named."""
    table: list[list[int | None]] = [[5] * 12 + [None, None] for _ in range(40)]
    table.append([None] * 12 + [5, 5])
    conflict, _ = catch_conflict(make_problem(table, capacity=4, minimum=[3] * 12 + [1, 1]))
    assert (conflict.mentors, conflict.demanded, conflict.possible) == ((12, 13), 2, 1)


def test_pickles() -> None:
    """The refusal with its conflict can be sent to another process."""
    import pickle

    with pytest.raises(Infeasible) as caught:
        solve(make_problem([[1]], minimum=1, capacity=[0]))
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.conflict) == (str(caught.value), caught.value.conflict)


def test_no_time_needed() -> None:
    """Who needs no weekly time cannot clash over one: such a claim is counted as none."""
    problem = make_problem([[5]], required=[(0, 0)])
    assert recount_conflict(problem, Conflict("time", (), ((0, 0),), 1, 0)) == 0
