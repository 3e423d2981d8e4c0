"""The scoring pass alone against an exact search by inner products, faiss's flat index, over as many pairs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np

from benchmarks.phases import LISTED, Job
from benchmarks.registry import find_case

DIMENSIONS = 64
THREADS = 2


def search_flat(folder: Path, name: str) -> Job:
    """Find for random vectors the mentors of the largest inner products, all pairs looked at."""
    import faiss

    size, rng = find_case(name).size, np.random.default_rng(0)
    faiss.omp_set_num_threads(THREADS)
    mentors = rng.standard_normal((size.mentors, DIMENSIONS), dtype=np.float32)
    mentees = rng.standard_normal((size.mentees, DIMENSIONS), dtype=np.float32)
    index = faiss.IndexFlatIP(DIMENSIONS)
    index.add(mentors)
    index.search(mentees[:1], LISTED)
    return Job(lambda: index.search(mentees, LISTED), lambda _: {"pairs": size.pairs})


VECTORS: Mapping[str, tuple[str, Callable[[Path, str], Job]]] = MappingProxyType(
    {"faiss": ("faiss `IndexFlatIP`, 64 dimensions", search_flat)}
)
"""Each driver with what it is called on the page."""
