"""What tools in use get wrong, each held here so that it never happens again."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from scipy import sparse

from matchmaker import Infeasible, assign
from matchmaker.solve.problem import Objective

OBJECTIVES: tuple[Objective, ...] = ("coverage", "points")


def test_fine_points_are_kept() -> None:
    """Points cut to hundredths would lose the optimum: .019 + .019 must win over .010 + .010."""
    assignment = assign([[0.010, 0.019], [0.019, 0.010]])
    assert assignment.pairs.tolist() == [[0, 1], [1, 0]]
    assert assignment.total == assignment.bound == 38_000


@pytest.mark.parametrize("value", [0.009, 0.000001, 0.0])
def test_low_pair_stays(value: float) -> None:
    """A pair worth less than a hundredth, or nothing, does not vanish."""
    assert assign([[value]]).pairs.tolist() == [[0, 0]]
    stored = sparse.coo_array((np.array([value]), ([0], [0])), shape=(1, 1))
    assert assign(stored).pairs.tolist() == [[0, 0]]


def test_all_equal_in_two_processes() -> None:
    """Where all points are equal, two processes give the same pairs."""
    code = (
        "import numpy as np; from matchmaker import assign; "
        "print(assign(np.full((40, 15), 7), capacity=2, wanted=2).pairs.tolist())"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
        for _ in range(2)
    ]
    assert runs[0].stdout == runs[1].stdout
    assert len(runs[0].stdout) > 100


def test_minimum_is_not_traded() -> None:
    """A minimum is kept even where breaking it would gain points."""
    assignment = assign([[100, 0], [100, 0]], capacity=2, minimum=[0, 1])
    assert sorted(assignment.pairs[:, 1].tolist()) == [0, 1]
    assert assignment.total == 100
    assert assign([[100, 0], [100, 0]], capacity=2, minimum=[0, 1], objective="points").total == 100


def test_minimum_is_not_filled_first() -> None:
    """Filling the minimum first, with the best for it, would take 10 and leave 0; 9 and 8 are right."""
    for objective in OBJECTIVES:
        assignment = assign([[10, 9], [8, 0]], minimum=[1, 0], objective=objective)
        assert assignment.pairs.tolist() == [[0, 1], [1, 0]]
        assert assignment.total == assignment.bound == 17


def test_minimum_by_optimum_on_random_points() -> None:
    """With minimums, the total is never below that of filling them first and the rest afterwards."""
    rng = np.random.default_rng(1)
    gained = 0
    for _ in range(40):
        points = rng.integers(0, 10, (9, 4))
        together = assign(points, capacity=5, minimum=2)
        first = assign(points, capacity=2, objective="points", minimum=2)
        rest = np.setdiff1d(np.arange(9), first.pairs[:, 0])
        room = 5 - np.bincount(first.pairs[:, 1], minlength=4)
        in_turn = first.total + assign(points[rest], capacity=room).total
        assert together.total >= in_turn
        gained += together.total - in_turn
    assert gained > 0


def test_two_required_pairs_on_one_place() -> None:
    """Two required pairs on a mentor with one place are refused by name, never dropped."""
    with pytest.raises(Infeasible) as caught:
        assign([[5, 1], [4, 1]], required=[[0, 0], [1, 0]])
    assert "mentee row 0 with mentor row 0, mentee row 1 with mentor row 0" in str(caught.value)
    assert caught.value.conflict.required == ((0, 0), (1, 0))


def test_required_pair_is_there() -> None:
    """A required pair of no points stays, though every other choice is better."""
    assignment = assign([[0, 9], [9, 0]], required=[[0, 0]])
    assert assignment.pairs.tolist() == [[0, 0], [1, 1]]


@pytest.mark.parametrize("seed", range(5))
def test_banned_pair_never(seed: int) -> None:
    """A pair that is not eligible is never returned, not even where it has the most points."""
    rng = np.random.default_rng(seed)
    eligible = rng.random((30, 12)) < 0.5
    points = np.where(eligible, rng.integers(0, 10, (30, 12)), 1_000_000)
    assignment = assign(points, capacity=3, wanted=2, eligible=eligible)
    assert len(assignment.pairs)
    assert eligible[tuple(assignment.pairs.T)].all()


def test_no_capacity() -> None:
    """A capacity of 0 is valid: that mentor takes nobody, and others are not disturbed."""
    assert assign([[9, 1]], capacity=[0, 1]).pairs.tolist() == [[0, 1]]
    empty = assign([[9, 1]], capacity=0)
    assert (empty.pairs.shape, empty.total, empty.bound, empty.status) == ((0, 2), 0, 0, "optimal")
