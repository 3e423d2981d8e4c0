"""The share of each phase in a whole run: seconds inside some functions, without those that they call."""

from __future__ import annotations

import functools
import importlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

PHASES: tuple[tuple[str, str, str], ...] = (
    ("sample", "matchmaker.solve.everyone", "find_sample_prices"),
    ("layout", "matchmaker.scoring.passes", "lay_out"),
    ("pass", "matchmaker.scoring.best", "Scorer.list_best"),
    ("flow", "matchmaker.solve.restricted", "build_network"),
    ("flow", "matchmaker.solve.restricted", "find_flow_at"),
    ("flow", "matchmaker.solve.restricted", "mend_flow"),
    ("flow", "matchmaker.solve.restricted", "bid_flow"),
    ("prices", "matchmaker.solve.distances", "measure_ways"),
    ("prices", "matchmaker.solve.restricted", "read_mended"),
    ("prices", "matchmaker.solve.restricted", "read_state"),
    ("prices", "matchmaker.solve.restricted", "find_largest"),
)
"""Phase, module and function. A test holds that they are all there."""

WHOLE = frozenset({"sample"})
"""Phases in which everything counts as theirs."""

REST = "rest"


def find_function(module: str, name: str) -> tuple[Any, str, Callable[..., Any]]:
    """Return who owns a function, its last name, and the function."""
    *owners, last = name.split(".")
    owner: Any = importlib.import_module(module)
    for part in owners:
        owner = getattr(owner, part)
    return owner, last, getattr(owner, last)


class Stopwatch:
    """Adds up seconds by phase.

    Attributes
    ----------
    seconds : Counter of str to float
        Exclusive: a phase inside another is taken off that one, but for those of `WHOLE`.
    """

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._stack = [REST]
        self._since = perf_counter()

    def enter(self, phase: str) -> None:
        """Begin a phase."""
        self.count()
        self._stack.append(self._stack[-1] if self._stack[-1] in WHOLE else phase)

    def leave(self) -> None:
        """End the phase that began last."""
        self.count()
        self._stack.pop()

    def count(self) -> None:
        """Add the time since the last change to the phase that is on."""
        now = perf_counter()
        self.seconds[self._stack[-1]] += now - self._since  # type: ignore[assignment]
        self._since = now

    def time(self, phase: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that counts as a phase."""

        @functools.wraps(function)
        def timed(*args: Any, **options: Any) -> Any:
            self.enter(phase)
            try:
                return function(*args, **options)
            finally:
                self.leave()

        return timed


@contextmanager
def watch_phases() -> Iterator[Stopwatch]:
    """Time every function of `PHASES` while the block runs."""
    watch = Stopwatch()
    found = [(phase, *find_function(module, name)) for phase, module, name in PHASES]
    for phase, owner, name, function in found:
        setattr(owner, name, watch.time(phase, function))
    try:
        yield watch
    finally:
        watch.count()
        for _, owner, name, function in found:
            setattr(owner, name, function)
