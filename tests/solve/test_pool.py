"""Candidates are kept sorted and once each, whatever comes in which order."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.scoring.passes import Lists
from matchmaker.solve.pool import Pool
from tests.solve.problems import make_problem
from tests.solve.tables import empty_problem

MENTEES, MENTORS = 5, 4
pairs = st.dictionaries(
    st.tuples(st.integers(0, MENTEES - 1), st.integers(0, MENTORS - 1)), st.integers(0, 9), max_size=12
)


def make_pool(*required: tuple[int, int]) -> Pool:
    """Return an empty pool."""
    base = empty_problem(make_problem([[1] * MENTORS] * MENTEES))
    base.need[:] = np.arange(MENTEES) * 10
    return Pool(base, np.array(required, np.int64).reshape(-1, 2))


def make_lists(found: dict[tuple[int, int], int], *, width: int = MENTORS) -> Lists:
    """Return lists that hold some pairs with their points."""
    rows = np.array(sorted({mentee for mentee, _ in found}), np.int64)[::-1]
    mentors, points = np.full((len(rows), width), -1, np.int32), np.zeros((len(rows), width), np.int32)
    for row, mentee in enumerate(rows.tolist()):
        mine = [(j, worth) for (i, j), worth in found.items() if i == mentee]
        mentors[row, : len(mine)] = [j for j, _ in mine]
        points[row, : len(mine)] = [worth for _, worth in mine]
    values = np.zeros(mentors.shape, np.int64)
    return Lists(rows, mentors, values, points, np.zeros(len(rows), np.int64), np.zeros(0, np.int64))


def read_pool(pool: Pool) -> dict[tuple[int, int], int]:
    """Return the candidates with their points, in their order."""
    keys = [divmod(key, MENTORS) for key in pool.keys.tolist()]
    assert len(set(keys)) == len(keys)
    return dict(zip(keys, pool.points.tolist(), strict=True))


@given(st.lists(pairs, max_size=4))
def test_as_a_set(batches: list[dict[tuple[int, int], int]]) -> None:
    """Whatever is added is there once, with the points that came first, and what was new is counted."""
    pool, expected = make_pool(), dict[tuple[int, int], int]()
    for batch in batches:
        known = pool.find_known(make_lists(batch))
        assert int(known.sum()) == len(batch.keys() & expected.keys())
        assert pool.add_lists(make_lists(batch)) == len(batch.keys() - expected.keys())
        expected = batch | expected
        assert list(read_pool(pool).items()) == sorted(expected.items())
    counts = [sum(j == mentor for _, j in expected) for mentor in range(MENTORS)]
    assert pool.count_by_mentor().tolist() == counts


@given(pairs, pairs)
def test_known(first: dict[tuple[int, int], int], second: dict[tuple[int, int], int]) -> None:
    """Each listed pair is known if it is a candidate, and an empty place never is."""
    pool, lists = make_pool(), make_lists(second)
    pool.add_lists(make_lists(first))
    known = pool.find_known(lists)
    for place, (mentee, mentors) in enumerate(zip(lists.rows.tolist(), lists.mentors.tolist(), strict=True)):
        assert known[place].tolist() == [(mentee, mentor) in first for mentor in mentors]


def test_repeats() -> None:
    """A pair that comes twice in one batch is one candidate."""
    pool = make_pool()
    assert pool.add(np.array([7, 3, 7]), np.array([5, 4, 5])) == 2
    assert (pool.keys.tolist(), pool.points.tolist()) == ([3, 7], [4, 5])


@given(pairs)
def test_problem(found: dict[tuple[int, int], int]) -> None:
    """The problem has the candidates as its pairs, what each mentee needs, and the required pairs in their places."""
    pool = make_pool((1, 3), (4, 0))
    pool.add(np.array([1 * MENTORS + 3, 4 * MENTORS]), np.array([8, 9]))
    pool.add_lists(make_lists(found))
    problem = pool.make_problem()
    assert [tuple(pair) for pair in problem.pairs.tolist()] == sorted({(1, 3), (4, 0), *found})
    assert problem.points.tolist() == pool.points.tolist()
    assert problem.need.tolist() == [10 * mentee for mentee, _ in problem.pairs.tolist()]
    assert [tuple(pair) for pair in problem.pairs[problem.required].tolist()] == [(1, 3), (4, 0)]


def test_twice_in_order() -> None:
    """A pair that is listed twice in a row becomes one candidate, though the keys come in order."""
    pool = make_pool()
    assert pool.add(np.array([1, 1, 4]), np.array([7, 7, 9])) == 2
    assert (pool.keys.tolist(), pool.points.tolist()) == ([1, 4], [7, 9])
