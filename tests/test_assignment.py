"""`assign`: right answers for whatever can be used, and refusals that name what cannot."""

from __future__ import annotations

import csv
import pickle
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linear_sum_assignment

from matchmaker import Assignment, Infeasible, PointsError, Stopped, assign
from matchmaker.assignment import MOST_POINTS, SCALE

BIDS = Path(__file__).parent / "data" / "aamas-bids"
UNLISTED = 25
"""Points of a pair that the bids do not list."""

OPTIMA = [
    (2015, 12, 0, 140_625, 140_625),
    (2015, 12, 7, 140_625, 140_625),
    (2015, 12, 8, 139_475, 139_475),
    (2015, 12, 9, 135_750, 135_750),
    (2015, 10, 0, 136_800, None),
    (2015, 9, 0, 133_350, None),
    (2016, 12, 0, 94_950, 94_950),
    (2016, 12, 6, 94_900, 94_900),
    (2016, 12, 7, 94_325, 94_275),
    (2016, 12, 8, 92_050, 91_950),
    (2016, 10, 0, 93_375, None),
    (2016, 9, 0, 92_075, None),
    (2016, 8, 0, 88_900, None),
]
"""Year, capacity, minimum, optimum with every pair eligible, optimum without pairs of 0 points."""

SQUARES = st.integers(1, 9).flatmap(lambda n: hnp.arrays(np.int64, (n, n), elements=st.integers(0, 1_000_000)))
TABLES = hnp.arrays(np.int64, hnp.array_shapes(min_dims=2, max_dims=2, max_side=7), elements=st.integers(0, 50))


