"""The layout of a few mentors says of them what the layout of everybody says."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.scoring.excerpt import keep_named, take_bits, take_entries
from matchmaker.scoring.layout import pack_bits


@given(st.integers(0, 2**32))
def test_bits(seed: int) -> None:
    """Bits of some places are those of the flags at these places."""
    rng = np.random.default_rng(seed)
    flags = rng.random((3, int(rng.integers(1, 300)))) < 0.4
    places = np.flatnonzero(rng.random(flags.shape[1]) < 0.5)
    assert take_bits(pack_bits(flags), places).tolist() == pack_bits(flags[:, places]).tolist()


def test_entries() -> None:
    """Entries of some owners follow each other, and those that name somebody else are left out."""
    offsets = np.array([0, 2, 2, 5])
    ends, (letters, numbers) = take_entries(offsets, np.array([2, 0]), np.arange(5), np.arange(5) * 10)
    assert (ends.tolist(), letters.tolist(), numbers.tolist()) == ([0, 3, 5], [2, 3, 4, 0, 1], [20, 30, 40, 0, 10])
    only = np.array([False, True, False, True])
    ends, named, kept = keep_named(offsets, only, np.array([0, 3, 1, 2, 3]))
    assert (ends.tolist(), named.tolist()) == ([0, 1, 1, 3], [1, 0, 1])
    assert kept.tolist() == [False, True, True, False, True]
