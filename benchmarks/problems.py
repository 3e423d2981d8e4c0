"""From look-ups to what the search is given, and what it found in a few numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.scoring import Encoded
from matchmaker.scoring.best import Scorer
from matchmaker.solve.everyone import solve_rounds
from matchmaker.solve.outcome import Outcome
from matchmaker.solve.problem import Problem

Ints = NDArray[np.int64]

NO_PAIRS = np.empty((0, 2), np.int64)


def make_base(encoded: Encoded) -> Problem:
    """Return the problem of a case without its pairs."""
    limits = encoded.limits
    return Problem(
        encoded.num_mentees,
        encoded.num_mentors,
        NO_PAIRS.astype(np.int32),
        np.empty(0, np.int64),
        capacity=limits.capacity,
        minimum=limits.minimum,
        wanted=limits.wanted,
        priority=limits.priority,
        required=np.empty(0, np.int64),
        need=limits.need,
        available=limits.available,
        times=limits.times,
    )


def count_places(encoded: Encoded) -> Ints:
    """Return the places of each mentor: the capacity, since no case limits hours."""
    return encoded.limits.capacity


def make_scorer(encoded: Encoded, *, use_kernel: bool | None = None) -> Scorer:
    """Return what is asked for points; None lets matchmaker decide between kernel and blocks."""
    return Scorer(encoded, NO_PAIRS, use_kernel=use_kernel)


def search(encoded: Encoded, scorer: Scorer, on_progress: Callable[[Any], None] | None = None) -> Outcome:
    """Return the best matching of a case over all pairs, as far as it is found."""
    return solve_rounds(scorer, make_base(encoded), count_places(encoded), on_progress=on_progress)


def describe_outcome(outcome: Outcome) -> dict[str, Any]:
    """Return status, levels and counts of a search, none of which depends on the clock."""
    levels = {level.name: level.value for level in outcome.solution.levels}
    gaps = [level.bound - level.value for level in outcome.solution.levels]
    return {
        "status": outcome.solution.status,
        "matched": len(outcome.solution.chosen),
        **levels,
        "gap": next((gap for gap in gaps if gap), 0),
        "eligible": int(outcome.eligible.sum()),
        **asdict(outcome.effort),
    }