@cache
def read_bids(year: int) -> NDArray[np.int64]:
    """Return the points of all pairs of one conference."""
    points = np.full({2015: (613, 201), 2016: (442, 161)}[year], UNLISTED)
    with (BIDS / f"aamas{year}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            points[int(row["paper"]), int(row["reviewer"])] = int(row["points"])
    return points


@pytest.mark.parametrize(("year", "capacity", "minimum", "total", "total_without"), OPTIMA)
def test_bids(year: int, capacity: int, minimum: int, total: int, total_without: int | None) -> None:
    """Every known optimum of the real bids is reached to the point, with prices that prove it."""
    points = read_bids(year)
    cases = [(None, total)] if total_without is None else [(None, total), (points > 0, total_without)]
    for eligible, expected in cases:
        assignment = assign(points, capacity=capacity, minimum=minimum, wanted=3, eligible=eligible)
        assert (assignment.total, assignment.bound, assignment.status) == (expected, expected, "optimal")
        mentees, mentors = assignment.pairs.T
        assert len(mentees) == min(3 * len(points), capacity * points.shape[1])
        assert (np.bincount(mentees, minlength=len(points)) >= 1).all()
        load = np.bincount(mentors, minlength=points.shape[1])
        assert minimum <= load.min() <= load.max() <= capacity
        assert eligible is None or eligible[mentees, mentors].all()


@pytest.mark.parametrize("only_wished", [False, True])
def test_bids_impossible(only_wished: bool) -> None:
    """Minimums of 10 are impossible in 2015: 1,839 places are wanted, and a set of reviewers asks for more."""
    points = read_bids(2015)
    eligible = points > 0 if only_wished else None
    with pytest.raises(Infeasible, match="ask for 1,840 mentees, and at most 1,839 can be had") as caught:
        assign(points, capacity=12, minimum=10, wanted=3, eligible=eligible)
    conflict = caught.value.conflict
    assert (conflict.demanded, conflict.possible, len(conflict.mentors)) == (1_840, 1_839, 184)


@given(SQUARES)
def test_dense_squares(points: NDArray[np.int64]) -> None:
    """On dense squares the total is SciPy's."""
    rows, columns = linear_sum_assignment(points, maximize=True)
    assignment = assign(points)
    assert assignment.total == assignment.bound == points[rows, columns].sum()
    assert assignment.coverage == 2 * len(points)
    assert assignment.pairs[:, 0].tolist() == list(range(len(points)))
    assert len(set(assignment.pairs[:, 1].tolist())) == len(points)


@given(TABLES, st.randoms(use_true_random=False))
def test_permuted_rows(points: NDArray[np.int64], random: Any) -> None:
    """Another order of mentees and mentors changes neither coverage nor total."""
    rows, columns = list(range(points.shape[0])), list(range(points.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    one, other = assign(points, capacity=2), assign(points[np.ix_(rows, columns)], capacity=2)
    assert (one.coverage, one.total, one.bound) == (other.coverage, other.total, other.bound)


@given(TABLES, st.integers(1, 3))
def test_doubled_points(points: NDArray[np.int64], capacity: int) -> None:
    """Doubling all points doubles the total."""
    assert assign(2 * points, capacity=capacity).total == 2 * assign(points, capacity=capacity).total


@given(TABLES)
def test_mentor_without_partner(points: NDArray[np.int64]) -> None:
    """One more mentor who is eligible for nobody changes nothing."""
    wider = np.hstack([points, np.full((len(points), 1), 50)])
    eligible = np.ones(wider.shape, np.bool_)
    eligible[:, -1] = False
    assert assign(wider, eligible=eligible).total == assign(points).total


@given(TABLES)
def test_sparse_is_dense(points: NDArray[np.int64]) -> None:
    """Stored entries of a sparse array are what the True entries of `eligible` are in a dense one."""
    eligible = points > 20
    expected = assign(points, capacity=2, wanted=2, eligible=eligible)
    rows, columns = np.nonzero(eligible)
    stored = sparse.coo_array((points[eligible], (rows, columns)), shape=points.shape)
    for form in (stored, stored.tocsr(), stored.tocsc(), stored.tolil(), stored.todok()):
        assignment = assign(form, capacity=2, wanted=2)
        assert assignment.pairs.tolist() == expected.pairs.tolist()
        assert (assignment.total, assignment.coverage) == (expected.total, expected.coverage)


def test_explicit_zero() -> None:
    """A stored zero is eligible, an entry that is not stored is not."""
    stored = sparse.coo_array((np.array([0]), ([0], [1])), shape=(2, 2))
    assert assign(stored.tocsr()).pairs.tolist() == [[0, 1]]


def test_floats() -> None:
    """Floats are millionths, rounded once to the nearest; so is what they may be made of."""
    points = np.array([[0.0, 1.0, 0.1234564, 0.1234566]])
    for column, expected in enumerate([0, SCALE, 123_456, 123_457]):
        eligible = np.arange(4)[None] == column
        assert assign(points, eligible=eligible).total == expected
    assert assign(np.array([[0.5]], np.float32)).total == 500_000


def test_integers_as_they_are() -> None:
    """Whole numbers of any type are points as they are, up to the stated limit."""
    assert assign([[1]]).total == 1
    assert assign(np.array([[MOST_POINTS]], np.uint64)).total == MOST_POINTS
    assert assign(np.array([[7]], np.int8)).total == 7


def test_limits_per_person() -> None:
    """Capacity, minimum and wanted may differ from one to the next."""
    assignment = assign([[9, 1], [8, 1], [7, 1]], capacity=[2, 1], minimum=[0, 1], wanted=[1, 1, 2])
    assert assignment.pairs.tolist() == [[0, 0], [1, 0], [2, 1]]
    assert assign([[9, 1], [8, 1]], capacity=[0, 2]).pairs.tolist() == [[0, 1], [1, 1]]
    assert assign([[9, 8]], wanted=[0]).pairs.shape == (0, 2)


def test_priority() -> None:
    """Any whole numbers order the mentees; a higher one is served first, at no cost of a match."""
    assert assign([[1], [9]], priority=[7, -7]).pairs.tolist() == [[0, 0]]
    assert assign([[1], [9]], priority=3).pairs.tolist() == [[1, 0]]
    assert assign([[1], [9]], priority=[7, -7]).coverage == 3


def test_objective() -> None:
    """Coverage serves both; points alone takes the one pair worth more."""
    points = np.array([[10, 1], [0, 0]])
    eligible = np.array([[True, True], [True, False]])
    covered = assign(points, eligible=eligible)
    alone = assign(points, eligible=eligible, objective="points")
    assert (covered.pairs.tolist(), covered.total, covered.coverage) == ([[0, 1], [1, 0]], 1, 4)
    assert (alone.total, [level.name for level in alone.levels]) == (10, ["points"])


def test_required() -> None:
    """A required pair is there, whatever it costs."""
    assignment = assign([[9, 1], [8, 5]], required=[[0, 1]])
    assert assignment.pairs.tolist() == [[0, 1], [1, 0]]
    assert assign([[9, 1]], required=np.empty((0, 2), np.int64)).total == 9


def test_equal_hours() -> None:
    """Equal hours are places: two mentees of 1.5 hours fit into 3 hours and 20 minutes."""
    assignment = assign([[5], [4], [3]], capacity=3, hours=1.5, hours_available=3 + 1 / 3)
    assert assignment.pairs.tolist() == [[0, 0], [1, 0]]
    assert assignment.bound_by == "prices"


def test_unequal_hours() -> None:
    """Two short mentees come before one long one; who claims the bound is said, and a third of an hour is exact."""
    assignment = assign([[9], [1], [1]], capacity=3, hours=[2, 1 / 3, 1], hours_available=[4 / 3])
    assert assignment.pairs.tolist() == [[1, 0], [2, 0]]
    assert (assignment.bound_by, assignment.status, assignment.gap) == ("solver", "optimal", 0)
    by_pair = assign([[9], [1], [1]], capacity=3, hours=[[1], [2], [2]], hours_available=2)
    assert by_pair.pairs.tolist() == [[0, 0]]
    assert assign([[9], [1]], capacity=2, hours=[5, 7], hours_available=np.inf).total == 10


def test_hours_without_limit() -> None:
    """Hours alone limit nothing."""
    assert assign([[9], [1]], capacity=2, hours=100).total == 10


def test_empty_sides() -> None:
    """Nobody on one side is no fault: there is nothing to assign."""
    for shape in ((0, 3), (3, 0), (0, 0)):
        assignment = assign(np.empty(shape, np.int64))
        assert (assignment.pairs.tolist(), assignment.total, assignment.status) == ([], 0, "optimal")


def test_nobody_eligible() -> None:
    """No eligible pair at all is an answer too."""
    assert assign([[1, 2]], eligible=[[False, False]]).coverage == 0


def test_start_that_still_holds() -> None:
    """An earlier answer that is still the best comes back, without any search."""
    points = np.array([[9, 2], [8, 5]])
    first = assign(points)
    steps: list[object] = []
    again = assign(points, start=first, on_progress=steps.append)
    assert (again.pairs.tolist(), again.total, again.bound, again.levels) == (
        first.pairs.tolist(),
        first.total,
        first.bound,
        first.levels,
    )
    assert steps == []
    alone = assign(points, objective="points")
    assert assign(points, objective="points", start=alone).levels == alone.levels


@given(TABLES, TABLES, st.integers(1, 3))
def test_start_changes_no_total(old: NDArray[np.int64], new: NDArray[np.int64], capacity: int) -> None:
    """Whatever the earlier answer was, the total is that without it."""
    rows, columns = min(len(old), len(new)), min(old.shape[1], new.shape[1])
    start = assign(old[:rows, :columns])
    points = new[:rows, :columns]
    one, other = assign(points, capacity=capacity, start=start), assign(points, capacity=capacity)
    assert (one.total, one.coverage, one.bound) == (other.total, other.coverage, other.bound)


def test_start_that_is_no_longer_possible() -> None:
    """An earlier answer with a pair that is banned now, or beyond a capacity, is left."""
    start = assign([[9, 2], [8, 5]])
    assert assign([[9, 2], [8, 5]], start=start, eligible=[[False, True], [True, True]]).total == 10
    assert assign([[9, 2], [8, 5]], start=start, capacity=[0, 1]).total == 5


def test_pickle() -> None:
    """An answer survives pickling."""
    assignment = assign([[9, 2], [8, 5]])
    copy: Assignment = pickle.loads(pickle.dumps(assignment))
    assert copy.pairs.tolist() == assignment.pairs.tolist()
    assert (copy.total, copy.levels, copy.gap) == (assignment.total, assignment.levels, assignment.gap)
    assert copy.prices.mentors.tolist() == assignment.prices.mentors.tolist()


def test_infeasible() -> None:
    """Minimums of three for two mentees are impossible; the mentors and the numbers are named."""
    with pytest.raises(Infeasible, match="mentor rows 0, 1 ask for 3 mentees, and at most 2 can be had") as caught:
        assign([[1, 2], [3, 4]], capacity=2, minimum=[2, 1])
    assert sorted(caught.value.conflict.mentors) == [0, 1]


def test_stopped() -> None:
    """Stopping before there is an answer is told."""
    with pytest.raises(Stopped):
        assign([[1]], should_stop=lambda: True)


def test_progress() -> None:
    """The steps of the search are told."""
    phases: list[str] = []
    assign([[1]], on_progress=lambda step: phases.append(step.phase))
    assert phases[-1] == "proven"


REFUSED: list[tuple[str, Callable[[], object], str]] = [
    (
        "nan",
        lambda: assign([[0.5, np.nan], [1.5, -np.inf]]),
        "floats must lie from 0 to 1, or be given as whole numbers of points; found: nan at mentee 0, mentor 1; "
        "1.5 at mentee 1, mentor 0; -inf at mentee 1, mentor 1",
    ),
    (
        "many",
        lambda: assign(np.full((3, 3), 2.0)),
        "floats must lie from 0 to 1, or be given as whole numbers of points; found: 2.0 at mentee 0, mentor 0; "
        "2.0 at mentee 0, mentor 1; 2.0 at mentee 0, mentor 2; 2.0 at mentee 1, mentor 0; 2.0 at mentee 1, mentor 1; "
        "and 4 more",
    ),
    (
        "negative",
        lambda: assign([[1, -1]]),
        "points must lie from 0 to 1,000,000,000; found: -1 at mentee 0, mentor 1. "
        "Add the same number to all to make them 0 or more, or divide all by the same number",
    ),
    (
        "too large",
        lambda: assign([[2**40, 1]]),
        "points must lie from 0 to 1,000,000,000; found: 1099511627776 at mentee 0, mentor 0. "
        "Add the same number to all to make them 0 or more, or divide all by the same number",
    ),
    (
        "booleans",
        lambda: assign([[True]]),
        "points must be whole numbers, or floats from 0 to 1; found values of type bool",
    ),
    ("text", lambda: assign([["a"]]), "points must be whole numbers, or floats from 0 to 1; found values of type <U1"),
    (
        "ragged",
        lambda: assign([[1, 2], [3]]),
        "points must be a number or a regular array of numbers: setting an array element with a sequence. The "
        "requested array has an inhomogeneous shape after 1 dimensions. The detected shape was (2,) + inhomogeneous part.",
    ),
    (
        "one dimension",
        lambda: assign([1, 2]),
        "points must have two dimensions, mentees and mentors; found the shape (2,)",
    ),
    (
        "sparse in one dimension",
        lambda: assign(sparse.coo_array(np.array([1, 2]))),
        "points must have two dimensions, mentees and mentors; found the shape (2,)",
    ),
    (
        "duplicates",
        lambda: assign(sparse.coo_array(([1, 2], ([0, 0], [1, 1])), shape=(1, 2))),
        "sparse points hold the same pair more than once: 2 at mentee 0, mentor 1. Call sum_duplicates, or drop them",
    ),
    (
        "format",
        lambda: assign(sparse.dia_array(np.eye(2, dtype=int))),
        "sparse points must be one of csr, csc, coo, lil, dok; found dia, which does not tell a stored zero from an "
        "entry that is not stored",
    ),
    (
        "sparse nan",
        lambda: assign(sparse.csr_array(np.array([[0.0, np.nan]]))),
        "floats must lie from 0 to 1, or be given as whole numbers of points; found: nan at mentee 0, mentor 1",
    ),
    (
        "sparse and eligible",
        lambda: assign(sparse.csr_array([[1]]), eligible=[[True]]),
        "eligible goes with dense points; in sparse points exactly the stored entries are eligible",
    ),
    (
        "eligible numbers",
        lambda: assign([[1]], eligible=[[1]]),
        "eligible must be True or False for each pair; found values of type int64",
    ),
    (
        "eligible shape",
        lambda: assign([[1, 2]], eligible=[[True]]),
        "eligible must have the shape of points, (1, 2); found (1, 1)",
    ),
    (
        "capacity float",
        lambda: assign([[1]], capacity=1.0),
        "capacity must be whole numbers; found values of type float64",
    ),
    (
        "capacity shape",
        lambda: assign([[1, 2]], capacity=[1, 1, 1]),
        "capacity must be one number or 2 of them, one for each mentor; found the shape (3,)",
    ),
    (
        "capacity negative",
        lambda: assign([[1, 2]], capacity=[1, -1]),
        "capacity must lie from 0 to 1,000,000,000; found: -1 at mentor 1",
    ),
    (
        "minimum above capacity",
        lambda: assign([[1, 2]], minimum=[0, 2]),
        "minimum must not exceed capacity; found: 2 at mentor 1, with a capacity of 1 at the first",
    ),
    (
        "wanted",
        lambda: assign([[1, 2]], wanted=[-1]),
        "wanted must lie from 0 to 1,000,000,000; found: -1 at mentee 0",
    ),
    (
        "wanted boolean",
        lambda: assign([[1, 2]], wanted=True),
        "wanted must be whole numbers; found values of type bool",
    ),
    (
        "priority",
        lambda: assign([[1, 2]], priority=[0.5]),
        "priority must be whole numbers; found values of type float64",
    ),
    (
        "required shape",
        lambda: assign([[1, 2]], required=[0, 1]),
        "required must have the shape (num_required, 2), rows (mentee, mentor); found (2,)",
    ),
    (
        "required type",
        lambda: assign([[1, 2]], required=[[0.0, 1.0]]),
        "required must be whole numbers; found values of type float64",
    ),
    (
        "required outside",
        lambda: assign([[1, 2]], required=[[0, 2], [-1, 0]]),
        "required names rows that are not there: mentee 0 with mentor 2; mentee -1 with mentor 0; points have the "
        "shape (1, 2)",
    ),
    (
        "required twice",
        lambda: assign([[1, 2]], required=[[0, 1], [0, 1]]),
        "required names the same pair more than once: mentee 0 with mentor 1",
    ),
    (
        "required and not eligible",
        lambda: assign([[1, 2]], eligible=[[True, False]], required=[[0, 1]]),
        "required pairs must be eligible, and these are not: mentee 0 with mentor 1. "
        "Take the requirement out, or make the pair eligible",
    ),
    (
        "required and nobody eligible",
        lambda: assign(np.ones((7, 1), int), eligible=np.zeros((7, 1), bool), required=[[k, 0] for k in range(7)]),
        "required pairs must be eligible, and these are not: mentee 0 with mentor 0; mentee 1 with mentor 0; mentee 2 "
        "with mentor 0; mentee 3 with mentor 0; mentee 4 with mentor 0; and 2 more. "
        "Take the requirement out, or make the pair eligible",
    ),
    (
        "hours in seconds",
        lambda: assign([[1, 2]], hours=0.001, hours_available=1),
        "hours must be 0 or more and a whole number of minutes; found: 0.001 at mentee 0, mentor 0; "
        "0.001 at mentee 0, mentor 1",
    ),
    (
        "hours unknown",
        lambda: assign([[1]], hours=[np.nan], hours_available=1),
        "hours must be 0 or more and a whole number of minutes; found: nan at mentee 0, mentor 0",
    ),
    (
        "hours infinite",
        lambda: assign([[1]], hours=np.inf, hours_available=1),
        "hours must be 0 or more and a whole number of minutes; found: inf at mentee 0, mentor 0",
    ),
    (
        "hours shape",
        lambda: assign([[1, 2]], hours=[1, 2], hours_available=1),
        "hours must be one number, or have the shape (1,) or (1, 2); found (2,)",
    ),
    ("hours type", lambda: assign([[1]], hours="x"), "hours must be numbers; found values of type <U1"),
    (
        "hours available alone",
        lambda: assign([[1]], hours_available=1),
        "hours_available limits nothing without hours: say what a pair takes",
    ),
    (
        "hours available negative",
        lambda: assign([[1, 2]], hours=1, hours_available=[-1, np.nan]),
        "hours_available must be 0 or more, inf for no limit; found: -1.0 at mentor 0; nan at mentor 1",
    ),
    (
        "hours available shape",
        lambda: assign([[1, 2]], hours=1, hours_available=[1]),
        "hours_available must be one number or 2 of them, one for each mentor; found the shape (1,)",
    ),
    (
        "objective",
        lambda: assign([[1]], objective="best"),  # type: ignore[arg-type]
        "objective is 'coverage' or 'points'; found: 'best'",
    ),
    ("gap", lambda: assign([[1]], gap=-1), "gap must be a whole number of points, 0 or more; found: -1"),
    ("gap boolean", lambda: assign([[1]], gap=True), "gap must be a whole number of points, 0 or more; found: True"),
    (
        "time limit",
        lambda: assign([[1]], time_limit=0),
        "time_limit must be a number of seconds above 0, or None; found: 0",
    ),
    (
        "time limit unknown",
        lambda: assign([[1]], time_limit=np.nan),
        "time_limit must be a number of seconds above 0, or None; found: nan",
    ),
    (
        "start",
        lambda: assign([[1]], start=[[0, 0]]),  # type: ignore[arg-type]
        "start must be an Assignment; found list",
    ),
    (
        "start of other mentors",
        lambda: assign([[1, 2]], start=assign([[1]])),
        "start is an answer for 1 mentors, but points have 2: give the answer of a problem of the same shape",
    ),
    (
        "start of other mentees",
        lambda: assign([[1]], start=assign([[1], [2]])),
        "start names mentees beyond the 1 of points: give an answer of the same shape",
    ),
]


@pytest.mark.parametrize(("call", "message"), [pytest.param(*rest, id=name) for name, *rest in REFUSED])
def test_refused(call: Callable[[], object], message: str) -> None:
    """What cannot be used is refused with the rule, the first few places and what was found there."""
    with pytest.raises(PointsError) as caught:
        call()
    assert str(caught.value) == message
    assert isinstance(caught.value, ValueError)


def test_too_large_for_the_size() -> None:
    """Points that are safe for few people and not for many are refused, with what would be safe."""
    rows = np.arange(80_000)
    points = sparse.coo_array((np.full(len(rows), MOST_POINTS), (rows, rows % 2)), shape=(len(rows), 2))
    with pytest.raises(PointsError, match="points up to 1,000,000,000 are too large for a problem of this size"):
        assign(points, capacity=100)


def test_example() -> None:
    """The example in the docstring is right."""
    import doctest

    import matchmaker.assignment

    assert doctest.testmod(matchmaker.assignment).failed == 0
