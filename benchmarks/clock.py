"""How long work takes: the fastest of a few turns, since whatever else the machine does only adds to it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any, NamedTuple

TURNS, ENOUGH = 3, 5.0
"""How often work is done at most, and the seconds after which there is no further turn."""


class Taken(NamedTuple):
    """What the fastest turn took, in seconds: by the clock, and of processors."""

    seconds: float
    processor: float


def run_fastest(work: Callable[[], Any], turns: int = TURNS) -> tuple[Any, Taken]:
    """Do some work a few times; return what the last turn gave, and what the fastest took."""
    taken: list[Taken] = []
    made = None
    while len(taken) < turns and sum(turn.seconds for turn in taken) < ENOUGH:
        made = None  # else the peak of memory would be that of two turns
        began, used = time.perf_counter(), sum(os.times()[:2])
        made = work()
        taken.append(Taken(time.perf_counter() - began, sum(os.times()[:2]) - used))
    return made, min(taken)
