"""Mending ends with the cheapest flow, whatever it began with, or says that there is none."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from matchmaker.solve.arcs import unpack
from matchmaker.solve.repair import POTENTIAL, make_ready, mend

Ints = NDArray[np.int64]
SEEDS = st.integers(0, 2**32 - 1)
ENOUGH = 10**9


class Draft(NamedTuple):
    """A network with supplies."""

    tail: Ints
    head: Ints
    capacity: Ints
    cost: Ints
    supply: Ints
    sink: int


def draw_network(rng: np.random.Generator) -> Draft:
    """Return a random network: parallel arcs, cycles and costs below zero, several units, now and then infeasible."""
    size, count = int(rng.integers(2, 9)), int(rng.integers(1, 25))
    tail = rng.integers(0, size, count)
    head = (tail + rng.integers(1, size, count)) % size
    capacity = rng.integers(0, 6, count)
    supply = np.zeros(size, np.int64)
    if rng.random() < 0.6:
        some = rng.integers(0, capacity + 1)
        np.add.at(supply, tail, some)
        np.subtract.at(supply, head, some)
    else:
        moved = rng.integers(0, 4, size)
        supply += moved - np.roll(moved, 1)
    return Draft(tail, head, capacity, rng.integers(-9, 10, count), supply, int(rng.integers(0, size)))


def solve_plainly(draft: Draft) -> int | None:
    """Return the least cost by OR-Tools, None if there is no feasible flow."""
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(draft.tail, draft.head, draft.capacity, draft.cost)
    solver.set_nodes_supplies(np.arange(len(draft.supply)), draft.supply)
    return solver.optimal_cost() if solver.solve() == solver.OPTIMAL else None


def try_mending(draft: Draft, flow: Ints, potential: Ints, most_steps: int = ENOUGH) -> bool:
    """Mend a flow in place."""
    arcs, labels = make_ready(*draft, flow, potential)
    is_mended = mend(arcs, labels, draft.sink, most_steps)
    flow[:], potential[:] = unpack(arcs), labels.node[:-1, POTENTIAL]
    return is_mended


def check_flow(draft: Draft, flow: Ints) -> None:
    """Hold a flow against capacities and supplies."""
    assert ((flow >= 0) & (flow <= draft.capacity)).all()
    balance = np.zeros(len(draft.supply), np.int64)
    np.add.at(balance, draft.tail, flow)
    np.subtract.at(balance, draft.head, flow)
    assert balance.tolist() == draft.supply.tolist()


@settings(max_examples=400)
@given(SEEDS)
def test_cheapest(seed: int) -> None:
    """From any flow and any potentials, the cost is the least there is; where there is no flow, that is said."""
    rng = np.random.default_rng(seed)
    draft = draw_network(rng)
    flow = rng.integers(0, draft.capacity + 1)
    potential = rng.integers(-30, 31, len(draft.supply)) * int(rng.integers(0, 3))
    least = solve_plainly(draft)
    assert try_mending(draft, flow, potential) == (least is not None)
    if least is not None:
        check_flow(draft, flow)
        assert int(draft.cost @ flow) == least
        reduced = draft.cost + potential[draft.tail] - potential[draft.head]
        assert (reduced[flow < draft.capacity] >= 0).all()
        assert (reduced[flow > 0] <= 0).all()


def test_both_kinds_are_drawn() -> None:
    """The networks of these tests are feasible and infeasible ones, both often."""
    feasible = [solve_plainly(draw_network(np.random.default_rng(seed))) is not None for seed in range(200)]
    assert 50 < sum(feasible) < 180


@settings(max_examples=100)
@given(SEEDS)
def test_again(seed: int) -> None:
    """A flow that is mended is left as it is by mending it once more."""
    rng = np.random.default_rng(seed)
    draft = draw_network(rng)
    flow, potential = np.zeros_like(draft.capacity), np.zeros_like(draft.supply)
    if try_mending(draft, flow, potential):
        before, prices = flow.copy(), potential.copy()
        assert try_mending(draft, flow, potential, most_steps=0)
        assert (flow.tolist(), potential.tolist()) == (before.tolist(), prices.tolist())


def make_line() -> Draft:
    """Return three units that have to take a dear way and a cheap one from end to end."""
    arcs = [(0, 1, 2, 1), (1, 3, 2, 1), (0, 2, 5, 4), (2, 3, 5, 4)]
    tail, head, capacity, cost = np.array(arcs, np.int64).T.copy()
    return Draft(tail, head, capacity, cost, np.array([3, 0, 0, -3]), 3)


@pytest.mark.parametrize("start", [(0, 0, 0, 0), (2, 2, 1, 1), (0, 2, 5, 0), (2, 0, 0, 5)])
def test_by_hand(start: tuple[int, ...]) -> None:
    """The cheap way is filled and the dear one takes what is left, also where units have to be taken back."""
    draft, flow = make_line(), np.array(start, np.int64)
    assert try_mending(draft, flow, np.zeros(4, np.int64))
    assert flow.tolist() == [2, 2, 1, 1]


def test_too_long() -> None:
    """Whoever would have to look at more arcs than allowed gives up."""
    draft = make_line()
    assert not try_mending(draft, np.zeros(4, np.int64), np.zeros(4, np.int64), most_steps=1)
    assert try_mending(draft, np.zeros(4, np.int64), np.zeros(4, np.int64), most_steps=100)


def test_unbalanced() -> None:
    """Supplies that do not add up to nothing have no flow."""
    for wrong in ([4, 0, 0, -3], [3, 0, 0, -4]):
        draft = make_line()._replace(supply=np.array(wrong))
        assert not try_mending(draft, np.zeros(4, np.int64), np.zeros(4, np.int64))
