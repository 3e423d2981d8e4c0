"""Rows are numbered by what stands in their columns."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.scoring.encoded import number_rows

WIDE = st.sampled_from([-(2**62), -7, 0, 1, 2, 2**31, 2**40, 2**40 + 1, 2**62])


@given(st.integers(0, 4).flatmap(lambda width: st.lists(st.lists(WIDE, min_size=width, max_size=width), max_size=12)))
def test_numbers(rows: list[list[int]]) -> None:
    """Equal rows have the same number and others another, in the order of the rows, however far numbers lie apart."""
    width = len(rows[0]) if rows else 0
    columns = [np.array([row[k] for row in rows], np.int64) for k in range(width)]
    distinct = sorted(set(map(tuple, rows)))
    assert number_rows(columns, len(rows)).tolist() == [distinct.index(tuple(row)) for row in rows]
