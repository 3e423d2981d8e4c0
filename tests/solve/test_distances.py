"""Ways that are found by reduced costs cost what they cost by plain ones."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.solve.arcs import unpack
from matchmaker.solve.distances import measure_ways
from matchmaker.solve.repair import make_ready, mend
from matchmaker.solve.residual import FAR, make_graph, relax
from tests.solve.test_repair import ENOUGH, Draft, Ints, draw_network

SEEDS = st.integers(0, 2**32 - 1)


def measure_plainly(draft: Draft, flow: Ints, begin: int) -> Ints:
    """Return what the ways from a node cost by correcting labels over every change of a flow."""
    more, less = flow < draft.capacity, flow > 0
    tail = np.concatenate([draft.tail[more], draft.head[less]])
    head = np.concatenate([draft.head[more], draft.tail[less]])
    graph = make_graph(len(draft.supply), tail, head, np.concatenate([draft.cost[more], -draft.cost[less]]))
    labels = np.full(graph.num_nodes, FAR)
    labels[begin] = 0
    return relax(graph, labels, np.array([begin]))


@settings(max_examples=300)
@given(SEEDS)
def test_cheapest_ways(seed: int) -> None:
    """Every node has the cost of its cheapest way, and is far where there is none, however wrong the potentials were."""
    rng = np.random.default_rng(seed)
    draft = draw_network(rng)
    ready = make_ready(
        *draft, rng.integers(0, draft.capacity + 1), rng.integers(-30, 31, len(draft.supply)) * int(rng.integers(0, 3))
    )
    if mend(*ready, draft.sink, ENOUGH):
        begin = int(rng.integers(0, len(draft.supply)))
        assert measure_ways(*ready, begin).tolist() == measure_plainly(draft, unpack(ready[0]), begin).tolist()


@settings(max_examples=100)
@given(SEEDS)
def test_level(seed: int) -> None:
    """Where the potentials are the costs of the ways already, they come out once more."""
    rng = np.random.default_rng(seed)
    draft = draw_network(rng)
    ready = make_ready(*draft, rng.integers(0, draft.capacity + 1), np.zeros(len(draft.supply), np.int64))
    if mend(*ready, draft.sink, ENOUGH):
        flow = unpack(ready[0])
        ways = measure_plainly(draft, flow, draft.sink)
        if (ways < FAR).all():
            again = make_ready(*draft, flow, ways.copy())
            assert mend(*again, draft.sink, 0)
            assert measure_ways(*again, draft.sink).tolist() == ways.tolist()
