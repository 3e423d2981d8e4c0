"""Compiled labels are those of the definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.solve.residual import FAR, make_graph, relax
from matchmaker.solve.shortest import relax_compiled

SEEDS = st.integers(0, 2**32 - 1)


@given(SEEDS)
def test_same_labels(seed: int) -> None:
    """On any graph without cycles of negative cost, from any nodes, both find the same."""
    rng = np.random.default_rng(seed)
    size, count = int(rng.integers(1, 12)), int(rng.integers(0, 40))
    tail, head = rng.integers(0, size, (2, count))
    level = rng.integers(0, 50, size)
    graph = make_graph(size, tail, head, rng.integers(0, 9, count) + level[tail] - level[head])
    begin = np.unique(rng.integers(0, size, int(rng.integers(0, size + 1))))
    labels = np.full(size, FAR)
    labels[begin] = rng.integers(-9, 9, len(begin))
    before = labels.copy()
    assert relax_compiled(graph, labels, begin).tolist() == relax(graph, labels, begin).tolist()
    assert labels.tolist() == before.tolist()


def test_negative_cycle() -> None:
    """A cycle of negative cost is told."""
    graph = make_graph(2, np.array([0, 1]), np.array([1, 0]), np.array([1, -2]))
    with pytest.raises(ArithmeticError, match="a cycle of negative cost: the flow was not optimal"):
        relax_compiled(graph, np.array([0, FAR]), np.array([0]))
