"""Rows that share an id or an e-mail, also by way of others, are one person."""

from __future__ import annotations

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.tables.duplicates import find_first, find_last, group_rows

KEYS = st.lists(st.tuples(st.sampled_from(["", *"abcdef"]), st.sampled_from(["", *"abcdef"])), max_size=12)


@given(KEYS)
def test_groups_are_components(keys: list[tuple[str, str]]) -> None:
    """The groups are the connected parts of the graph of rows and keys."""
    graph = nx.Graph()
    graph.add_nodes_from(range(len(keys)))
    for row, pair in enumerate(keys):
        graph.add_edges_from((row, (side, key)) for side, key in enumerate(pair) if key)
    groups = group_rows([a for a, _ in keys], [b for _, b in keys])
    firsts, lasts = find_first(groups).tolist(), find_last(groups).tolist()
    for part in nx.connected_components(graph):
        rows = sorted(node for node in part if isinstance(node, int))
        assert {firsts[row] for row in rows} <= {rows[0]}
        assert {lasts[row] for row in rows} <= {rows[-1]}
