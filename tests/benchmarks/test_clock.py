"""The fastest of a few turns counts, and work that takes long has one."""

from __future__ import annotations

import time
from itertools import count

import pytest

from benchmarks import clock
from benchmarks.clock import run_fastest


def test_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fastest turn is told, with what the last one gave; there are no more than were asked for."""
    ticks = iter([0.0, 3.0, 10.0, 10.5, 20.0, 21.0])
    monkeypatch.setattr(time, "perf_counter", lambda: next(ticks))
    turns = count()
    made, taken = run_fastest(lambda: next(turns), 3)
    assert (made, taken.seconds) == (2, 0.5)


def test_long_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """After enough seconds there is no further turn."""
    ticks = iter([0.0, clock.ENOUGH])
    monkeypatch.setattr(time, "perf_counter", lambda: next(ticks))
    assert run_fastest(lambda: "done")[1].seconds == clock.ENOUGH
